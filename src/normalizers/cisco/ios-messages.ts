import { codeAt } from '../../model/code-at.js';
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
  CONNECTION_END,
  CONNECTION_START,
  END,
  INFO,
  NETWORK,
  PROCESS,
  START,
} from '../ecs.js';
import { setField } from '../raw-fields.js';
import { between, keyValue, readPort, wordEnd } from '../text.js';
import { setMac, setSource, setTransport, toCount, toPort } from '../values.js';
import { readAclEndpoint } from './endpoint.js';

/** Longest name of the process before an access list's text. */
const MAX_PROCESS = 64;

/** Mnemonic → reader of its text (Cisco IOS, IOS XE and NX-OS system messages). */
export const IOS_MESSAGES: ReadonlyMap<string, (event: Event, text: string) => void> = new Map([
  ['IPACCESSLOGP', readAccessList],
  ['IPACCESSLOGDP', readAccessList],
  ['IPACCESSLOGNP', readAccessList],
  ['IPACCESSLOGRP', readAccessList],
  ['IPACCESSLOGSP', readAccessList],
  ['IPACCESSLOGS', readStandardList],
  ['IPV6ACCESSLOGP', readAccessList],
  ['IPV6ACCESSLOGDP', readAccessList],
  ['IPV6ACCESSLOGNP', readAccessList],
  ['IPV6ACCESSLOGSP', readAccessList],
  ['ACCESSLOGSP', readAccessList],
  ['ACCESSLOGP', readAccessList],
  ['ACCESSLOGDP', readAccessList],
  ['ACCESSLOGNP', readAccessList],
  ['LOGIN_SUCCESS', readLogin],
  ['WEBLOGIN_SUCCESS', readLogin],
  ['LOGIN_FAILED', readLogin],
  ['LOGIN_PASSED', readWebLogin],
  ['QUIET_MODE_ON', readQuietMode],
  ['CFGLOG_LOGGEDCMD', readLoggedCommand],
  ['CONFIG_I', readConfigured],
  ['CONFIG_P', readConfigured],
  ['VSHD_SYSLOG_CONFIG_I', readConfigured],
  ['LOGOUT', readLogout],
  ['LOGOUT_C6K', readLogout],
  ['PRIV_AUTH_FAIL', readPrivilege],
  ['PRIV_AUTH_PASS', readPrivilege],
  ['SSH_USERAUTH', readSshLogin],
  ['SSH2_USERAUTH', readSshLogin],
  ['SSH2_CLOSE', readSshClose],
  ['SSH_CLOSE', readSshClose],
  ['SSH2_UNEXPECTED_MSG', readSshRefusal],
  ['INFO_SUCCESS', readXrLogin],
  ['AUTHEN_SUCCESS', readXrLogin],
  ['AUTHEN_FAILED', readXrLogin],
  ['AUTH_PASSED', readNetconfLogin],
  ['AUTH_FAILED', readNetconfLogin],
  ['SSH2_SESSION', readSshSession],
  ['AUTHFAIL', readSnmpFailure],
  ['AUTH_FAIL', readSnmpFailure],
  ['BADAUTH', readBadDigest],
  ['AAA_ACCOUNTING_MESSAGE', readAccounting],
  ['SESS_AUDIT_TRAIL', readSession],
  ['SESS_AUDIT_TRAIL_START', readSession],
  ['DROP_PKT', readDroppedPacket],
  ['ACLLOG_FLOW_INTERVAL', readFlow],
  ['ACLLOG_NEW_FLOW', readFlow],
  ['RECVD_PKT_INV_SPI', readInvalidSpi],
  ['SUCCESS', readPortLogin],
  ['FAIL', readPortLogin],
]);

/**
 * `list NAME denied udp a(p) -> b(p), N packets`; before it IOS XE names its process (`R0/0: fman_fp_image: `), IOS XR says
 * `access-list NAME deny`; between source and arrow there may be ` (interface mac)`.
 */
function readAccessList(event: Event, line: string): void {
  const text = line.slice(Math.max(0, line.slice(0, MAX_PROCESS).indexOf('list ')));
  const verbEnd = setVerdict(event, text);
  if (verbEnd < 0) return;
  const transportEnd = wordEnd(text, verbEnd + 1);
  const transport = text.slice(verbEnd + 1, transportEnd);
  if (transport !== '0') setTransport(event, transport);
  if (transport === 'icmp') readIcmp(event, text);
  // IOS XE puts the sender's MAC address before its own.
  const macEnd = wordEnd(text, transportEnd + 1);
  const hasMac = macEnd - transportEnd === 18 && codeAt(text, transportEnd + 3) === 0x2d;
  const source = readAclEndpoint(text, hasMac ? macEnd + 1 : transportEnd + 1);
  setSource(event, source.ip ?? source.name);
  event['source.port'] = source.port;
  const arrow = text.indexOf('-> ', source.end);
  if (arrow < 0) return;
  const destination = readAclEndpoint(text, arrow + 3);
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
}

