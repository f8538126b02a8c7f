import type { Condition, DetectionRule, FieldItem, FilterRule, Selection } from '../model/rule.js';

/** What a condition is made into: the parts of its logic, and its items, as compiled by the caller. */
export interface ConditionParts<T, Item> {
  item(item: Item): T;
  all(parts: readonly T[]): T;
  any(parts: readonly T[]): T;
  not(part: T): T;
  atLeast(count: number, parts: readonly T[]): T;
  selection(name: string, part: T): T;
}

/** A rule's condition and those of the filters on it; their selections live in separate name spaces. */
export function buildCondition<T, Item>(
  scopes: readonly (DetectionRule | FilterRule)[],
  parts: ConditionParts<T, Item>,
  compile: (item: FieldItem) => Item,
): T {
  return allOf(
    parts,
    scopes.map((scope) => buildScope(scope, parts, compile)),
  );
}

function buildScope<T, Item>(
  { conditions, selections }: DetectionRule | FilterRule,
  parts: ConditionParts<T, Item>,
  compile: (item: FieldItem) => Item,
): T {
  const built = new Map<string, T>();
  const ofSelection = (selection: Selection): T => {
    switch (selection.kind) {
      case 'any':
        return anyOf(parts, selection.of.map(ofSelection));
      case 'every':
        return allOf(parts, selection.of.map(ofSelection));
      case 'all':
        return allOf(
          parts,
          selection.items.map((item) => parts.item(compile(item))),
        );
    }
  };
  const named = (name: string): T => {
    let part = built.get(name);
    if (part === undefined) {
      part = parts.selection(name, ofSelection(selections.get(name)!));
      built.set(name, part);
    }
    return part;
  };
  const ofCondition = (condition: Condition): T => {
    switch (condition.kind) {
      case 'selection':
        return named(condition.name);
      case 'not':
        return parts.not(ofCondition(condition.of));
      case 'and':
        return allOf(parts, condition.of.map(ofCondition));
      case 'or':
        return anyOf(parts, condition.of.map(ofCondition));
      case 'at_least':
        return parts.atLeast(condition.count, condition.of.map(ofCondition));
    }
  };
  return anyOf(parts, conditions.map(ofCondition));
}

function allOf<T>(parts: ConditionParts<T, never>, of: readonly T[]): T {
  return of.length === 1 ? of[0]! : parts.all(of);
}

function anyOf<T>(parts: ConditionParts<T, never>, of: readonly T[]): T {
  return of.length === 1 ? of[0]! : parts.any(of);
}
