import { ManyValues } from './many-values.js';
import type { Threshold } from './threshold.js';

/** More values are found by their hash. */
const MAX_FEW = 32;
/** Numbers that one of few values takes: print, first time, last time. */
const STRIDE = 3;
/** Characters at the end of a value that its print is made of: where addresses and numbered names differ. */
const PRINTED = 12;

export type SeenTimes = readonly [value: string, times: readonly number[]];

export interface SeenSetting {
  /** Length of all windows. */
  readonly timespanMs: number;
  /** What is older than the newest time by more is forgotten. */
  readonly retentionMs: number;
  /** Values remembered. */
  readonly kept: number;
}

/**
 * Distinct values and the times at which each was seen, as `Occurrences` thins them, least recently seen value first. Of
 * most groups they are few and seen once or twice: those are places in two flat arrays, which are kept when all are
 * forgotten. When there are more, `ManyValues` has them.
 */
export class SeenValues {
  readonly #setting: SeenSetting;
  #names: string[] = [];
  #numbers: number[] = [];
  #count = 0;
  /** All of them, when they do not fit into the arrays, which are then empty. */
  #many: ManyValues | null = null;
  /** The value seen last. */
  #last: string | null = null;
  /** The few are in order of their newest time. */
  #isOrdered = true;
  #newest = Number.NEGATIVE_INFINITY;

  /** @param newest of all times that were ever seen, ms */
  constructor(
    setting: SeenSetting,
    saved: readonly SeenTimes[] = [],
    newest: number = Number.NEGATIVE_INFINITY,
  ) {
    this.#setting = setting;
    this.#newest = newest;
    const values = sinceOldest(saved, newest - setting.retentionMs);
    this.#last = values.at(-1)?.[0] ?? null;
    if (values.length > MAX_FEW || values.some(([, times]) => times.length > 2)) {
      this.#many = new ManyValues(setting, values, newest);
      return;
    }
    for (const [value, times] of values) this.#append(value, printOf(value), times[0]!, times.at(-1)!);
    // Nobody knows: looking through them all tells.
    this.#isOrdered = false;
  }

  get size(): number {
    return this.#many?.size ?? this.#count;
  }

  /** Newest time of all that were seen, ms; -Infinity = none was. */
  get newest(): number {
    return this.#newest;
  }

