import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import {
  AUTHENTICATION,
  CONNECTION_END,
  CONNECTION_START,
  DENIED,
  EMAIL,
  INFO,
  NETWORK,
  START,
} from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, keyValue, readPortAt, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['postfix', 'mail', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

/** Postfix: every daemon logs as `postfix/DAEMON`, or `postfix-INSTANCE/DAEMON`; peers as `NAME[ADDR]:PORT`. */
export const postfix: Normalizer = {
  name: 'postfix',
  summary: 'Postfix: connections, SASL logins, deliveries, refusals',
  programs: ['postfix', 'postfix-*', 'postfix/*'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    classify(event, EMAIL, INFO, null, null);
    if (standsAt(message, 'warning: ', 0)) readWarning(event, message);
    else if (standsAt(message, 'NOQUEUE: ', 0)) readRefusal(event, message);
    else if (event['process.name']?.endsWith('/postscreen')) readScreening(event, message);
    else if (!readConnection(event, message)) readQueueLine(event, message);
    return true;
  },
};

/** `warning: NAME[ADDR]: SASL LOGIN authentication failed: …[, sasl_username=NAME]`. */
function readWarning(event: Event, message: string): void {
  // The peer has no blanks; what a client says may have, and imitate this.
  const sasl = wordEnd(message, 9) - 1;
  if (!standsAt(message, ': SASL ', sasl)) {
    if (readUnresolved(event, message)) return;
    // `non-SMTP command from NAME[ADDR]: TEXT`, `Connection rate limit exceeded: 31 from NAME[ADDR] for …`.
    readNotice(event, message);
    return;
  }
  readPeerBefore(event, message, 9, sasl);
  const end = message.indexOf(' authentication failed', sasl + 7);
  if (end < 0) return;
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, 'mail_login', 'failure');
  setField(event.record, 'auth_method', message.slice(sasl + 7, end));
  const user = message.indexOf(', sasl_username=', end);
  if (user > 0) event['user.name'] = message.slice(user + 16);
}

/** `hostname NAME does not resolve to address ADDR[: REASON]`. */
function readUnresolved(event: Event, message: string): boolean {
  if (!standsAt(message, 'hostname ', 9)) return false;
  const end = wordEnd(message, 18);
  if (!standsAt(message, ' does not resolve to address ', end)) return false;
  const start = end + 29;
  const colon = message.indexOf(': ', start);
  event['source.domain'] = message.slice(18, end);
  event['source.ip'] = readAddress(message, start, colon < 0 ? message.length : colon);
  return true;
}

/** `NOQUEUE: reject: RCPT from NAME[ADDR]: 554 5.7.1 REASON; from=<…> to=<…> proto=ESMTP helo=<…>`. */
function readRefusal(event: Event, message: string): void {
  // A header or a line of the body, which the mail's sender wrote, stands before its peer, and the envelope behind it.
  const envelope = message.lastIndexOf('; from=<');
  const quotes = /: reject: (?:header|body) /.test(message.slice(0, 64));
  const from =
    quotes && envelope > 0 ? message.lastIndexOf(' from ', envelope) : message.indexOf(' from ', 9);
  if (from < 0) return;
  classify(event, EMAIL, DENIED, 'mail_rejected', 'failure');
  const end = message.indexOf(']', from);
  readPeerBefore(event, message, from + 6, end < 0 ? message.length : end + 1);
  event['event.reason'] =
    between(message, ']: ', '; from=<', from) ?? between(message, ']: ', '; proto=', from);
  readAddresses(event, message, from);
}

/** `connect from NAME[ADDR]`, `disconnect from …`, `lost connection after AUTH from …`. */
function readConnection(event: Event, message: string): boolean {
  const start = standsAt(message, 'connect from ', 0);
  if (
    !start &&
    !standsAt(message, 'disconnect from ', 0) &&
    !standsAt(message, 'lost connection after ', 0)
  ) {
    if (!NOTICES.some((words) => message.startsWith(words))) return false;
    readNotice(event, message);
    return true;
  }
  classify(
    event,
    NETWORK,
    start ? CONNECTION_START : CONNECTION_END,
    start ? 'mail_connect' : 'mail_disconnect',
    null,
  );
  const from = message.indexOf(' from ');
  const end = message.indexOf(']', from);
  readPeerBefore(event, message, from + 6, end < 0 ? message.length : end + 1);
  return true;
}

const NOTICES = [
  'improper command pipelining after ',
  'too many errors after ',
  'timeout after ',
  'Anonymous TLS connection established from ',
  'Trusted TLS connection established from ',
  'Untrusted TLS connection established from ',
];

