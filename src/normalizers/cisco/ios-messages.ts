import type { Event, Outcome } from '../../model/event.js';
import { toAddress } from '../address.js';
import { classify } from '../classify.js';
import {
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  CONNECTION,
  CONNECTION_ALLOWED,
  CONNECTION_DENIED,
  END,
  INFO,
  NETWORK,
  PROCESS,
  START,
} from '../ecs.js';
import { between, readPort, wordEnd } from '../text.js';
import { setSource, setTransport } from '../values.js';
import { readAclEndpoint } from './endpoint.js';

/** Mnemonic → reader of its text (Cisco IOS, IOS XE and NX-OS system messages). */
export const IOS_MESSAGES: ReadonlyMap<string, (event: Event, text: string) => void> = new Map([
  ['IPACCESSLOGP', readAccessList],
  ['IPACCESSLOGDP', readAccessList],
  ['IPACCESSLOGNP', readAccessList],
  ['IPACCESSLOGS', readStandardList],
  ['ACCESSLOGP', readAccessList],
  ['ACCESSLOGDP', readAccessList],
  ['ACCESSLOGNP', readAccessList],
  ['LOGIN_SUCCESS', readLogin],
  ['WEBLOGIN_SUCCESS', readLogin],
  ['LOGIN_FAILED', readLogin],
  ['QUIET_MODE_ON', readQuietMode],
  ['CFGLOG_LOGGEDCMD', readLoggedCommand],
  ['CONFIG_I', readConfigured],
  ['CONFIG_P', readConfigured],
  ['VSHD_SYSLOG_CONFIG_I', readConfigured],
  ['LOGOUT', readLogout],
  ['SSH2_USERAUTH', readSshLogin],
  ['SSH2_SESSION', readSshSession],
  ['AUTHFAIL', readSnmpFailure],
  ['AUTH_FAIL', readSnmpFailure],
  ['BADAUTH', readBadDigest],
  ['AAA_ACCOUNTING_MESSAGE', readAccounting],
]);

/** `list NAME denied udp a(p) -> b(p), N packets`; between source and arrow there may be ` (interface mac)`. */
function readAccessList(event: Event, text: string): void {
  const verbEnd = setVerdict(event, text);
  if (verbEnd < 0) return;
  const transportEnd = wordEnd(text, verbEnd + 1);
  const transport = text.slice(verbEnd + 1, transportEnd);
  if (transport !== '0') setTransport(event, transport);
  const source = readAclEndpoint(text, transportEnd + 1);
  setSource(event, source.ip ?? source.name);
  event['source.port'] = source.port;
  const arrow = text.indexOf(' -> ', source.end);
  if (arrow < 0) return;
  const destination = readAclEndpoint(text, arrow + 4);
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
}

/** `list 1 denied 192.0.2.1 1 packet`. */
function readStandardList(event: Event, text: string): void {
  const verbEnd = setVerdict(event, text);
  if (verbEnd >= 0) setSource(event, readAclEndpoint(text, verbEnd + 1).ip);
}

/** `list NAME {permitted|denied}`; the index after it, -1 when it does not begin so. */
function setVerdict(event: Event, text: string): number {
  if (!text.startsWith('list ')) return -1;
  const nameEnd = wordEnd(text, 5);
  const verbEnd = wordEnd(text, nameEnd + 1);
  const verb = text.slice(nameEnd + 1, verbEnd);
  if (verb !== 'denied' && verb !== 'permitted') return -1;
  const denied = verb === 'denied';
  const type = denied ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, NETWORK, type, verb, denied ? 'failure' : 'success');
  event['rule.name'] = text.slice(5, nameEnd);
  return verbEnd;
}

/** `Login failed [user: U] [Source: A] [localport: 22] [Reason: R] at …`. */
function readLogin(event: Event, text: string): void {
  const failed = event['event.code'] === 'LOGIN_FAILED';
  classify(event, AUTHENTICATION, START, 'login', outcome(!failed));
  readLoginParts(event, text);
}

