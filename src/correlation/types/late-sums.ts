import type { Threshold } from './threshold.js';
import { WindowSums } from './window-sums.js';

/** Amounts of hits by event time, once some came late: however out of order they come, none of them need be looked through. */
export class LateSums {
  /** Newest time, ms. */
  newest: number;
  /** What it was when one came late the last time. */
  until: number;
  readonly #timespan: number;
  readonly #sums = new WindowSums();

  constructor(timespan: number, newest: number) {
    this.#timespan = timespan;
    this.newest = newest;
    this.until = newest;
  }

  /** First time, ms; NaN = there is none. */
  get earliest(): number {
    return this.#sums.earliest;
  }

  /** What came at the first time. */
  get earliestAmount(): number {
    return this.#sums.at(this.#sums.earliest);
  }

  add(time: number, amount: number): void {
    if (time < this.newest) this.until = this.newest;
    else this.newest = time;
    this.#sums.add(time, amount, 0, 1);
    this.#leaveAfter(time, amount);
  }

  /** Takes away what was added before. */
  remove(time: number, amount: number): void {
    this.#sums.add(time, -amount, 0, -1);
    this.#leaveAfter(time, -amount);
  }

  /** Drops what came at the first time. Returns how much. */
  dropEarliest(): number {
    const time = this.#sums.earliest;
    const amount = this.#sums.dropEarliest();
    this.#leaveAfter(time, -amount);
    return amount;
  }

  at(end: number): number {
    return this.#sums.at(end);
  }

  /** The first end from a time on, up to a timespan later, whose window meets the threshold; NaN = there is none. */
  firstEnd(from: number, threshold: Threshold): number {
    return this.#sums.firstEnd(from, from + this.#timespan, threshold);
  }

  /** Times and amounts in turns, ascending. */
  entries(): number[] {
    const entries: number[] = [];
    this.#sums.forEachEnd((time, amount) => entries.push(time, amount));
    return entries;
  }

  /** Nothing would be a time in the tree that nobody takes out. */
  #leaveAfter(time: number, amount: number): void {
    if (amount !== 0) this.#sums.add(time + this.#timespan, 0, amount, 0);
  }
}
