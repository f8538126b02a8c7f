/** A clock that is suddenly ahead by more may be wrong: after a boot without a network, with a dead battery. */
const AHEAD_MS = 24 * 3600_000;
/** It is believed once it has gone on so for this long: by then it is set right, where anything sets it. */
const BELIEVED_AFTER_MS = 3600_000;

/**
 * The time that old data is deleted by, ms: the wall clock, but where that has leapt ahead, also over a restart, first what it would
 * be without that. What was deleted on the word of a wrong clock nobody gets back.
 */
export class PatientClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  /** Both at the same moment, as they were believed last. */
  #believed: { readonly wall: number; readonly monotonic: number };
  #aheadSince: number | null = null;

  /** `last`: when it was known to be right; null = it is now. */
  constructor(last: number | null, wall = Date.now, monotonic = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#believed = { wall: last ?? wall(), monotonic: monotonic() };
  }

  now(): number {
    const [wall, monotonic] = [this.#wall(), this.#monotonic()];
    const expected = this.#believed.wall + monotonic - this.#believed.monotonic;
    if (wall - expected > AHEAD_MS) {
      this.#aheadSince ??= monotonic;
      if (monotonic - this.#aheadSince < BELIEVED_AFTER_MS) return expected;
    }
    this.#believed = { wall, monotonic };
    this.#aheadSince = null;
    return wall;
  }
}
