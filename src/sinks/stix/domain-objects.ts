import type { AlertChange, ThreatTechnique } from '../../model/alert.js';
import { attackTechnique } from '../../model/attack.js';
import type { IncidentChange } from '../../model/incident.js';
import type { Level } from '../../model/rule.js';
import { ownObjectId, sharedObjectId } from './ids.js';
import { patternOf } from './pattern.js';
import { nonEmpty, type StixDictionary, type StixObject } from './stix-object.js';

/**
 * Domain and relationship objects (STIX 2.1 sections 4 and 5). What belongs to the alert is a new version of itself
 * with each revision: `created` stays, `modified` = last_seen. What alerts share (identities, attack-patterns)
 * says the same whoever sends it, so that receivers see one object and not one per alert.
 */
const SHARED_SINCE = '2026-01-01T00:00:00.000Z';

const CONFIDENCE: Record<Level, number> = { critical: 95, high: 80, medium: 60, low: 40, informational: 20 };

/** STIX counts to 999,999,999. */
const MAX_COUNT = 999_999_999;

/** What makes an object of an alert or incident a version of itself (section 3.6). */
export interface Version {
  /** Of the alert or incident. */
  readonly of: string;
  readonly created: string;
  readonly modified: string;
}

/** When an alert or incident was seen, ISO 8601. */
interface Seen {
  readonly id: string;
  readonly first_seen: string;
  readonly last_seen: string;
}

/** @param created of the versions before this one, ISO 8601; a late event may move `first_seen`, never this */
export function versionOf({ id, first_seen, last_seen }: Seen, created: string = first_seen): Version {
  const since = stixTime(created);
  return { of: id, created: since, modified: latest(since, stixTime(last_seen)) };
}

export const VEDETTE: StixObject = {
  ...shared('identity', 'vedette'),
  created_by_ref: undefined,
  name: 'Vedette',
  description: 'Vedette, a streaming SIEM.',
  identity_class: 'system',
};

/** The machine whose logs showed it. */
export function hostIdentity(name: string): StixObject {
  return { ...shared('identity', `host ${name}`), name, identity_class: 'system' };
}

export function indicator(change: AlertChange, version: Version, subject: readonly StixObject[]): StixObject {
  const { rule, threat, severity } = change;
  const techniques = knownTechniques(change);
  return {
    ...versioned('indicator', version),
    name: rule.name,
    description: describe(change),
    indicator_types: [CONFIDENCE[severity] >= CONFIDENCE.high ? 'malicious-activity' : 'anomalous-activity'],
    pattern: patternOf(subject),
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: stixTime(change.alert.first_seen),
    kill_chain_phases: nonEmpty(
      threat.tactic.map(({ name }) => attackPhase(name.toLowerCase().replaceAll(' ', '-'))),
    ),
    confidence: CONFIDENCE[severity],
    labels: [severity],
    external_references: [...techniques.map(attackReference), ruleReference(rule)],
  };
}

export function sighting(
  change: AlertChange,
  version: Version,
  refs: { indicator: string; observedData: string; where: string },
): StixObject {
  const { first_seen, count } = change.alert;
  return {
    ...versioned('sighting', version),
    description: change.reason,
    confidence: CONFIDENCE[change.severity],
    first_seen: stixTime(first_seen),
    last_seen: lastTime(change),
    count: Math.min(Math.max(0, count), MAX_COUNT),
    sighting_of_ref: refs.indicator,
    observed_data_refs: [refs.observedData],
    where_sighted_refs: [refs.where],
  };
}

export function observedData(
  change: AlertChange,
  version: Version,
  objects: readonly StixObject[],
): StixObject {
  return {
    ...versioned('observed-data', version),
    first_observed: stixTime(change.alert.first_seen),
    last_observed: lastTime(change),
    number_observed: Math.min(Math.max(1, change.alert.count), MAX_COUNT),
    object_refs: objects.map(({ id }) => id),
  };
}

export function attackPattern(technique: ThreatTechnique): StixObject {
  const tactics = attackTechnique(technique.id)?.tactics ?? [];
  return {
    ...shared('attack-pattern', technique.id),
    name: technique.name,
    kill_chain_phases: nonEmpty(tactics.map(({ tag }) => attackPhase(tag))),
    external_references: [attackReference(technique)],
  };
}

/** The indicator indicates the use of a technique. */
export function indicates(version: Version, indicatorId: string, pattern: StixObject): StixObject {
  return {
    ...versioned('relationship', version, pattern.id),
    relationship_type: 'indicates',
    source_ref: indicatorId,
    target_ref: pattern.id,
  };
}

/** What an incident holds together (section 4.4). */
export function grouping(
  { incident, severity }: IncidentChange,
  version: Version,
  refs: readonly string[],
): StixObject {
  return {
    ...versioned('grouping', version),
    name: incident.title,
    description: `Risk ${incident.risk} of 100, ${incident.alerts} alerts.`,
    context: 'suspicious-activity',
    confidence: Math.min(Math.max(0, incident.risk), 100),
    labels: [severity],
    object_refs: [...refs],
  };
}

/** Techniques with an id of ATT&CK's form: a rule may say anything. */
export function knownTechniques({ threat }: Pick<AlertChange, 'threat'>): ThreatTechnique[] {
  return threat.technique.filter(({ id }) => /^T\d{4}(?:\.\d{3})?$/.test(id));
}

function versioned(type: string, { of, created, modified }: Version, part?: string) {
  return {
    type,
    spec_version: '2.1',
    id: ownObjectId(type, of, part),
    created_by_ref: VEDETTE.id,
    created,
    modified,
  };
}

function shared(type: string, key: string) {
  return {
    type,
    spec_version: '2.1',
    id: sharedObjectId(type, key),
    created_by_ref: sharedObjectId('identity', 'vedette'),
    created: SHARED_SINCE,
    modified: SHARED_SINCE,
  };
}

function describe({ rule, reason, entity }: AlertChange): string {
  const parts = [rule.description ?? '', `${entity}: ${reason}`];
  const innocent = rule.falsepositives ?? [];
  if (innocent.length > 0) parts.push(`Known false positives: ${innocent.join('; ')}`);
  return parts.filter((part) => part !== '').join('\n\n');
}

function attackPhase(tag: string): StixDictionary {
  return { kill_chain_name: 'mitre-attack', phase_name: tag };
}

function attackReference({ id }: ThreatTechnique): StixDictionary {
  return {
    source_name: 'mitre-attack',
    external_id: id,
    url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
  };
}

/** CVE and CAPEC ids belong to references of those names (section 2.5). */
function ruleReference({ id, name }: AlertChange['rule']): StixDictionary {
  return {
    source_name: 'sigma',
    description: name,
    external_id: /^(?:CVE|CAPEC)-/.test(id) ? undefined : id,
  };
}

/** `last_seen`, never before `first_seen`. */
function lastTime({ alert }: AlertChange): string {
  return latest(stixTime(alert.first_seen), stixTime(alert.last_seen));
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}

/** RFC 3339 in UTC with milliseconds, as `created` and `modified` require (section 3.2). */
function stixTime(iso: string): string {
  const ms = Date.parse(iso);
  const text = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  return text.length === 24 ? text : new Date(0).toISOString();
}
