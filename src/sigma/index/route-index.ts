import type { MatchState } from '../match/match-state.js';
import type { Predicate } from '../match/predicate.js';
import { ANY_VALUE, type Clue, type Group } from './groups.js';
import type { Marks, WaitingRules } from './marks.js';
import { SlotIndex } from './slot-index.js';
import type { MemoryBudget } from './value-memory.js';
import type { Wait } from './wait.js';

/** What the index knows of a rule. */
export interface IndexedRule {
  /** Position among the compiled rules. */
  readonly position: number;
  readonly groups: readonly Group[];
  /** Null = the rule is tried on every event. */
  readonly wait: Wait | null;
}

/**
 * The rules of one route. Fields that some rule waits for are looked at once for all of them; the others when a woken
 * rule asks.
 */
export class RouteIndex {
  /** Positions of the rules that wait for nothing. */
  readonly always: readonly number[];
  /** No rule runs on this route. */
  readonly isEmpty: boolean;
  readonly #waiting: WaitingRules;
  /** Slots that are looked at in every event. */
  readonly #watched: readonly number[];
  readonly #watchesValues: boolean;
  readonly #clues = new Map<number, Clue[]>();
  /** By slot + 1, as is `scanned`. */
  readonly #indexes: (SlotIndex | undefined)[] = [];
  /** Of slots that nobody waits for and few ask about: trying the predicates costs less than looking for all clues. */
  readonly #isPlain: boolean[] = [];
  readonly #scanned: Float64Array;
  readonly #budget: MemoryBudget;

  constructor(rules: readonly IndexedRule[], slots: number, budget: MemoryBudget) {
    this.#budget = budget;
    const waiting: number[][] = [];
    const watched = new Set<number>();
    const clues = new Set<Clue>();
    for (const { position, groups, wait } of rules) {
      for (const group of groups) for (const clue of group.clues) clues.add(clue);
      for (const clue of wait?.clues ?? []) {
        clues.add(clue);
        watched.add(clue.slot);
        waiting[clue.mark] ??= [];
        if (waiting[clue.mark]!.at(-1) !== position) waiting[clue.mark]!.push(position);
      }
    }
    for (const clue of clues) {
      const known = this.#clues.get(clue.slot);
      if (known === undefined) this.#clues.set(clue.slot, [clue]);
      else known.push(clue);
    }
    this.isEmpty = rules.length === 0;
    this.always = rules.filter(({ wait }) => wait === null).map(({ position }) => position);
    this.#waiting = waiting;
    this.#watchesValues = watched.delete(ANY_VALUE);
    this.#watched = [...watched];
    this.#scanned = new Float64Array(slots + 1);
    for (const [slot, { length }] of this.#clues)
      this.#isPlain[slot + 1] = length <= MAX_PLAIN && !watched.has(slot) && slot !== ANY_VALUE;
    for (const slot of watched) this.#indexOf(slot);
  }

  /** Looks at an event: afterwards the first `marks.awake` of `marks.candidates` are the rules worth trying besides `always`. */
  begin(marks: Marks, state: MatchState): void {
    marks.begin(this.#waiting);
    for (const slot of this.#watched) this.#look(slot, marks, state);
    if (this.#watchesValues) this.#look(ANY_VALUE, marks, state);
  }

  /** Whether some predicate of the group holds. */
  holds(group: Group, marks: Marks, state: MatchState): boolean {
    if (this.#isPlain[group.slot + 1] === true) return someHolds(group.predicates, group.slot, state);
    if (group.clues.length > 0) {
      if (marks.has(group.id)) return true;
      if (this.#scanned[group.slot + 1] !== marks.generation) {
        this.#look(group.slot, marks, state);
        if (marks.has(group.id)) return true;
      }
    }
    return someHolds(group.rest, group.slot, state);
  }

  #look(slot: number, marks: Marks, state: MatchState): void {
    this.#scanned[slot + 1] = marks.generation;
    if (slot === ANY_VALUE) {
      const index = this.#indexOf(slot);
      state.forEachValue((cell) => index.scanValue(cell, marks));
      return;
    }
    const cell = state.cell(slot);
    if (cell.value !== undefined) this.#indexOf(slot).scan(cell, marks);
  }

  #indexOf(slot: number): SlotIndex {
    let index = this.#indexes[slot + 1];
    if (index === undefined) {
      index = new SlotIndex(this.#clues.get(slot) ?? [], this.#budget);
      this.#indexes[slot + 1] = index;
    }
    return index;
  }
}

const MAX_PLAIN = 8;

function someHolds(predicates: readonly Predicate[], slot: number, state: MatchState): boolean {
  for (const predicate of predicates) if (state.holds(slot, predicate)) return true;
  return false;
}
