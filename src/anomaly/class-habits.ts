import { HOUR_MINUTES } from '../model/entity-minute.js';
import { MEASURES } from './measures.js';
import { CLASSES, type EntityClass } from './owner.js';

export interface ClassHabitsSnapshot {
  readonly highs: Float64Array;
  readonly seen: readonly number[];
  readonly hour: number;
  readonly heard: readonly string[];
}

/** What all but this share of minutes stay below. */
const ABOVE = 0.01;
/** In logarithms, how far one minute moves a high once there are many. */
const STEP = 0.05;
const FIRST_STEP = 2;
/** Hours of owners without which nobody knows what is much: the first minute of all would be above a high of nothing. */
const LEAST_SEEN = 16;
/** Owners heard within an hour: beyond it nobody is heard any more till the next. */
const MAX_HEARD = 100_000;

/**
 * How much of each measure the minutes of a class stay below but for 1 in 100, followed step by step. An owner is heard once
 * an hour: who does much does not decide what is much.
 */
export class ClassHabits {
  readonly #highs = new Float64Array(CLASSES * MEASURES.length);
  readonly #seen = new Array<number>(CLASSES).fill(0);
  #hour = 0;
  readonly #heard = new Set<string>();

  /** Infinity as long as too little is known of the class. */
  high(kind: EntityClass, measure: number): number {
    if (this.#seen[kind]! < LEAST_SEEN) return Number.POSITIVE_INFINITY;
    return this.#highs[kind * MEASURES.length + measure]!;
  }

  learn(kind: EntityClass, owner: string, minute: number, rows: Uint32Array, at: number): void {
    const hour = Math.floor(minute / HOUR_MINUTES);
    if (hour > this.#hour) {
      this.#hour = hour;
      this.#heard.clear();
    }
    if (this.#heard.has(owner) || this.#heard.size >= MAX_HEARD) return;
    this.#heard.add(owner);
    const seen = this.#seen[kind]! + 1;
    this.#seen[kind] = seen;
    const step = Math.max(STEP, FIRST_STEP / seen);
    for (let i = 0; i < MEASURES.length; i++) {
      const place = kind * MEASURES.length + i;
      const isAbove = MEASURES[i]!.read(rows, at) > this.#highs[place]!;
      const moved = this.#highs[place]! + step * (isAbove ? 1 - ABOVE : -ABOVE);
      this.#highs[place] = Math.max(moved, 0);
    }
  }

  /** The clock was set back to that minute. */
  setBack(minute: number): void {
    this.#hour = Math.min(this.#hour, Math.floor(minute / HOUR_MINUTES));
  }

  snapshot(): ClassHabitsSnapshot {
    return { highs: this.#highs.slice(), seen: [...this.#seen], hour: this.#hour, heard: [...this.#heard] };
  }

  restore({ highs, seen, hour, heard }: ClassHabitsSnapshot): void {
    this.#highs.set(highs);
    seen.forEach((count, kind) => {
      this.#seen[kind] = count;
    });
    this.#hour = hour;
    for (const owner of heard) this.#heard.add(owner);
  }
}
