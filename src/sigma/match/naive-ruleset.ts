import { createHash } from 'node:crypto';
import type { Match } from '../../model/detection.js';
import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, Rule, RuleFault } from '../../model/rule.js';
import type { EventView } from '../event-view.js';
import type { Ruleset } from '../ruleset.js';
import { MatchState } from './match-state.js';
import { type Matcher, MatchReport } from './matcher.js';
import { runsOn } from './route.js';

export interface CompiledRule {
  /** In `Ruleset.rules`. */
  readonly index: number;
  readonly rule: DetectionRule;
  readonly matcher: Matcher;
  /** Slots of `witnessFields`. */
  readonly witness: readonly number[] | null;
}

/** Rules that wait for the same fields: one look at these decides about all of them. */
interface RuleGroup {
  readonly witness: readonly number[] | null;
  readonly rules: readonly CompiledRule[];
}

/** Tries the rules of the event's route one after another, but for groups whose fields the event does not have. */
export class NaiveRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  readonly #compiled: readonly CompiledRule[];
  readonly #byIndex: ReadonlyMap<number, Matcher>;
  readonly #all: readonly RuleGroup[];
  /** By `Logsource.id`. */
  readonly #routes = new Map<number, readonly RuleGroup[]>();
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
    this.hash = createHash('sha256')
      .update(rules.map((rule) => rule.hash).join('\n'))
      .digest('hex');
    this.#compiled = compiled;
    this.#byIndex = new Map(compiled.map(({ index, matcher }) => [index, matcher]));
    this.#all = groupByWitness(compiled);
    this.#state = new MatchState(fields);
  }

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const groups = logsource === null ? this.#all : this.#route(logsource);
    if (groups.length === 0) return;
    const state = this.#state;
    const { budget } = state;
    const first = hits.length;
    state.begin(event);
    for (const { witness, rules } of groups) {
      if (witness !== null && !hasAny(state, witness)) continue;
      for (const { index, matcher } of rules) {
        budget.refused = false;
        // A rule whose expressions were not tried is undecided, whichever way its condition came out.
        if (matcher.holds(state) && !budget.refused) hits.push(index);
      }
    }
    if (hits.length - first > 1) sortFrom(hits, first);
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

  #route(logsource: Logsource): readonly RuleGroup[] {
    let route = this.#routes.get(logsource.id);
    if (route === undefined) {
      route = groupByWitness(this.#compiled.filter(({ rule }) => runsOn(rule, logsource)));
      this.#routes.set(logsource.id, route);
    }
    return route;
  }
}

function groupByWitness(rules: readonly CompiledRule[]): RuleGroup[] {
  const groups = new Map<string, { witness: readonly number[] | null; rules: CompiledRule[] }>();
  for (const rule of rules) {
    const key = rule.witness === null ? 'none' : rule.witness.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { witness: rule.witness, rules: [rule] });
    else group.rules.push(rule);
  }
  return [...groups.values()];
}

function hasAny(state: MatchState, slots: readonly number[]): boolean {
  for (const slot of slots) if (state.cell(slot).value !== undefined) return true;
  return false;
}

/** Insertion sort: few rules match one event, and those of a group come in order. */
function sortFrom(hits: number[], first: number): void {
  for (let i = first + 1; i < hits.length; i++) {
    const hit = hits[i]!;
    let at = i;
    for (; at > first && hits[at - 1]! > hit; at--) hits[at] = hits[at - 1]!;
    hits[at] = hit;
  }
}
