import type { Cell } from '../match/cell.js';
import { COST, PRESENCE, type Predicate, type Witness } from '../match/predicate.js';
import type { Comparison } from './chain.js';

/** Equal as numbers: 4624 is "4624", "04624" and " 4624 ". JavaScript compares number and bigint exactly. */
export class EqualNumber implements Predicate {
  readonly cost = COST.number;
  readonly value: number | bigint;

  constructor(value: number | bigint) {
    this.value = value;
  }

  get witness(): Witness {
    return { kind: 'number', value: this.value };
  }

  test(cell: Cell): boolean {
    const number = cell.number();
    // biome-ignore lint/suspicious/noDoubleEquals: 1 == 1n, as meant.
    return number !== null && number == this.value;
  }
}

/** lt, lte, gt, gte: numbers and decimal text; everything else compares false. */
export class CompareNumber implements Predicate {
  readonly cost = COST.number;
  readonly witness = PRESENCE;
  readonly comparison: Comparison;
  readonly value: number | bigint;

  constructor(comparison: Comparison, value: number | bigint) {
    this.comparison = comparison;
    this.value = value;
  }

  test(cell: Cell): boolean {
    const number = cell.number();
    return number !== null && compare(this.comparison, number, this.value);
  }
}

export function compare(comparison: Comparison, a: number | bigint, b: number | bigint): boolean {
  if (comparison === 'lt') return a < b;
  if (comparison === 'lte') return a <= b;
  return comparison === 'gt' ? a > b : a >= b;
}
