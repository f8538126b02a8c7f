import { createHash } from 'node:crypto';

/** Namespace of every UUIDv5 that this project makes. Never change it: alert ids must survive upgrades. */
export const VEDETTE_NAMESPACE = '6ff8e0b3-5c4b-4b0e-9d53-0d5ab2a7a3c1';

/**
 * Name-based UUID, version 5 (RFC 9562 section 5.5).
 *
 * @param namespace a UUID in its text form
 */
export function uuidV5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
