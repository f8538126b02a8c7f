/**
 * What has been seen in the event under test: one number per question that rules ask. Forgetting the last event is a
 * new generation, nothing is cleared. The first sight of a mark wakes the rules that wait for it.
 */
export class Marks {
  /** Number of the event. A float64 holds every one there will ever be. */
  generation = 0;
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
    this.#waiting = waiting;
    this.awake = 0;
  }

  mark(id: number): void {
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
