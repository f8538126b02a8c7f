const DAY_MS = 86_400_000;

export interface DayCountSnapshot {
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly records: number;
}

/** How many records came on the newest day, UTC, by their receive times: a snapshot and the log behind it give the same again. */
export class DayCount {
  #day = 0;
  #records = 0;

  /** `receivedAt`: ms. */
  add(records: number, receivedAt: number): void {
    const day = Math.floor(receivedAt / DAY_MS);
    if (day > this.#day) this.restore({ day, records: 0 });
    if (day === this.#day) this.#records += records;
  }

  /** Of the day of `now`, ms. */
  recordsAt(now: number): number {
    return Math.floor(now / DAY_MS) === this.#day ? this.#records : 0;
  }

  /** The clock was set back to `now`, ms: what was counted on a day to come is lost. */
  setBack(now: number): void {
    const day = Math.floor(now / DAY_MS);
    if (day < this.#day) this.restore({ day, records: 0 });
  }

  snapshot(): DayCountSnapshot {
    return { day: this.#day, records: this.#records };
  }

  restore({ day, records }: DayCountSnapshot): void {
    this.#day = day;
    this.#records = records;
  }
}