/** `WORDS from NAME[ADDR]…`: the words are the server's, what follows the address is the client's. */
function readNotice(event: Event, message: string): void {
  const from = message.indexOf(' from ');
  const end = from < 0 ? -1 : message.indexOf(']', from);
  if (end > 0) readPeerBefore(event, message, from + 6, end + 1);
}

/** postscreen: `CONNECT from [ADDR]:PORT to [ADDR]:PORT`, `PREGREET N after T from [ADDR]:PORT: TEXT`, `DNSBL rank 5 for …`. */
function readScreening(event: Event, message: string): void {
  const open = message.indexOf('[');
  const close = message.indexOf(']:', open);
  if (open < 0 || close < 0) return;
  event['source.ip'] = readAddress(message, open + 1, close);
  event['source.port'] = readPortAt(message, close + 2);
  if (standsAt(message, 'CONNECT ', 0)) {
    classify(event, NETWORK, CONNECTION_START, 'mail_connect', null);
    readTarget(event, message, message.indexOf(' to [', close) + 4);
  }
  if (standsAt(message, 'DISCONNECT ', 0)) classify(event, NETWORK, CONNECTION_END, 'mail_disconnect', null);
}

/** `QUEUEID: client=NAME[ADDR]:PORT, sasl_method=PLAIN, sasl_username=NAME` and `QUEUEID: to=<…>, …, status=sent (…)`. */
function readQueueLine(event: Event, message: string): void {
  const colon = message.indexOf(': ');
  if (colon < 1 || colon > 20 || standsAt(message, 'statistics: ', 0)) return;
  setField(event.record, 'queue_id', message.slice(0, colon));
  const at = colon + 2;
  if (standsAt(message, 'milter-reject: ', at) || standsAt(message, 'reject: ', at)) {
    readRefusal(event, message);
    return;
  }
  if (standsAt(message, 'client=', at)) {
    const end = message.indexOf(', ', at);
    readPeerBefore(event, message, at + 7, end < 0 ? message.length : end);
    const method = keyValue(message, 'sasl_method=', at);
    if (method === null) return;
    event.logsource = LOGIN;
    classify(event, AUTHENTICATION, START, 'mail_login', 'success');
    setField(event.record, 'auth_method', method);
    event['user.name'] = keyValue(message, 'sasl_username=', at);
    return;
  }
  readAddresses(event, message, at);
  const relay = message.indexOf(', relay=', at);
  if (relay > 0) readTarget(event, message, message.indexOf('[', relay));
  const status = keyValue(message, 'status=', at);
  if (status === null) return;
  classify(event, EMAIL, INFO, `mail_${status}`, DELIVERY.get(status) ?? null);
  event['event.reason'] = between(message, `status=${status} (`, ')', at);
}

/** `[ADDR]:PORT` at `open`, where a mail went. */
function readTarget(event: Event, message: string, open: number): void {
  const close = message.indexOf(']:', open);
  if (open < 0 || codeAt(message, open) !== 0x5b || close < 0) return;
  event['destination.ip'] = readAddress(message, open + 1, close);
  if (event['destination.ip'] !== null) event['destination.port'] = readPortAt(message, close + 2);
}

const DELIVERY: ReadonlyMap<string, Outcome> = new Map([
  ['sent', 'success'],
  ['deliverable', 'success'],
  ['bounced', 'failure'],
  ['deferred', 'failure'],
  ['expired', 'failure'],
  ['undeliverable', 'failure'],
]);

function readAddresses(event: Event, message: string, at: number): void {
  const from = between(message, 'from=<', '>', at);
  const to = standsAt(message, 'from=', at) ? null : between(message, 'to=<', '>', at);
  if (from !== null) setField(event.record, 'mail_from', from);
  if (to !== null) setField(event.record, 'mail_to', to);
  event['email.from.address'] = from === '' ? null : from;
  event['email.to.address'] = to === '' ? null : to;
}

/** `NAME[ADDR][:PORT]` that ends at `end`; the name is `unknown` when it did not resolve. */
function readPeerBefore(event: Event, message: string, start: number, end: number): void {
  const close = message.lastIndexOf(']', end);
  const open = message.lastIndexOf('[', close);
  if (close < start || open < start) return;
  event['source.ip'] = readAddress(message, open + 1, close);
  const name = message.slice(start, open);
  if (name !== 'unknown' && name !== '') event['source.domain'] = name;
  if (codeAt(message, close + 1) !== 0x3a) return;
  event['source.port'] = readPortAt(message, close + 2);
}
