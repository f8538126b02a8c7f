/** Numbers that a hit takes: time, and event × steps + step. */
const STRIDE = 2;
/** Hits kept of each rule at least, for those that come out of order. */
export const KEPT_PER_STEP = 32;
/** Room that dropped hits may take before the others are moved up, in numbers. */
const MAX_GARBAGE = 16 * STRIDE;
/** Times what the hits take that their room may be. */
const MOST_ROOM = 8;

/**
 * Hits of one group by time, then arrival: a flat array, since they are many and most are never looked at again. Its room is
 * kept when hits go: an array that grew anew each time would be garbage that outlives the young generation.
 */
export class KeptHits {
  readonly #steps: number;
  #numbers: number[];
  /** Where the first hit is, and where the last ends; what is outside is garbage. */
  #head = 0;
  #end: number;

  /** @param steps every step is below */
  constructor(steps: number, saved: readonly number[] = []) {
    this.#steps = steps;
    this.#numbers = [...saved];
    this.#end = saved.length;
  }

  /** Time of the newest hit, ms; -Infinity = there is none. */
  get newest(): number {
    return this.#end > this.#head ? this.#numbers[this.#end - STRIDE]! : Number.NEGATIVE_INFINITY;
  }

  /** True when the hit is older than one before it. */
  add(time: number, step: number, event: number): boolean {
    const numbers = this.#numbers;
    const mark = event * this.#steps + step;
    let at = this.#end;
    if (at === numbers.length) numbers.push(time, mark);
    for (; at > this.#head && numbers[at - STRIDE]! > time; at -= STRIDE) {
      numbers[at] = numbers[at - STRIDE]!;
      numbers[at + 1] = numbers[at - STRIDE + 1]!;
    }
    numbers[at] = time;
    numbers[at + 1] = mark;
    const late = at < this.#end;
    this.#end += STRIDE;
    return late;
  }

  /** Drops what is older than the newest by more than `retention` (ms), and thins what is still `room` hits or more. */
  limit(retention: number, room: number): void {
    const numbers = this.#numbers;
    const oldest = numbers[this.#end - STRIDE]! - retention;
    if (numbers[this.#head]! < oldest) {
      do this.#head += STRIDE;
      while (numbers[this.#head]! < oldest);
      if (this.#head > MAX_GARBAGE && this.#head * 2 > this.#end) this.#compact();
    } else if (this.#end - this.#head >= room * STRIDE) this.#thin();
  }

  forEach(visit: (time: number, step: number, event: number, isLastOfItsTime: boolean) => void): void {
    const numbers = this.#numbers;
    for (let at = this.#head; at < this.#end; at += STRIDE) {
      const time = numbers[at]!;
      const step = this.#stepAt(at);
      const event = (numbers[at + 1]! - step) / this.#steps;
      const next = at + STRIDE;
      visit(time, step, event, next === this.#end || numbers[next] !== time);
    }
  }

  clear(): void {
    this.#head = 0;
    this.#end = 0;
  }

  save(): number[] {
    return this.#numbers.slice(this.#head, this.#end);
  }

  /** Of a rule that hits often its oldest, which may be what begins a chain, and its newest stay. */
  #thin(): void {
    const numbers = this.#numbers;
    const left: number[] = [];
    for (let at = this.#head; at < this.#end; at += STRIDE) {
      const step = this.#stepAt(at);
      left[step] = (left[step] ?? 0) + 1;
    }
    const begun: boolean[] = [];
    let end = 0;
    for (let at = this.#head; at < this.#end; at += STRIDE) {
      const step = this.#stepAt(at);
      const rest = left[step]!--;
      if (begun[step] && rest >= KEPT_PER_STEP) continue;
      begun[step] = true;
      // Not copyWithin: on arrays it is many times slower.
      for (let i = at; i < at + STRIDE; i++) numbers[end++] = numbers[i]!;
    }
    this.#head = 0;
    this.#end = end;
  }

  #stepAt(at: number): number {
    return this.#numbers[at + 1]! % this.#steps;
  }

  /** Moves the hits to the front; of a busy time's room the most goes when few are left. */
  #compact(): void {
    const numbers = this.#numbers;
    const length = this.#end - this.#head;
    if (length * MOST_ROOM < numbers.length) this.#numbers = this.save();
    else for (let i = 0; i < length; i++) numbers[i] = numbers[this.#head + i]!;
    this.#head = 0;
    this.#end = length;
  }
}
