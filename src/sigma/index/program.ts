import type { FieldItem } from '../../model/rule.js';
import type { MatchState } from '../match/match-state.js';
import type { Matcher } from '../match/matcher.js';
import type { Group } from './groups.js';

/** A condition over what the index knows and what has to be looked at. */
export type Logic =
  | { readonly kind: 'group'; readonly group: Group; readonly cost: number }
  | { readonly kind: 'check'; readonly check: Check; readonly cost: number }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Logic[]; readonly cost: number }
  | { readonly kind: 'not'; readonly part: Logic; readonly cost: number }
  | {
      readonly kind: 'at_least';
      readonly count: number;
      readonly parts: readonly Logic[];
      readonly cost: number;
    };

/** What the index does not answer: an item that has to be looked at. */
export class Check {
  readonly item: FieldItem;
  readonly #matcher: Pick<Matcher, 'holds'>;

  constructor(item: FieldItem, matcher: Pick<Matcher, 'holds'>) {
    this.item = item;
    this.#matcher = matcher;
  }

  holds(state: MatchState): boolean {
    return this.#matcher.holds(state);
  }
}

/** Ends of a program. */
export const HOLDS = -1;
const FAILS = -2;

/** The conditions of all rules as tests, each of which says where to go on if it holds and if not. */
export interface Programs {
  /** A group's id, or, below 0, the complement of a place in `checks`. */
  readonly tests: Int32Array;
  readonly ifSo: Int32Array;
  readonly ifNot: Int32Array;
  readonly checks: readonly (Check | Count)[];
}

/** How many of some programs have to hold. */
export class Count {
  readonly count: number;
  readonly starts: readonly number[];

  constructor(count: number, starts: readonly number[]) {
    this.count = count;
    this.starts = starts;
  }
}

export class ProgramWriter {
  readonly #tests: number[] = [];
  readonly #ifSo: number[] = [];
  readonly #ifNot: number[] = [];
  readonly #checks: (Check | Count)[] = [];

  /** Where the program begins. */
  write(logic: Logic): number {
    return this.#write(logic, HOLDS, FAILS);
  }

  programs(): Programs {
    return {
      tests: Int32Array.from(this.#tests),
      ifSo: Int32Array.from(this.#ifSo),
      ifNot: Int32Array.from(this.#ifNot),
      checks: this.#checks,
    };
  }

  /** Last part first: where a part goes on is written before it. */
  #write(logic: Logic, ifSo: number, ifNot: number): number {
    switch (logic.kind) {
      case 'group':
        return this.#add(logic.group.id, ifSo, ifNot);
      case 'check':
        return this.#addCheck(logic.check, ifSo, ifNot);
      case 'not':
        return this.#write(logic.part, ifNot, ifSo);
      case 'all':
        return cheapestLast(logic.parts).reduce((next, part) => this.#write(part, next, ifNot), ifSo);
      case 'any':
        return cheapestLast(logic.parts).reduce((next, part) => this.#write(part, ifSo, next), ifNot);
      case 'at_least': {
        const starts = logic.parts.map((part) => this.write(part));
        return this.#addCheck(new Count(logic.count, starts), ifSo, ifNot);
      }
    }
  }

  #addCheck(check: Check | Count, ifSo: number, ifNot: number): number {
    return this.#add(~(this.#checks.push(check) - 1), ifSo, ifNot);
  }

  #add(test: number, ifSo: number, ifNot: number): number {
    this.#ifSo.push(ifSo);
    this.#ifNot.push(ifNot);
    return this.#tests.push(test) - 1;
  }
}

/** So that the cheapest is tried first. */
function cheapestLast(parts: readonly Logic[]): Logic[] {
  return [...parts].sort((a, b) => a.cost - b.cost).reverse();
}
