import { MANY, ONE } from '../../model/glob.js';
import type { Condition, DetectionRule, FieldItem, Selection } from '../../model/rule.js';
import { parseWildcards } from '../match/wildcard.js';
import { readChain } from '../modifiers/chain.js';
import { RuleError } from '../rule-error.js';
import type { Step, Subject } from './pipeline.js';

/** What an item becomes: itself, another, a selection in its place, or null = nothing. */
export type ItemChange = (item: FieldItem) => FieldItem | Selection | null;

/**
 * Changes the items of the rule that meet the step's conditions. A selection of which nothing is left goes out of the
 * condition with all that it stood in; a rule of which nothing is left is refused. Correlations have no items.
 */
export function changeItems(subject: Subject, step: Step, change: ItemChange): void {
  const { rule } = subject;
  if (rule.kind !== 'detection') return;
  const changeOne: ItemChange = (item) => {
    if (!step.onItem(item, subject) || !step.onField(item.field, subject)) return item;
    const changed = change(item);
    if (changed !== item && changed !== null) trackItems(changed, item, subject, step);
    return changed;
  };
  const selections = new Map<string, Selection>();
  let isChanged = false;
  for (const [name, selection] of rule.selections) {
    const changed = changeSelection(selection, changeOne);
    if (changed !== null) selections.set(name, changed);
    isChanged ||= changed !== selection;
  }
  if (!isChanged) return;
  subject.rule = { ...rule, selections, conditions: keptConditions(rule, selections) };
}

function changeSelection(selection: Selection, change: ItemChange): Selection | null {
  if (selection.kind !== 'all') {
    const of = selection.of.map((part) => changeSelection(part, change));
    if (of.every((part, i) => part === selection.of[i])) return selection;
    const kept = of.filter((part) => part !== null);
    return kept.length === 0 ? null : { kind: selection.kind, of: kept };
  }
  const changed = selection.items.map(change);
  if (changed.every((part, i) => part === selection.items[i])) return selection;
  const items = changed.filter((part): part is FieldItem => part !== null && !('kind' in part));
  const nested = changed.filter((part): part is Selection => part !== null && 'kind' in part);
  if (nested.length === 0) return items.length === 0 ? null : { kind: 'all', items };
  const of: Selection[] = items.length === 0 ? nested : [{ kind: 'all', items }, ...nested];
  return of.length === 1 ? of[0]! : { kind: 'every', of };
}

function keptConditions(rule: DetectionRule, selections: ReadonlyMap<string, Selection>): Condition[] {
  const kept = rule.conditions
    .map((condition) => withoutGone(condition, selections))
    .filter((condition) => condition !== null);
  if (kept.length > 0) return kept;
  throw new RuleError('rule.pipeline', 'The pipeline dropped all that the condition asks for.');
}

function withoutGone(condition: Condition, selections: ReadonlyMap<string, Selection>): Condition | null {
  switch (condition.kind) {
    case 'selection':
      return selections.has(condition.name) ? condition : null;
    case 'not': {
      const of = withoutGone(condition.of, selections);
      return of === null ? null : { ...condition, of };
    }
    default: {
      const of = condition.of.map((part) => withoutGone(part, selections)).filter((part) => part !== null);
      if (of.length === 0) return null;
      if (condition.kind !== 'at_least') return { ...condition, of };
      return { ...condition, of, count: Math.min(condition.count, of.length) };
    }
  }
}

/** What was done to an item is remembered of what it becomes. */
function trackItems(to: FieldItem | Selection, from: FieldItem, subject: Subject, step: Step): void {
  if (!('kind' in to)) {
    if (to === from) return;
    const ids = new Set(subject.byItem.get(from));
    if (step.id !== null) ids.add(step.id);
    subject.byItem.set(to, ids);
  } else if (to.kind === 'all') for (const item of to.items) trackItems(item, from, subject, step);
  else for (const part of to.of) trackItems(part, from, subject, step);
}

/** Compared as text: not by a regular expression, a number, or another field. */
export function isText({ modifiers }: FieldItem): boolean {
  return readChain(modifiers).operator === 'text';
}

/** A value with the wildcards that contains, startswith and endswith add to it. */
export function shownValue({ modifiers }: FieldItem, value: unknown): string {
  const { openStart, openEnd } = readChain(modifiers);
  return `${openStart ? '*' : ''}${String(value)}${openEnd ? '*' : ''}`;
}

export function hasWildcard(text: string): boolean {
  return parseWildcards(text).some((piece) => piece === MANY || piece === ONE);
}
