import { networkOf } from '../model/address-network.js';
import { isInside } from '../model/inside-address.js';

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
