import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, EMAIL, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, isDigit, readPortAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['exim', 'mail', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

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

/** `login authenticator failed for NAME (HELO) [ADDR]:PORT I=[ADDR]:25: 535 Incorrect authentication data (set_id=USER)`. */
function readFailure(event: Event, message: string): boolean {
  const at = message.indexOf(FAILED);
  const reply = at < 0 ? -1 : message.indexOf(': 535 ', at);
  if (reply < 0) return false;
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, 'mail_login', 'failure');
  setField(event.record, 'auth_method', message.slice(message.lastIndexOf(' ', at - 1) + 1, at));
  readHost(event, message, at, reply);
  const user = message.indexOf('(set_id=', reply);
  if (user > 0) event['user.name'] = message.slice(user + 8, message.endsWith(')') ? -1 : message.length);
  event['event.reason'] = between(message, ': 535 ', ' (set_id', reply) ?? message.slice(reply + 6);
  return true;
}

function readArrival(event: Event, message: string): boolean {
  const at = message.indexOf(ARRIVED);
  const method = at < 0 ? -1 : message.indexOf(' A=', at);
  const host = message.indexOf(' H=', at);
  if (method < 0 || host < 0) return false;
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
