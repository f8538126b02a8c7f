import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, EMAIL, END, INFO, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { digitsEnd, readInteger, readPortAt, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['dovecot', 'mail', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

/** Dovecot: `SERVICE: EVENT: user=<NAME>, method=PLAIN, rip=ADDR, lip=ADDR, …`. */
export const dovecot: Normalizer = {
  name: 'dovecot',
  summary: 'Dovecot: IMAP and POP3 logins, failures, lookups',
  programs: ['dovecot', 'imap-login', 'pop3-login', 'managesieve-login'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    classify(event, EMAIL, INFO, null, null);
    const at = loginStart(event, message);
    if (at < 0) {
      if (!readLookup(event, message)) readLogout(event, message);
      return true;
    }
    const user = message.indexOf(': user=<', at);
    if (user > 0) readLogin(event, message, at, user);
    else if (message.includes(': rip=', at)) readEnds(event, message, message.lastIndexOf(': rip='));
    return true;
  },
};

/**
 * Where a login service (`imap-login: [Info: ]…`) begins to speak; -1 = another one does. Those put what clients say into their lines:
 * the Message-ID of a mail may be `<Login: user=<root>, …`.
 */
function loginStart(event: Event, message: string): number {
  let at = 0;
  if (event['process.name']?.endsWith('-login') !== true) {
    const end = message.indexOf(': ');
    if (end < 0 || !message.slice(0, end).endsWith('-login') || wordEnd(message, 0) !== end + 1) return -1;
    at = end + 2;
  }
  return standsAt(message, 'Info: ', at) ? at + 6 : at;
}

/** The name is the client's: the fields after it are read from the end, `session=<…>` being the server's own. */
function readLogin(event: Event, message: string, at: number, user: number): void {
  const failed = message.indexOf('(auth failed, ', at);
  event.logsource = LOGIN;
  if (user === at + 5 && standsAt(message, 'Login', at)) {
    classify(event, AUTHENTICATION, START, 'mail_login', 'success');
  }
  if (failed > 0 && failed < user) {
    classify(event, AUTHENTICATION, START, 'mail_login', 'failure');
    const count = readInteger(message, failed + 14, digitsEnd(message, failed + 14));
    if (count !== null && count > 0) event.repeat = Math.max(event.repeat, Math.min(count, 1000));
    if (event.repeat > 1) setField(event.record, 'repeat', event.repeat);
  }
  const remote = message.lastIndexOf(', rip=');
  const method = message.lastIndexOf('>, method=', remote);
  const end = method > user ? method : message.lastIndexOf('>', remote);
  if (end > user + 8) event['user.name'] = message.slice(user + 8, end);
  if (method > user) setField(event.record, 'auth_method', valueAt(message, method + 10));
  if (remote >= user) readEnds(event, message, remote);
}

/** `, rip=ADDR[, rport=N], lip=ADDR[, lport=N]` at `at`; without a user it follows a colon. */
function readEnds(event: Event, message: string, at: number): void {
  event['source.ip'] = toAddress(valueAt(message, at + 6));
  event['source.port'] = portAt(message, ', rport=', at);
  const local = message.indexOf(', lip=', at);
  if (local > 0) event['destination.ip'] = toAddress(valueAt(message, local + 6));
  event['destination.port'] = portAt(message, ', lport=', at);
}

function portAt(message: string, label: string, from: number): number | null {
  const at = message.indexOf(label, from);
  return at < 0 ? null : readPortAt(message, at + label.length);
}

function valueAt(message: string, start: number): string {
  const end = message.indexOf(',', start);
  return message.slice(start, end < 0 ? message.length : end);
}

/**
 * `auth: passwd-file(carol,192.0.2.66[,<session>]): unknown user`, also `auth-worker(12): pam(…): …`: what lies behind a refusal,
 * which the service that asked logs, too. It is no login of its own.
 */
function readLookup(event: Event, message: string): boolean {
  if (!message.startsWith('auth')) return false;
  // 2.4 puts the worker's connection in front: `conn unix:auth-worker (pid=1,uid=0): auth-worker<1>: sql(…): …`.
  const worker = message.indexOf('): auth-worker<');
  const start = message.indexOf(': ', worker < 0 ? 0 : worker + 3) + 2;
  const open = message.indexOf('(', start);
  // The database's word on a name may quote it, as `(username: …)`; only where no name is known can nothing stand in the brackets.
  const close = standsAt(message, '(?,', open) ? message.indexOf('): ', open) : message.lastIndexOf('): ');
  if (start < 2 || open < 0 || close < open) return false;
  const parts = message.slice(open + 1, close).split(',');
  if (parts.at(-1)?.startsWith('<')) parts.pop();
  const address = parts.length > 1 ? toAddress(parts.pop()) : null;
  const name = parts.join(',');
  event['user.name'] = name === '' || name === '?' ? null : name;
  event['source.ip'] = address;
  const text = message.slice(close + 3);
  if (!/unknown user|mismatch|fail|invalid|denied|disabled|disallowed/i.test(text.slice(0, 200))) return true;
  classify(event, AUTHENTICATION, START, 'mail_login', 'failure');
  event['event.reason'] = text;
  return true;
}

/** `imap(alice)<12><session>: Disconnected: Logged out in=1 out=2`. */
function readLogout(event: Event, message: string): void {
  const open = message.indexOf('(');
  const close = message.indexOf(')', open);
  if (open < 1 || open > 12 || close < open) return;
  const name = message.slice(open + 1, close);
  // Without a user a process is told by its pid.
  event['user.name'] = name === '' || digitsEnd(name, 0) === name.length ? null : name;
  let at = close + 1;
  while (codeAt(message, at) === 0x3c && message.indexOf('>', at) > 0) at = message.indexOf('>', at) + 1;
  if (standsAt(message, ': Logged out', at) || standsAt(message, ': Disconnected: Logged out', at))
    classify(event, SESSION, END, 'mail_logout', null);
}
