import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, RuleLogsource } from '../../model/rule.js';
import { witnessFields } from './necessity.js';

/**
 * Does a rule for `wanted` run on events of `logsource`? A closed one says all there is to say: what it leaves out
 * matches no rule that names it. On an open one, about which nothing is known, every rule runs that asks for a
 * field; one that could match by keywords alone, or by what is absent, would fire at random.
 */
export function runsOn(rule: DetectionRule, logsource: Logsource): boolean {
  if (!logsource.closed) return witnessFields(rule) !== null;
  const { product, category, service } = rule.logsource;
  return (
    (product === null || product === logsource.product) &&
    (category === null || logsource.categories.includes(category)) &&
    (service === null || logsource.services.includes(service))
  );
}

/** Why a rule does not run on events of `logsource`, in words; null = it runs. */
export function routingProblem(rule: DetectionRule, logsource: Logsource): string | null {
  if (runsOn(rule, logsource)) return null;
  if (!logsource.closed) {
    return 'No normalizer recognises the event, and the rule asks for no field that must have a value: it would match such events at random.';
  }
  const stated = {
    product: logsource.product === null ? [] : [logsource.product],
    category: logsource.categories,
    service: logsource.services,
  };
  const missing = (['product', 'category', 'service'] as const).filter((part) => {
    const word = rule.logsource[part];
    return word !== null && !stated[part].includes(word);
  });
  return missing
    .map((part) => {
      const said = stated[part].length === 0 ? `no ${part}` : `${part} ${stated[part].join(', ')}`;
      return `The rule asks for ${part} ${rule.logsource[part]}, the event has ${said}.`;
    })
    .join(' ');
}

/** A filter covers a rule when the rule's logsource has every key that the filter names. */
export function covers(filter: RuleLogsource, rule: RuleLogsource): boolean {
  return (
    (filter.product === null || filter.product === rule.product) &&
    (filter.category === null || filter.category === rule.category) &&
    (filter.service === null || filter.service === rule.service)
  );
}
