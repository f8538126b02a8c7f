import type { CorrelationRule, Rule } from '../model/rule.js';
import type { Subject } from '../model/signal.js';
import type { Firing, Hit } from './hit.js';

/** Reads a field of a hit, or of the firing of a correlation that the hit completed. Null = absent. */
export type FieldReader = (hit: Hit, firing: Firing | null) => string | null;

type NeededFields = readonly (readonly string[])[];

/**
 * How a correlation reads one of its fields of hits of the rule it names as `reference`.
 *
 * An alias is replaced by the field that it stands for in that rule. `entity` is the derived field. `source.ip` is
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
  if (name === 'entity') return (hit, firing) => (firing ?? hit).entity;
  if (rule.kind === 'correlation') {
    const place = rule.groupBy.indexOf(name);
    if (place >= 0) return (_hit, firing) => firing?.group[place]?.[1] ?? null;
    return (hit) => hitField(hit, name, needed[hit.rule]?.indexOf(name) ?? -1);
  }
  const place = needed[ruleIndex]?.indexOf(name) ?? -1;
  return (hit) => hitField(hit, name, place);
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
