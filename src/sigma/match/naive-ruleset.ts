import type { Match } from '../../model/detection.js';
import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, Rule, RuleFault } from '../../model/rule.js';
import type { EventView } from '../event-view.js';
import { type Ruleset, rulesetHash } from '../ruleset.js';
import { MatchState } from './match-state.js';
import { type Matcher, MatchReport } from './matcher.js';
import { runsOn } from './route.js';

export interface CompiledRule {
  /** In `Ruleset.rules`. */
  readonly index: number;
  readonly rule: DetectionRule;
  readonly matcher: Matcher;
}

/** Tries all rules of the event's route one after another: what the index is tested against. */
export class NaiveRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  readonly #compiled: readonly CompiledRule[];
  readonly #byIndex: ReadonlyMap<number, Matcher>;
  /** By `Logsource.id`. */
  readonly #routes = new Map<number, readonly CompiledRule[]>();
  readonly #state: MatchState;
  #budgetSpent = 0;

  constructor(
    rules: readonly Rule[],
    compiled: readonly CompiledRule[],
    faults: readonly RuleFault[],
    fields: readonly string[],
  ) {
    this.rules = rules;
    this.faults = faults;
    this.hash = rulesetHash(rules);
    this.#compiled = compiled;
    this.#byIndex = new Map(compiled.map(({ index, matcher }) => [index, matcher]));
    this.#state = new MatchState(fields);
  }

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const rules = logsource === null ? this.#compiled : this.#route(logsource);
    if (rules.length === 0) return;
    const state = this.#state;
    const { budget } = state;
    state.begin(event);
    for (const { index, matcher } of rules) {
      budget.refused = false;
      // A rule whose expressions were not tried is undecided, whichever way its condition came out.
      if (matcher.holds(state) && !budget.refused) hits.push(index);
    }
    if (budget.spent) this.#budgetSpent++;
  }

  explain(rule: number, event: EventView): Match[] {
    const report = new MatchReport();
    this.#state.begin(event);
    this.#byIndex.get(rule)?.explain(this.#state, report);
    return report.matches;
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
