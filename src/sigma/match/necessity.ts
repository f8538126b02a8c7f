import type { Condition, DetectionRule, FieldItem, FilterRule, Selection } from '../../model/rule.js';

/** How to speak about what must be there for a part of a rule to hold; null = nothing need be. */
export interface Necessity<T> {
  ofItem(item: FieldItem): T | null;
  /** All parts hold: one of their needs says enough. */
  ofAll(parts: readonly (T | null)[]): T | null;
  /** Some part holds, nobody knows which. */
  ofAny(parts: readonly (T | null)[]): T | null;
}

/** What must be there for the rule and the filters on it to match. */
export function needOf<T>(
  scopes: readonly Pick<DetectionRule | FilterRule, 'conditions' | 'selections'>[],
  necessity: Necessity<T>,
): T | null {
  return necessity.ofAll(
    scopes.map(({ conditions, selections }) =>
      necessity.ofAny(conditions.map((condition) => ofCondition(condition, selections, necessity))),
    ),
  );
}

function ofCondition<T>(
  condition: Condition,
  selections: ReadonlyMap<string, Selection>,
  necessity: Necessity<T>,
): T | null {
  const ofPart = (part: Condition): T | null => ofCondition(part, selections, necessity);
  switch (condition.kind) {
    case 'selection':
      return ofSelection(selections.get(condition.name)!, necessity);
    case 'not':
      return null;
    case 'and':
      return necessity.ofAll(condition.of.map(ofPart));
    case 'or':
      return necessity.ofAny(condition.of.map(ofPart));
    case 'at_least': {
      const parts = condition.of.map(ofPart);
      const known = parts.filter((part) => part !== null);
      // With fewer unknown parts than have to hold, a known one is among them.
      return parts.length - known.length < condition.count ? necessity.ofAny(known) : null;
    }
  }
}

function ofSelection<T>(selection: Selection, necessity: Necessity<T>): T | null {
  if (selection.kind === 'all') return necessity.ofAll(selection.items.map((item) => necessity.ofItem(item)));
  const parts = selection.of.map((part) => ofSelection(part, necessity));
  return selection.kind === 'any' ? necessity.ofAny(parts) : necessity.ofAll(parts);
}

/**
 * Fields of which at least one has a value in every event that matches; null = an event may match without any, by
 * keywords or by absence alone.
 */
export function witnessFields(rule: DetectionRule): readonly string[] | null {
  return needOf([rule], FIELDS);
}

const FIELDS: Necessity<readonly string[]> = {
  ofItem({ field, modifiers, values }) {
    if (field === null || modifiers.includes('neq') || values.includes(null)) return null;
    return modifiers.includes('exists') && values[0] !== true ? null : [field];
  },
  // The one with the fewest fields says most.
  ofAll: (parts) =>
    parts.reduce(
      (best, part) => (best === null || (part !== null && part.length < best.length) ? part : best),
      null,
    ),
  ofAny: (parts) => (parts.includes(null) ? null : [...new Set(parts.flatMap((part) => part!))]),
};
