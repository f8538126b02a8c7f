/** Numbers per rule in `RuleCounts.take`: index in `Ruleset.rules`, candidates, matches, nanoseconds measured. */
export const COUNTS_WIDTH = 4;

/** How often rules were tried and matched since the last `take`, and how long the measured tries took. */
export class RuleCounts {
  readonly #candidates: Float64Array;
  readonly #matches: Float64Array;
  readonly #nanoseconds: Float64Array;
  /** The first `#count` are the rules tried. */
  readonly #tried: Int32Array;
  #count = 0;

  constructor(rules: number) {
    this.#candidates = new Float64Array(rules);
    this.#matches = new Float64Array(rules);
    this.#nanoseconds = new Float64Array(rules);
    this.#tried = new Int32Array(rules);
  }

  add(rule: number, hasMatched: boolean): void {
    if (this.#candidates[rule]! === 0) this.#tried[this.#count++] = rule;
    this.#candidates[rule]!++;
    if (hasMatched) this.#matches[rule]!++;
  }

  /** Time of a try that is in `add`, too. */
  addTime(rule: number, nanoseconds: number): void {
    this.#nanoseconds[rule]! += nanoseconds;
  }

  /** COUNTS_WIDTH numbers for each rule that was tried. */
  take(): Float64Array<ArrayBuffer> {
    const taken = new Float64Array(this.#count * COUNTS_WIDTH);
    for (let i = 0; i < this.#count; i++) {
      const rule = this.#tried[i]!;
      taken.set(
        [rule, this.#candidates[rule]!, this.#matches[rule]!, this.#nanoseconds[rule]!],
        i * COUNTS_WIDTH,
      );
      this.#candidates[rule] = 0;
      this.#matches[rule] = 0;
      this.#nanoseconds[rule] = 0;
    }
    this.#count = 0;
    return taken;
  }
}
