import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { END, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['systemd-logind', 'auth', 'syslog'] });

/**
 * systemd-logind: `New session 42 of user alice.`, `Session 42 logged out. …`, `Removed session 42.` The opening
 * line names no address and repeats what sshd has said, so it opens no login of its own: it gives that one the id by which the
 * end of the session closes it.
 */
export const logind: Normalizer = {
  name: 'systemd-logind',
  summary: 'systemd-logind: sessions opened and closed, power and sleep requests',
  programs: ['systemd-logind', 'elogind'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    const opened = message.startsWith('New session ');
    const removed = message.startsWith('Removed session ');
    const at = opened ? 12 : removed ? 16 : message.startsWith('Session ') ? 8 : -1;
    if (at < 0) return true;
    const end = wordEnd(message, at);
    const id = unquoted(message.slice(at, removed && message.endsWith('.') ? end - 1 : end));
    if (opened) {
      const user = message.indexOf(' of user ', end);
      if (user < 0) return true;
      classify(event, SESSION, START, 'session_login', 'success');
      event['user.name'] = unquoted(message.slice(user + 9, userEnd(message, user + 9)));
    } else if (removed) {
      classify(event, SESSION, END, 'session_removed', null);
    } else if (message.startsWith(' logged out', end)) {
      classify(event, SESSION, END, 'session_logout', null);
    } else return true;
    setField(event.record, 'session_id', id);
    event.session = { change: opened ? 'open' : 'close', kind: 'login', id };
    return true;
  },
};

/** Newer versions add ` with class 'user' and type 'tty'.`; all end with a full stop that is no part of the name. */
function userEnd(message: string, from: number): number {
  const extra = message.indexOf(" with class '", from);
  if (extra >= 0) return extra;
  return message.endsWith('.') ? message.length - 1 : message.length;
}

/** Versions that tell class and type may quote the session and the user, too: `'alice'`. */
function unquoted(text: string): string {
  return text.length > 2 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1) : text;
}