/** `Still timeleft for watching failures is N secs, [user: U] [Source: A] [localport: P] [Reason: R] [ACL: L] …`. */
function readQuietMode(event: Event, text: string): void {
  classify(event, AUTHENTICATION, INFO, 'logins_blocked', null);
  readLoginParts(event, text);
}

function readLoginParts(event: Event, text: string): void {
  const user = between(text, '[user: ', ']');
  event['user.name'] = user === '' ? null : user;
  event['source.ip'] = toAddress(between(text, '[Source: ', ']'));
  event['event.reason'] = between(text, '[Reason: ', ']');
  const port = between(text, '[localport: ', ']');
  if (port !== null) event['destination.port'] = readPort(port, 0, port.length);
}

/** `User:U  logged command:C`. */
function readLoggedCommand(event: Event, text: string): void {
  classify(event, CONFIGURATION, CHANGE, 'command', null);
  if (text.startsWith('User:')) event['user.name'] = text.slice(5, wordEnd(text, 5));
  const command = text.indexOf('logged command:');
  if (command >= 0) event['process.command_line'] = text.slice(command + 15);
}

/** `Configured from console by U on vty0 (A)`, `… by U on A@pts/0`. */
function readConfigured(event: Event, text: string): void {
  classify(event, CONFIGURATION, CHANGE, 'configured', null);
  const by = text.indexOf(' by ');
  if (by < 0) return;
  const userEnd = wordEnd(text, by + 4);
  event['user.name'] = text.slice(by + 4, userEnd);
  event['source.ip'] = toAddress(between(text, '(', ')', userEnd) ?? between(text, ' on ', '@', userEnd));
}

/** `User U has exited tty session 2(A)`. */
function readLogout(event: Event, text: string): void {
  classify(event, AUTHENTICATION, END, 'logout', null);
  event['user.name'] = between(text, 'User ', ' has exited');
  event['source.ip'] = toAddress(between(text, '(', ')'));
}

/** `User 'U' authentication for SSH2 Session from A (tty = 0) using crypto cipher … Succeeded`. */
function readSshLogin(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'ssh_login', outcome(!text.includes('Failed')));
  event['user.name'] = between(text, "User '", "'");
  event['source.ip'] = toAddress(between(text, ' from ', ' '));
}

/** `SSH2 Session request from A (tty = 0) using crypto cipher … Succeeded`. */
function readSshSession(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION, 'ssh_connection', outcome(!text.includes('Failed')));
  event['source.ip'] = toAddress(between(text, ' from ', ' '));
}

/** `Authentication failure for SNMP req from host A`. */
function readSnmpFailure(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'snmp_request', 'failure');
  const last = text.slice(text.lastIndexOf(' ') + 1);
  event['source.ip'] = toAddress(last);
}

/** `Invalid MD5 digest from A(179) to B(1024)`. */
function readBadDigest(event: Event, text: string): void {
  classify(event, NETWORK, INFO, 'bad_digest', 'failure');
  const from = text.indexOf(' from ');
  if (from < 0) return;
  const source = readAclEndpoint(text, from + 6);
  event['source.ip'] = source.ip;
  event['source.port'] = source.port;
  const to = text.indexOf(' to ', source.end);
  if (to < 0) return;
  const destination = readAclEndpoint(text, to + 4);
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
}

/** NX-OS: `update:A@pts/0:U:C (SUCCESS)`. */
function readAccounting(event: Event, text: string): void {
  classify(event, PROCESS, INFO, 'command', text.endsWith('(SUCCESS)') ? 'success' : null);
  const at = text.indexOf('@');
  const kind = text.indexOf(':');
  if (kind < 0 || at < kind) return;
  event['source.ip'] = toAddress(text.slice(kind + 1, at));
  const terminalEnd = text.indexOf(':', at);
  const userEnd = terminalEnd < 0 ? -1 : text.indexOf(':', terminalEnd + 1);
  if (userEnd < 0) return;
  event['user.name'] = text.slice(terminalEnd + 1, userEnd);
  const result = text.lastIndexOf(' (');
  event['process.command_line'] = text.slice(userEnd + 1, result > userEnd ? result : undefined);
}

function outcome(good: boolean): Outcome {
  return good ? 'success' : 'failure';
}
