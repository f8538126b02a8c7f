import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, type Logsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { readEndpoint } from './cisco/endpoint.js';
import { setDestinationNat, setSourceNat } from './cisco/ends.js';
import { classify } from './classify.js';
import { isDenial } from './device-action.js';
import {
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  CONNECTION,
  CONNECTION_DENIED,
  CONNECTION_END,
  CONNECTION_START,
  END,
  INFO,
  INTRUSION_DETECTION,
  MALWARE,
  NETWORK,
  START,
} from './ecs.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { readPortAt, skipBlanks, standsAt, wordEnd } from './text.js';
import { setSeconds, setTransport, toCount, toPort } from './values.js';

type Parameters = { [name: string]: string | string[] };

const JUNOS = closedLogsource({ product: 'juniper', services: ['syslog'] });
const LOGIN = withLogins(JUNOS);
const FIREWALL = closedLogsource({ product: 'juniper', categories: ['firewall'], services: ['srx'] });
const IDS = closedLogsource({ product: 'juniper', categories: ['firewall', 'ids'], services: ['srx'] });
const ANTIVIRUS = closedLogsource({ product: 'juniper', categories: ['antivirus'], services: ['srx'] });
const PROXY = closedLogsource({ product: 'juniper', categories: ['proxy'], services: ['srx'] });
const BGP = closedLogsource({ product: 'juniper', services: ['bgp', 'syslog'] });

/**
 * Junos: structured syslog whose SD-ID is `junos@2636.…` and whose MSGID names the event, and the unstructured
 * form `RT_FLOW: RT_FLOW_SESSION_CREATE: session created A/p->B/p …`.
 */
export const juniperSrx: Normalizer = {
  name: 'juniper-srx',
  summary: 'Juniper Junos and SRX: RT_FLOW, RT_IDS, UTM, logins, routing daemon',
  programs: ['rt_flow', 'rt_ids', 'rt_utm', 'rt_idp', 'mgd', 'rpd', 'sshd', 'login', 'kernel'],
  formats: ['rfc5424'],
  normalize(event) {
    const parameters = junosParameters(event);
    if (parameters === null) return readUnstructured(event);
    const name = event.record.msgid;
    if (name === null) return false;
    event['event.code'] = name;
    event['observer.vendor'] = 'Juniper';
    event.logsource = logsourceOf(name);
    setEnds(event, parameters);
    setAction(event, name.endsWith('_LS') ? name.slice(0, -3) : name, parameters);
    return true;
  },
};

function junosParameters(event: Event): Parameters | null {
  const data = event.record.structuredData;
  if (data === null) return null;
  for (const id in data) if (id.startsWith('junos@')) return data[id]!;
  return null;
}

function logsourceOf(name: string): Logsource {
  if (name.startsWith('RT_FLOW')) return FIREWALL;
  if (name.startsWith('WEBFILTER_')) return PROXY;
  if (IDS_NAMES.some((word) => name.startsWith(word))) return IDS;
  if (name.startsWith('AV_VIRUS_DETECTED')) return ANTIVIRUS;
  if (name.endsWith('LOGIN_FAILED') || LOGINS.has(name)) return LOGIN;
  return name.startsWith('BGP_') ? BGP : JUNOS;
}

const IDS_NAMES = ['RT_SCREEN_', 'IDP_', 'AAMW_', 'SRX_AAMW_', 'SECINTEL_'];

function setEnds(event: Event, from: Parameters): void {
  event['source.ip'] = toAddress(text(from, 'source-address') ?? text(from, 'remote-address'));
  event['source.port'] = toPort(text(from, 'source-port') ?? undefined);
  event['source.nat.ip'] = natAddress(from, 'nat-source-address', 'source-address');
  if (event['source.nat.ip'] !== null) {
    event['source.nat.port'] = toPort(text(from, 'nat-source-port') ?? undefined);
  }
  event['source.bytes'] = toCount(text(from, 'bytes-from-client') ?? undefined);
  event['destination.ip'] = toAddress(text(from, 'destination-address'));
  event['destination.port'] = toPort(text(from, 'destination-port') ?? undefined);
  event['destination.nat.ip'] = natAddress(from, 'nat-destination-address', 'destination-address');
  if (event['destination.nat.ip'] !== null) {
    event['destination.nat.port'] = toPort(text(from, 'nat-destination-port') ?? undefined);
  }
  event['destination.bytes'] = toCount(text(from, 'bytes-from-server') ?? undefined);
  event['observer.ingress.interface.name'] =
    text(from, 'packet-incoming-interface') ?? text(from, 'source-interface-name');
  event['user.name'] = knownName(text(from, 'username'));
  event['rule.name'] = text(from, 'attack-name') ?? text(from, 'policy-name');
  event['event.reason'] = text(from, 'reason');
  event['process.command_line'] = text(from, 'command');
  setTransport(event, text(from, 'protocol-id') ?? text(from, 'protocol-name'));
  setSeconds(event, text(from, 'elapsed-time') ?? undefined);
  const url = text(from, 'url') ?? text(from, 'obj');
  if (url !== null) setUrl(event, url);
}

