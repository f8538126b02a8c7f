import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, DENIED, ERROR, START, WEB } from './ecs.js';
import { setDomain, setRequestLine } from './http-request.js';
import { readModSecurity } from './mod-security.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, digitsEnd, readInteger, wordEnd } from './text.js';
import { webLogsource } from './web-logsource.js';

/** `2026/11/19 13:55:36 ` in front of the level; absent where syslog has brought the time. */
const STAMP_LENGTH = 20;

/** `[stamp ][error] 12#34: *5 TEXT, client: ADDR, server: NAME, request: "GET / HTTP/1.1", host: "NAME"`. */
export const nginxError: Normalizer = {
  name: 'nginx-error',
  summary: 'nginx error log: missing files, failed logins, limits, ModSecurity',
  programs: ['nginx', 'nginx-error'],
  formats: ['plain', 'rfc3164'],
  initials: '[0123456789',
  normalize(event) {
    const message = event.message;
    if (codeAt(message, 0) !== 0x5b && codeAt(message, STAMP_LENGTH) !== 0x5b) return false;
    const open = message.indexOf('[');
    if (open !== 0 && open !== STAMP_LENGTH) return false;
    const close = message.indexOf('] ', open);
    const pidEnd = digitsEnd(message, close + 2);
    if (close < 0 || close - open > 8 || pidEnd === close + 2 || codeAt(message, pidEnd) !== 0x23)
      return false;
    event.logsource = webLogsource('nginx');
    event['process.pid'] = readInteger(message, close + 2, pidEnd);
    event['log.level'] = message.slice(open + 1, close);
    setField(event.record, 'level', event['log.level']);
    readText(event, message, pidEnd);
    return true;
  },
};

function readText(event: Event, message: string, from: number): void {
  classify(event, WEB, ERROR, 'web_error', null);
  const text = message.indexOf(': ', from) + 2;
  const number = codeAt(message, text) === 0x2a ? message.indexOf(' ', text) + 1 : text;
  event['source.ip'] = clientAddress(message, text, number);
  const request = between(message, ', request: "', '"', text);
  if (request !== null) setRequestLine(event, request);
  const host = between(message, ', host: "', '"', text) ?? between(message, ', server: ', ',', text);
  if (host !== null && host !== '_') setDomain(event, host);
  if (message.startsWith('user "', number)) {
    classify(event, AUTHENTICATION, START, 'web_login', 'failure');
    event['user.name'] =
      between(message, 'user "', '": password mismatch', number) ??
      between(message, 'user "', '" was not found', number) ??
      between(message, 'user "', '"', number);
    event['event.reason'] = between(message, '": ', ', client: ', number) ?? 'user not found';
  } else if (codeAt(message, number) === 0x5b) {
    readModSecurity(event, message, message.indexOf('] ', number) + 2);
  } else if (message.startsWith('limiting ', number)) {
    classify(event, WEB, DENIED, 'rate_limited', 'failure');
  } else if (message.startsWith('access forbidden by rule', number)) {
    classify(event, WEB, DENIED, 'access_denied', 'failure');
  }
}

/** Texts in which nothing of the client's stands before its address; a name of HTTP's has no colon. */
const OWN_TEXTS = [
  'user "',
  'limiting ',
  'access forbidden by rule',
  // Others that begin so quote a header.
  'client intended to send ',
  'upstream timed out ',
  'upstream prematurely closed ',
] as const;

/**
 * File names stand before the address, headers behind it, and both are the client's text: when the line names two clients, neither is proven,
 * but where nginx alone spoke before the first.
 */
function clientAddress(message: string, from: number, text: number): string | null {
  const first = message.indexOf(', client: ', from);
  if (first < 0) {
    // `client ADDR closed keepalive connection`.
    const at = codeAt(message, from) === 0x2a ? message.indexOf(' ', from) + 1 : from;
    return message.startsWith('client ', at) ? readAddress(message, at + 7, wordEnd(message, at + 7)) : null;
  }
  const address = addressAfter(message, first + 10);
  if (OWN_TEXTS.some((words) => message.startsWith(words, text))) return address;
  for (let at = first; at >= 0; at = message.indexOf(', client: ', at + 10))
    if (addressAfter(message, at + 10) !== address) return null;
  return address;
}

function addressAfter(message: string, start: number): string | null {
  const end = message.indexOf(',', start);
  return readAddress(message, start, end < 0 ? message.length : end);
}
