/** Numbers that a hit takes: time, and event × steps + step. */
const STRIDE = 2;
/** Hits kept of each rule at least, for those that come out of order. */
export const KEPT_PER_STEP = 32;
/** Room that dropped hits may take before the others are moved up, in numbers. */
const MAX_GARBAGE = 16 * STRIDE;

/** Hits of one group by time, then arrival: a flat array, since they are many and most are never looked at again. */
export class KeptHits {
  readonly #steps: number;
  #numbers: number[];
  /** Where the first hit is; before it is garbage. */
  #head = 0;

  /** @param steps every step is below */
  constructor(steps: number, saved: readonly number[] = []) {
    this.#steps = steps;
    this.#numbers = [...saved];
  }

  /** Time of the newest hit, ms; -Infinity = there is none. */
  get newest(): number {
    const { length } = this.#numbers;
    return length > this.#head ? this.#numbers[length - STRIDE]! : Number.NEGATIVE_INFINITY;
  }

  /** True when the hit is older than one before it. */
  add(time: number, step: number, event: number): boolean {
    const numbers = this.#numbers;
    let at = numbers.length;
    while (at > this.#head && numbers[at - STRIDE]! > time) at -= STRIDE;
    const late = at < numbers.length;
    const mark = event * this.#steps + step;
    if (late) numbers.splice(at, 0, time, mark);
    else numbers.push(time, mark);
    return late;
  }

  /** Drops what is older than the newest by more than `retention` (ms), and thins what is still `room` hits or more. */
  limit(retention: number, room: number): void {
    const numbers = this.#numbers;
    const oldest = numbers[numbers.length - STRIDE]! - retention;
    if (numbers[this.#head]! < oldest) {
      do this.#head += STRIDE;
      while (numbers[this.#head]! < oldest);
      if (this.#head > MAX_GARBAGE && this.#head * 2 > numbers.length) this.#compact();
    } else if (numbers.length - this.#head >= room * STRIDE) this.#thin();
  }

  forEach(visit: (time: number, step: number, event: number, isLastOfItsTime: boolean) => void): void {
    const numbers = this.#numbers;
    for (let at = this.#head; at < numbers.length; at += STRIDE) {
      const time = numbers[at]!;
      const step = this.#stepAt(at);
      const event = (numbers[at + 1]! - step) / this.#steps;
      visit(time, step, event, numbers[at + STRIDE] !== time);
    }
  }

  clear(): void {
    this.#numbers = [];
    this.#head = 0;
  }

  save(): number[] {
    return this.#numbers.slice(this.#head);
  }

  /** Of a rule that hits often its oldest, which may be what begins a chain, and its newest stay. */
  #thin(): void {
    const numbers = this.#numbers;
    const left: number[] = [];
    for (let at = this.#head; at < numbers.length; at += STRIDE) {
      const step = this.#stepAt(at);
      left[step] = (left[step] ?? 0) + 1;
    }
    const begun: boolean[] = [];
    let end = 0;
    for (let at = this.#head; at < numbers.length; at += STRIDE) {
      const step = this.#stepAt(at);
      const rest = left[step]!--;
      if (begun[step] && rest >= KEPT_PER_STEP) continue;
      begun[step] = true;
      // Not copyWithin: on arrays it is many times slower.
      for (let i = at; i < at + STRIDE; i++) numbers[end++] = numbers[i]!;
    }
    numbers.length = end;
    this.#head = 0;
  }

  #stepAt(at: number): number {
    return this.#numbers[at + 1]! % this.#steps;
  }

  #compact(): void {
    this.#numbers = this.#numbers.slice(this.#head);
    this.#head = 0;
  }
}
