import { DAY_MINUTES } from '../model/entity-minute.js';

/** So many anomalies may come at once before the share has paid for them. */
export const BURST = 16;

export interface BudgetSnapshot {
  readonly level: number;
  readonly day: number;
  readonly taken: readonly (readonly [owner: string, count: number])[];
}

/**
 * Keeps the promise that of all entity-minutes at most a share, and BURST, are anomalies, whatever the threshold lets through.
 * Each anomaly of one owner within a day needs one more in stock than the one before: a flood of strange minutes leaves
 * some for others.
 */
export class ShareBudget {
  readonly #share: number;
  #level = BURST;
  #day = 0;
  readonly #taken = new Map<string, number>();

  constructor(share: number) {
    this.#share = share;
  }

  /** A minute was scored. */
  earn(minute: number): void {
    this.#level = Math.min(this.#level + this.#share, BURST);
    const day = Math.floor(minute / DAY_MINUTES);
    if (day <= this.#day) return;
    this.#day = day;
    this.#taken.clear();
  }

  /** The clock was set back to that minute: the day, and what was taken on it, goes on. */
  setBack(minute: number): void {
    this.#day = Math.min(this.#day, Math.floor(minute / DAY_MINUTES));
  }

  /** Whether one more of the owner may be an anomaly; then it is paid for. */
  spend(owner: string): boolean {
    const taken = this.#taken.get(owner) ?? 0;
    if (this.#level < taken + 1) return false;
    this.#level--;
    this.#taken.set(owner, taken + 1);
    return true;
  }

  snapshot(): BudgetSnapshot {
    return { level: this.#level, day: this.#day, taken: [...this.#taken] };
  }

  restore({ level, day, taken }: BudgetSnapshot): void {
    this.#level = level;
    this.#day = day;
    for (const [owner, count] of taken) this.#taken.set(owner, count);
  }
}
