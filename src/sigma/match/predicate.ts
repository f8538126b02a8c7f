import type { Cell } from './cell.js';

/** A test of one scalar value. Arrays never reach it: `holds` hands over their members. */
export interface Predicate {
  /** Relative price, for trying cheap tests first: see COST. */
  readonly cost: number;
  readonly witness: Witness;
  test(cell: Cell, budget: RegexBudget): boolean;
}

/**
 * What a value must show for a predicate to hold, in a form that an index can look for once for all rules. `decides`:
 * the predicate holds whenever it is seen. Null: the predicate may hold of a field that is absent.
 */
export type Witness =
  /** `text` stands in the folded value, at that place; `whole` = it is the folded value. */
  | {
      readonly kind: 'text';
      readonly at: 'whole' | 'start' | 'end' | 'anywhere';
      readonly text: string;
      readonly decides: boolean;
    }
  /** One of `texts`, which are ASCII and not empty, stands in the folded value. Never decides. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** The value is this number, or decimal text of it. Always decides. */
  | { readonly kind: 'number'; readonly value: number | bigint }
  /** There is a value. */
  | { readonly kind: 'presence' }
  | null;

export const PRESENCE = { kind: 'presence' } as const satisfies Witness;

export const COST = {
  presence: 1,
  equal: 2,
  edge: 3,
  number: 3,
  address: 4,
  search: 6,
  glob: 8,
  regex: 30,
} as const;

/** True for any member of an array, however deep. */
export function holds(predicate: Predicate, cell: Cell, budget: RegexBudget): boolean {
  if (cell.members === null) return predicate.test(cell, budget);
  for (const member of cell.members) {
    if (holds(predicate, member, budget)) return true;
  }
  return false;
}

/**
 * Characters that the regular expressions of all rules together may read of one record. When it is spent, the
 * expressions left are not tried and the rules that need them do not match; the record is counted
 * (`sigma.regex_budget`).
 */
export class RegexBudget {
  #left = 0;
  /** An expression was not tried since `reset`. */
  spent = false;
  /** An expression was not tried since this was last set to false: once per rule. */
  refused = false;

  reset(characters: number): void {
    this.#left = characters;
    this.spent = false;
    this.refused = false;
  }

  /** False when this text may not be searched any more. */
  take(characters: number): boolean {
    // A short text costs a call, too.
    this.#left -= characters + 32;
    if (this.#left >= 0) return true;
    this.spent = true;
    this.refused = true;
    return false;
  }
}
