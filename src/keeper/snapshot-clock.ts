const EVERY_MS = 10_000;
/** Alerts wait for it while there is no log to re-run. */
const UNLOGGED_EVERY_MS = 1000;
/** One that takes long is taken seldom: at most this share of the keeper's time. */
const MOST_SHARE = 1 / 100;

/** When a snapshot is due, and where the last one stands in the log. */
export class SnapshotClock {
  #seq: number;
  #takenAt = Date.now();
  #costMs = 0;

  /** @param seq of the snapshot that the last run left; 0 = none */
  constructor(seq: number) {
    this.#seq = seq;
  }

  /** Position of the last one: a restart re-runs what is behind it. */
  get seq(): number {
    return this.#seq;
  }

  /** @param canRerun what is behind the last one can be had from the log again */
  isDue(appliedSeq: number, canRerun: boolean): boolean {
    if (appliedSeq === this.#seq) return false;
    const pauseMs = Math.max(canRerun ? EVERY_MS : UNLOGGED_EVERY_MS, this.#costMs / MOST_SHARE);
    return Date.now() - this.#takenAt >= pauseMs;
  }

  taken(seq: number, costMs: number): void {
    this.#seq = seq;
    this.#takenAt = Date.now();
    this.#costMs = costMs;
  }
}
