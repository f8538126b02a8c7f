import type { Condition, DetectionRule, FilterRule, Rule, RuleFault } from '../../model/rule.js';
import { appliesTo } from '../match/route.js';
import { faultOf } from '../read/document-faults.js';
import { ruleHash } from '../read/semantic-hash.js';
import { neededFields, RuleIndex } from '../references.js';
import { RuleError } from '../rule-error.js';
import type { Pipeline, Subject } from './pipeline.js';
import { withReadFields } from './read-fields.js';

export interface ProcessedRules {
  readonly rules: readonly Rule[];
  /** Rules that a pipeline refused. */
  readonly faults: readonly RuleFault[];
}

/**
 * Takes the rules through the pipelines, all rules one step at a time: what a correlation asks of its rules is what
 * they are by then. A filter goes along as part of each rule that it is for, as that rule's conditions decide what
 * becomes of its fields. Rules that are `exempt` are left alone.
 */
export function applyPipelines(
  rules: readonly Rule[],
  pipelines: readonly Pipeline[],
  exempt: (rule: Rule) => boolean = () => false,
): ProcessedRules {
  if (pipelines.length === 0) return { rules, faults: [] };
  const subjects = subjectsOf(rules, exempt);
  const faults: RuleFault[] = [];
  const refused = new Set<Subject>();
  for (const { steps, vars } of pipelines) {
    for (const step of steps) {
      const meant = subjects.filter(
        (subject) => subject !== null && !refused.has(subject) && step.onRule(subject),
      );
      for (const subject of meant as Subject[]) {
        try {
          step.transformation.apply(subject, { step, vars });
          if (step.id !== null) subject.applied.add(step.id);
        } catch (error) {
          if (!(error instanceof RuleError)) throw error;
          faults.push(faultOf(error, subject.rule.place.file, subject.rule.place.line));
          refused.add(subject);
        }
      }
    }
  }
  const processed = rules.flatMap((rule, i): Rule[] => {
    const subject = subjects[i]!;
    if (subject === null) return [rule];
    return refused.has(subject) ? [] : [subject.rule];
  });
  const finished = withReadFields(processed, readNames(rules, subjects));
  return {
    rules: finished.rules.map((rule) => ({ ...rule, hash: ruleHash(rule) })),
    faults: [...faults, ...finished.faults],
  };
}

/** By id of a detection rule: what the fields that correlations read of it are called by now. */
function readNames(
  rules: readonly Rule[],
  subjects: readonly (Subject | null)[],
): ReadonlyMap<string, Subject['read']> {
  return new Map(
    rules.flatMap(({ id }, i) => {
      const read = subjects[i]?.read;
      return read === undefined ? [] : [[id, read] as const];
    }),
  );
}

function subjectsOf(rules: readonly Rule[], exempt: (rule: Rule) => boolean): readonly (Subject | null)[] {
  const filters = rules.filter((rule) => rule.kind === 'filter');
  const read = neededFields(rules);
  const index = new RuleIndex(rules);
  const subjects = rules.map((rule, i): (Subject & { referenced: Subject[] }) | null => {
    if (rule.kind === 'filter' || exempt(rule)) return null;
    return {
      rule: rule.kind === 'detection' ? withFilters(rule, filters) : rule,
      referenced: [],
      applied: new Set(),
      byItem: new Map(),
      byField: new Map(),
      state: new Map(),
      read: new Map(read[i]!.map((field) => [field, [field]])),
    };
  });
  rules.forEach((rule, i) => {
    if (rule.kind !== 'correlation') return;
    for (const target of index.referenced(rule)) {
      const referenced = subjects[target] ?? null;
      if (referenced !== null) subjects[i]?.referenced.push(referenced);
    }
  });
  return subjects;
}

/** The rule and its filters in one; names of filters' selections are told apart by a blank, which no rule can write. */
function withFilters(rule: DetectionRule, filters: readonly FilterRule[]): DetectionRule {
  const own = filters.filter((filter) => appliesTo(filter, rule));
  if (own.length === 0) return rule;
  const selections = new Map(rule.selections);
  const conditions = own.map((filter, i) => {
    const nameOf = (name: string): string => `filter ${i + 1} ${name}`;
    for (const [name, selection] of filter.selections) selections.set(nameOf(name), selection);
    return anyOf(filter.conditions.map((condition) => renamed(condition, nameOf)));
  });
  const all: Condition = { kind: 'and', of: [anyOf(rule.conditions), ...conditions] };
  return { ...rule, selections, conditions: [all], filtered: true };
}

function anyOf(of: readonly Condition[]): Condition {
  return of.length === 1 ? of[0]! : { kind: 'or', of };
}

function renamed(condition: Condition, nameOf: (name: string) => string): Condition {
  switch (condition.kind) {
    case 'selection':
      return { ...condition, name: nameOf(condition.name) };
    case 'not':
      return { ...condition, of: renamed(condition.of, nameOf) };
    default:
      return { ...condition, of: condition.of.map((part) => renamed(part, nameOf)) };
  }
}
