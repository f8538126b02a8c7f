import type { Match } from '../../model/detection.js';
import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, Rule, RuleFault } from '../../model/rule.js';
import type { EventView } from '../event-view.js';
import type { RuleExplainer } from '../explain.js';
import { RuleCounts } from '../rule-counts.js';
import { type Ruleset, rulesetHash } from '../ruleset.js';
import { MatchState } from './match-state.js';
import type { Matcher } from './matcher.js';
import { runsOn } from './route.js';

export interface CompiledRule {
  /** In `Ruleset.rules`. */
  readonly index: number;
  readonly rule: DetectionRule;
  readonly matcher: Matcher;
}

export interface NaiveParts {
  readonly rules: readonly Rule[];
  readonly compiled: readonly CompiledRule[];
  readonly faults: readonly RuleFault[];
  /** The fields by slot. */
  readonly fields: readonly string[];
  readonly explainer: RuleExplainer;
}

/** Tries all rules of the event's route one after another: what the index is tested against. */
export class NaiveRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  readonly #compiled: readonly CompiledRule[];
  readonly #explainer: RuleExplainer;
  /** By `Logsource.id`. */
  readonly #routes = new Map<number, readonly CompiledRule[]>();
  readonly #state: MatchState;
  readonly #counts: RuleCounts;
  clock: (() => number) | null = null;
  #budgetSpent = 0;

  constructor({ rules, compiled, faults, fields, explainer }: NaiveParts) {
    this.rules = rules;
    this.faults = faults;
    this.hash = rulesetHash(rules);
    this.#compiled = compiled;
    this.#explainer = explainer;
    this.#counts = new RuleCounts(rules.length);
    this.#state = new MatchState(fields);
  }

  prepare(): void {}

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const rules = logsource === null ? this.#compiled : this.#route(logsource);
    if (rules.length === 0) return;
    const state = this.#state;
    const { budget } = state;
    state.begin(event);
    for (const { index, matcher } of rules) {
      budget.refused = false;
      // A rule whose expressions were not tried is undecided, whichever way its condition came out.
      const matches = matcher.holds(state) && !budget.refused;
      this.#counts.add(index, matches);
      if (matches) hits.push(index);
    }
    if (budget.spent) this.#budgetSpent++;
  }

  explain(rule: number, event: EventView): Match[] {
    return this.#explainer.explain(rule, event);
  }

  takeCounts(): Float64Array<ArrayBuffer> {
    return this.#counts.take();
  }

  takeBudgetSpent(): number {
    const count = this.#budgetSpent;
    this.#budgetSpent = 0;
    return count;
  }

  #route(logsource: Logsource): readonly CompiledRule[] {
    let route = this.#routes.get(logsource.id);
    if (route === undefined) {
      route = this.#compiled.filter(({ rule }) => runsOn(rule, logsource));
      this.#routes.set(logsource.id, route);
    }
    return route;
  }
}
