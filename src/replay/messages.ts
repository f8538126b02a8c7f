import type { Config } from '../config/schema.js';
import type { EntityMinutes } from '../model/entity-minute.js';
import type { SourceHints } from '../model/source-hints.js';
import type { RulePack } from '../rule-pack.js';
import type { PackedSignals } from '../signal-codec.js';

/** As the name of a source; extractors for all sources apply. */
export const REPLAY_SOURCE = 'replay';

export interface ReplayReaderStart {
  readonly config: Config;
  readonly pack: RulePack;
  readonly hints: SourceHints;
}

/** A file to read; `file` is its place among all, from 1: with the number of a record in it, that record's `event.id`. */
export interface ReplayTask {
  readonly path: string;
  readonly file: number;
}

export type ToReplayReader =
  | ({ readonly type: 'read' } & ReplayTask)
  /** What was found in one block is taken: read on. */
  | { readonly type: 'taken' };

export type FromReplayReader =
  | ({ readonly type: 'found' } & FoundBlock)
  /** The file is read to its end, or cannot be: `error` says why in words. */
  | { readonly type: 'done'; readonly error: string | null };

/** What the detectors' half of the line made of one block of a file. */
export interface FoundBlock {
  readonly file: number;
  /** Records of the file before this block. */
  readonly before: number;
  readonly records: number;
  readonly unrecognized: number;
  /** Occurrences by code of telemetry/codes.ts. */
  readonly faults: Readonly<Record<string, number>>;
  /** Oldest and newest event time, ms; null = no records. Of records without a time it is `noTime`. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Of the file's last change, ms: what stamps without a year were read against. */
  readonly clock: number;
  /** An event time that says that the record states none: it happened at `clock` at the latest. */
  readonly noTime: number;
  readonly signals: PackedSignals | null;
  /** Null when anomalies are off. */
  readonly minutes: EntityMinutes | null;
}