function natAddress(from: Parameters, name: string, real: string): string | null {
  const nat = toAddress(text(from, name));
  return nat === '0.0.0.0' || nat === '::' || nat === toAddress(text(from, real)) ? null : nat;
}

const NOBODY: ReadonlySet<string> = new Set(['N/A', 'unauthenticated-user', 'unknown-user']);

function knownName(name: string | null): string | null {
  return name !== null && NOBODY.has(name) ? null : name;
}

const LOGINS: ReadonlySet<string> = new Set(['UI_LOGIN_EVENT', 'UI_AUTH_EVENT']);

/** What each event name means; its last words say what happened. */
function setAction(event: Event, name: string, from: Parameters): void {
  if (name.endsWith('_DENY')) classify(event, NETWORK, CONNECTION_DENIED, 'deny', 'failure');
  else if (name.endsWith('_SESSION_CREATE')) classify(event, NETWORK, CONNECTION_START, 'create', 'success');
  else if (name.endsWith('_SESSION_CLOSE')) classify(event, NETWORK, CONNECTION_END, 'close', 'success');
  else if (name.startsWith('APPTRACK_')) classify(event, NETWORK, CONNECTION, null, null);
  else if (name.endsWith('_BLOCKED')) classify(event, NETWORK, CONNECTION_DENIED, 'block', 'failure');
  else if (name.endsWith('LOGIN_FAILED')) classify(event, AUTHENTICATION, START, 'login', 'failure');
  else if (LOGINS.has(name)) setLogin(event, from);
  else if (name === 'UI_LOGOUT_EVENT') classify(event, AUTHENTICATION, END, 'logout', null);
  else if (name === 'UI_CMDLINE_READ_LINE') classify(event, CONFIGURATION, CHANGE, 'command', null);
  else if (name.startsWith('UI_C')) classify(event, CONFIGURATION, CHANGE, name.toLowerCase(), null);
  else if (event.logsource === ANTIVIRUS) {
    classify(event, MALWARE, INFO, 'malware_found', null);
    event['rule.name'] = text(from, 'name');
  } else if (event.logsource === IDS) {
    const action = text(from, 'action');
    // RT_SCREEN_TCP, RT_SCREEN_UDP, RT_SCREEN_ICMP say it nowhere else.
    if (name.startsWith('RT_SCREEN_') && event['network.transport'] === null) {
      const kind = name.slice(10).split('_', 1)[0]!;
      if (kind !== 'IP') setTransport(event, kind);
    }
    const stopped = action !== null && isDenial(action);
    classify(
      event,
      INTRUSION_DETECTION,
      stopped ? CONNECTION_DENIED : INFO,
      action,
      stopped ? 'failure' : null,
    );
  }
}

/** `ssh-connection`: client address, its port, server address, its port. */
function setLogin(event: Event, from: Parameters): void {
  classify(event, AUTHENTICATION, START, 'login', 'success');
  const [client, clientPort, server, serverPort] = (text(from, 'ssh-connection') ?? '').split(' ', 4);
  event['source.ip'] ??= toAddress(client);
  event['source.port'] ??= toPort(clientPort);
  event['destination.ip'] ??= toAddress(server);
  event['destination.port'] ??= toPort(serverPort);
}

function text(from: Parameters, name: string): string | null {
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  const first = typeof value === 'string' ? value : value?.[0];
  return first === undefined || first === '' ? null : first;
}

/** Junos' own programs without structured data; sshd and login belong to others then. */
function readUnstructured(event: Event): boolean {
  const name = event['process.name'] ?? '';
  const initial = codeAt(name, 0) | 0x20;
  if (initial === 0x73 || initial === 0x6c) return readDaemonLogin(event, event.message);
  if (initial === 0x6b) return readKernel(event, event.message);
  if (initial !== 0x72 && initial !== 0x6d) return false;
  const program = name.toLowerCase();
  if (program === 'rpd') {
    event.logsource = BGP;
    return true;
  }
  if (program === 'mgd') return readNamed(event, event.message);
  return program === 'rt_flow' ? readNamed(event, event.message) : false;
}

const UNSIGNED = 'tcp_auth_ok: Packet from ';

/** `tcp_auth_ok: Packet from A:P missing MD5 digest`, of a neighbour that somebody may imitate; all else is as on Linux. */
function readKernel(event: Event, message: string): boolean {
  if (!standsAt(message, UNSIGNED, 0)) return false;
  const end = wordEnd(message, UNSIGNED.length);
  const colon = message.lastIndexOf(':', end);
  const port = readPortAt(message, colon + 1);
  event.logsource = port === BGP_PORT ? BGP : JUNOS;
  event['event.category'] = NETWORK;
  event['source.ip'] = toAddress(message.slice(UNSIGNED.length, colon));
  event['source.port'] = port;
  return true;
}

