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
  /** By place of the file, from 1; none of a file without records. */
  readonly files: ReadonlyMap<number, FileTally>;
}

export interface FileTally {
  readonly records: number;
  readonly unrecognized: number;
}

export type Count = (code: string, n?: number) => void;

/** What is counted while files are read. */
export class ReplayTally {
  readonly unreadable: { readonly path: string; readonly error: string }[] = [];
  readonly #counts = new Map<string, number>();
  readonly #files = new Map<number, FileTally>();
  #records = 0;
  #unrecognized = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  readonly count: Count = (code, n = 1) => {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + n);
  };

  add(found: FoundBlock): void {
    const { file, records, unrecognized, faults, times } = found;
    const before = this.#files.get(file);
    this.#files.set(file, {
      records: records + (before?.records ?? 0),
      unrecognized: unrecognized + (before?.unrecognized ?? 0),
    });
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
      files: this.#files,
    };
  }
}
