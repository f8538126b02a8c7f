import type { AlertChange } from '../../model/alert.js';
import type { Change } from '../../model/change.js';
import type { IncidentChange } from '../../model/incident.js';
import {
  attackPattern,
  grouping,
  hostIdentity,
  indicates,
  indicator,
  knownTechniques,
  observedData,
  sighting,
  VEDETTE,
  versionOf,
} from './domain-objects.js';
import { ownObjectId } from './ids.js';
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
  const version = versionOf(change.alert, created);
  const { subject, objects } = observedIn(change);
  const where = change.host?.name ? hostIdentity(change.host.name) : VEDETTE;
  const found = indicator(change, version, subject);
  const observed = observedData(change, version, objects);
  const seen = sighting(change, version, { indicator: found.id, observedData: observed.id, where: where.id });
  const techniques = knownTechniques(change).map(attackPattern);
  const relationships = techniques.map((technique) => indicates(version, found.id, technique));
  const all = [VEDETTE, where, found, seen, observed, ...techniques, ...relationships, ...objects];
  return bundleOf(change.alert.id, all);
}

/**
 * An incident as a STIX 2.1 bundle: a grouping of everything that the bundles of its alerts say.
 *
 * @param alerts bundles of its alerts, those there are
 * @param created `created` of the grouping in an earlier bundle
 */
export function incidentBundle(
  incident: IncidentChange,
  alerts: readonly StixBundle[],
  created?: string,
): StixBundle {
  const change = wellFormed(incident);
  const version = versionOf(change.incident, created);
  const techniques = knownTechniques(change).map(attackPattern);
  const objects = [VEDETTE, ...techniques, ...alerts.flatMap((bundle) => bundle.objects)];
  const { id } = change.incident;
  const refs = [...new Set(objects.map((object) => object.id))];
  return bundleOf(id, [grouping(change, version, refs), ...objects]);
}

/** Each object once; the last says what it is. */
function bundleOf(owner: string, objects: readonly StixObject[]): StixBundle {
  return {
    type: 'bundle',
    id: ownObjectId('bundle', owner),
    objects: [...new Map(objects.map((object) => [object.id, object])).values()],
  };
}

/** Lone surrogates become U+FFFD: they are no text, and other JSON readers refuse them. */
function wellFormed<C extends Change>(change: C): C {
  const text = JSON.stringify(change);
  // Written as escapes, which a text seldom has.
  if (!text.includes('\\ud')) return change;
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value).toString() : value,
  ) as C;
}

/** `created` of the owner's objects in a bundle as it was written. */
export function createdIn({ objects }: StixBundle): string | undefined {
  const own =
    objects.find(({ type }) => type === 'grouping') ?? objects.find(({ type }) => type === 'indicator');
  const created = own?.created;
  return typeof created === 'string' && !Number.isNaN(Date.parse(created)) ? created : undefined;
}

/** A bundle as it was written; null for any other text. */
export function readBundle(text: string): StixBundle | null {
  try {
    const bundle = JSON.parse(text) as Partial<StixBundle> | null;
    const isOurs =
      bundle?.type === 'bundle' &&
      typeof bundle.id === 'string' &&
      Array.isArray(bundle.objects) &&
      bundle.objects.every((object: unknown) => typeof object === 'object' && object !== null);
    return isOurs ? (bundle as StixBundle) : null;
  } catch {
    return null;
  }
}
