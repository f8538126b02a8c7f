import { uuidV5, VEDETTE_NAMESPACE } from '../../model/uuid.js';
import type { StixDictionary, StixValue } from './stix-object.js';

/** Namespace of deterministic ids of cyber observables (STIX 2.1 section 2.9). */
const OBSERVABLE_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** Id of an object that belongs to one alert or incident: the same over restart, replay and revisions. */
export function ownObjectId(type: string, owner: string, part = ''): string {
  return `${type}--${uuidV5(VEDETTE_NAMESPACE, JSON.stringify(['stix', type, owner, part]))}`;
}

/** Id of an object that many alerts share, e.g. the attack-pattern of a technique. */
export function sharedObjectId(type: string, key: string): string {
  return `${type}--${uuidV5(VEDETTE_NAMESPACE, JSON.stringify(['stix', type, key]))}`;
}

/**
 * Id of a cyber observable: everybody who saw the same thing gives it the same id.
 *
 * @param contributing the type's ID contributing properties (STIX 2.1 section 6), those it has
 */
export function observableId(type: string, contributing: StixDictionary): string {
  return `${type}--${uuidV5(OBSERVABLE_NAMESPACE, canonicalJson(contributing))}`;
}

/** RFC 8785 for the values we have: keys in UTF-16 order, text and numbers as JSON.stringify writes them. */
export function canonicalJson(value: StixValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value as StixDictionary)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
