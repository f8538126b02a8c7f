import type { Logsource } from '../../model/logsource.js';
import type { Condition, DetectionRule, RuleLogsource, Selection } from '../../model/rule.js';

/**
 * Does a rule for `wanted` run on events of `logsource`? A closed one says all there is to say: what it leaves out
 * matches no rule that names it. On an open one, about which nothing is known, every rule runs that asks for a
 * field; one that could match by keywords alone, or by what is absent, would fire at random.
 */
export function runsOn(rule: DetectionRule, logsource: Logsource): boolean {
  if (!logsource.closed) return rule.conditions.every((condition) => needsField(condition, rule.selections));
  const { product, category, service } = rule.logsource;
  return (
    (product === null || product === logsource.product) &&
    (category === null || logsource.categories.includes(category)) &&
    (service === null || logsource.services.includes(service))
  );
}

/** A filter covers a rule when the rule's logsource has every key that the filter names. */
export function covers(filter: RuleLogsource, rule: RuleLogsource): boolean {
  return (
    (filter.product === null || filter.product === rule.product) &&
    (filter.category === null || filter.category === rule.category) &&
    (filter.service === null || filter.service === rule.service)
  );
}

/** True when the condition cannot hold unless some named field of the event has a value. */
function needsField(condition: Condition, selections: ReadonlyMap<string, Selection>): boolean {
  switch (condition.kind) {
    case 'selection':
      return selectionNeedsField(selections.get(condition.name)!);
    case 'and':
      return condition.of.some((part) => needsField(part, selections));
    case 'or':
      return condition.of.every((part) => needsField(part, selections));
    case 'at_least': {
      const free = condition.of.filter((part) => !needsField(part, selections));
      return free.length < condition.count;
    }
    case 'not':
      return false;
  }
}

function selectionNeedsField(selection: Selection): boolean {
  if (selection.kind === 'any') return selection.of.every(selectionNeedsField);
  return selection.items.some(({ field, modifiers, values }) => {
    if (field === null || modifiers.includes('neq') || values.includes(null)) return false;
    return !modifiers.includes('exists') || values[0] === true;
  });
}
