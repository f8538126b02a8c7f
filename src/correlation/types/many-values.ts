import { RecencyList, RecencyNode } from '../../model/recency-list.js';
import { EarliestFirst } from './earliest-first.js';
import { Occurrences } from './occurrences.js';
import type { SeenSetting, SeenTimes } from './seen-values.js';
import type { Threshold } from './threshold.js';
import { WindowSums } from './window-sums.js';

/** Times of a value before a change. */
const before: number[] = [];

/** A value, and when it was seen. */
class SeenValue extends RecencyNode<string> {
  readonly seen: Occurrences;
  /** In the newest window, or seen since hits came late. */
  isRecent = true;
  place = -1;

  constructor(value: string, times: readonly number[]) {
    super(value);
    this.seen = new Occurrences(...times);
  }

  get first(): number {
    return this.seen.times[0]!;
  }
}

/**
 * Distinct values and their times, when they are many. While all times come in order, the values are in order of their newest
 * one, and those of the newest window are in a list of their own. From a time that comes late on, until nothing is left of what
 * was seen up to then, sums say how many are in a window, so that no order of the times makes a call look at all values.
 */
export class ManyValues {
  readonly #setting: SeenSetting;
  readonly #byValue = new Map<string, SeenValue>();
  // Least recently seen first. A map would do, but from its beginning one steps over all that was deleted there.
  readonly #left = new RecencyList<string>();
  readonly #recent = new RecencyList<string>();
  #late: LateValues | null = null;

  /** @param newest of all times that were ever seen, ms */
  constructor(setting: SeenSetting, values: Iterable<SeenTimes>, newest: number) {
    this.#setting = setting;
    let last = Number.NEGATIVE_INFINITY;
    let isOrdered = true;
    for (const [value, times] of values) {
      const entry = this.#append(value, times);
      if (entry.seen.newest < last) isOrdered = false;
      last = entry.seen.newest;
    }
    if (isOrdered) this.#leave(newest - setting.timespanMs);
    else this.#beginLate(newest);
  }

  get size(): number {
    return this.#byValue.size;
  }

  /** @param newest of the times so far */
  see(value: string, time: number, newest: number): void {
    if (time < newest) this.#beginLate(newest);
    const entry = this.#byValue.get(value);
    if (entry === undefined) {
      const added = this.#append(value, [time]);
      this.#late?.take(added, time);
      return;
    }
    if (entry.isRecent) this.#recent.refresh(entry);
    else this.#moveToRecent(entry);
    if (this.#late === null) entry.seen.add(time, this.#setting.timespanMs);
    else this.#late.add(entry, time);
  }

  anyWithin(value: string, from: number, to: number): boolean {
    return this.#byValue.get(value)?.seen.anyWithin(from, to) ?? false;
  }

  /** Drops what is too old for windows up to the newest, and the least recent values beyond those that are kept. */
  forget(newest: number): void {
    const { timespanMs, retentionMs, kept } = this.#setting;
    const oldest = newest - retentionMs;
    if (this.#late === null)
      while (this.#oldest !== null && this.#oldest.seen.newest < oldest) this.#drop(this.#oldest);
    else {
      const late = this.#late;
      for (let gone = late.forget(oldest); gone !== null; gone = late.forget(oldest)) this.#drop(gone);
      if (this.#late.until < oldest) this.#late = null;
    }
    while (this.size > kept) this.#drop(this.#oldest!);
    if (this.#late === null) this.#leave(newest - timespanMs);
  }

  /** How many are in the newest window, after `forget`. */
  count(newest: number): number {
    return this.#late?.sums.at(newest) ?? this.#recent.size;
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
    for (const list of [this.#left, this.#recent])
      for (const value of list) yield [value, this.#byValue.get(value)!.seen.times];
  }

  get #oldest(): SeenValue | null {
    return (this.#left.oldest ?? this.#recent.oldest) as SeenValue | null;
  }

  #append(value: string, times: readonly number[]): SeenValue {
    const entry = new SeenValue(value, times);
    this.#byValue.set(value, entry);
    this.#recent.append(entry);
    return entry;
  }

  #moveToRecent(entry: SeenValue): void {
    this.#left.remove(entry);
    this.#recent.append(entry);
    entry.isRecent = true;
  }

  /** The newest window begins at a time. */
  #leave(start: number): void {
    for (let least = this.#recent.oldest; least !== null; least = this.#recent.oldest) {
      const entry = least as SeenValue;
      if (entry.seen.newest >= start) return;
      this.#recent.remove(entry);
      this.#left.append(entry);
      entry.isRecent = false;
    }
  }

  #drop(entry: SeenValue): void {
    this.#late?.drop(entry);
    (entry.isRecent ? this.#recent : this.#left).remove(entry);
    this.#byValue.delete(entry.item);
  }

  #beginLate(newest: number): void {
    if (this.#late === null) {
      this.#late = new LateValues(this.#setting.timespanMs);
      for (const entry of this.#byValue.values()) this.#late.take(entry, newest - this.#setting.retentionMs);
    }
    this.#late.until = newest;
  }
}

/** What is needed of values some of whose times came late. */
class LateValues {
  /** Newest time when one came late the last time, ms. */
  until = Number.NEGATIVE_INFINITY;
  readonly #timespan: number;
  /** How many values are in a window. */
  readonly sums = new WindowSums();
  readonly #byFirst = new EarliestFirst<SeenValue>();

  constructor(timespan: number) {
    this.#timespan = timespan;
  }

  /** Takes a value over, without its times before `oldest`. */
  take(entry: SeenValue, oldest: number): void {
    // It may have been in a heap before.
    entry.place = -1;
    entry.seen.forget(oldest);
    before.length = 0;
    this.#recount(entry);
  }

  add(entry: SeenValue, time: number): void {
    remember(entry);
    entry.seen.add(time, this.#timespan);
    this.#recount(entry);
  }

  /** Drops times before `oldest`. Returns the first value of which none is left, null when there is no such value any more. */
  forget(oldest: number): SeenValue | null {
    for (let entry = this.#byFirst.earliest; entry !== undefined; entry = this.#byFirst.earliest) {
      if (entry.first >= oldest) return null;
      remember(entry);
      entry.seen.forget(oldest);
      this.#recount(entry);
      if (entry.place < 0) return entry;
    }
    return null;
  }

  drop(entry: SeenValue): void {
    remember(entry);
    entry.seen.forget(Number.POSITIVE_INFINITY);
    this.#recount(entry);
  }

  /** Counts a value anew whose times were those in `before`: only the part that differs. */
  #recount(entry: SeenValue): void {
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

function remember({ seen: { times } }: SeenValue): void {
  before.length = 0;
  for (const time of times) before.push(time);
}
