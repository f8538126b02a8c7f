import { isIP } from 'node:net';
import { posix, win32 } from 'node:path';
import ipaddr from 'ipaddr.js';
import { observableId } from './ids.js';
import type { StixDictionary, StixObject } from './stix-object.js';

/** Cyber observables (STIX 2.1 section 6). Each builder returns null for text the type does not allow. */

/** ipv4-addr or ipv6-addr, in canonical form, without zone; IPv4 written as IPv6 is IPv4. */
export function address(text: string): StixObject | null {
  const bare = text.split('%', 1)[0] ?? '';
  if (isIP(bare) === 0) return null;
  const parsed = ipaddr.process(bare);
  return identified(parsed.kind() === 'ipv4' ? 'ipv4-addr' : 'ipv6-addr', { value: parsed.toString() });
}

/** A host by the name logs give it. Addresses and text that is no host name are none. */
export function domainName(text: string): StixObject | null {
  if (text.length > 253 || isIP(text) !== 0) return null;
  const isName = text
    .split('.')
    .every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
  return isName ? identified('domain-name', { value: text }) : null;
}

export function userAccount(login: string): StixObject | null {
  return login === '' ? null : identified('user-account', { account_login: login });
}

/** Traffic between two addresses of one family; the family is all that is known of the protocol. */
export function networkTraffic(source: StixObject, destination: StixObject): StixObject | null {
  if (source.type !== destination.type) return null;
  return identified('network-traffic', {
    src_ref: source.id,
    dst_ref: destination.id,
    protocols: [source.type === 'ipv4-addr' ? 'ipv4' : 'ipv6'],
  });
}

/** An absolute http(s) URL of RFC 3986 characters; request paths and broken URLs are none. */
export function url(text: string): StixObject | null {
  const isUrl =
    /^https?:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:[/?](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/.test(
      text,
    );
  return isUrl ? identified('url', { value: text }) : null;
}

/** A file and its directory, from a Unix or Windows path. */
export function file(path: string): StixObject[] {
  const { dir, base } = path.includes('\\') ? win32.parse(path) : posix.parse(path);
  if (base === '') return [];
  if (dir === '') return [identified('file', { name: base })];
  const directory = identified('directory', { path: dir });
  return [directory, identified('file', { name: base, parent_directory_ref: directory.id })];
}

export function fileHash(sha256: string): StixObject | null {
  return /^[0-9a-fA-F]{64}$/.test(sha256)
    ? identified('file', { hashes: { 'SHA-256': sha256.toLowerCase() } })
    : null;
}

/** A log record, byte for byte. */
export function artifact(text: string): StixObject | null {
  if (text === '') return null;
  const payload_bin = Buffer.from(text).toString('base64');
  return { ...identified('artifact', { payload_bin }), mime_type: 'text/plain' };
}

/** For process the standard names no contributing properties and asks for a random id; ours is stable within an alert. */
export function process(commandLine: string, id: string): StixObject | null {
  return commandLine === '' ? null : { type: 'process', spec_version: '2.1', id, command_line: commandLine };
}

function identified(type: string, contributing: StixDictionary): StixObject {
  return { type, spec_version: '2.1', id: observableId(type, contributing), ...contributing };
}