const BGP_PORT = 179;

/** Of sshd and login: `SSHD_LOGIN_FAILED: Login failed for user 'U' from host 'A'` and its kin; the rest is as on Linux. */
function readDaemonLogin(event: Event, message: string): boolean {
  const colon =
    standsAt(message, 'SSHD_LOGIN', 0) || standsAt(message, 'LOGIN_', 0) ? message.indexOf(': ') : -1;
  if (colon < 0) return false;
  event['event.code'] = message.slice(0, colon);
  event.logsource = readLoginText(event, message, colon + 2) === null ? JUNOS : LOGIN;
  return true;
}

const readLoginText = sentenceReader([
  login("Login failed for user '{user.name}' from host '{source.ip}'", 'failure'),
  login('Login failed for user {user.name} from host {source.ip}', 'failure'),
  login("Login attempt for user '{user.name}' from host '{source.ip}' failed", 'failure'),
  login('User {user.name} logged in from host {source.ip} on device {process.tty.name}', 'success'),
  login('User {user.name} logged in from host [{source.ip}] on device {process.tty.name}', 'success'),
  login('User {user.name} logged in as root from host {source.ip} on device {process.tty.name}', 'success'),
]);

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'login', outcome };
}

/** `NAME: text`, where NAME is what would be the MSGID. */
function readNamed(event: Event, message: string): boolean {
  const colon = message.indexOf(':');
  if (colon < 3 || colon > 64 || codeAt(message, 0) < 0x41 || codeAt(message, 0) > 0x5a) return false;
  const name = message.slice(0, colon);
  event['event.code'] = name;
  event.logsource = logsourceOf(name);
  setAction(event, name, {});
  readArrow(event, message, skipBlanks(message, colon + 1));
  if (name.startsWith('UI_')) readUiUser(event, message, colon);
  return true;
}

/** `session denied A/p->B/p …`. */
function readArrow(event: Event, message: string, from: number): void {
  const arrow = message.indexOf('->', from);
  if (arrow < 0) return;
  const start = message.lastIndexOf(' ', arrow - 1) + 1;
  const source = readEndpoint(message.slice(start, arrow), 0);
  event['source.ip'] = source.ip;
  event['source.port'] = source.port;
  const end = wordEnd(message, arrow);
  const destination = readEndpoint(message.slice(arrow + 2, end), 0);
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
  readSession(event, message.slice(end + 1, end + 512).split(' '));
}

/**
 * What follows the two ends: `[0x0 ]SERVICE [A/p->B/p NAT-RULES] PROTOCOL POLICY FROM-ZONE TO-ZONE`, of a session that
 * is closed also `ID PACKETS(BYTES) PACKETS(BYTES) SECONDS`. A refused session has `6(0)` for the protocol.
 */
function readSession(event: Event, words: readonly string[]): void {
  const nat = (words[1]?.includes('->') ? words[1] : words[2])?.split('->') ?? [];
  if (nat.length === 2) {
    setSourceNat(event, readEndpoint(nat[0]!, 0));
    setDestinationNat(event, readEndpoint(nat[1]!, 0));
  }
  const at = words.findIndex((word, i) => i > 0 && /^\d{1,3}(?:\(\d+\))?$/.test(word));
  if (at < 0) return;
  setTransport(event, words[at]!.split('(')[0]!);
  event['rule.name'] = words[at + 1] ?? null;
  event['source.bytes'] = bytesIn(words[at + 5]);
  event['destination.bytes'] = bytesIn(words[at + 6]);
}

/** `PACKETS(BYTES)`. */
function bytesIn(word: string | undefined): number | null {
  return toCount(word?.match(/^\d+\((\d+)\)$/)?.[1]);
}

/** `User 'admin' login, class 'j-super-user' …, ssh-connection '192.0.2.1 51000 …'`. */
function readUiUser(event: Event, message: string, from: number): void {
  const open = message.indexOf("ser '", from);
  const close = open < 0 ? -1 : message.indexOf("'", open + 5);
  if (close > 0) event['user.name'] = message.slice(open + 5, close);
  const command = message.indexOf(", command '", from);
  const commandEnd = message.lastIndexOf("'");
  if (command >= 0 && commandEnd > command + 11) {
    event['process.command_line'] = message.slice(command + 11, commandEnd);
  }
  const connection = message.indexOf("ssh-connection '", from);
  if (connection < 0) return;
  const at = connection + 16;
  const end = wordEnd(message, at);
  event['source.ip'] = toAddress(message.slice(at, end));
  event['source.port'] = readPortAt(message, end + 1);
}
