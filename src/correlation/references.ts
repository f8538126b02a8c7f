import type { CorrelationRule, Rule, RuleFault } from '../model/rule.js';
import { CORRELATION_KINDS } from './types/registry.js';

/** A correlation that can run, and the indexes of the rules it names, in its order. */
export interface ResolvedCorrelation {
  readonly index: number;
  readonly rule: CorrelationRule;
  readonly references: readonly number[];
  /** 1 = it counts detections alone; more by one than that of any correlation that it counts. */
  readonly depth: number;
}

/**
 * The correlations that can run, in the order of the rules, and why the others cannot: a condition that their type
 * does not know, rules that are not loaded, circles, and the need of another correlation that cannot run.
 */
export function resolveCorrelations(rules: readonly Rule[]): {
  readonly resolved: readonly ResolvedCorrelation[];
  readonly faults: RuleFault[];
} {
  const byReference = indexOf(rules);
  const states = new Map<number, ResolvedCorrelation | 'open' | 'refused'>();
  const faults: RuleFault[] = [];

  const resolve = (index: number): ResolvedCorrelation | 'refused' => {
    const known = states.get(index);
    if (known !== undefined && known !== 'open') return known;
    const rule = rules[index] as CorrelationRule;
    if (known === 'open') return 'refused';
    states.set(index, 'open');
    const references = rule.rules.map((reference) => findRule(byReference, reference));
    const fault = CORRELATION_KINDS.get(rule.type)?.fault(rule) ?? referenceFault(rule, references);
    const blocked = rule.rules.find((_, place) => {
      const referenced = references[place];
      return (
        referenced !== undefined &&
        rules[referenced]?.kind === 'correlation' &&
        resolve(referenced) === 'refused'
      );
    });
    const message =
      fault ??
      (blocked === undefined
        ? null
        : `The correlation needs "${blocked}", which cannot run or needs it in turn.`);
    const state =
      message === null
        ? { index, rule, references: references as number[], depth: 1 + deepest(references as number[]) }
        : 'refused';
    if (message !== null) faults.push({ place: rule.place, code: 'correlation.refused', message });
    states.set(index, state);
    return state;
  };

  const deepest = (references: readonly number[]): number =>
    references.reduce((most, reference) => {
      const state = states.get(reference);
      return Math.max(most, typeof state === 'object' ? state.depth : 0);
    }, 0);

  const resolved: ResolvedCorrelation[] = [];
  rules.forEach((rule, index) => {
    if (rule.kind !== 'correlation') return;
    const state = resolve(index);
    if (state !== 'refused') resolved.push(state);
  });
  return { resolved, faults };
}

/** By id in lower case and by name; the first of a name counts. */
function indexOf(rules: readonly Rule[]): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  const add = (key: string, index: number): void => {
    if (!indexes.has(key)) indexes.set(key, index);
  };
  rules.forEach((rule, index) => {
    if (rule.kind === 'filter') return;
    if (rule.name !== null) add(rule.name, index);
    add(rule.id.toLowerCase(), index);
  });
  return indexes;
}

function findRule(indexes: ReadonlyMap<string, number>, reference: string): number | undefined {
  return indexes.get(reference) ?? indexes.get(reference.toLowerCase());
}

function referenceFault(rule: CorrelationRule, references: readonly (number | undefined)[]): string | null {
  if (references.length === 0) return 'The correlation names no rules.';
  const unknown = rule.rules.find((_, place) => references[place] === undefined);
  return unknown === undefined ? null : `The correlation needs the rule "${unknown}", which is not loaded.`;
}
