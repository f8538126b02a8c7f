import { isIP } from 'node:net';
import { networkOf } from '../model/address-network.js';

/** Entities that are compared with each other: hosts, addresses of inside, addresses of outside. */
export type EntityClass = 0 | 1 | 2;
export const CLASSES = 3;
export const OUTSIDE = 2;

export function classOf(entity: string, isSource: boolean): EntityClass {
  if (!isSource) return 0;
  return isInside(entity) ? 1 : OUTSIDE;
}

/**
 * Who may stand behind an entity, for shares: the /24 or /48 of an address from outside, since whoever has one address of it
 * has many; else the entity itself.
 */
export function ownerOf(entity: string, isSource: boolean): string {
  if (!isSource || isInside(entity)) return entity;
  return networkOf(entity) ?? entity;
}

/** A private, loopback or link-local address: RFC 1918, RFC 4193, RFC 3927, RFC 4291. */
export function isInside(address: string): boolean {
  if (address.includes(':')) return /^(?:f[cd]|fe[89ab]|::1$)/i.test(address);
  return /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(address) && isIP(address) === 4;
}
