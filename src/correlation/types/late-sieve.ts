import { LateSums } from './late-sums.js';
import { type Bound, type Threshold, withinAll } from './threshold.js';

/** A sum over the values of a window that lies within a bound wherever the window meets the condition. */
export interface SieveForm {
  /** What a hit adds to the sum. */
  weightOf(value: number, repeat: number): number;
  readonly bound: Bound;
}

/** Fractions are kept so fine, where there are any to begin with. */
const FINE = 1024;

/**
 * Values of hits by event time, once some came late among many: tells without a look at them whether some window may meet the
 * condition. It lets through a few that do not: fractions are rounded to the safe side, since what is summed up are whole numbers.
 */
export class LateSieve {
  readonly #weightOf: SieveForm['weightOf'];
  readonly #sums: LateSums;
  readonly #scale: number;
  readonly #threshold: Threshold;
  /** What a fraction is rounded by, so that no window is kept out for it. */
  readonly #slack: number;
  /** No sum is larger, of what was ever added. */
  #magnitude = 0;

  /** @param values of hits that there are: with fractions among them, they are kept finer */
  constructor({ weightOf, bound }: SieveForm, timespan: number, newest: number, values: readonly number[]) {
    this.#weightOf = weightOf;
    this.#sums = new LateSums(timespan, newest);
    this.#scale = values.every((value) => Number.isInteger(weightOf(value, 1))) ? 1 : FINE;
    this.#threshold = withinAll([{ ...bound, value: bound.value * this.#scale }]);
    this.#slack = bound.op === 'gt' || bound.op === 'gte' ? 1 : -1;
  }

  /** What the newest time was when a value came late the last time, ms. */
  get until(): number {
    return this.#sums.until;
  }

  /** False when the sums would no longer be exact: then it must not be asked any more. */
  add(time: number, value: number, repeat: number): boolean {
    const weight = this.#wholeOf(value, repeat);
    this.#magnitude += Math.abs(weight);
    this.#sums.add(time, weight);
    return this.#magnitude <= Number.MAX_SAFE_INTEGER;
  }

  /** A hit is no longer there. */
  remove(time: number, value: number, repeat: number): void {
    this.#sums.remove(time, this.#wholeOf(value, repeat));
  }

  /** Whether some window that ends from a time on, up to a timespan later, may meet the condition. */
  mayHold(from: number): boolean {
    return !Number.isNaN(this.#sums.firstEnd(from, this.#threshold));
  }

  #wholeOf(value: number, repeat: number): number {
    const weight = this.#weightOf(value, repeat) * this.#scale;
    return Number.isInteger(weight) ? weight : Math.round(weight) + this.#slack;
  }
}
