import { hash } from 'node:crypto';

/** Namespace of every UUIDv5 that this project makes. Never change it: alert ids must survive upgrades. */
export const VEDETTE_NAMESPACE = '6ff8e0b3-5c4b-4b0e-9d53-0d5ab2a7a3c1';

/**
 * Name-based UUID, version 5 (RFC 9562 section 5.5).
 *
 * @param namespace a UUID in its text form
 */
export function uuidV5(namespace: string, name: string): string {
  const hex = hash('sha1', Buffer.concat([bytesOf(namespace), Buffer.from(name)]), 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** They are few: ours and those of standards. */
const namespaces = new Map<string, Buffer>();

function bytesOf(namespace: string): Buffer {
  let bytes = namespaces.get(namespace);
  if (bytes === undefined) {
    bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
    namespaces.set(namespace, bytes);
  }
  return bytes;
}
