import { Occurrences } from './occurrences.js';

/** More values are found by their hash. */
const MAX_FEW = 32;
/** Numbers that one of few values takes: print, first time, last time. */
const STRIDE = 3;
/** Characters at the end of a value that its print is made of: where addresses and numbered names differ. */
const PRINTED = 12;
/** Both times of a value of which all are forgotten. */
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Distinct values and the times at which each was seen, as `Occurrences` thins them, least recently seen value first. Of
 * most groups they are few and seen once or twice: those are places in two flat arrays, which are kept when all are
 * forgotten. A map and an object a value are made when there are more.
 */
export class SeenValues {
  #names: string[] = [];
  #numbers: number[] = [];
  #count = 0;
  /** All of them, when they do not fit into the arrays, which are then empty. */
  #many: Map<string, Occurrences> | null = null;
  /** The value seen last. */
  #last: string | null = null;

  constructor(saved: Iterable<readonly [value: string, times: readonly number[]]> = []) {
    for (const [value, times] of saved) {
      this.#last = value;
      if (this.#many === null && times.length <= 2 && this.#count < MAX_FEW)
        this.#append(value, printOf(value), times[0] ?? NEVER, times[times.length - 1] ?? NEVER);
      else this.#asMany().set(value, new Occurrences(...times));
    }
  }

  get size(): number {
    return this.#many?.size ?? this.#count;
  }

  /** Adds the time of a value, which becomes the most recently seen. */
  see(value: string, time: number, timespan: number): void {
    if (this.#many !== null) this.#seeAmongMany(value, time, timespan);
    else this.#seeAmongFew(value, time, timespan);
    this.#last = value;
  }

  anyWithin(value: string, from: number, to: number): boolean {
    if (this.#many !== null) return this.#many.get(value)?.anyWithin(from, to) ?? false;
    const place = this.#find(value, printOf(value));
    if (place < 0) return false;
    const first = this.#numbers[place * STRIDE + 1]!;
    const last = this.#numbers[place * STRIDE + 2]!;
    return (first >= from && first <= to) || (last >= from && last <= to);
  }

  /** Drops the least recent values of which nothing is as new as `oldest` (ms), and all beyond `most`. */
  forget(oldest: number, most: number): void {
    if (this.#many !== null) {
      for (const [value, seen] of this.#many) {
        if (seen.newest >= oldest && this.#many.size <= most) {
          seen.forget(oldest);
          return;
        }
        this.#many.delete(value);
      }
      return;
    }
    const numbers = this.#numbers;
    let gone = 0;
    while (gone < this.#count && (numbers[gone * STRIDE + 2]! < oldest || this.#count - gone > most)) gone++;
    if (gone > 0) this.#dropFirst(gone);
    if (this.#count > 0 && numbers[1]! < oldest) numbers[1] = numbers[2]!;
  }

  /** Drops the times before `oldest` (ms) of all values; the values stay. */
  forgetTimes(oldest: number): void {
    if (this.#many !== null) for (const seen of this.#many.values()) seen.forget(oldest);
    for (let at = 0; at < this.#count * STRIDE; at += STRIDE) {
      if (this.#numbers[at + 2]! < oldest) this.#numbers[at + 2] = NEVER;
      if (this.#numbers[at + 1]! < oldest) this.#numbers[at + 1] = this.#numbers[at + 2]!;
    }
  }

  /** How many were last seen at `oldest` (ms) or later. `isOrdered`: the values are in order of their newest time. */
  countSince(oldest: number, isOrdered: boolean): number {
    let left = 0;
    if (this.#many !== null) {
      for (const { newest } of this.#many.values()) {
        if (newest < oldest) left++;
        else if (isOrdered) break;
      }
      return this.#many.size - left;
    }
    for (let i = 0; i < this.#count; i++) {
      if (this.#numbers[i * STRIDE + 2]! < oldest) left++;
      else if (isOrdered) break;
    }
    return this.#count - left;
  }

  /** Least recently seen first. */
  *entries(): Generator<readonly [value: string, times: readonly number[]]> {
    if (this.#many !== null) for (const [value, { times }] of this.#many) yield [value, times];
    for (let i = 0; i < this.#count; i++) {
      const first = this.#numbers[i * STRIDE + 1]!;
      const last = this.#numbers[i * STRIDE + 2]!;
      yield [this.#names[i]!, last === NEVER ? [] : first === last ? [first] : [first, last]];
    }
  }

  clear(): void {
    this.#names.fill('');
    this.#count = 0;
    this.#many = null;
    this.#last = null;
  }

  #seeAmongMany(value: string, time: number, timespan: number): void {
    const many = this.#many!;
    const seen = many.get(value);
    if (seen === undefined) {
      many.set(value, new Occurrences(time));
      return;
    }
    seen.add(time, timespan);
    if (value === this.#last) return;
    many.delete(value);
    many.set(value, seen);
  }

  #seeAmongFew(value: string, time: number, timespan: number): void {
    const newest = this.#count - 1;
    // Values that seldom change, such as hours, are the last already.
    const isLast = value === this.#last && newest >= 0;
    const print = isLast ? 0 : printOf(value);
    const place = isLast ? newest : this.#find(value, print);
    if (place < 0) {
      if (this.#count < MAX_FEW) this.#append(value, print, time, time);
      else this.#asMany().set(value, new Occurrences(time));
      return;
    }
    if (!this.#addTime(place * STRIDE, time, timespan)) {
      this.#asMany();
      this.#seeAmongMany(value, time, timespan);
    } else if (place < newest) this.#makeLast(place);
  }

  /** False when it would be the third time that matters. */
  #addTime(at: number, time: number, timespan: number): boolean {
    const numbers = this.#numbers;
    const first = numbers[at + 1]!;
    const last = numbers[at + 2]!;
    if (time === first || time === last) return true;
    if (last === NEVER) numbers[at + 1] = time;
    else if (first !== last && Math.max(last, time) - Math.min(first, time) > timespan) return false;
    if (time < first) numbers[at + 1] = time;
    else if (time > last) numbers[at + 2] = time;
    return true;
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

  #asMany(): Map<string, Occurrences> {
    if (this.#many === null) {
      const last = this.#last;
      const many = new Map<string, Occurrences>();
      for (const [value, times] of this.entries()) many.set(value, new Occurrences(...times));
      this.clear();
      this.#many = many;
      this.#last = last;
    }
    return this.#many;
  }
}

/** Differs for values that differ, as a rule. */
function printOf(value: string): number {
  const { length } = value;
  let print = length;
  for (let i = length > PRINTED ? length - PRINTED : 0; i < length; i++)
    print = (Math.imul(print, 31) + value.charCodeAt(i)) | 0;
  return print;
}