/** ` (type/code),` behind the two ends. */
function readIcmp(event: Event, text: string): void {
  const [type, code] = (between(text, ' (', '),', text.indexOf(' -> ')) ?? '').split('/', 2);
  const number = toCount(type);
  if (number === null) return;
  setField(event.record, 'icmp_type', number);
  const detail = toCount(code);
  if (detail !== null) setField(event.record, 'icmp_code', detail);
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
  const denied = verb === 'denied' || verb === 'deny';
  if (!denied && verb !== 'permitted' && verb !== 'permit') return -1;
  const type = denied ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, NETWORK, type, verb, denied ? 'failure' : 'success');
  event['rule.name'] = text.slice(5, nameEnd);
  return verbEnd;
}

/** `Login failed [user: U] [Source: A] [localport: 22] [Reason: R] at …`. */
function readLogin(event: Event, text: string): void {
  if (text.includes('nginx: Login ')) {
    readWebLogin(event, text);
    return;
  }
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
  // The name is what somebody typed; what stands behind it is read from the last that looks like it.
  const source = text.lastIndexOf('] [Source: ');
  const user = source < 0 ? between(text, '[user: ', ']') : named(text, '[user: ', source);
  event['user.name'] = user === '' ? null : user;
  event['source.ip'] = toAddress(between(text, '[Source: ', ']', source));
  event['event.reason'] = between(text, '[Reason: ', ']', source);
  const port = between(text, '[localport: ', ']', source);
  if (port !== null) event['destination.port'] = readPort(port, 0, port.length);
}

/** What stands behind the first `lead`, up to `end`. */
function named(text: string, lead: string, end: number): string | null {
  const start = text.indexOf(lead) + lead.length;
  return start < lead.length || end < start ? null : text.slice(start, end);
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

/** `Authentication to Privilege level 15 failed by U on vty0 (A)`, `Privilege level set to 15 by U on vty0 (A)`. */
function readPrivilege(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'enable', outcome(event['event.code'] !== 'PRIV_AUTH_FAIL'));
  event['user.name'] = between(text, ' by ', ' on ');
  event['source.ip'] = toAddress(between(text, '(', ')'));
}

/** IOS XE: `R0/0: nginx: Login Successful from host A by user 'U' using crypto cipher …`, `Login Un-Successful …`. */
function readWebLogin(event: Event, text: string): void {
  const by = text.indexOf(" by user '");
  const isFailed = text.slice(0, by < 0 ? undefined : by).includes('Login Un-Successful');
  classify(event, AUTHENTICATION, START, 'login', outcome(!isFailed));
  event['user.name'] = between(text, " by user '", "'");
  event['source.ip'] = toAddress(between(text, ' from host ', ' '));
}

/** IOS XR: `Failed authentication attempt by user 'U' from 'A' on 'vty0'`, `Successfully authenticated user 'U' from 'A' …`. */
function readXrLogin(event: Event, text: string): void {
  if (!text.includes('uthenticat')) return;
  classify(event, AUTHENTICATION, START, 'login', outcome(event['event.code'] !== 'AUTHEN_FAILED'));
  const from = text.lastIndexOf("' from '");
  event['user.name'] = named(text, "user '", from);
  event['source.ip'] = toAddress(between(text, " from '", "'", from));
}

/** `R0/0: dmiauthd: User 'U' authenticated successfully from A:P …`, `Authentication failed from A:P for user 'U' …`. */
function readNetconfLogin(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'login', outcome(event['event.code'] === 'AUTH_PASSED'));
  event['user.name'] = between(text, "ser '", "'");
  // Of a success the name stands before the address.
  const from = event['event.outcome'] === 'success' ? text.lastIndexOf(' from ') : text.indexOf(' from ');
  if (from >= 0) setPeer(event, text.slice(from + 6, wordEnd(text, from + 6)));
}

/** 802.1X, MAB: `Authentication failed for client (mac) on Interface I …`; the port's user is not named. */
function readPortLogin(event: Event, text: string): void {
  const mac = between(text, ' client (', ')');
  if (mac === null) return;
  classify(event, AUTHENTICATION, START, 'port_login', outcome(event['event.code'] === 'SUCCESS'));
  setMac(event, dottedMac(mac));
  event['observer.ingress.interface.name'] = between(text, ' on Interface ', ' ');
}

/** `0000.5e00.5301` as `00:00:5e:00:53:01`. */
function dottedMac(text: string): string {
  return text.replaceAll('.', '').replaceAll(/(..)(?=.)/g, '$1:');
}

/** `User 'U' authentication for SSH2 Session from A (tty = 0) using crypto cipher … Succeeded`. */
function readSshLogin(event: Event, text: string): void {
  const words = text.lastIndexOf("' authentication for ");
  classify(event, AUTHENTICATION, START, 'ssh_login', outcome(!text.includes('Failed', words)));
  event['user.name'] = named(text, "User '", words);
  event['source.ip'] = toAddress(between(text, ' from ', ' ', words));
}

