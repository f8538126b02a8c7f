import { codeAt } from '../../model/code-at.js';
import { readAddress } from '../address.js';
import { readPort } from '../text.js';

/** One end of a connection as ASA and IOS write it. */
export interface Endpoint {
  /** Canonical address, or null when the text has a name. */
  ip: string | null;
  /** The name when it is no address. */
  name: string | null;
  port: number | null;
  interfaceName: string | null;
  /** Index after the endpoint. */
  end: number;
}

/** Ports that ASA prints by name. */
const SERVICES: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['www', 80],
  ['pop3', 110],
  ['ntp', 123],
  ['snmp', 161],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['syslog', 514],
]);

/**
 * Reads `[interface:]host[/port]` at `at`, up to a blank, comma or parenthesis. The part before the first colon is
 * the interface only when what follows is no part of an IPv6 address.
 */
export function readEndpoint(text: string, at: number): Endpoint {
  let end = at;
  let colon = -1;
  let slash = -1;
  for (; end < text.length; end++) {
    const code = codeAt(text, end);
    if (code === 0x20 || code === 0x2c || code === 0x28 || code === 0x29) break;
    if (code === 0x3a && colon < 0) colon = end;
    else if (code === 0x2f) slash = end;
  }
  let stop = slash < 0 ? end : slash;
  if (slash < 0 && codeAt(text, end - 1) === 0x2e) stop--;
  const port = slash < 0 ? null : readService(text, slash + 1, end);
  const afterInterface = colon < 0 || colon >= stop ? null : readAddress(text, colon + 1, stop);
  const whole = afterInterface !== null && !isHextet(text, at, colon) ? null : readAddress(text, at, stop);
  if (whole !== null) return { ip: whole, name: null, port, interfaceName: null, end };
  const interfaceName = colon < 0 || colon >= stop ? null : text.slice(at, colon);
  const name = afterInterface === null ? text.slice(interfaceName === null ? at : colon + 1, stop) : null;
  return { ip: afterInterface, name: name === '' ? null : name, port, interfaceName, end };
}

/** Reads `interface/host(port)` at `at`, the form of access list hits; the interface is optional. */
export function readAclEndpoint(text: string, at: number): Endpoint {
  let end = at;
  let slash = -1;
  for (; end < text.length; end++) {
    const code = codeAt(text, end);
    if (code === 0x20 || code === 0x2c || code === 0x28) break;
    if (code === 0x2f) slash = end;
  }
  const ip = readAddress(text, slash < 0 ? at : slash + 1, end);
  const name = ip === null && end > at ? text.slice(slash < 0 ? at : slash + 1, end) : null;
  const interfaceName = slash < 0 ? null : text.slice(at, slash);
  if (codeAt(text, end) !== 0x28) return { ip, name, port: null, interfaceName, end };
  const close = text.indexOf(')', end);
  const port = close < 0 ? null : readPort(text, end + 1, close);
  return { ip, name, port, interfaceName, end: close < 0 ? text.length : close + 1 };
}

/** `(LOCAL\jdoe)`, ` (jdoe)` or `(LOCAL\jdoe, 1)` at `at`: the identity firewall's user, and a security group. */
export function readUser(text: string, at: number): string | null {
  const open = codeAt(text, at) === 0x20 ? at + 1 : at;
  if (codeAt(text, open) !== 0x28) return null;
  const close = text.indexOf(')', open);
  if (close < 0) return null;
  const slash = text.lastIndexOf('\\', close);
  const comma = text.indexOf(', ', open);
  return text.slice(slash > open ? slash + 1 : open + 1, comma > slash && comma < close ? comma : close);
}

function readService(text: string, start: number, end: number): number | null {
  const stop = codeAt(text, end - 1) === 0x2e ? end - 1 : end;
  return readPort(text, start, stop) ?? SERVICES.get(text.slice(start, Math.min(stop, start + 8))) ?? null;
}

/** Up to four hexadecimal digits: may be the first group of an IPv6 address. */
function isHextet(text: string, start: number, end: number): boolean {
  if (end - start > 4) return false;
  for (let i = start; i < end; i++) {
    const code = codeAt(text, i) | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}
