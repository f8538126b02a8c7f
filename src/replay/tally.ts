import type { FoundBlock } from './messages.js';
import { timeOf } from './step.js';

export interface ReplayOutcome {
  readonly records: number;
  readonly unrecognized: number;
  /** Oldest and newest event time, ms; null = no records. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Occurrences by code of telemetry/codes.ts. */
  readonly counts: Readonly<Record<string, number>>;
  /** Files that could not be read to their end. */
  readonly unreadable: readonly { readonly path: string; readonly error: string }[];
}

export type Count = (code: string, n?: number) => void;

/** What is counted while files are read. */
export class ReplayTally {
  readonly unreadable: { readonly path: string; readonly error: string }[] = [];
  readonly #counts = new Map<string, number>();
  #records = 0;
  #unrecognized = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  readonly count: Count = (code, n = 1) => {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + n);
  };

  add(found: FoundBlock): void {
    const { records, unrecognized, faults, times } = found;
    this.#records += records;
    this.#unrecognized += unrecognized;
    for (const [code, n] of Object.entries(faults)) this.count(code, n);
    if (times === null) return;
    this.#from = Math.min(this.#from, timeOf(times.from, found));
    this.#to = Math.max(this.#to, timeOf(times.to, found));
  }

  outcome(): ReplayOutcome {
    const { unreadable } = this;
    return {
      records: this.#records,
      unrecognized: this.#unrecognized,
      times: this.#records === 0 ? null : { from: this.#from, to: this.#to },
      counts: Object.fromEntries(this.#counts),
      unreadable,
    };
  }
}
