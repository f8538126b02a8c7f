import type {
  CorrelationKind,
  GroupWindow,
  Progress,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { SilentCount } from './silent-count.js';
import { countFault, keptCount, needsSilence, type Threshold, thresholdOf } from './threshold.js';

/** How many events hit. */
export const eventCount: CorrelationKind = {
  type: 'event_count',
  fault: countFault,
  compile(rule, setting) {
    const threshold = thresholdOf(rule, 1);
    const kept = keptCount(threshold, setting);
    return (saved) => new CountWindow(setting, threshold, kept, saved);
  },
  watch(rule, setting) {
    if (!needsSilence(rule)) return null;
    const threshold = thresholdOf(rule, 1);
    return (saved) => new SilentCount(setting, threshold, false, saved);
  },
};

/** Entries that are garbage before the others are moved up. */
const COMPACT_AT = 16;

class CountWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #threshold: Threshold;
  readonly #kept: number;
  /** Distinct event times, ascending, and the events at each. */
  #times: number[] = [];
  #counts: number[] = [];
  /** First kept entry; entries before it are garbage. */
  #head = 0;
  /** First entry of the newest window. */
  #start = 0;
  /** Events kept, and those of them in the newest window. */
  #total = 0;
  #current = 0;

  constructor(setting: WindowSetting, threshold: Threshold, kept: number, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#threshold = threshold;
    this.#kept = kept;
    if (saved !== null) {
      this.#times = [...(saved[0] as readonly number[])];
      this.#counts = [...(saved[1] as readonly number[])];
      this.#start = saved[2] as number;
      for (let i = 0; i < this.#times.length; i++) {
        this.#total += this.#counts[i]!;
        if (i >= this.#start) this.#current += this.#counts[i]!;
      }
    }
  }

  place({ time, repeat }: WindowHit): number {
    const newest = this.#times.length > this.#head ? this.#times[this.#times.length - 1]! : time;
    return time >= newest ? this.#append(time, repeat) : this.#insert(time, repeat);
  }

  progress(): Progress {
    return { observed: this.#current, places: [] };
  }

  clear(): void {
    // Arrays let go with every alert would have to be made again: what is in them is garbage now.
    this.#head = this.#times.length;
    this.#start = this.#head;
    this.#total = 0;
    this.#current = 0;
  }

  save(): SavedWindow {
    return [this.#times.slice(this.#head), this.#counts.slice(this.#head), this.#start - this.#head];
  }

  #append(time: number, repeat: number): number {
    const last = this.#times.length - 1;
    if (last < 0) {
      // Most groups never get a second entry: a literal takes no room for more.
      this.#times = [time];
      this.#counts = [repeat];
    } else if (last >= this.#head && this.#times[last] === time) this.#counts[last]! += repeat;
    else {
      this.#times.push(time);
      this.#counts.push(repeat);
    }
    this.#total += repeat;
    this.#current += repeat;
    while (this.#times[this.#start]! < time - this.#timespan) this.#current -= this.#counts[this.#start++]!;
    this.#forget(time - this.#retention);
    if (!this.#threshold.holds(this.#current)) return Number.NaN;
    this.end = time;
    return this.#current;
  }

  /** Drops what is too old for any hit to come, and what the threshold does not need. */
  #forget(oldest: number): void {
    while (this.#times[this.#head]! < oldest || this.#total - this.#counts[this.#head]! >= this.#kept) {
      this.#total -= this.#counts[this.#head]!;
      if (this.#head === this.#start) this.#current -= this.#counts[this.#start++]!;
      this.#head++;
    }
    if (this.#head < COMPACT_AT || this.#head * 2 < this.#times.length) return;
    dropFirst(this.#times, this.#head);
    dropFirst(this.#counts, this.#head);
    this.#start -= this.#head;
    this.#head = 0;
  }

  #insert(time: number, repeat: number): number {
    this.#forget(Number.NEGATIVE_INFINITY);
    let at = this.#times.length;
    while (at > this.#head && this.#times[at - 1]! > time) at--;
    if (at > this.#head && this.#times[at - 1] === time) {
      at--;
      this.#counts[at]! += repeat;
    } else {
      this.#times.splice(at, 0, time);
      this.#counts.splice(at, 0, repeat);
      if (time < this.#times[this.#times.length - 1]! - this.#timespan) this.#start++;
    }
    this.#total += repeat;
    if (at >= this.#start) this.#current += repeat;
    return this.#total < this.#threshold.lowest ? Number.NaN : this.#search(at);
  }

  /** The first window that holds the entry and meets the threshold. */
  #search(at: number): number {
    const time = this.#times[at]!;
    let first = at;
    let count = 0;
    while (first > this.#head && this.#times[first - 1]! >= time - this.#timespan) {
      count += this.#counts[--first]!;
    }
    for (let last = at; last < this.#times.length; last++) {
      const end = this.#times[last]!;
      if (end > time + this.#timespan) break;
      count += this.#counts[last]!;
      while (this.#times[first]! < end - this.#timespan) count -= this.#counts[first++]!;
      if (this.#threshold.holds(count)) {
        this.end = end;
        return count;
      }
    }
    return Number.NaN;
  }
}

function dropFirst(numbers: number[], count: number): void {
  // Not copyWithin: on arrays it is many times slower.
  for (let i = count; i < numbers.length; i++) numbers[i - count] = numbers[i]!;
  numbers.length -= count;
}
