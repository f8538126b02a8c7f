import type { GroupWindow, Progress, SavedWindow, WindowHit, WindowSetting } from './correlation-kind.js';
import { LateSieve, type SieveForm } from './late-sieve.js';
import type { Statistic } from './statistics.js';

/** How a statistic of values is kept. */
export interface StatisticKind {
  /** So many hits of one group, at most. */
  readonly kept: number;
  make(): Statistic;
  /** Null = no sum tells which windows cannot meet the condition. */
  readonly sieve: SieveForm | null;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MAX_DIGITS = 64;
/** Beyond it a sum would lose the others to rounding, with `1e999` for good: then one hit could blind it. */
const MOST = Number.MAX_SAFE_INTEGER;
/** So many hits are looked through when one comes late; of more a sieve is asked first. */
const MAX_LOOKED_THROUGH = 128;

type SavedValues = readonly [
  times: readonly number[],
  values: readonly number[],
  repeats: readonly number[],
  start: number,
  current: readonly number[],
];

/** Compares a statistic of the hits' values with a threshold. Hits without a number are passed over. */
export class StatisticWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #holds: (observed: number) => boolean;
  readonly #kind: StatisticKind;
  /** Ascending by time. */
  #times: number[] = [];
  #values: number[] = [];
  #repeats: number[] = [];
  /** First entry of the newest window. */
  #start = 0;
  /** Of the newest window. */
  #current: Statistic;
  /** From a late hit on among many, until nothing is left of what was there then: holds all entries. */
  #sieve: LateSieve | null = null;
  /** No sieve can hold what came. */
  #isBeyondSieves = false;

  constructor(
    setting: WindowSetting,
    holds: (observed: number) => boolean,
    kind: StatisticKind,
    saved: SavedWindow | null,
  ) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#holds = holds;
    this.#kind = kind;
    this.#current = kind.make();
    if (saved !== null) {
      const [times, values, repeats, start, current] = saved as SavedValues;
      this.#times = [...times];
      this.#values = [...values];
      this.#repeats = [...repeats];
      this.#start = start;
      this.#current.load(current);
    }
  }

  place({ time, value, repeat }: WindowHit): number {
    const number = numberOf(value);
    if (Number.isNaN(number)) return Number.NaN;
    const newest = this.#times[this.#times.length - 1] ?? time;
    return time >= newest ? this.#append(time, number, repeat) : this.#insert(time, number, repeat);
  }

  progress(): Progress {
    const observed = this.#current.read();
    return { observed: Number.isNaN(observed) ? null : observed, places: [] };
  }

  clear(): void {
    this.#times = [];
    this.#values = [];
    this.#repeats = [];
    this.#start = 0;
    this.#current = this.#kind.make();
    this.#sieve = null;
    this.#isBeyondSieves = false;
  }

  save(): SavedWindow {
    const copies = [[...this.#times], [...this.#values], [...this.#repeats]] as const;
    return [...copies, this.#start, this.#current.save()] satisfies SavedValues;
  }

  #append(time: number, value: number, repeat: number): number {
    this.#times.push(time);
    this.#values.push(value);
    this.#repeats.push(repeat);
    this.#current.add(value, repeat);
    while (this.#times[this.#start]! < time - this.#timespan) this.#leave(this.#start++);
    while (this.#times[0]! < time - this.#retention || this.#times.length > this.#kind.kept) this.#shift();
    if (this.#sieve !== null) this.#sift(this.#sieve, time, value, repeat);
    const observed = this.#current.read();
    if (!this.#holds(observed)) return Number.NaN;
    this.end = time;
    return observed;
  }

  #leave(entry: number): void {
    this.#current.remove(this.#values[entry]!, this.#repeats[entry]!);
  }

  #shift(): void {
    if (this.#start === 0) this.#leave(0);
    else this.#start--;
    this.#sieve?.remove(this.#times[0]!, this.#values[0]!, this.#repeats[0]!);
    this.#times.shift();
    this.#values.shift();
    this.#repeats.shift();
  }

  #insert(time: number, value: number, repeat: number): number {
    if (this.#times.length > MAX_LOOKED_THROUGH && this.#sieve === null) this.#beginSieve();
    if (this.#times.length >= this.#kind.kept) this.#shift();
    const at = this.#firstAfter(time);
    this.#times.splice(at, 0, time);
    this.#values.splice(at, 0, value);
    this.#repeats.splice(at, 0, repeat);
    if (time < this.#times[this.#times.length - 1]! - this.#timespan) this.#start++;
    else this.#current.add(value, repeat);
    if (this.#sieve !== null) this.#sift(this.#sieve, time, value, repeat);
    return this.#sieve === null || this.#sieve.mayHold(time) ? this.#search(at) : Number.NaN;
  }

  #beginSieve(): void {
    if (this.#kind.sieve === null || this.#isBeyondSieves) return;
    const newest = this.#times[this.#times.length - 1]!;
    const sieve = new LateSieve(this.#kind.sieve, this.#timespan, newest, this.#values);
    this.#sieve = sieve;
    for (let i = 0; i < this.#times.length && this.#sieve !== null; i++)
      this.#sift(sieve, this.#times[i]!, this.#values[i]!, this.#repeats[i]!);
  }

  /** Tells the sieve, and lets go of one that is no longer needed or good. */
  #sift(sieve: LateSieve, time: number, value: number, repeat: number): void {
    const isGood = sieve.add(time, value, repeat);
    if (!isGood) this.#isBeyondSieves = true;
    const newest = this.#times[this.#times.length - 1]!;
    if (!isGood || sieve.until < newest - this.#retention) this.#sieve = null;
  }

  #firstAfter(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first window that holds the entry and meets the threshold. */
  #search(at: number): number {
    const time = this.#times[at]!;
    const statistic = this.#kind.make();
    let first = at;
    while (first > 0 && this.#times[first - 1]! >= time - this.#timespan) first--;
    for (let i = first; i < at; i++) statistic.add(this.#values[i]!, this.#repeats[i]!);
    for (let last = at; last < this.#times.length; last++) {
      const end = this.#times[last]!;
      if (end > time + this.#timespan) break;
      statistic.add(this.#values[last]!, this.#repeats[last]!);
      for (; this.#times[first]! < end - this.#timespan; first++) {
        statistic.remove(this.#values[first]!, this.#repeats[first]!);
      }
      const observed = statistic.read();
      if (this.#times[last + 1] !== end && this.#holds(observed)) {
        this.end = end;
        return observed;
      }
    }
    return Number.NaN;
  }
}

function numberOf(text: string): number {
  const trimmed = text.length <= MAX_DIGITS ? text.trim() : '';
  return NUMBER.test(trimmed) ? Math.max(-MOST, Math.min(MOST, Number(trimmed))) : Number.NaN;
}
