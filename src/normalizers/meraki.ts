import type { Event } from '../model/event.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { readEndpoint } from './cisco/endpoint.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import {
  ACCESS,
  AUTHENTICATION,
  CONNECTION,
  CONNECTION_END,
  CONNECTION_START,
  END,
  INFO,
  INTRUSION_DETECTION,
  NETWORK,
  SESSION,
  START,
  WEB,
} from './ecs.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { between, keyValue, readPort, readPortAt, wordEnd } from './text.js';
import { setMac, setSource, setTransport, toPort } from './values.js';

const FIREWALL = merakiLogsource(['firewall'], 'flows');
const LOGSOURCES: ReadonlyMap<string, Logsource> = new Map([
  ['flows', FIREWALL],
  ['firewall', FIREWALL],
  ['cellular_firewall', FIREWALL],
  ['vpn_firewall', FIREWALL],
  ['ip_flow_start', FIREWALL],
  ['ip_flow_end', FIREWALL],
  ['urls', merakiLogsource(['proxy'], 'urls')],
  ['ids-alerts', merakiLogsource(['ids'], 'ids-alerts')],
  ['security_event', merakiLogsource(['ids'], 'security_event')],
  ['airmarshal_events', merakiLogsource([], 'airmarshal_events')],
  ['events', merakiLogsource([], 'events')],
]);

/** Meraki "Syslog event types": `TYPE key=value …[ pattern: allow all| request: GET url]`. */
export const meraki: Normalizer = {
  name: 'meraki',
  summary: 'Cisco Meraki flows, URLs, IDS alerts and events',
  formats: ['rfc3164', 'rfc5424', 'plain'],
  initials: 'acefisuv',
  normalize(event) {
    const text = event.message;
    const end = wordEnd(text, 0);
    if (end < 4 || end > 17) return false;
    const type = text.slice(0, end);
    const logsource = LOGSOURCES.get(type);
    if (logsource === undefined || !isMeraki(text, type, end)) return false;
    event.logsource = logsource;
    event['observer.vendor'] = 'Cisco';
    event['observer.product'] = 'Meraki';
    event['event.code'] = type;
    setEnds(event, text);
    if (logsource === FIREWALL) mapFlow(event, text, end, type);
    else if (type === 'urls') mapRequest(event, text);
    else mapEvent(event, text, type);
    return true;
  },
};

/** Pairs follow the type, or of an event one of the sentences that are written without. */
function isMeraki(text: string, type: string, end: number): boolean {
  return (
    text.indexOf('=', end) > 0 || (type === 'events' && SENTENCES.some((word) => text.includes(word, end)))
  );
}

const SENTENCES = [
  '_vpn_connect user id ',
  '_vpn_disconnect user id ',
  ' dhcp lease of ip ',
  ' Site-to-Site VPN: ',
];

function setEnds(event: Event, text: string): void {
  const source = text.indexOf(' src=');
  if (source >= 0) {
    const { ip, port } = readEnd(text, source + 5);
    event['source.ip'] = ip;
    event['source.port'] = ip === null ? null : (port ?? portOf(text, 'sport='));
  }
  const destination = text.indexOf(' dst=');
  if (destination >= 0) {
    const { ip, port } = readEnd(text, destination + 5);
    event['destination.ip'] = ip;
    event['destination.port'] = ip === null ? null : (port ?? portOf(text, 'dport='));
  }
  setMac(event, quotedValue(text, 'mac=') ?? quotedValue(text, 'client_mac=') ?? '');
  const protocol = keyValue(text, 'protocol=');
  setTransport(event, protocol?.endsWith('/ip') ? protocol.slice(0, -3) : protocol);
}

/** The value of ` key=`, which may stand in single quotes and hold blanks there. */
function quotedValue(text: string, key: string): string | null {
  return between(text, ` ${key}'`, "'") ?? keyValue(text, key);
}

/** `192.0.2.1` or `192.0.2.1:53`. */
function readEnd(text: string, at: number): { ip: string | null; port: number | null } {
  const whole = readEndpoint(text, at);
  if (whole.ip !== null && whole.interfaceName === null) return { ip: whole.ip, port: null };
  const colon = text.lastIndexOf(':', whole.end - 1);
  if (colon <= at) return { ip: null, port: null };
  const port = readPortAt(text, colon + 1);
  return { ip: readEndpoint(text.slice(at, colon), 0).ip, port };
}

function portOf(text: string, key: string): number | null {
  const value = keyValue(text, key);
  return value === null ? null : readPort(value, 0, value.length);
}

