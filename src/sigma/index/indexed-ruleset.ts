import type { Match } from '../../model/detection.js';
import type { Logsource } from '../../model/logsource.js';
import type { DetectionRule, Rule, RuleFault } from '../../model/rule.js';
import type { EventView } from '../event-view.js';
import { MatchState } from '../match/match-state.js';
import { type Matcher, MatchReport } from '../match/matcher.js';
import { runsOn } from '../match/route.js';
import { type Ruleset, rulesetHash } from '../ruleset.js';
import type { Group } from './groups.js';
import type { GroupAnswers } from './indexed-item.js';
import { Marks } from './marks.js';
import { type IndexedRule, RouteIndex } from './route-index.js';
import { MemoryBudget } from './value-memory.js';

export interface IndexedCompiledRule extends IndexedRule {
  /** In `Ruleset.rules`. */
  readonly index: number;
  readonly rule: DetectionRule;
  readonly matcher: Matcher;
}

/**
 * Asks each field what it shows once for all rules of the event's route, and tries only the rules that this wakes:
 *
 *   event → route → marks → woken rules → conditions over marks
 */
export class IndexedRuleset implements Ruleset, GroupAnswers {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  #compiled: readonly IndexedCompiledRule[] = [];
  #matchers: ReadonlyMap<number, Matcher> = new Map();
  #marks = new Marks(0, 0);
  #state = new MatchState([]);
  #slots = 0;
  /** By `Logsource.id`; routes of the same rules share one. */
  readonly #routes = new Map<number, RouteIndex>();
  readonly #routesByRules = new Map<string, RouteIndex>();
  readonly #budget = new MemoryBudget();
  #all: RouteIndex | null = null;
  /** Of the event under test; null while a match is explained, which goes without an index. */
  #route: RouteIndex | null = null;
  #budgetSpent = 0;

  constructor(rules: readonly Rule[], faults: readonly RuleFault[]) {
    this.rules = rules;
    this.faults = faults;
    this.hash = rulesetHash(rules);
  }

  /** The compiled rules, whose matchers ask this ruleset for their answers. */
  fill(compiled: readonly IndexedCompiledRule[], marks: number, fields: readonly string[]): void {
    this.#compiled = compiled;
    this.#matchers = new Map(compiled.map(({ index, matcher }) => [index, matcher]));
    this.#marks = new Marks(marks, compiled.length);
    this.#state = new MatchState(fields);
    this.#slots = fields.length;
  }

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const route = logsource === null ? this.#allRules() : this.#routeOf(logsource);
    if (route.isEmpty) return;
    const state = this.#state;
    const marks = this.#marks;
    const first = hits.length;
    this.#route = route;
    state.begin(event);
    route.begin(marks, state);
    for (const position of route.always) this.#try(position, hits);
    // All that wait are awake by now: what conditions ask marks no more than that.
    const { candidates, awake } = marks;
    for (let i = 0; i < awake; i++) this.#try(candidates[i]!, hits);
    if (hits.length - first > 1) sortFrom(hits, first);
    if (state.budget.spent) this.#budgetSpent++;
  }

  holds(group: Group, state: MatchState): boolean {
    if (this.#route !== null) return this.#route.holds(group, this.#marks, state);
    return group.predicates.some((predicate) => state.holds(group.slot, predicate));
  }

  explain(rule: number, event: EventView): Match[] {
    const report = new MatchReport();
    this.#route = null;
    this.#state.begin(event);
    this.#matchers.get(rule)?.explain(this.#state, report);
    return report.matches;
  }

  takeBudgetSpent(): number {
    const count = this.#budgetSpent;
    this.#budgetSpent = 0;
    return count;
  }

  #try(position: number, hits: number[]): void {
    const { budget } = this.#state;
    const { index, matcher } = this.#compiled[position]!;
    budget.refused = false;
    // A rule whose expressions were not tried is undecided, whichever way its condition came out.
    if (matcher.holds(this.#state) && !budget.refused) hits.push(index);
  }

  #allRules(): RouteIndex {
    this.#all ??= new RouteIndex(this.#compiled, this.#slots, this.#budget);
    return this.#all;
  }

  #routeOf(logsource: Logsource): RouteIndex {
    let route = this.#routes.get(logsource.id);
    if (route === undefined) {
      const rules = this.#compiled.filter(({ rule }) => runsOn(rule, logsource));
      const key = rules.map(({ position }) => position).join();
      route = this.#routesByRules.get(key) ?? new RouteIndex(rules, this.#slots, this.#budget);
      this.#routesByRules.set(key, route);
      this.#routes.set(logsource.id, route);
    }
    return route;
  }
}

/** Insertion sort: few rules match one event. */
function sortFrom(hits: number[], first: number): void {
  for (let i = first + 1; i < hits.length; i++) {
    const hit = hits[i]!;
    let at = i;
    for (; at > first && hits[at - 1]! > hit; at--) hits[at] = hits[at - 1]!;
    hits[at] = hit;
  }
}
