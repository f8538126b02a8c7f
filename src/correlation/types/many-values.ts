import { EarliestFirst, type Placed } from './earliest-first.js';
import { Occurrences } from './occurrences.js';
import type { SeenSetting, SeenTimes } from './seen-values.js';
import type { Threshold } from './threshold.js';
import { WindowSums } from './window-sums.js';

/** Times of a value before a change. */
const before: number[] = [];

/**
 * Distinct values and their times, when they are many. While all times come in order, the values are in order of their newest
 * one, and it is known which of them have left the newest window. From a time that comes late on, until nothing is left of what
 * was seen up to then, sums say how many are in a window, so that no order of the times makes a call look at all values.
 */
export class ManyValues {
  readonly #setting: SeenSetting;
  /** Least recently seen first. */
  readonly #values = new Map<string, Occurrences>();
  #oldest: Walk;
  /** Stands at the first value of the newest window; null while something is late. */
  #staying: Walk | null = null;
  /** Begin of that window, ms, and how many values are before it. */
  #start = Number.NEGATIVE_INFINITY;
  #left = 0;
  #late: LateValues | null = null;
  /** The value seen last. */
  #last = '';

  /** @param newest of all times that were ever seen, ms */
  constructor(setting: SeenSetting, values: Iterable<SeenTimes>, newest: number) {
    this.#setting = setting;
    let last = Number.NEGATIVE_INFINITY;
    let isOrdered = true;
    for (const [value, times] of values) {
      const seen = new Occurrences(...times);
      this.#values.set(value, seen);
      this.#last = value;
      if (seen.newest < last) isOrdered = false;
      last = seen.newest;
    }
    this.#oldest = new Walk(this.#values);
    if (isOrdered) this.#leave(newest - setting.timespanMs);
    else this.#beginLate(newest);
  }

  get size(): number {
    return this.#values.size;
  }

