import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION_DENIED, INFO, NETWORK, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { between, onlyBetween, readPort, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'asterisk', services: ['asterisk'] });
const LOGIN = closedLogsource({
  product: 'asterisk',
  categories: ['authentication'],
  services: ['asterisk'],
});

const LEVELS = ['NOTICE[', 'SECURITY[', 'WARNING[', 'ERROR[', 'VERBOSE['] as const;
/** Level, thread, call, file, line and function stand before it. */
const LONGEST_PLACE = 160;

/**
 * Asterisk, through syslog `NOTICE[9]: chan_sip.c:123 in FUNCTION: TEXT`, in files `[STAMP] NOTICE[9][C-1] chan_sip.c: TEXT`.
 * Of the text the From header, the account, the extension and the call's id are what somebody sent.
 */
export const asterisk: Normalizer = {
  name: 'asterisk',
  summary: 'Asterisk: registrations and requests refused, calls to nowhere, security events, manager logins',
  programs: ['asterisk'],
  formats: ['plain'],
  initials: '[',
  normalize(event) {
    const message = event.message;
    const isStamped = codeAt(message, 0) === 0x5b;
    const level = isStamped ? message.indexOf('] ') + 2 : 0;
    const isLogged = (!isStamped || level > 1) && LEVELS.some((word) => standsAt(message, word, level));
    if (!isLogged && event['process.name'] !== 'asterisk') return false;
    event.logsource = LOGSOURCE;
    if (isLogged) readText(event, message, textStart(message, level));
    return true;
  },
};

/** After `FILE.c: ` or `FILE.c:LINE in FUNCTION: `. */
function textStart(message: string, level: number): number {
  const file = message.slice(level, level + LONGEST_PLACE).indexOf('.c:');
  if (file < 0) return message.length;
  const colon = message.indexOf(': ', level + file + 2);
  return colon < 0 ? message.length : colon + 2;
}

function readText(event: Event, message: string, at: number): void {
  if (standsAt(message, "Registration from '", at)) readRegistration(event, message, at + 19);
  else if (standsAt(message, "Request '", at)) readRequest(event, message, at);
  else if (standsAt(message, 'SecurityEvent="', at)) readSecurityEvent(event, message, at);
  else if (standsAt(message, "Call from '", at)) readCall(event, message, at + 11);
  else readManager(event, message, at);
}

const FAILED = "' failed for '";

/** chan_sip: `'"100" <sip:100@HOST>' failed for 'ADDR:PORT' - REASON`; the reason is Asterisk's own, so the last frame is. */
function readRegistration(event: Event, message: string, from: number): void {
  startLogin(event, 'sip_login', 'failure');
  const failed = message.lastIndexOf(FAILED);
  if (failed < from) return;
  event['user.name'] = sipUser(message, from, failed);
  readFailure(event, message, failed);
}

/** PJSIP: `'REGISTER' from '…' failed for 'ADDR:PORT' (callid: …) - REASON`: somebody's text stands on both sides. */
function readRequest(event: Event, message: string, at: number): void {
  startLogin(event, 'sip_login', 'failure');
  const from = message.indexOf("' from '", at) + 8;
  const failed = message.indexOf(FAILED, from);
  if (from < 8 || failed < 0 || message.indexOf(FAILED, failed + 1) >= 0) return;
  event['user.name'] = sipUser(message, from, failed);
  readFailure(event, message, failed);
}

function readFailure(event: Event, message: string, failed: number): void {
  const address = failed + FAILED.length;
  const close = message.indexOf("'", address);
  setCaller(event, message, address, close);
  const reason = message.lastIndexOf(' - ');
  if (reason > close && close > 0) event['event.reason'] = message.slice(reason + 3);
}

/** Of `"100" <sip:100@192.0.2.1>`; null where the name before it imitates an address. */
function sipUser(message: string, from: number, to: number): string | null {
  const header = message.slice(from, to);
  const open = header.indexOf('<');
  if ((open >= 0 && header.indexOf('<', open + 1) >= 0) || !header.startsWith('sip', open + 1)) return null;
  const start = header.indexOf(':', open) + 1;
  const at = header.indexOf('@', start);
  return start > 0 && at > start ? header.slice(start, at) : null;
}

/** `ADDR:PORT`; IPv6 stands in brackets. */
function setCaller(event: Event, message: string, start: number, end: number): void {
  const colon = message.lastIndexOf(':', end - 1);
  if (colon < start) return;
  const isBracketed = codeAt(message, start) === 0x5b && codeAt(message, colon - 1) === 0x5d;
  const from = isBracketed ? start + 1 : start;
  event['source.ip'] = readAddress(message, from, isBracketed ? colon - 1 : colon);
  if (event['source.ip'] !== null) event['source.port'] = readPort(message, colon + 1, end);
}

const EVENTS: ReadonlyMap<string, Outcome> = new Map([
  ['SuccessfulAuth', 'success'],
  ['InvalidPassword', 'failure'],
  ['InvalidAccountID', 'failure'],
  ['ChallengeResponseFailed', 'failure'],
  ['FailedACL', 'failure'],
  ['AuthMethodNotAllowed', 'failure'],
]);

/** `SecurityEvent="InvalidPassword",…,AccountID="100",…,RemoteAddress="IPV4/UDP/ADDR/PORT",…`. */
function readSecurityEvent(event: Event, message: string, at: number): void {
  const name = between(message, 'SecurityEvent="', '"', at);
  const outcome = name === null ? undefined : EVENTS.get(name);
  event['event.code'] = name;
  const isManager = onlyBetween(message, ',Service="', '"', at) === 'AMI';
  if (outcome === undefined) classify(event, NETWORK, INFO, null, null);
  else startLogin(event, isManager ? 'admin_login' : 'sip_login', outcome);
  const account = onlyBetween(message, ',AccountID="', '",SessionID="', at);
  const isWhole = onlyBetween(message, ',SessionID="', '"', at) !== null;
  event['user.name'] = !isWhole || account === '' || account === '<unknown>' ? null : account;
  const remote = onlyBetween(message, ',RemoteAddress="', '"', at)?.split('/', 4);
  if (remote === undefined || remote.length < 4) return;
  const [, transport = '', address = '', port = ''] = remote;
  event['source.ip'] = readAddress(address, 0, address.length);
  event['source.port'] = readPort(port, 0, port.length);
  event['network.transport'] = transport.slice(0, 8).toLowerCase();
}

/** `Call from 'PEER' (ADDR:PORT) to extension 'DIALLED' rejected because …`. */
function readCall(event: Event, message: string, from: number): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'sip_call', 'failure');
  const address = onlyBetween(message, "' (", ") to extension '", from);
  const open = message.indexOf("' (", from);
  if (address === null || message.indexOf(") to extension '", open + address.length + 4) >= 0) return;
  setCaller(event, message, open + 3, open + 3 + address.length);
  event['user.name'] = message.slice(from, open) || null;
}

/** manager.c: `ADDR failed to authenticate as 'NAME'`, in older versions with `Host ` before it. */
function readManager(event: Event, message: string, at: number): void {
  const start = standsAt(message, 'Host ', at) ? at + 5 : at;
  const end = wordEnd(message, start);
  if (!standsAt(message, " failed to authenticate as '", end) || !message.endsWith("'")) return;
  startLogin(event, 'admin_login', 'failure');
  event['source.ip'] = readAddress(message, start, end);
  event['user.name'] = message.slice(end + 28, -1) || null;
}

function startLogin(event: Event, action: string, outcome: Outcome): void {
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, action, outcome);
}
