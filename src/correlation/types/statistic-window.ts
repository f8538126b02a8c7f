import type { GroupWindow, Progress, SavedWindow, WindowHit, WindowSetting } from './correlation-kind.js';
import type { Statistic } from './statistics.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MAX_DIGITS = 64;
/** Beyond it a sum would lose the others to rounding, with `1e999` for good: then one hit could blind it. */
const MOST = Number.MAX_SAFE_INTEGER;

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
  readonly #make: () => Statistic;
  readonly #kept: number;
  /** Ascending by time. */
  #times: number[] = [];
  #values: number[] = [];
  #repeats: number[] = [];
  /** First entry of the newest window. */
  #start = 0;
  /** Of the newest window. */
  #current: Statistic;

  constructor(
    setting: WindowSetting,
    holds: (observed: number) => boolean,
    make: () => Statistic,
    kept: number,
    saved: SavedWindow | null,
  ) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#holds = holds;
    this.#make = make;
    this.#kept = kept;
    this.#current = make();
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
    this.#current = this.#make();
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
    while (this.#times[0]! < time - this.#retention || this.#times.length > this.#kept) this.#shift();
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
    this.#times.shift();
    this.#values.shift();
    this.#repeats.shift();
  }

  #insert(time: number, value: number, repeat: number): number {
    if (this.#times.length >= this.#kept) this.#shift();
    let at = this.#times.length;
    while (at > 0 && this.#times[at - 1]! > time) at--;
    this.#times.splice(at, 0, time);
    this.#values.splice(at, 0, value);
    this.#repeats.splice(at, 0, repeat);
    if (time < this.#times[this.#times.length - 1]! - this.#timespan) this.#start++;
    else this.#current.add(value, repeat);
    return this.#search(at);
  }

  /** The first window that holds the entry and meets the threshold. */
  #search(at: number): number {
    const time = this.#times[at]!;
    const statistic = this.#make();
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
