import type { Condition, DetectionRule, FieldItem, Selection } from '../../model/rule.js';

/** Fields of which at least one has a value in every event that matches; null = an event may match without any. */
type Witness = readonly string[] | null;

/**
 * What must be there for a rule to match at all. Says which rules can be left out for an event that lacks the
 * field, and which would match by keywords or by absence alone.
 */
export function witnessFields({ conditions, selections }: DetectionRule): Witness {
  return ofAny(conditions.map((condition) => ofCondition(condition, selections)));
}

function ofCondition(condition: Condition, selections: ReadonlyMap<string, Selection>): Witness {
  switch (condition.kind) {
    case 'selection':
      return ofSelection(selections.get(condition.name)!);
    case 'not':
      return null;
    case 'and':
      return ofAll(condition.of.map((part) => ofCondition(part, selections)));
    case 'or':
      return ofAny(condition.of.map((part) => ofCondition(part, selections)));
    case 'at_least': {
      const parts = condition.of.map((part) => ofCondition(part, selections));
      const known = parts.filter((part) => part !== null);
      // With fewer unknown parts than have to hold, a known one is among them.
      return parts.length - known.length < condition.count ? ofAny(known) : null;
    }
  }
}

function ofSelection(selection: Selection): Witness {
  return selection.kind === 'any' ? ofAny(selection.of.map(ofSelection)) : ofAll(selection.items.map(ofItem));
}

function ofItem({ field, modifiers, values }: FieldItem): Witness {
  if (field === null || modifiers.includes('neq') || values.includes(null)) return null;
  return modifiers.includes('exists') && values[0] !== true ? null : [field];
}

/** All parts hold: the one with the fewest fields says most. */
function ofAll(parts: readonly Witness[]): Witness {
  return parts.reduce(
    (best, part) => (best === null || (part !== null && part.length < best.length) ? part : best),
    null,
  );
}

/** Some part holds, nobody knows which. */
function ofAny(parts: readonly Witness[]): Witness {
  const fields = new Set<string>();
  for (const part of parts) {
    if (part === null) return null;
    for (const field of part) fields.add(field);
  }
  return [...fields];
}