  /** @param newest of the times so far */
  see(value: string, time: number, newest: number): void {
    if (time < newest) this.#beginLate(newest);
    const seen = this.#values.get(value);
    if (seen === undefined) {
      const added = new Occurrences(time);
      this.#values.set(value, added);
      this.#late?.take(value, added, time);
      if (isPowerOfTwo(this.size - 1)) this.#renewWalks();
    } else {
      if (this.#late !== null) this.#late.add(value, time);
      else {
        if (seen.newest < this.#start) this.#left--;
        seen.add(time, this.#setting.timespanMs);
      }
      if (value !== this.#last) {
        this.#values.delete(value);
        this.#values.set(value, seen);
        this.#stepPast(value);
      }
    }
    this.#last = value;
  }

  anyWithin(value: string, from: number, to: number): boolean {
    return this.#values.get(value)?.anyWithin(from, to) ?? false;
  }

  /** Drops what is too old for windows up to the newest, and the least recent values beyond those that are kept. */
  forget(newest: number): void {
    const { timespanMs, retentionMs, kept } = this.#setting;
    const oldest = newest - retentionMs;
    const late = this.#late;
    if (late === null) while (this.#oldest.at![1].newest < oldest) this.#drop(this.#oldest.at![0]);
    else {
      for (let gone = late.forget(oldest); gone !== null; gone = late.forget(oldest)) this.#drop(gone);
      if (late.until < oldest) this.#late = null;
    }
    while (this.size > kept) this.#drop(this.#oldest.at![0]);
    if (this.#late === null) this.#leave(newest - timespanMs);
  }

  /** How many are in the newest window, after `forget`. */
  count(newest: number): number {
    return this.#late?.sums.at(newest) ?? this.size - this.#left;
  }

  /** After a late hit: as that of `SeenValues`. */
  countAt(end: number): number {
    return this.#late!.sums.at(end);
  }

  /** After a late hit: as that of `WindowSums`. */
  firstEnd(from: number, to: number, threshold: Threshold): number {
    return this.#late!.sums.firstEnd(from, to, threshold);
  }

  /** Least recently seen first. */
  *entries(): Generator<SeenTimes> {
    for (const [value, { times }] of this.#values) yield [value, times];
  }

  /** A walk keeps the table of the map that it stood in, and a map makes a new one when it has a power of two. */
  #renewWalks(): void {
    this.#oldest = new Walk(this.#values);
    if (this.#staying === null) return;
    this.#staying = new Walk(this.#values);
    for (let n = 0; n < this.#left; n++) this.#staying.step();
  }

  /** A value is no longer where it was in the order. */
  #stepPast(value: string): void {
    if (this.#oldest.at?.[0] === value) this.#oldest.step();
    if (this.#staying?.at?.[0] === value) this.#staying.step();
  }

  #drop(value: string): void {
    if (this.#late !== null) this.#late.drop(value);
    else if (this.#values.get(value)!.newest < this.#start) this.#left--;
    this.#values.delete(value);
    this.#stepPast(value);
  }

  /** The newest window begins at a time. */
  #leave(start: number): void {
    this.#staying ??= new Walk(this.#values);
    this.#start = start;
    for (; this.#staying.at !== null && this.#staying.at[1].newest < start; this.#staying.step())
      this.#left++;
  }

  #beginLate(newest: number): void {
    if (this.#late === null) {
      this.#late = new LateValues(this.#setting.timespanMs);
      const oldest = newest - this.#setting.retentionMs;
      for (const [value, seen] of this.#values) this.#late.take(value, seen, oldest);
      this.#staying = null;
      this.#left = 0;
    }
    this.#late.until = newest;
  }
}

/** Goes through a map once while it changes: whoever begins again steps over all that was deleted at its beginning. */
class Walk {
  readonly #entries: Iterator<[string, Occurrences], undefined>;
  /** Null = behind the last; that is no place to wait for more. */
  at: readonly [value: string, seen: Occurrences] | null = null;

  constructor(values: ReadonlyMap<string, Occurrences>) {
    this.#entries = values.entries();
    this.step();
  }

  step(): void {
    this.at = this.#entries.next().value ?? null;
  }
}

class LateValue implements Placed {
  readonly seen: Occurrences;
  place = -1;
  readonly value: string;

  constructor(value: string, seen: Occurrences) {
    this.value = value;
    this.seen = seen;
  }

  get first(): number {
    return this.seen.times[0]!;
  }
}

/** What is needed of values some of whose times came late. */
class LateValues {
  /** Newest time when one came late the last time, ms. */
  until = Number.NEGATIVE_INFINITY;
  /** How many values are in a window. */
  readonly sums = new WindowSums();
  readonly #timespan: number;
  readonly #values = new Map<string, LateValue>();
  readonly #byFirst = new EarliestFirst<LateValue>();

  constructor(timespan: number) {
    this.#timespan = timespan;
  }

  /** Takes a value over, without its times before `oldest`. */
  take(value: string, seen: Occurrences, oldest: number): void {
    const entry = new LateValue(value, seen);
    this.#values.set(value, entry);
    seen.forget(oldest);
    before.length = 0;
    this.#recount(entry);
  }

  add(value: string, time: number): void {
    const entry = this.#values.get(value)!;
    remember(entry);
    entry.seen.add(time, this.#timespan);
    this.#recount(entry);
  }

  /** Drops times before `oldest`. Returns the first value of which none is left, null when there is no such value any more. */
  forget(oldest: number): string | null {
    for (let entry = this.#byFirst.earliest; entry !== undefined; entry = this.#byFirst.earliest) {
      if (entry.first >= oldest) return null;
      remember(entry);
      entry.seen.forget(oldest);
      this.#recount(entry);
      if (entry.place < 0) return entry.value;
    }
    return null;
  }

  drop(value: string): void {
    const entry = this.#values.get(value)!;
    remember(entry);
    entry.seen.forget(Number.POSITIVE_INFINITY);
    this.#recount(entry);
    this.#values.delete(value);
  }

  /** Counts a value anew whose times were those in `before`: only the part that differs. */
  #recount(entry: LateValue): void {
    const { times } = entry.seen;
    const common = Math.min(before.length, times.length);
    let same = 0;
    while (same < common && before[same] === times[same]) same++;
    if (before.length === times.length && same === common) return;
    let end = 0;
    while (end < common - same && before[before.length - 1 - end] === times[times.length - 1 - end]) end++;
    const last = times.length - end;
    const lastBefore = before.length - end;
    // What begins or ends alike before and after the change would be added and taken away again.
    const from = this.#leaves(times, same) && this.#leaves(before, same) ? 1 : 0;
    const to = this.#enters(times, last) && this.#enters(before, lastBefore) ? 1 : 0;
    this.#count(times, same, last, 1, from, to);
    this.#count(before, same, lastBefore, -1, from, to);
    if (same > 0) return;
    if (times.length > 0) this.#byFirst.settle(entry);
    else this.#byFirst.remove(entry);
  }

  /**
   * Counts, by `by`, the times of a value at some places and the gaps beside and between them: windows that end from a time on
   * up to one timespan later hold the value, and those of times no further apart than that are one run. Passed over, if so: the
   * end of the run before the first place, the beginning of one at the last, which is behind them.
   */
  #count(times: readonly number[], first: number, last: number, by: number, from: number, to: number): void {
    for (let i = first; i <= last; i++) {
      const isChanged = i < last;
      if (this.#leaves(times, i) && i >= first + from)
        this.sums.add(times[i - 1]! + this.#timespan, 0, by, 0);
      const enters = this.#enters(times, i) && i <= last - to;
      if (enters || isChanged) this.sums.add(times[i]!, enters ? by : 0, 0, isChanged ? by : 0);
    }
  }

  /** A run of times ends before a place. */
  #leaves(times: readonly number[], place: number): boolean {
    return place > 0 && !(place < times.length && times[place]! - times[place - 1]! <= this.#timespan);
  }

  /** A run of times begins at a place. */
  #enters(times: readonly number[], place: number): boolean {
    return place < times.length && !(place > 0 && times[place]! - times[place - 1]! <= this.#timespan);
  }
}

function isPowerOfTwo(size: number): boolean {
  return (size & (size - 1)) === 0;
}

function remember({ seen: { times } }: LateValue): void {
  before.length = 0;
  for (const time of times) before.push(time);
}
