import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseIpv4 } from '../model/ipv4.js';
import type { AddressSpan } from './query.js';

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** The address, or null; IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export function readAddress(text: string): Address | null {
  const v4 = parseIpv4(text);
  if (v4 >= 0) return { family: 4, value: BigInt(v4) };
  if (text.length > 64 || isIP(text) !== 6) return null;
  const address = ipaddr.IPv6.parse(text);
  const bytes = address.isIPv4MappedAddress() ? address.toIPv4Address().toByteArray() : address.toByteArray();
  return {
    family: bytes.length === 4 ? 4 : 6,
    value: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  };
}

/** `192.0.2.0/24`, `2001:db8::/32`: null when it is none, whatever stands in its host bits. */
export function readAddressBlock(text: string): AddressSpan | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? null : readAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^\d{1,3}$/.test(length)) return null;
  const width = address.family === 4 ? 32 : 128;
  if (Number(length) > width) return null;
  const host = (1n << BigInt(width - Number(length))) - 1n;
  return { kind: 'addresses', family: address.family, from: address.value & ~host, to: address.value | host };
}

/** An address and a length of its block that is none, such as `10.0.0.0/33`. */
export function isWrongBlock(text: string): boolean {
  const [address, length, ...more] = text.split('/');
  if (length === undefined || more.length > 0 || readAddress(address!) === null) return false;
  return /^\d+$/.test(length) && readAddressBlock(text) === null;
}

/** The spellings under which an IPv6 address may stand in a log: as asked for, and that of RFC 5952. */
export function spellingsOf(text: string): string[] {
  if (isIP(text) !== 6) return [text];
  const address = ipaddr.IPv6.parse(text);
  const short = address.isIPv4MappedAddress()
    ? address.toIPv4Address().toString()
    : address.toRFC5952String();
  return [...new Set([text.toLowerCase(), short])];
}
