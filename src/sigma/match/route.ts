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

/** A filter covers a rule when the rule's logsource has every key that the filter names. */
export function covers(filter: RuleLogsource, rule: RuleLogsource): boolean {
  return (
    (filter.product === null || filter.product === rule.product) &&
    (filter.category === null || filter.category === rule.category) &&
    (filter.service === null || filter.service === rule.service)
  );
}
