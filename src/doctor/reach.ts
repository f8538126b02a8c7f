import { knownLogsources, type Logsource } from '../model/logsource.js';
import type { DetectionRule } from '../model/rule.js';
import { witnessFields } from '../sigma/match/necessity.js';
import { Router, routedBy } from '../sigma/match/route.js';
import type { FieldsOf, SeenLogsource } from './log-sample.js';

/** What arrives for a rule. */
export interface RuleReach<R extends DetectionRule = DetectionRule> {
  readonly rule: R;
  /** Nothing that was seen could have met it: no event of its logsource, or none with one of its `fields`. Null = something could. */
  readonly idle: 'logsource' | 'fields' | null;
  /** One of these has a value in every event that matches; null = it asks for none. */
  readonly fields: readonly string[] | null;
  /** Sources with events that a normalizer recognised as of its logsource; with `idle` null those that had a field, too. */
  readonly sources: readonly string[];
  /** Some normalizer makes events of its logsource. */
  readonly recognised: boolean;
}

/** Whom of these rules something of what was seen could have met, and by which sources. In the order of the rules. */
export function reachOf<R extends DetectionRule>(
  rules: readonly R[],
  seen: readonly SeenLogsource[],
): RuleReach<R>[] {
  const all = rules.map((rule) => new OpenReach(rule));
  const router = new Router(all);
  for (const { source, logsource, fields } of seen)
    for (const one of router.rulesOn(logsource)) one.see(source, logsource, fields);
  for (const logsource of knownLogsources())
    if (logsource.closed) for (const one of router.rulesOn(logsource)) one.recognised = true;
  return all.map((one) => one.result());
}

/** The fields that `reachOf` has to know of, by the logsource of the event. */
export function fieldsToSee(rules: readonly DetectionRule[]): FieldsOf {
  const router = new Router(rules.map((rule) => ({ ...routedBy(rule), fields: witnessFields(rule) ?? [] })));
  return (logsource) => [...new Set(router.rulesOn(logsource).flatMap(({ fields }) => fields))];
}

class OpenReach<R extends DetectionRule> {
  readonly logsource: R['logsource'];
  readonly hasWitness: boolean;
  recognised = false;
  readonly #rule: R;
  readonly #fields: readonly string[] | null;
  /** With events of its logsource, and those of them that it could match. */
  readonly #sending = new Set<string>();
  readonly #usable = new Set<string>();
  #isMet = false;

  constructor(rule: R) {
    const { logsource, hasWitness } = routedBy(rule);
    this.logsource = logsource;
    this.hasWitness = hasWitness;
    this.#rule = rule;
    this.#fields = witnessFields(rule);
  }

  see(source: string, { closed }: Logsource, fields: ReadonlySet<string>): void {
    if (closed) this.#sending.add(source);
    if (this.#fields !== null && !this.#fields.some((field) => fields.has(field))) return;
    this.#isMet = true;
    if (closed) this.#usable.add(source);
  }

  result(): RuleReach<R> {
    return {
      rule: this.#rule,
      idle: this.#isMet ? null : this.#sending.size === 0 ? 'logsource' : 'fields',
      fields: this.#fields,
      sources: [...(this.#isMet ? this.#usable : this.#sending)],
      recognised: this.recognised,
    };
  }
}
