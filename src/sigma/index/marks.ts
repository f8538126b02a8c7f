/**
 * What has been seen in the event under test: one number per question that rules ask. Forgetting the last event is a
 * new generation, nothing is cleared. The first sight of a mark wakes the rules that wait for it.
 */
export class Marks {
  /** Number of the event. A float64 holds every one there will ever be. */
  generation = 0;
  /** Number of the reading: an event is one, a value whose marks are collected another. */
  reading = 0;
  #collected: number[] | null = null;
  readonly #seen: Float64Array;
  readonly #woken: Float64Array;
  #waiting: WaitingRules = [];
  /** Rules woken by this event, in no order: the first `awake`. */
  readonly candidates: Int32Array;
  awake = 0;

  constructor(marks: number, rules: number) {
    this.#seen = new Float64Array(marks);
    this.#woken = new Float64Array(rules);
    this.candidates = new Int32Array(rules);
  }

  begin(waiting: WaitingRules): void {
    this.generation++;
    this.reading++;
    this.#waiting = waiting;
    this.awake = 0;
  }

  /** From now on marks are collected instead of taken for the event's. */
  collect(): void {
    this.reading++;
    this.#collected = [];
  }

  /** Those since `collect`. */
  takeCollected(): number[] {
    const collected = this.#collected!;
    this.#collected = null;
    this.reading++;
    return collected;
  }

  mark(id: number): void {
    if (this.#collected !== null) {
      this.#collected.push(id);
      return;
    }
    if (this.#seen[id] === this.generation) return;
    this.#seen[id] = this.generation;
    const rules = this.#waiting[id];
    if (rules === undefined) return;
    for (const rule of rules) {
      if (this.#woken[rule] === this.generation) continue;
      this.#woken[rule] = this.generation;
      this.candidates[this.awake++] = rule;
    }
  }

  has(id: number): boolean {
    return this.#seen[id] === this.generation;
  }
}

/** By mark the rules that can only match once it is seen. */
export type WaitingRules = readonly (readonly number[] | undefined)[];
