const WINDOW_MS = 60_000;
/** Wrong tokens of one address in a minute; after them it waits for the minute's end. */
const MOST_FAILURES = 10;
const MOST_ADDRESSES = 10_000;

/** Counts failures by address. Tokens cannot be guessed; this makes the attempt visible and cheap. */
export class FailureLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  isBlocked(address: string): boolean {
    const known = this.#failures.get(address);
    return known !== undefined && known.until > this.#now() && known.count >= MOST_FAILURES;
  }

  add(address: string): void {
    const now = this.#now();
    const known = this.#failures.get(address);
    if (known !== undefined && known.until > now) {
      known.count++;
      return;
    }
    this.#failures.delete(address);
    if (this.#failures.size >= MOST_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(address, { count: 1, until: now + WINDOW_MS });
  }
}