  /**
   * Adds the time (ms) of a value, which becomes the most recently seen; then drops what is too old for any window up to the
   * newest time, and the least recent values beyond those that are kept.
   */
  see(value: string, time: number): void {
    if (this.#many !== null) this.#many.see(value, time, this.#newest);
    else this.#seeAmongFew(value, time);
    this.#last = value;
    if (time > this.#newest) this.#newest = time;
    if (this.#many !== null) this.#many.forget(this.#newest);
    else this.#forgetFew();
  }

  anyWithin(value: string, from: number, to: number): boolean {
    if (this.#many !== null) return this.#many.anyWithin(value, from, to);
    const place = this.#find(value, printOf(value));
    if (place < 0) return false;
    const first = this.#numbers[place * STRIDE + 1]!;
    const last = this.#numbers[place * STRIDE + 2]!;
    return (first >= from && first <= to) || (last >= from && last <= to);
  }

  /** How many are in the newest window. */
  count(): number {
    if (this.#many !== null) return this.#many.count(this.#newest);
    if (!this.#isOrdered) return this.countAt(this.#newest);
    const start = this.#newest - this.#setting.timespanMs;
    let left = 0;
    while (left < this.#count && this.#numbers[left * STRIDE + 2]! < start) left++;
    return this.#count - left;
  }

  /** After a late hit: how many are in the window that ends at its time or later. */
  countAt(end: number): number {
    if (this.#many !== null) return this.#many.countAt(end);
    const start = end - this.#setting.timespanMs;
    let count = 0;
    for (let at = 0; at < this.#count * STRIDE; at += STRIDE) {
      const first = this.#numbers[at + 1]!;
      const last = this.#numbers[at + 2]!;
      if (last <= end ? last >= start : first <= end && first >= start) count++;
    }
    return count;
  }

  /**
   * After a late hit: the first time later than its own, `after`, up to a timespan later, at which the window that ends meets the
   * threshold; NaN = there is none.
   */
  firstEnd(after: number, threshold: Threshold): number {
    const to = after + this.#setting.timespanMs;
    if (this.#many !== null) return this.#many.firstEnd(after + 1, to, threshold);
    for (let end = this.#nextTime(after); end <= to; end = this.#nextTime(end))
      if (threshold.holds(this.countAt(end))) return end;
    return Number.NaN;
  }

  /** Least recently seen first. */
  entries(): SeenTimes[] {
    return sinceOldest(this.#all(), this.#newest - this.#setting.retentionMs);
  }

  clear(): void {
    this.#names.fill('');
    this.#count = 0;
    this.#many = null;
    this.#last = null;
    this.#isOrdered = true;
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  *#all(): Generator<SeenTimes> {
    if (this.#many !== null) yield* this.#many.entries();
    for (let i = 0; i < this.#count; i++) {
      const first = this.#numbers[i * STRIDE + 1]!;
      const last = this.#numbers[i * STRIDE + 2]!;
      yield [this.#names[i]!, first === last ? [first] : [first, last]];
    }
  }

  #seeAmongFew(value: string, time: number): void {
    if (time < this.#newest) this.#beginUnordered();
    const newest = this.#count - 1;
    // Values that seldom change, such as hours, are the last already.
    const isLast = value === this.#last && newest >= 0;
    const print = isLast ? 0 : printOf(value);
    const place = isLast ? newest : this.#find(value, print);
    if (place < 0 && this.#count < MAX_FEW) this.#append(value, print, time, time);
    else if (place < 0 || !this.#addTime(place * STRIDE, time)) this.#seeAmongMany(value, time);
    else if (place < newest) this.#makeLast(place);
  }

  #seeAmongMany(value: string, time: number): void {
    const many = new ManyValues(this.#setting, this.#all(), this.#newest);
    const newest = this.#newest;
    this.clear();
    this.#newest = newest;
    this.#many = many;
    many.see(value, time, newest);
  }

  /** A late hit comes to values that were in order: times that were too old mattered to none till now. */
  #beginUnordered(): void {
    if (this.#isOrdered) this.#forgetUnordered(this.#newest - this.#setting.retentionMs);
    this.#isOrdered = false;
  }

  /** Drops what is too old of the few. */
  #forgetFew(): void {
    const { retentionMs, kept } = this.#setting;
    const oldest = this.#newest - retentionMs;
    if (!this.#isOrdered) this.#forgetUnordered(oldest);
    const numbers = this.#numbers;
    let gone = 0;
    while (gone < this.#count && (numbers[gone * STRIDE + 2]! < oldest || this.#count - gone > kept)) gone++;
    if (gone > 0) this.#dropFirst(gone);
  }

  #forgetUnordered(oldest: number): void {
    const names = this.#names;
    const numbers = this.#numbers;
    let left = 0;
    let newest = Number.NEGATIVE_INFINITY;
    this.#isOrdered = true;
    for (let place = 0; place < this.#count; place++) {
      const at = place * STRIDE;
      const first = numbers[at + 1]!;
      const last = numbers[at + 2]!;
      if (last < oldest) continue;
      if (last < newest) this.#isOrdered = false;
      newest = last;
      names[left] = names[place]!;
      numbers[left * STRIDE] = numbers[at]!;
      numbers[left * STRIDE + 1] = first < oldest ? last : first;
      numbers[left * STRIDE + 2] = last;
      left++;
    }
    names.fill('', left, this.#count);
    this.#count = left;
  }

  /** False when it would be the third time that matters. */
  #addTime(at: number, time: number): boolean {
    const { timespanMs, retentionMs } = this.#setting;
    const numbers = this.#numbers;
    const oldest = Math.max(this.#newest, time) - retentionMs;
    const last = numbers[at + 2]! < oldest ? time : numbers[at + 2]!;
    const first = numbers[at + 1]! < oldest ? last : numbers[at + 1]!;
    const isKnown = time === first || time === last;
    if (!isKnown && first !== last && Math.max(last, time) - Math.min(first, time) > timespanMs) return false;
    numbers[at + 1] = time < first ? time : first;
    numbers[at + 2] = time > last ? time : last;
    return true;
  }

  /** The first of all times later than `after`; Infinity = there is none. */
  #nextTime(after: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.#count * STRIDE; at += STRIDE) {
      const first = this.#numbers[at + 1]!;
      const time = first > after ? first : this.#numbers[at + 2]!;
      if (time > after && time < next) next = time;
    }
    return next;
  }

  #find(value: string, print: number): number {
    for (let i = this.#count - 1; i >= 0; i--) {
      if (this.#numbers[i * STRIDE] === print && this.#names[i] === value) return i;
    }
    return -1;
  }

  #append(value: string, print: number, first: number, last: number): void {
    const place = this.#count++;
    if (place === this.#names.length) {
      if (place === 0) {
        // Most groups never get a second value: literals take no room for more.
        this.#names = [value];
        this.#numbers = [print, first, last];
      } else {
        this.#names.push(value);
        this.#numbers.push(print, first, last);
      }
      return;
    }
    const at = place * STRIDE;
    this.#names[place] = value;
    this.#numbers[at] = print;
    this.#numbers[at + 1] = first;
    this.#numbers[at + 2] = last;
  }

  #makeLast(place: number): void {
    const names = this.#names;
    const numbers = this.#numbers;
    const name = names[place]!;
    const at = place * STRIDE;
    const print = numbers[at]!;
    const first = numbers[at + 1]!;
    const last = numbers[at + 2]!;
    this.#moveDown(place, 1);
    const end = this.#count * STRIDE;
    names[this.#count - 1] = name;
    numbers[end - STRIDE] = print;
    numbers[end - STRIDE + 1] = first;
    numbers[end - STRIDE + 2] = last;
  }

  #dropFirst(gone: number): void {
    this.#moveDown(0, gone);
    this.#names.fill('', this.#count - gone);
    this.#count -= gone;
  }

  /** Moves all that follow over the values at a place. */
  #moveDown(place: number, by: number): void {
    const names = this.#names;
    const numbers = this.#numbers;
    // Not copyWithin: on arrays it is many times slower.
    for (let i = place + by; i < this.#count; i++) names[i - by] = names[i]!;
    const end = this.#count * STRIDE;
    for (let i = (place + by) * STRIDE; i < end; i++) numbers[i - by * STRIDE] = numbers[i]!;
  }
}

/** Values and their times without those before `oldest` (ms). */
function sinceOldest(values: Iterable<SeenTimes>, oldest: number): SeenTimes[] {
  const since: SeenTimes[] = [];
  for (const [value, times] of values) {
    const left = times.filter((time) => time >= oldest);
    if (left.length > 0) since.push([value, left]);
  }
  return since;
}

/** Differs for values that differ, as a rule. */
function printOf(value: string): number {
  const { length } = value;
  let print = length;
  for (let i = length > PRINTED ? length - PRINTED : 0; i < length; i++)
    print = (Math.imul(print, 31) + value.charCodeAt(i)) | 0;
  return print;
}