/** `flows allow src=…` or `… pattern: allow all`; a bare number is a rule, not a verdict. */
function mapFlow(event: Event, text: string, typeEnd: number, type: string): void {
  const phase = type === 'ip_flow_start' ? CONNECTION_START : CONNECTION_END;
  classify(event, NETWORK, type.startsWith('ip_flow_') ? phase : CONNECTION, null, null);
  event['source.nat.ip'] = toAddress(keyValue(text, 'translated_src_ip='));
  event['destination.nat.ip'] = toAddress(keyValue(text, 'translated_dst_ip='));
  if (event['source.nat.ip'] !== null) event['source.nat.port'] = portOf(text, 'translated_port=');
  else if (event['destination.nat.ip'] !== null) {
    event['destination.nat.port'] = portOf(text, 'translated_port=');
  }
  const pattern = text.indexOf('pattern: ');
  const at = pattern < 0 ? typeEnd + 1 : pattern + 9;
  const word = text.slice(at, wordEnd(text, at));
  if (word === 'allow' || word === 'deny') setVerdict(event, word);
}

/** `request: GET https://host/path` or `request: UNKNOWN https://host`. */
function mapRequest(event: Event, text: string): void {
  classify(event, WEB, ACCESS, 'http_request', null);
  event['user_agent.original'] = between(text, "agent='", "'");
  const at = text.indexOf(' request: ');
  if (at < 0) return;
  const methodEnd = wordEnd(text, at + 10);
  const method = text.slice(at + 10, methodEnd);
  if (method !== 'UNKNOWN') event['http.request.method'] = method;
  setUrl(event, text.slice(methodEnd + 1));
}

function mapEvent(event: Event, text: string, type: string): void {
  const action = quotedValue(text, 'type=');
  if (type === 'events') {
    if (action === null) mapSentence(event, text);
    else mapClient(event, text, action);
    return;
  }
  const decision = keyValue(text, 'decision=') ?? keyValue(text, 'action=');
  classify(event, INTRUSION_DETECTION, INFO, action ?? type, null);
  if (decision !== null && decision !== 'allow') {
    setVerdict(event, decision);
    event['event.category'] = INTRUSION_DETECTION;
  }
  event['rule.id'] = keyValue(text, 'signature=');
  const message = text.indexOf(' message: ');
  event['rule.name'] = message >= 0 ? text.slice(message + 10) : quotedValue(text, 'name=');
  const url = keyValue(text, 'url=');
  if (url !== null) setUrl(event, url);
}

/** Wireless clients and VPN users: `type=8021x_auth … identity='bob'`, `type=anyconnect_vpn_auth_success msg= '… User=bob: …'`. */
function mapClient(event: Event, text: string, action: string): void {
  const failed = action.includes('fail') || action.includes('reject');
  const outcome = failed ? 'failure' : action.includes('success') ? 'success' : null;
  const isAuth = action.includes('auth') || action.includes('8021x');
  classify(event, isAuth ? AUTHENTICATION : NETWORK, outcome === null ? INFO : START, action, outcome);
  event['user.name'] = quotedValue(text, 'identity=') ?? quotedValue(text, 'user_id=');
  if (event['source.ip'] === null) {
    const client = quotedValue(text, 'client_ip=');
    setSource(event, client === '0.0.0.0' ? null : client);
  }
  const peer = between(text, 'Peer IP=', ' ');
  if (peer === null) return;
  event['source.ip'] = toAddress(peer);
  event['source.port'] = toPort(between(text, 'Peer port=', ' ') ?? undefined);
  event['user.name'] ??= between(text, ' User=', ': ') ?? between(text, ' User[', ']');
}

/** `events client_vpn_connect user id 'U' local ip L [re]connected from A`, `events dhcp lease of ip A …`. */
function mapSentence(event: Event, text: string): void {
  const start = wordEnd(text, 0) + 1;
  const action = text.slice(start, wordEnd(text, start));
  const tunnel = text.indexOf('IKE_SA ', start);
  if (action === 'Site-to-Site' && tunnel > 0) {
    readSentence(event, text, tunnel);
    return;
  }
  if (readSentence(event, text, wordEnd(text, start) + 1) === null) return;
  if (event['user.name'] === null) {
    setMac(event, event['source.mac'] ?? '');
    return;
  }
  const ended = action.endsWith('_disconnect');
  classify(event, SESSION, ended ? END : START, action, ended ? null : 'success');
}

const readSentence = sentenceReader([
  vpn("user id '{user.name}' local ip {*} reconnected from {source.ip}"),
  vpn("user id '{user.name}' local ip {*} connected from {source.ip}"),
  {
    text: 'IKE_SA {*} established between {destination.ip}[{*}]...{source.ip}[{*}]',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: 'success',
  },
  {
    text: 'lease of ip {source.ip} from {*} for client mac {source.mac} from {*}',
    category: NETWORK,
    type: INFO,
    action: 'dhcp_lease',
    outcome: null,
  },
]);

function vpn(text: string): Sentence {
  return { text, category: SESSION, type: START, action: null, outcome: null };
}

function merakiLogsource(categories: readonly string[], service: string): Logsource {
  return closedLogsource({ product: 'meraki', categories, services: [service] });
}
