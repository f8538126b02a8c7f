import type { Code } from './codes.js';

/** Counts by code. Hot paths keep plain numbers of their own and add them here once per chunk. */
export class Counters {
  readonly #counts = new Map<Code, number>();

  add(code: Code, n = 1): void {
    if (n !== 0) this.#counts.set(code, (this.#counts.get(code) ?? 0) + n);
  }

  get(code: Code): number {
    return this.#counts.get(code) ?? 0;
  }

  toJson(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  merge(counts: Readonly<Record<string, number>>): void {
    for (const [code, n] of Object.entries(counts)) this.add(code as Code, n);
  }
}
