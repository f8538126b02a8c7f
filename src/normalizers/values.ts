import type { Event } from '../model/event.js';
import { isObject, type Json, type JsonObject, ownField } from '../model/json.js';
import { toAddress } from './address.js';
import { readInteger } from './text.js';

/**
 * A field's text: strings as they are, numbers in decimal; null for absent, empty, `-` and anything nested. What is
 * inherited is never text or a number, so nothing is asked about ownership: this is read a dozen times an event.
 */
export function textField(fields: JsonObject, name: string): string | null {
  return toText(fields[name]);
}

/** See `textField`. */
export function toText(value: Json | undefined): string | null {
  if (typeof value === 'string') return value === '' || value === '-' ? null : value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return null;
}

/** The first text in a list, or the text itself. */
export function firstText(value: Json | undefined): string | null {
  if (!Array.isArray(value)) return toText(value);
  for (const member of value) {
    const text = toText(member);
    if (text !== null) return text;
  }
  return null;
}

/** A member that is itself an object, else null. */
export function objectField(fields: JsonObject, name: string): JsonObject | null {
  const value = ownField(fields, name);
  return isObject(value) ? value : null;
}

/** An address in its canonical form, else null. */
export function addressField(fields: JsonObject, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? toAddress(value) : null;
}

/** A port 0..65535 given as number or decimal text, else null. */
export function portField(fields: JsonObject, name: string): number | null {
  return toPort(fields[name]);
}

export function toPort(value: Json | undefined): number | null {
  const port = toCount(value);
  return port !== null && port <= 65_535 ? port : null;
}

/** A whole number ≥ 0 given as number or decimal text, else null. */
export function countField(fields: JsonObject, name: string): number | null {
  return toCount(fields[name]);
}

export function toCount(value: Json | undefined): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  return typeof value === 'string' ? readInteger(value, 0, value.length) : null;
}

/** Sets `source.ip`, or `source.domain` when the text is a name and not an address. */
export function setSource(event: Event, text: string | null): void {
  if (text === null) return;
  const address = toAddress(text);
  if (address !== null) event['source.ip'] = address;
  else event['source.domain'] = text;
}

/** Sets `destination.ip`, or `destination.domain` when the text is a name and not an address. */
export function setDestination(event: Event, text: string | null): void {
  if (text === null) return;
  const address = toAddress(text);
  if (address !== null) event['destination.ip'] = address;
  else event['destination.domain'] = text;
}

/** IANA protocol numbers that firewalls write, as `network.transport` names them. */
const TRANSPORTS: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['2', 'igmp'],
  ['4', 'ipip'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['41', 'ipv6'],
  ['47', 'gre'],
  ['50', 'esp'],
  ['51', 'ah'],
  ['58', 'ipv6-icmp'],
  ['88', 'eigrp'],
  ['89', 'ospf'],
  ['112', 'vrrp'],
  ['132', 'sctp'],
]);

/** `network.transport`: a protocol number as its name, a name in lower case. */
export function setTransport(event: Event, text: string | null): void {
  if (text === null || text.length > 32) return;
  if (text === 'tcp' || text === 'TCP') {
    event['network.transport'] = 'tcp';
    return;
  }
  if (text === 'udp' || text === 'UDP') {
    event['network.transport'] = 'udp';
    return;
  }
  const known = TRANSPORTS.get(text);
  if (known !== undefined) event['network.iana_number'] = text;
  event['network.transport'] = known ?? text.toLowerCase();
}

/** `source.mac` as ECS writes it, `00-00-5E-00-53-23`; what is no address of 48 bits is left out. */
export function setMac(event: Event, text: string): void {
  if (!MAC.test(text)) return;
  event['source.mac'] = text.replaceAll(':', '-').toUpperCase();
}

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** `event.duration` (ns) of a number of seconds, given as number or decimal text. */
export function setSeconds(event: Event, value: Json | undefined): void {
  const seconds = typeof value === 'string' && value !== '' && value.length <= 20 ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < 1e9)) return;
  event['event.duration'] = Math.round(seconds * 1e9);
}