/** `SSH2 Session from A (tty = 0) for user 'U' using crypto cipher … closed`. */
function readSshClose(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_END, 'ssh_disconnect', null);
  event['user.name'] = between(text, "for user '", "'");
  event['source.ip'] = toAddress(between(text, ' from ', ' '));
}

/** `… Terminating the connection from A`. */
function readSshRefusal(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION, 'ssh_connection', 'failure');
  event['source.ip'] = toAddress(text.slice(text.lastIndexOf(' ') + 1));
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

/** Zone firewall: `[…:]Stop tcp session: initiator (A:p) sent N bytes -- responder (B:p) sent N bytes`. */
function readSession(event: Event, text: string): void {
  const stop = text.includes('Stop ');
  classify(
    event,
    NETWORK,
    stop ? CONNECTION_END : CONNECTION_START,
    stop ? 'teardown' : 'built',
    stop ? null : 'success',
  );
  const protocol = between(text, stop ? 'Stop ' : 'Start ', ' session');
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'icmp') setTransport(event, protocol);
  setPeer(event, between(text, 'initiator (', ')'));
  const responder = text.indexOf('responder (');
  if (responder < 0) return;
  setFarEnd(event, between(text, 'responder (', ')'));
  event['source.bytes'] = toCount(between(text, ' sent ', ' bytes') ?? undefined);
  event['destination.bytes'] = toCount(between(text, ' sent ', ' bytes', responder) ?? undefined);
}

/** `Dropping tcp session A:p B:p on zone-pair …`, of IOS XE `Dropping tcp pkt from INTERFACE A:p => B:p(…`. */
function readDroppedPacket(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'drop', 'failure');
  const words = text.slice(text.indexOf('Dropping ')).split(' ', 8);
  setTransport(event, words[1] ?? null);
  const from = words[3] === 'from' ? 5 : 3;
  setPeer(event, words[from]!);
  setFarEnd(event, words[words[from + 1] === '=>' ? from + 2 : from + 1]?.split('(')[0] ?? null);
  event['event.reason'] = between(text, ' due to ', ' with ip ident');
}

/** NX-OS: `Src IP: A, Dst IP: B, Src Port: p, Dst Port: p, …, Protocol: "TCP"(6), …[ACE Action: Deny]`. */
function readFlow(event: Event, text: string): void {
  const denied = /ACE Action: Deny/i.test(text);
  const known = denied || text.includes('ACE Action: ');
  const type = denied ? CONNECTION_DENIED : known ? CONNECTION_ALLOWED : CONNECTION;
  classify(
    event,
    NETWORK,
    type,
    known ? (denied ? 'deny' : 'permit') : null,
    known ? outcome(!denied) : null,
  );
  event['source.ip'] = toAddress(between(text, 'Source IP: ', ',') ?? between(text, 'Src IP: ', ','));
  event['destination.ip'] = toAddress(
    between(text, 'Destination IP: ', ',') ?? between(text, 'Dst IP: ', ','),
  );
  event['source.port'] = toPort(
    between(text, 'Source Port: ', ',') ?? between(text, 'Src Port: ', ',') ?? undefined,
  );
  event['destination.port'] = toPort(
    between(text, 'Destination Port: ', ',') ?? between(text, 'Dst Port: ', ',') ?? undefined,
  );
  event['observer.ingress.interface.name'] =
    between(text, 'Source Interface: ', ',') ?? between(text, 'Src Intf: ', ',');
  event['rule.name'] = between(text, 'ACL Name: ', ',');
  setTransport(event, between(text, 'Protocol: "', '"'));
}

/** `… has invalid spi for destaddr=B, prot=50, spi=…, srcaddr=A, input interface=I`. */
function readInvalidSpi(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'deny', 'failure');
  event['source.ip'] = toAddress(keyValue(text, 'srcaddr='));
  event['destination.ip'] = toAddress(keyValue(text, 'destaddr='));
  setTransport(event, keyValue(text, 'prot='));
}

/** `A:p` as the source. */
function setPeer(event: Event, text: string | null): void {
  const colon = text?.lastIndexOf(':') ?? -1;
  if (text === null || colon < 0) return;
  event['source.ip'] = toAddress(text.slice(0, colon));
  event['source.port'] = toPort(text.slice(colon + 1));
}

/** `B:p` as the destination. */
function setFarEnd(event: Event, text: string | null): void {
  const colon = text?.lastIndexOf(':') ?? -1;
  if (text === null || colon < 0) return;
  event['destination.ip'] = toAddress(text.slice(0, colon));
  event['destination.port'] = toPort(text.slice(colon + 1));
}

function outcome(good: boolean): Outcome {
  return good ? 'success' : 'failure';
}
