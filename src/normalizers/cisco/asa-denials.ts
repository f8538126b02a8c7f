import { codeAt } from '../../model/code-at.js';
import type { Event } from '../../model/event.js';
import { classify } from '../classify.js';
import { CONNECTION_ALLOWED, CONNECTION_DENIED, INFO, INTRUSION_DETECTION, NETWORK } from '../ecs.js';
import { setField } from '../raw-fields.js';
import { between, wordEnd } from '../text.js';
import { setTransport } from '../values.js';
import { readIcmpType } from './asa-connections.js';
import { readAclEndpoint, readEndpoint, readUser } from './endpoint.js';
import { setDestinationEnd, setSourceEnd } from './ends.js';

/**
 * 106023, 106010, 106014: `Deny tcp src if:host/port[(user)] dst if:host/port [(type T, code C)] [by access-group
 * "name" …]`; 305005, 305006, 313005 in the same words: what has no translation or no connection is dropped.
 */
export function readAccessGroup(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'deny', 'failure');
  const source = text.indexOf(' src ');
  if (source < 0) return;
  setTransport(event, text.slice(text.lastIndexOf(' ', source - 1) + 1, source));
  const from = readEndpoint(text, source + 5);
  setSourceEnd(event, from);
  event['user.name'] = readUser(text, from.end);
  const destination = text.indexOf(' dst ', from.end);
  if (destination < 0) return;
  setDestinationEnd(event, readEndpoint(text, destination + 5));
  event['rule.name'] = between(text, 'access-group "', '"', destination);
  if (event['network.transport'] === 'icmp') readIcmpType(event, text);
}

/**
 * 106100, 106102, 106103: `access-list NAME {permitted|denied|est-allowed} tcp [for user U] if/host(port)[(user)] ->
 * if/host(port) hit-cnt N …`.
 */
export function readAccessList(event: Event, text: string): void {
  const nameEnd = wordEnd(text, 12);
  const verbEnd = wordEnd(text, nameEnd + 1);
  const transportEnd = wordEnd(text, verbEnd + 1);
  const verb = text.slice(nameEnd + 1, verbEnd);
  const denied = verb === 'denied';
  const type = denied ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, NETWORK, type, verb, denied ? 'failure' : 'success');
  event['rule.name'] = text.slice(12, nameEnd);
  setTransport(event, text.slice(verbEnd + 1, transportEnd));
  let at = transportEnd + 1;
  if (text.startsWith('for user ', at)) {
    const userEnd = wordEnd(text, at + 9);
    event['user.name'] = text.slice(at + 9, userEnd).replaceAll("'", '');
    at = userEnd + 1;
  }
  const source = readAclEndpoint(text, at);
  setSourceEnd(event, source);
  event['user.name'] ??= readUser(text, source.end);
  const arrow = text.indexOf('-> ', source.end);
  const destination = arrow < 0 ? source.end + 1 : arrow + 3;
  setDestinationEnd(event, readAclEndpoint(text, destination));
  if (event['network.transport'] === 'icmp') portsAreIcmp(event);
}

/** Of ICMP what stands in the place of the ports is type and code. */
function portsAreIcmp(event: Event): void {
  const type = event['source.port'];
  const code = event['destination.port'];
  if (type !== null) setField(event.record, 'icmp_type', type);
  if (code !== null) setField(event.record, 'icmp_code', code);
  event['source.port'] = null;
  event['destination.port'] = null;
}

/** `… from host/port to if:host/port …`: the other denials (106001, 106006, 106007, 106015, 710003 …). */
export function readDenied(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'deny', 'failure');
  readFromTo(event, text);
  setDeniedTransport(event, text);
  if (event['network.transport'] === 'icmp') readIcmpType(event, text);
}

/** 710002 `TCP access permitted from host/port to if:host/service`, 710001 `requested`. */
export function readPermitted(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_ALLOWED, 'permit', 'success');
  readFromTo(event, text);
  setDeniedTransport(event, text);
}

/** 401004: `Shunned packet: host ==> host on interface I`. */
export function readShunned(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'shun', 'failure');
  const arrow = text.indexOf(' ==> ');
  const start = text.indexOf(': ');
  if (start < 0 || arrow < start) return;
  setSourceEnd(event, readEndpoint(text, start + 2));
  setDestinationEnd(event, readEndpoint(text, arrow + 5));
  event['observer.ingress.interface.name'] = interfaceOf(text);
}

/** 400000..400051: `IDS:2003 ICMP redirect from host to host on interface I`. */
export function readSignature(event: Event, text: string): void {
  classify(event, INTRUSION_DETECTION, INFO, 'ids_signature', null);
  readFromTo(event, text);
  const nameStart = text.startsWith('IDS:') ? wordEnd(text, 4) + 1 : 0;
  const nameEnd = text.indexOf(' from ', nameStart);
  if (nameEnd > nameStart) event['rule.name'] = text.slice(nameStart, nameEnd);
}

/** 733101: `Host A is {attacking|targeted}. …`; 733102/3: `Threat-detection adds host A to shun list`. */
export function readThreat(event: Event, text: string): void {
  classify(event, INTRUSION_DETECTION, INFO, 'threat_detected', null);
  const host = text.startsWith('Host ') ? 5 : text.indexOf(' host ') + 6;
  const { ip } = readEndpoint(text, host);
  if (text.includes(' is targeted')) event['destination.ip'] = ip;
  else event['source.ip'] = ip;
}

/** `313001 Denied ICMP type=8, code=0 from host on interface outside`. */
export function readIcmpDenied(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'deny', 'failure');
  setTransport(event, 'icmp');
  const at = text.indexOf(' from ');
  if (at >= 0) setSourceEnd(event, readEndpoint(text, at + 6));
  event['observer.ingress.interface.name'] = interfaceOf(text);
  readIcmpType(event, text);
}

/** ` from X to Y[ on interface I]`; anything may stand before it. */
export function readFromTo(event: Event, text: string, at = text.indexOf(' from ')): void {
  if (at < 0) return;
  const source = readEndpoint(text, codeAt(text, at + 6) === 0x28 ? at + 7 : at + 6);
  setSourceEnd(event, source);
  const to = text.indexOf(' to ', source.end);
  if (to >= 0) setDestinationEnd(event, readEndpoint(text, to + 4));
  const interfaceName = interfaceOf(text);
  if (interfaceName !== null) event['observer.ingress.interface.name'] = interfaceName;
}

function interfaceOf(text: string): string | null {
  const at = text.indexOf(' interface ');
  if (at < 0) return null;
  const end = wordEnd(text, at + 11);
  const name = text.slice(at + 11, end);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

const TRANSPORT_WORDS: readonly (readonly [string, string])[] = [
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['icmp', 'icmp'],
  ['ICMP', 'icmp'],
  ['tcp', 'tcp'],
  ['udp', 'udp'],
];

/** The protocol is one of the first words, before the addresses. */
function setDeniedTransport(event: Event, text: string): void {
  const from = text.indexOf(' from ');
  for (const [word, transport] of TRANSPORT_WORDS) {
    const at = text.indexOf(word);
    if (at >= 0 && (from < 0 || at < from)) {
      event['network.transport'] = transport;
      return;
    }
  }
}
