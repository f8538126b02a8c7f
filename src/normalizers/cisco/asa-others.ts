import type { Event, Outcome } from '../../model/event.js';
import { toAddress } from '../address.js';
import { classify } from '../classify.js';
import {
  ACCESS,
  AUTHENTICATION,
  CONNECTION,
  CONNECTION_DENIED,
  CONNECTION_END,
  CONNECTION_START,
  END,
  FILE,
  INFO,
  INTRUSION_DETECTION,
  NETWORK,
  SESSION,
  START,
} from '../ecs.js';
import { type Sentence, sentenceReader } from '../sentences.js';
import { between, keyValue, wordEnd } from '../text.js';
import { setTransport, toPort } from '../values.js';
import { readIcmpType } from './asa-connections.js';
import { readFromTo } from './asa-denials.js';
import { readEndpoint } from './endpoint.js';
import { setDestinationEnd, setDestinationNat, setSourceEnd, setSourceNat } from './ends.js';

/** Messages of a fixed wording, by their first words. */
export function readSentence(event: Event, text: string): void {
  readFixed(event, text);
  if (!text.startsWith('ICMP') && !text.startsWith('Denied ICMP')) return;
  setTransport(event, 'icmp');
  readIcmpType(event, text);
}

const readFixed = sentenceReader([
  denied(
    '{network.transport} Connection denied by {*} list {rule.name} src {source.ip} {source.port} dest {destination.ip} {destination.port}',
  ),
  denied('ICMP packet type {*} denied by {*} list {rule.name} src {source.ip} dest {destination.ip}'),
  denied(
    'Denied ICMP type={*}, from laddr {source.ip} on interface {observer.ingress.interface.name} to {destination.ip}: {event.reason}',
  ),
  {
    text: 'Received ARP {*} collision from {source.ip}/{*} on interface {observer.ingress.interface.name} {*}',
    category: INTRUSION_DETECTION,
    type: INFO,
    action: 'arp_collision',
    outcome: null,
  },
  {
    text: 'Received ARP {*} collision from {source.ip}/{*} on interface {observer.ingress.interface.name}',
    category: INTRUSION_DETECTION,
    type: INFO,
    action: 'arp_collision',
    outcome: null,
  },
  session('ASDM session number {*} from {source.ip} started', START, 'asdm_session', null),
  session('ASDM session number {*} from {source.ip} ended', END, 'asdm_session', null),
  session('ASDM logging session number {*} from {source.ip} started', START, 'asdm_session', null),
  session('ASDM logging session number {*} from {source.ip} ended', END, 'asdm_session', null),
  session(
    'DAP: User {user.name}, Addr {source.ip}, Connection {*}: {event.reason}',
    INFO,
    'vpn_session',
    null,
  ),
]);

/** 302303 says `from` and `to` without a direction: the first end is the source. 302304 ends it. */
export function readBypass(event: Event, text: string): void {
  const built = text.startsWith('Built');
  classify(event, NETWORK, built ? CONNECTION_START : CONNECTION_END, built ? 'built' : 'teardown', null);
  readFromTo(event, text);
  setTransport(event, text.slice(wordEnd(text, 0) + 1, wordEnd(text, wordEnd(text, 0) + 1)));
}

/** 303002: `FTP connection from A/p to B/p, user U {Stored|Retrieved} file F`. */
export function readFtp(event: Event, text: string): void {
  classify(event, FILE, ACCESS, 'ftp_transfer', null);
  readFromTo(event, text);
  const action = text.includes(' Stored file ') ? ' Stored file ' : ' Retrieved file ';
  const at = text.lastIndexOf(action);
  event['user.name'] = between(text, ', user ', action);
  if (at > 0) event['file.name'] = text.slice(at + action.length);
}

