import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, FilterRule, RuleLogsource } from '../../model/rule.js';
import { witnessFields } from './necessity.js';

/**
 * Does a rule for `wanted` run on events of `logsource`? A closed one says all there is to say: what it leaves out
 * matches no rule that names it. On an open one, about which nothing is known, every rule runs that asks for a
 * field; one that could match by keywords alone, or by what is absent, would fire at random.
 */
export function runsOn(rule: DetectionRule, logsource: Logsource): boolean {
  return isOnRoute(routedBy(rule), logsource);
}

/** What decides on which events a rule runs. */
export interface Routed {
  readonly logsource: RuleLogsource;
  /** It asks for a field in every event that it matches. */
  readonly hasWitness: boolean;
}

export function routedBy(rule: DetectionRule): Routed {
  return { logsource: rule.logsource, hasWitness: witnessFields(rule) !== null };
}

function isOnRoute({ logsource: wanted, hasWitness }: Routed, logsource: Logsource): boolean {
  if (!logsource.closed) return hasWitness;
  const { product, category, service } = wanted;
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

/** Finds the rules of an event's route. */
export class Router<T extends Routed> {
  readonly #rules: readonly T[];
  /** Those that name the same logsource. */
  readonly #alike: readonly (readonly [T, ...T[]])[];
  readonly #products = new Set<string>();
  /** Categories and services that some rule names: others make no difference. */
  readonly #named = new Set<string>();
  /** By the words of a closed logsource that make a difference. */
  readonly #known = new Map<string, readonly T[]>();

  constructor(rules: readonly T[]) {
    this.#rules = rules;
    const alike = new Map<string, [T, ...T[]]>();
    for (const one of rules) {
      const { product, category, service } = one.logsource;
      const key = JSON.stringify([product, category, service]);
      const known = alike.get(key);
      if (known !== undefined) {
        known.push(one);
        continue;
      }
      alike.set(key, [one]);
      if (product !== null) this.#products.add(product);
      if (category !== null) this.#named.add(category);
      if (service !== null) this.#named.add(service);
    }
    this.#alike = [...alike.values()];
  }

  /** In no order. Logsources that make no difference have one and the same list. */
  rulesOn(logsource: Logsource): readonly T[] {
    if (!logsource.closed) return this.#rules.filter((one) => isOnRoute(one, logsource));
    const key = this.#keyOf(logsource);
    let rules = this.#known.get(key);
    if (rules === undefined) {
      rules = this.#alike.filter(([one]) => isOnRoute(one, logsource)).flat();
      this.#known.set(key, rules);
    }
    return rules;
  }

  #keyOf({ product, categories, services }: Logsource): string {
    const named = (words: readonly string[]): string[] => words.filter((word) => this.#named.has(word));
    const known = product !== null && this.#products.has(product) ? product : null;
    return JSON.stringify([known, named(categories), named(services)]);
  }
}

/** The rule and the filters on it. */
export type Scope = DetectionRule | FilterRule;

export function scopesOf(rule: DetectionRule, filters: readonly FilterRule[]): readonly Scope[] {
  return [rule, ...filters.filter((filter) => appliesTo(filter, rule))];
}

/** Does the filter have a say in the rule? It must name it, or any, and cover its logsource. */
export function appliesTo(filter: FilterRule, rule: DetectionRule): boolean {
  if (rule.filtered === true || !covers(filter.logsource, rule.logsource)) return false;
  if (filter.rules === 'any') return true;
  // Rules of Sigma 1 that count are known by the id of the correlation that they became.
  const ids = [rule.id.toLowerCase(), rule.partOf?.toLowerCase()];
  return filter.rules.some((name) => name === rule.name || ids.includes(name.toLowerCase()));
}

/** The rule's logsource has every key that is named. */
export function covers(filter: RuleLogsource, rule: RuleLogsource): boolean {
  return (
    (filter.product === null || filter.product === rule.product) &&
    (filter.category === null || filter.category === rule.category) &&
    (filter.service === null || filter.service === rule.service)
  );
}
