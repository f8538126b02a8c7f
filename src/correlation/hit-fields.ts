import { networkOf } from '../model/address-network.js';
import type { CorrelationRule, Rule } from '../model/rule.js';
import type { Subject } from '../model/signal.js';
import type { Firing, Hit } from './hit.js';

/** Reads a field of a hit, or of the firing of a correlation that the hit completed. Null = absent. */
export type FieldReader = (hit: Hit, firing: Firing | null) => string | null;

type NeededFields = readonly (readonly string[])[];

/**
 * How a correlation reads one of its fields of hits of the rule it names as `reference`.
 *
 * An alias is replaced by the field that it stands for in that rule. `DERIVED_FIELDS` are made of the hit. `source.ip` is
 * the attributed address where the event names none. A firing has its group's fields and, beyond them, those of
 * the hit that completed it.
 */
export function fieldReader(
  correlation: CorrelationRule,
  field: string,
  reference: string,
  rule: Rule,
  ruleIndex: number,
  needed: NeededFields,
): FieldReader {
  const name = aliasedField(correlation, field, reference, rule);
  const derived = DERIVED.get(name);
  if (derived !== undefined) return derived;
  if (rule.kind === 'correlation') {
    const place = rule.groupBy.indexOf(name);
    if (place >= 0) return (_hit, firing) => firing?.group[place]?.[1] ?? null;
    return (hit) => hitField(hit, name, needed[hit.rule]?.indexOf(name) ?? -1);
  }
  const place = needed[ruleIndex]?.indexOf(name) ?? -1;
  return (hit) => hitField(hit, name, place);
}

const HOUR_MS = 3_600_000;
/** What a Date can hold, ms before and after 1970. */
const MAX_TIME = 8.64e15;

const DERIVED: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['entity', (hit, firing) => (firing ?? hit).entity],
  [
    'source.network',
    ({ subject, attributedIp }) => {
      const address = subject.sourceIp ?? attributedIp;
      return address === null ? null : networkOf(address);
    },
  ],
  ['event.hour', (hit, firing) => hourOf((firing ?? hit).time)],
]);

let lastHour = Number.NaN;
let lastHourText = '';

/** The whole hour in UTC, `2026-11-28T14Z`. */
function hourOf(time: number): string | null {
  const hour = Math.floor(time / HOUR_MS);
  if (hour === lastHour) return lastHourText;
  if (!(Math.abs(time) < MAX_TIME - HOUR_MS)) return null;
  lastHour = hour;
  lastHourText = `${new Date(hour * HOUR_MS).toISOString().slice(0, -':00:00.000Z'.length)}Z`;
  return lastHourText;
}

function aliasedField(correlation: CorrelationRule, field: string, reference: string, rule: Rule): string {
  const alias = correlation.aliases.get(field);
  return alias?.get(reference) ?? alias?.get(rule.name ?? rule.id) ?? alias?.get(rule.id) ?? field;
}

function hitField(hit: Hit, name: string, place: number): string | null {
  const value = place >= 0 ? (hit.values[place] ?? null) : subjectField(hit.subject, name);
  return value === null && name === 'source.ip' ? (hit.subject.sourceIp ?? hit.attributedIp) : value;
}

/** What the keeper knows of every hit, whether a rule needs it or not. */
function subjectField(subject: Subject, name: string): string | null {
  switch (name) {
    case 'source.ip':
      return subject.sourceIp;
    case 'destination.ip':
      return subject.destinationIp;
    case 'host.name':
      return subject.host;
    case 'user.name':
      return subject.user;
    case 'user.target.name':
      return subject.targetUser;
    case 'process.name':
      return subject.program;
    default:
      return null;
  }
}