/** 338001..338008: `Dynamic Filter {monitored|dropped|permitted} blacklisted TCP traffic from A (mapped) to B (mapped), …`. */
export function readBotnet(event: Event, text: string): void {
  const dropped = text.startsWith('Dynamic Filter dropped');
  const type = dropped ? CONNECTION_DENIED : CONNECTION;
  classify(event, INTRUSION_DETECTION, type, dropped ? 'drop' : 'monitor', dropped ? 'failure' : null);
  readFromTo(event, text);
  const traffic = text.indexOf(' traffic ');
  if (traffic > 0) setTransport(event, text.slice(text.lastIndexOf(' ', traffic - 1) + 1, traffic));
  const source = text.indexOf(' (');
  const destination = text.indexOf(' (', source + 2);
  if (source > 0) setSourceNat(event, readEndpoint(text, source + 2));
  if (destination > 0) setDestinationNat(event, readEndpoint(text, destination + 2));
}

/** 725001..725007: `… SSL handshake with {client|server} if:A/p to B/p for TLSv1.2 session`. */
export function readTls(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION, 'tls_handshake', text.startsWith('Device failed') ? 'failure' : null);
  const peer = text.indexOf(' client ') >= 0 ? ' client ' : ' server ';
  const at = text.indexOf(peer);
  if (at < 0) return;
  const source = readEndpoint(text, at + 8);
  setSourceEnd(event, source);
  if (text.startsWith(' to ', source.end)) setDestinationEnd(event, readEndpoint(text, source.end + 4));
}

/** 507003, 402116..402119: `… from A/p to B/p …`, of what was not let through for its content. */
export function readRefusedFlow(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'drop', 'failure');
  const from = text.indexOf(' from ');
  readFromTo(event, text.slice(Math.max(0, from)));
  const flow = text.indexOf(' flow ');
  if (flow > 0) setTransport(event, text.slice(0, flow));
}

/** 733100: `[ OBJECT] drop rate-1 exceeded. …`, where the object is a host, a port or a kind of event. */
export function readRate(event: Event, text: string): void {
  classify(event, INTRUSION_DETECTION, INFO, 'threat_detected', null);
  event['source.ip'] = toAddress(between(text, '[', ']')?.trim());
}

/** 434002..434004: `SFR requested to drop TCP packet from A/p to B/p`. */
export function readModuleDrop(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'drop', 'failure');
  readFromTo(event, text);
  const packet = text.indexOf(' packet ');
  if (packet > 0) setTransport(event, text.slice(text.lastIndexOf(' ', packet - 1) + 1, packet));
}

/** 609001/2: `{Built|Teardown} local-host if:A`. */
export function readLocalHost(event: Event, text: string): void {
  const built = text.startsWith('Built');
  classify(event, NETWORK, INFO, built ? 'built' : 'teardown', null);
  const at = text.indexOf('local-host ');
  if (at >= 0) setSourceEnd(event, readEndpoint(text, at + 11));
}

/** 750001..750015: `Local:A:p Remote:B:p Username:U IKEv2 …`. */
export function readIkev2(event: Event, text: string): void {
  const failed = text.includes('aborted') || text.includes(' failed') || text.includes('FAILED');
  if (failed) classify(event, AUTHENTICATION, START, 'vpn_login_failed', 'failure');
  else classify(event, SESSION, text.includes('SA UP') ? START : INFO, 'vpn_session', null);
  const [remote, remotePort] = hostAndPort(keyValue(text, 'Remote:'));
  event['source.ip'] = remote;
  event['source.port'] = remotePort;
  const [local, localPort] = hostAndPort(keyValue(text, 'Local:'));
  event['destination.ip'] = local;
  event['destination.port'] = localPort;
  const user = keyValue(text, 'Username:');
  event['user.name'] = user === 'Unknown' ? null : user;
  const reason = text.lastIndexOf('Reason: ');
  const error = text.lastIndexOf('ERROR: ');
  if (reason >= 0) event['event.reason'] = text.slice(reason + 8);
  else if (error >= 0) event['event.reason'] = text.slice(error + 7);
}

function hostAndPort(text: string | null): [string | null, number | null] {
  const colon = text?.lastIndexOf(':') ?? -1;
  if (text === null || colon < 0) return [null, null];
  return [toAddress(text.slice(0, colon)), toPort(text.slice(colon + 1))];
}

function denied(text: string): Sentence {
  return { text, category: NETWORK, type: CONNECTION_DENIED, action: 'deny', outcome: 'failure' };
}

function session(text: string, type: readonly string[], action: string, outcome: Outcome | null): Sentence {
  return { text, category: SESSION, type, action, outcome };
}
