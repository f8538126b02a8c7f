import type {
  CorrelationKind,
  GroupWindow,
  Progress,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { LateSums } from './late-sums.js';
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

/** Numbers that an entry takes: its time, and the events at it. */
const STRIDE = 2;
/** So many entries are looked through when a hit comes late; more are put into a tree. */
const MAX_LOOKED_THROUGH = 256;
/** Numbers that are garbage before the others are moved up. */
const COMPACT_AT = 16 * STRIDE;

type SavedCounts = readonly [times: readonly number[], counts: readonly number[], start: number];

class CountWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #threshold: Threshold;
  readonly #kept: number;
  /** Distinct event times, ascending, each with the events at it: one flat array, since there are many windows. */
  #entries: number[] = [];
  /** Where the first kept entry is; before it is garbage. */
  #head = 0;
  /** Where the first entry of the newest window is. */
  #start = 0;
  /** Events kept, and those of them in the newest window. */
  #total = 0;
  #current = 0;
  /** From a late hit on among many, until nothing is left of what was there then; the entries are in it, the array is empty. */
  #late: LateSums | null = null;

  constructor(setting: WindowSetting, threshold: Threshold, kept: number, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#threshold = threshold;
    this.#kept = kept;
    if (saved !== null) {
      const [times, counts, start] = saved as SavedCounts;
      this.#entries = times.flatMap((time, i) => [time, counts[i]!]);
      this.#start = start * STRIDE;
      for (let at = 0; at < this.#entries.length; at += STRIDE) {
        this.#total += this.#entries[at + 1]!;
        if (at >= this.#start) this.#current += this.#entries[at + 1]!;
      }
    }
  }

  place({ time, repeat }: WindowHit): number {
    if (this.#late !== null) return this.#placeAmongLate(this.#late, time, repeat);
    const newest = this.#entries.length > this.#head ? this.#entries[this.#entries.length - STRIDE]! : time;
    if (time >= newest) return this.#append(time, repeat);
    if (this.#entries.length - this.#head <= MAX_LOOKED_THROUGH * STRIDE) return this.#insert(time, repeat);
    return this.#placeAmongLate(this.#beginLate(newest), time, repeat);
  }

  progress(): Progress {
    return { observed: this.#current, places: [] };
  }

  clear(): void {
    // An array let go with every alert would have to be made again: what is in it is garbage now.
    this.#head = this.#entries.length;
    this.#start = this.#head;
    this.#total = 0;
    this.#current = 0;
    this.#late = null;
  }

  save(): SavedWindow {
    const kept = this.#late?.entries() ?? this.#entries.slice(this.#head);
    const times = kept.filter((_, i) => i % STRIDE === 0);
    const counts = kept.filter((_, i) => i % STRIDE === 1);
    const start = this.#late === null ? (this.#start - this.#head) / STRIDE : this.#startAmong(times);
    return [times, counts, start] satisfies SavedCounts;
  }

  #append(time: number, repeat: number): number {
    const entries = this.#entries;
    const last = entries.length - STRIDE;
    // Most groups never get a second entry: a literal takes no room for more.
    if (last < 0) this.#entries = [time, repeat];
    else if (last >= this.#head && entries[last] === time) entries[last + 1]! += repeat;
    else entries.push(time, repeat);
    this.#total += repeat;
    this.#current += repeat;
    while (this.#entries[this.#start]! < time - this.#timespan) this.#leave();
    this.#forget(time - this.#retention);
    if (!this.#threshold.holds(this.#current)) return Number.NaN;
    this.end = time;
    return this.#current;
  }

  /** The oldest entry of the newest window is no longer in it. */
  #leave(): void {
    this.#current -= this.#entries[this.#start + 1]!;
    this.#start += STRIDE;
  }

  /** Drops what is too old for any hit to come, and what the threshold does not need. */
  #forget(oldest: number): void {
    const entries = this.#entries;
    while (entries[this.#head]! < oldest || this.#total - entries[this.#head + 1]! >= this.#kept) {
      this.#total -= entries[this.#head + 1]!;
      if (this.#head === this.#start) this.#leave();
      this.#head += STRIDE;
    }
    if (this.#head < COMPACT_AT || this.#head * 2 < entries.length) return;
    // Not copyWithin: on arrays it is many times slower.
    for (let i = this.#head; i < entries.length; i++) entries[i - this.#head] = entries[i]!;
    entries.length -= this.#head;
    this.#start -= this.#head;
    this.#head = 0;
  }

  #insert(time: number, repeat: number): number {
    this.#forget(Number.NEGATIVE_INFINITY);
    const entries = this.#entries;
    let at = entries.length;
    while (at > this.#head && entries[at - STRIDE]! > time) at -= STRIDE;
    if (at > this.#head && entries[at - STRIDE] === time) {
      at -= STRIDE;
      entries[at + 1]! += repeat;
    } else {
      entries.splice(at, 0, time, repeat);
      if (time < entries[entries.length - STRIDE]! - this.#timespan) this.#start += STRIDE;
    }
    this.#total += repeat;
    if (at >= this.#start) this.#current += repeat;
    return this.#total < this.#threshold.lowest ? Number.NaN : this.#search(at);
  }

  /** Puts all into a tree. */
  #beginLate(newest: number): LateSums {
    this.#forget(Number.NEGATIVE_INFINITY);
    this.#late = new LateSums(this.#timespan, newest);
    for (let at = this.#head; at < this.#entries.length; at += STRIDE)
      this.#late.add(this.#entries[at]!, this.#entries[at + 1]!);
    this.#entries = [];
    this.#head = 0;
    this.#start = 0;
    return this.#late;
  }

  /** As `#append` and `#insert`. */
  #placeAmongLate(late: LateSums, time: number, repeat: number): number {
    const isLate = time < late.newest;
    if (isLate) this.#forgetLate(late, Number.NEGATIVE_INFINITY);
    late.add(time, repeat);
    this.#total += repeat;
    const oldest = late.newest - this.#retention;
    if (!isLate) this.#forgetLate(late, oldest);
    this.#current = late.at(late.newest);
    const end = this.#total < this.#threshold.lowest ? Number.NaN : late.firstEnd(time, this.#threshold);
    const observed = Number.isNaN(end) ? end : late.at(end);
    if (!Number.isNaN(end)) this.end = end;
    if (late.until < oldest) this.#endLate(late);
    return observed;
  }

  #forgetLate(late: LateSums, oldest: number): void {
    while (late.earliest < oldest || this.#total - late.earliestAmount >= this.#kept)
      this.#total -= late.dropEarliest();
  }

  #endLate(late: LateSums): void {
    this.#entries = late.entries();
    this.#start = this.#startAmong(this.#entries.filter((_, i) => i % STRIDE === 0)) * STRIDE;
    this.#late = null;
  }

  /** The first of the times that is in the newest window. */
  #startAmong(times: readonly number[]): number {
    return times.findIndex((time) => time >= times.at(-1)! - this.#timespan);
  }

  /** The first window that holds the entry and meets the threshold. */
  #search(at: number): number {
    const entries = this.#entries;
    const time = entries[at]!;
    let first = at;
    let count = 0;
    while (first > this.#head && entries[first - STRIDE]! >= time - this.#timespan) {
      first -= STRIDE;
      count += entries[first + 1]!;
    }
    for (let last = at; last < entries.length; last += STRIDE) {
      const end = entries[last]!;
      if (end > time + this.#timespan) break;
      count += entries[last + 1]!;
      for (; entries[first]! < end - this.#timespan; first += STRIDE) count -= entries[first + 1]!;
      if (this.#threshold.holds(count)) {
        this.end = end;
        return count;
      }
    }
    return Number.NaN;
  }
}
