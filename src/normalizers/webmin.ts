import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, SESSION, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { setPeer } from './peer.js';

const LOGSOURCE = closedLogsource({
  product: 'linux',
  categories: ['authentication'],
  services: ['webmin', 'syslog'],
});

const STARTS: readonly (readonly [text: string, outcome: Outcome | null, reason: string | null])[] = [
  ['Invalid login as ', 'failure', null],
  ['Non-existent login as ', 'failure', 'invalid_user'],
  ['Expired login as ', 'failure', 'expired'],
  ['Successful login as ', 'success', null],
  ['Logout by ', null, null],
];

/** `Invalid login as NAME from HOST`; the name is what somebody typed, the host the server's and last. */
export const webmin: Normalizer = {
  name: 'webmin',
  summary: 'Webmin and Usermin: logins granted and refused, logouts',
  programs: ['webmin', 'usermin'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    if (readPam(event, message)) return true;
    const start = STARTS.find(([text]) => message.startsWith(text));
    const from = message.lastIndexOf(' from ');
    if (start === undefined || from < start[0].length) {
      normalizeGeneric(event);
      return true;
    }
    const [text, outcome, reason] = start;
    if (outcome === null) classify(event, SESSION, END, 'admin_logout', null);
    else classify(event, AUTHENTICATION, START, 'admin_login', outcome);
    event['event.reason'] = reason;
    event['user.name'] = message.slice(text.length, from) || null;
    setPeer(event, message.slice(from + 6).trimEnd());
    return true;
  },
};
