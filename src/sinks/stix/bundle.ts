import type { AlertChange } from '../../model/alert.js';
import {
  attackPattern,
  hostIdentity,
  indicates,
  indicator,
  knownTechniques,
  observedData,
  sighting,
  VEDETTE,
  versionOf,
} from './domain-objects.js';
import { alertObjectId } from './ids.js';
import { observedIn } from './observed.js';
import type { StixObject } from './stix-object.js';

export interface StixBundle {
  readonly type: 'bundle';
  readonly id: string;
  readonly objects: readonly StixObject[];
}

/**
 * One alert as a STIX 2.1 bundle: an indicator (what to look for), its sighting (when, how often, where), the observed
 * data behind it and the ATT&CK techniques it indicates. Each object is valid by the OASIS schema of its type, whatever
 * the logs held, and every reference is to an object of the bundle.
 *
 * @param created `created` of the alert's objects in an earlier bundle: it must not change
 */
export function stixBundle(alert: AlertChange, created?: string): StixBundle {
  const change = wellFormed(alert);
  const version = versionOf(change, created);
  const { subject, objects } = observedIn(change);
  const where = change.host?.name ? hostIdentity(change.host.name) : VEDETTE;
  const found = indicator(change, version, subject);
  const observed = observedData(change, version, objects);
  const seen = sighting(change, version, { indicator: found.id, observedData: observed.id, where: where.id });
  const techniques = knownTechniques(change).map(attackPattern);
  const relationships = techniques.map((technique) => indicates(version, found.id, technique));
  const all = [VEDETTE, where, found, seen, observed, ...techniques, ...relationships, ...objects];
  return {
    type: 'bundle',
    id: alertObjectId('bundle', change.alert.id),
    objects: [...new Map(all.map((object) => [object.id, object])).values()],
  };
}

/** Lone surrogates become U+FFFD: they are no text, and other JSON readers refuse them. */
function wellFormed(change: AlertChange): AlertChange {
  return JSON.parse(JSON.stringify(change), (_key, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value).toString() : value,
  ) as AlertChange;
}

/** `created` of the alert's objects in a bundle as it was written; undefined for any other text. */
export function createdIn(text: string): string | undefined {
  try {
    const { objects } = JSON.parse(text) as StixBundle;
    const created = objects.find(({ type }) => type === 'indicator')?.created;
    return typeof created === 'string' && !Number.isNaN(Date.parse(created)) ? created : undefined;
  } catch {
    return undefined;
  }
}
