import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, EMAIL, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, isDigit, readPortAt, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['exim', 'mail', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

/** `2026-11-20 10:00:00 `, which syslog may leave out. */
const STAMP_LENGTH = 20;
const FAILED = ' authenticator failed for ';
/** `ID <= SENDER H=NAME (HELO) [ADDR]:PORT … A=AUTHENTICATOR:USER`: a mail that came in. */
const ARRIVED = ' <= ';

/** Exim's main log, from its file or by syslog. */
export const exim: Normalizer = {
  name: 'exim',
  summary: 'Exim: SMTP logins and their failures',
  programs: ['exim', 'exim4', 'exim-*'],
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    const isPlain = event['process.name'] === null;
    if (isPlain && (codeAt(message, 4) !== 0x2d || codeAt(message, 19) !== 0x20)) return false;
    if (!readFailure(event, message) && !readArrival(event, message)) {
      if (isPlain) return false;
      event.logsource = LOGSOURCE;
      event['event.category'] = EMAIL;
    }
    return true;
  },
};

/** Where Exim's own words begin: behind the stamp, its zone and a `[pid]`. */
function textStart(message: string): number {
  if (codeAt(message, 4) !== 0x2d || codeAt(message, STAMP_LENGTH - 1) !== 0x20) return 0;
  let at = STAMP_LENGTH;
  const sign = codeAt(message, at);
  if ((sign === 0x2b || sign === 0x2d) && isDigit(codeAt(message, at + 1))) at = wordEnd(message, at) + 1;
  return codeAt(message, at) === 0x5b && isDigit(codeAt(message, at + 1)) ? wordEnd(message, at) + 1 : at;
}

/** `login authenticator failed for NAME (HELO) [ADDR]:PORT I=[ADDR]:25: 535 Incorrect authentication data (set_id=USER)`. */
function readFailure(event: Event, message: string): boolean {
  const start = textStart(message);
  const at = wordEnd(message, start);
  const reply = standsAt(message, FAILED, at) ? message.indexOf(': 535 ', at) : -1;
  if (reply < 0) return false;
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, 'mail_login', 'failure');
  setField(event.record, 'auth_method', message.slice(start, at));
  readHost(event, message, at, reply);
  const user = message.indexOf('(set_id=', reply);
  if (user > 0) event['user.name'] = message.slice(user + 8, message.endsWith(')') ? -1 : message.length);
  event['event.reason'] = between(message, ': 535 ', ' (set_id', reply) ?? message.slice(reply + 6);
  return true;
}

function readArrival(event: Event, message: string): boolean {
  const at = wordEnd(message, textStart(message));
  if (!standsAt(message, ARRIVED, at)) return false;
  const host = message.indexOf(' H=', senderEnd(message, at + ARRIVED.length));
  // The id of the mail, its subject and more of the sender's text come behind its size.
  const size = host < 0 ? -1 : message.indexOf(' S=', host);
  const method = message.lastIndexOf(' A=', size < 0 ? message.length : size);
  if (host < 0 || method < host) return false;
  const protocol = message.indexOf(' P=', host);
  const end = wordEnd(message, method + 1);
  const colon = message.indexOf(':', method);
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, 'mail_login', 'success');
  setField(event.record, 'auth_method', message.slice(method + 3, colon > 0 && colon < end ? colon : end));
  if (colon > 0 && colon < end) event['user.name'] = message.slice(colon + 1, end);
  readHost(event, message, host, protocol < 0 ? method : protocol);
  event['event.type'] = colon > 0 ? START : INFO;
  return true;
}

/** A sender in quotes may hold anything up to `"@`. */
function senderEnd(message: string, at: number): number {
  const quote = codeAt(message, at) === 0x22 ? message.indexOf('"@', at) : -1;
  return quote < 0 ? at : quote;
}

/** The last `[ADDR]:PORT` before `end`, and before the interface ` I=[…]`: what a client calls itself stands before it. */
function readHost(event: Event, message: string, from: number, end: number): void {
  const ours = message.lastIndexOf(' I=[', end);
  const limit = ours > from ? ours : end;
  const close = message.lastIndexOf(']', limit);
  const open = message.lastIndexOf('[', close);
  if (open < from) return;
  event['source.ip'] = readAddress(message, open + 1, close);
  if (codeAt(message, close + 1) === 0x3a && isDigit(codeAt(message, close + 2)))
    event['source.port'] = readPortAt(message, close + 2);
}
