import type { Config } from '../config/schema.js';
import type { AlertChange } from '../model/alert.js';
import type { RuleFault } from '../model/rule.js';
import type { RuleOutcome } from '../model/rule-outcome.js';
import type { RuleFile } from '../protocol.js';
import type { RulePack } from '../rule-pack.js';
import type { Damage, PlannedBlock } from '../search/messages.js';
import type { PackedSignals } from '../signal-codec.js';

/** Which rules are tried. Plain data, as all here: it crosses to the threads. */
export interface AskedRules {
  /** Rules that need not be loaded; one with the id of a loaded rule takes its place. */
  readonly files: readonly RuleFile[];
  /** Ids, names or titles of loaded rules, also of such as the configuration leaves out. */
  readonly names: readonly string[];
}

export interface BacktestStart {
  readonly config: Config;
  readonly rules: AskedRules;
  /** Folder of the segments. */
  readonly dir: string;
  /** Only events from this time on and before that, ms; null = no bound. */
  readonly from: number | null;
  readonly until: number | null;
  /** Threads that read. */
  readonly threads: number;
  /** Sample alerts of each rule, the newest. */
  readonly samples: number;
  /** `onAlerts` is given every alert line. */
  readonly wantsAlerts: boolean;
  /** `false`: also what filters rule out is read, which changes nothing but the time it takes. */
  readonly skip: boolean;
  /** Events of the demo up to this place in the log are forgotten. */
  readonly noDemoUpTo?: number;
}

export type FromBacktest =
  | { readonly type: 'refused'; readonly reason: string; readonly faults: readonly RuleFault[] }
  | { readonly type: 'progress'; readonly progress: BacktestProgress }
  /** The next ones come after `taken`. */
  | { readonly type: 'alerts'; readonly alerts: readonly AlertChange[] }
  | { readonly type: 'done'; readonly outcome: BacktestOutcome };

export type ToBacktest =
  | { readonly type: 'taken' }
  /** Give what was found so far. */
  | { readonly type: 'stop' };

export interface BacktestProgress {
  /** Records that were looked at; those of the looking round for hits, which is done before some backtests, too. */
  readonly records: number;
  /** Records that could be skipped by filters. */
  readonly skipped: number;
  readonly segments: number;
  readonly segmentsDone: number;
  /** Hits of the rules, and alerts they would have opened, so far. */
  readonly hits: number;
  readonly alerts: number;
}

export interface BacktestOutcome extends BacktestProgress {
  /** Those that were asked for first. */
  readonly rules: readonly RuleOutcome[];
  /** Records that filters could not rule out, since they were made under another configuration or version. */
  readonly unfiltered: number;
  readonly damage: readonly Damage[];
  /** Of files that were asked for. */
  readonly faults: readonly RuleFault[];
  /** Occurrences by code of telemetry/codes.ts, e.g. groups that were dropped to stay within max_groups. */
  readonly counts: Readonly<Record<string, number>>;
  /** It was stopped: what is newer was not looked at. */
  readonly stopped: boolean;
}

export interface ReaderStart {
  readonly config: Config;
  readonly pack: RulePack;
  readonly from: number | null;
  readonly until: number | null;
  readonly noDemoUpTo: number;
}

/** Part of a segment, in log order. */
export type ReadTask =
  | { readonly kind: 'blocks'; readonly path: string; readonly blocks: readonly PlannedBlock[] }
  /** Chunks from after `after` to `upTo`: what was in no block yet. */
  | { readonly kind: 'tail'; readonly path: string; readonly after: number; readonly upTo: number };

export interface ReadResult {
  readonly chunks: readonly ReadChunk[];
  readonly records: number;
  readonly damage: readonly Damage[];
}

/** A chunk in which something was found, or a tick. */
export interface ReadChunk {
  readonly seq: number;
  readonly source: string;
  readonly receivedAt: number;
  readonly clock: number;
  readonly signals: PackedSignals | null;
  /** ms; null = none. */
  readonly tick: number | null;
}
