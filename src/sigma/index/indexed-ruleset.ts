import type { Match } from '../../model/detection.js';
import type { Logsource } from '../../model/logsource.js';
import type { Rule, RuleFault } from '../../model/rule.js';
import type { EventView } from '../event-view.js';
import type { RuleExplainer } from '../explain.js';
import { MatchState } from '../match/match-state.js';
import { type Routed, Router } from '../match/route.js';
import { RuleCounts } from '../rule-counts.js';
import { type Ruleset, rulesetHash } from '../ruleset.js';
import { AutomatonStore } from './automaton-store.js';
import type { Group } from './groups.js';
import { Marks } from './marks.js';
import { type PackedIndex, packIndex } from './packed-index.js';
import { Count, HOLDS, type Programs } from './program.js';
import { type IndexedRule, RouteIndex } from './route-index.js';
import { MemoryBudget } from './value-memory.js';

export interface IndexedCompiledRule extends IndexedRule, Routed {
  /** In `Ruleset.rules`. */
  readonly index: number;
  /** Where its program begins. */
  readonly start: number;
}

/** What matching needs: the same for all threads. */
export interface CompiledIndex {
  readonly compiled: readonly IndexedCompiledRule[];
  readonly programs: Programs;
  /** By mark; other marks are hints. */
  readonly groups: readonly (Group | undefined)[];
  /** How many marks there are. */
  readonly marks: number;
  /** The fields by slot. */
  readonly fields: readonly string[];
}

export interface IndexedParts extends CompiledIndex {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly explainer: RuleExplainer;
  /** Those of another thread; else its own. */
  readonly automata: AutomatonStore | undefined;
}

/**
 * Asks each field what it shows once for all rules of the event's route, and tries only the rules that this wakes:
 *
 *   event → route → marks → woken rules → programs over marks
 */
export class IndexedRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  readonly #parts: IndexedParts;
  readonly #marks: Marks;
  readonly #state: MatchState;
  readonly #budget = new MemoryBudget();
  readonly #automata: AutomatonStore;
  /** By `Logsource.id`; routes of the same rules share one. */
  readonly #routes = new Map<number, RouteIndex>();
  readonly #routesByRules = new Map<readonly IndexedCompiledRule[], RouteIndex>();
  readonly #router: Router<IndexedCompiledRule>;
  #all: RouteIndex | null = null;
  readonly #counts: RuleCounts;
  clock: (() => number) | null = null;
  #budgetSpent = 0;

  constructor(parts: IndexedParts) {
    this.rules = parts.rules;
    this.faults = parts.faults;
    this.hash = rulesetHash(parts.rules);
    this.#parts = parts;
    this.#router = new Router(parts.compiled);
    this.#marks = new Marks(parts.marks, parts.compiled.length);
    this.#state = new MatchState(parts.fields);
    this.#counts = new RuleCounts(parts.rules.length);
    this.#automata = parts.automata ?? new AutomatonStore();
  }

  /** The index, for other threads: what `openIndex` takes. */
  pack(): PackedIndex {
    return packIndex(this.#parts);
  }

  prepare(logsources: readonly Logsource[]): void {
    for (const logsource of logsources) this.#routeOf(logsource).build();
  }

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const route = logsource === null ? this.#allRules() : this.#routeOf(logsource);
    if (route.isEmpty) return;
    const state = this.#state;
    const marks = this.#marks;
    const first = hits.length;
    state.begin(event);
    route.begin(marks, state);
    for (const position of route.always) this.#try(position, route, hits);
    // All that wait are awake by now: what conditions ask marks no more than that.
    const { candidates, awake } = marks;
    for (let i = 0; i < awake; i++) this.#try(candidates[i]!, route, hits);
    if (hits.length - first > 1) sortFrom(hits, first);
    if (state.budget.spent) this.#budgetSpent++;
  }

  explain(rule: number, event: EventView): Match[] {
    return this.#parts.explainer.explain(rule, event);
  }

  takeCounts(): Float64Array<ArrayBuffer> {
    return this.#counts.take();
  }

  takeBudgetSpent(): number {
    const count = this.#budgetSpent;
    this.#budgetSpent = 0;
    return count;
  }

  #try(position: number, route: RouteIndex, hits: number[]): void {
    const { budget } = this.#state;
    const { index, start } = this.#parts.compiled[position]!;
    budget.refused = false;
    const startedAt = this.clock?.() ?? 0;
    // A rule whose expressions were not tried is undecided, whichever way its condition came out.
    const matches = this.#holds(start, route) && !budget.refused;
    this.#counts.add(index, matches);
    if (this.clock !== null) this.#counts.addTime(index, this.clock() - startedAt);
    if (matches) hits.push(index);
  }

  #holds(start: number, route: RouteIndex): boolean {
    const { tests, ifSo, ifNot } = this.#parts.programs;
    const marks = this.#marks;
    let at = start;
    while (at >= 0) {
      const test = tests[at]!;
      const holds = test >= 0 ? marks.has(test) || this.#groupHolds(test, route) : this.#checks(~test, route);
      at = holds ? ifSo[at]! : ifNot[at]!;
    }
    return at === HOLDS;
  }

  /** One that has no mark yet. */
  #groupHolds(id: number, route: RouteIndex): boolean {
    return !route.isDecided(id) && route.holds(this.#parts.groups[id]!, this.#marks, this.#state);
  }

  #checks(index: number, route: RouteIndex): boolean {
    const check = this.#parts.programs.checks[index]!;
    if (!(check instanceof Count)) return check.holds(this.#state);
    let left = check.count;
    for (const start of check.starts) if (this.#holds(start, route) && --left === 0) return true;
    return false;
  }

  #allRules(): RouteIndex {
    this.#all ??= this.#newRoute(this.#parts.compiled);
    return this.#all;
  }

  #routeOf(logsource: Logsource): RouteIndex {
    let route = this.#routes.get(logsource.id);
    if (route === undefined) {
      const rules = this.#router.rulesOn(logsource);
      route = this.#routesByRules.get(rules) ?? this.#newRoute(rules);
      this.#routesByRules.set(rules, route);
      this.#routes.set(logsource.id, route);
    }
    return route;
  }

  #newRoute(rules: readonly IndexedCompiledRule[]): RouteIndex {
    const { marks, fields } = this.#parts;
    return new RouteIndex(rules, { marks, fields, budget: this.#budget, automata: this.#automata });
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
