import type { MessagePort } from 'node:worker_threads';
import type { LearningSet } from './anomaly/sample.js';
import type { Drift } from './anomaly/train.js';
import type { RankedMinute, WatchStats } from './anomaly/watch.js';
import type { ConfigFault } from './config/errors.js';
import type { Config } from './config/schema.js';
import type { Match } from './model/detection.js';
import type { EntityMinutes } from './model/entity-minute.js';
import type { OpenCorrelation } from './model/open-group.js';
import type { RawChunk } from './model/raw-chunk.js';
import type { Level, Rule, RuleLogsource, RulePlace } from './model/rule.js';
import type { DetectedChunk } from './pipeline.js';
import type { KeptPack, RulePack } from './rule-pack.js';
import type { SourceSenderStats } from './senders/watch.js';
import type { PackedSignals } from './signal-codec.js';

/**
 * What the threads say to each other. Main owns sources and order; detectors are stateless; the keeper owns state.
 *
 *   main ──chunk──▶ keeper          (bytes transferred: it writes the log)
 *   main ──chunk──▶ detector        (a copy) ──detected──▶ keeper   ──applied──▶ main
 *   main ──settings──▶ rule compiler ──pack──▶ main ──pack──▶ detectors, keeper
 */

/** A rule file as it was read. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
  /** Rules that came with the program, or a pipeline over the others; else rules of the user. */
  readonly kind?: 'packaged' | 'pipeline';
}

export interface RuleCompilerStart {
  readonly config: Config;
  /** `texts` of the pack in use: versions of files that stay where the new ones have faults. */
  readonly previous: SharedArrayBuffer | null;
}

export type FromRuleCompiler =
  | {
      readonly type: 'compiled';
      readonly pack: RulePack;
      readonly files: number;
      /** Hash of all that the pack was made of; null = former versions of files are in it, too. */
      readonly key: string | null;
      /** It was there from an earlier run. */
      readonly isKept: boolean;
    }
  /** What the configuration names cannot be read. */
  | { readonly type: 'config'; readonly faults: readonly ConfigFault[] };

/** The thread that looks at rules for people. */
export interface RuleJudgeStart {
  readonly pack: RulePack;
  readonly config: Pick<Config, 'sources' | 'rules' | 'extractors' | 'business_hours'>;
  readonly task:
    | { readonly kind: 'list' }
    /** What stands in these files. */
    | { readonly kind: 'texts'; readonly paths: readonly string[] }
    /** What a rule, given as `text` or named by `id`, says to a record; both null: which in use match it. `now`: ms, when it is received. */
    | {
        readonly kind: 'test';
        readonly text: string | null;
        readonly id: string | null;
        readonly line: string;
        readonly now: number;
      }
    /** Which rules match a record of a source. */
    | { readonly kind: 'matches'; readonly line: string; readonly now: number; readonly source: string };
}

export type FromRuleJudge =
  | { readonly kind: 'list'; readonly rules: readonly RuleDescription[] }
  /** By path. */
  | { readonly kind: 'texts'; readonly texts: ReadonlyMap<string, string> }
  | {
      readonly kind: 'test';
      /** JSON of the event that the record became. */
      readonly event: string;
      readonly errors: readonly string[];
      readonly rules: readonly {
        readonly id: string;
        readonly title: string;
        readonly match: boolean;
        readonly explanation: string;
      }[];
    }
  | {
      readonly kind: 'matches';
      readonly rules: readonly {
        readonly id: string;
        readonly title: string;
        readonly level: Level;
        readonly matches: readonly Match[];
      }[];
    };

/** What is told of a rule besides its figures. */
export interface RuleDescription {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly kind: Rule['kind'];
  readonly place: RulePlace;
  readonly status: string | null;
  readonly description: string;
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly logsource: RuleLogsource | null;
  /** Of correlations: the rules that they count, as written. */
  readonly of: readonly string[];
}

export interface DetectorStart {
  readonly config: Config;
  readonly pack: RulePack;
  readonly withEvents: boolean;
  /** The detector's end of its line to the keeper. */
  readonly keeper: MessagePort;
}

export type ToDetector = { readonly type: 'chunk'; readonly chunk: RawChunk } | { readonly type: 'stop' };

export type FromDetector =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly seq: number; readonly events: Uint8Array<ArrayBuffer> | null };

/** What a detector found in a chunk; its signals by signal-codec.ts. */
export interface DetectorToKeeper {
  readonly result: Omit<DetectedChunk, 'signals' | 'events' | 'minutes'>;
  readonly signals: PackedSignals;
  readonly minutes: EntityMinutes | null;
}

export interface KeeperStart {
  readonly config: Config;
  readonly pack: KeptPack;
  /** Alert lines also go to stdout (`run --alerts -`). */
  readonly alertsToStdout: boolean;
  readonly logLevel: string;
  readonly logPretty: boolean;
  /** What stdout is, for alerts shown to people. */
  readonly terminal: { readonly colour: boolean; readonly width: number };
}

export type ToKeeper =
  | { readonly type: 'chunk'; readonly chunk: RawChunk }
  /** A new detector's line; its results are merged by seq like all others. */
  | { readonly type: 'detector'; readonly port: MessagePort }
  /** Rules that become active with the control record of this seq. */
  | {
      readonly type: 'rules';
      readonly seq: number;
      readonly pack: KeptPack;
      readonly config: Config;
    }
  /** Commit once everything up to this seq is applied, and say `committed`. */
  | { readonly type: 'commit'; readonly seq: number }
  | { readonly type: 'stats' }
  | { readonly type: 'rule-stats' }
  | { readonly type: 'anomaly-stats' }
  | { readonly type: 'sender-stats' }
  | { readonly type: 'open-correlations' }
  /** Train a model now, from what there is. */
  | { readonly type: 'train' }
  /** What came of `train`. */
  | { readonly type: 'trained'; readonly ok: boolean; readonly drift: number }
  | { readonly type: 'reopen' }
  | { readonly type: 'stdout-taken'; readonly id: number; readonly ok: boolean }
  /** Finish: deliver what can be delivered until `deadline` (ms since the epoch), commit, snapshot, close. */
  | { readonly type: 'stop'; readonly deadline: number };

export type FromKeeper =
  /** State is open. Chunks that have to be detected again follow as `replay`, then `ready`. */
  | { readonly type: 'opened'; readonly replay: number }
  | { readonly type: 'replay'; readonly chunk: RawChunk }
  | {
      readonly type: 'ready';
      readonly nextSeq: number;
      readonly cursors: readonly { readonly source: string; readonly key: string; readonly value: string }[];
    }
  /** All chunks up to this seq are applied. A tick after receive time `dueAt`, ms, judges silence or ends an incident; Infinity = none is needed. */
  | { readonly type: 'applied'; readonly seq: number; readonly dueAt: number }
  /** What `commit` asked for is done. `stored`: all that came since the last one is in the log, if there is one, and in state.db. */
  | { readonly type: 'committed'; readonly stored: boolean }
  | { readonly type: 'stats'; readonly stats: KeeperStats }
  | { readonly type: 'rule-stats'; readonly rules: readonly RuleStats[] }
  | { readonly type: 'anomaly-stats'; readonly stats: AnomalyStats | null }
  | { readonly type: 'sender-stats'; readonly stats: SenderStatsBySource }
  | { readonly type: 'open-correlations'; readonly correlations: readonly OpenCorrelation[] }
  /** A model is to be trained; the keeper asks for the next one after `trained`. */
  | { readonly type: 'train'; readonly set: LearningSet; readonly former: string; readonly seed: number }
  | { readonly type: 'stdout'; readonly id: number; readonly text: string }
  /** `stack`: null of a fault of the world outside. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly stack: string | null;
      readonly exitCode: number;
    }
  /** `lost`: alerts that nobody will hear of. */
  | { readonly type: 'stopped'; readonly lost: number };

/** Figures of the keeper for `stats`. Totals since start unless said otherwise. */
export interface KeeperStats {
  readonly records: number;
  /** Records since midnight UTC, those before the start as well. */
  readonly today: number;
  readonly signals: number;
  readonly formats: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly bySource: Readonly<Record<string, SourceTally>>;
  readonly alerts: {
    readonly opened: number;
    readonly open: number;
    readonly suppressed: number;
    readonly stored: number;
  };
  readonly incidents: { readonly opened: number; readonly open: number; readonly stored: number };
  readonly correlation: { readonly groups: number };
  /** Known ones; they are remembered over restarts. */
  readonly senders: number;
  /** Null when it is off. */
  readonly anomaly: WatchStats | null;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly log: Readonly<Record<string, number>> | null;
  /** What the disk does not take now. */
  readonly unwritable: readonly ('log' | 'state')[];
  /** Changes of alerts and incidents that wait for state.db while it cannot be written: only webhooks are told. */
  readonly unstored: number;
  readonly sinks: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  readonly appliedSeq: number;
}

/** What `vedette stats --senders` shows: of each source those heard last. */
export type SenderStatsBySource = Readonly<Record<string, SourceSenderStats>>;

/** What `vedette anomaly show` shows; of the last day the highest scores. */
export interface AnomalyStats extends WatchStats {
  readonly ranked: readonly RankedMinute[];
}

/** The thread that trains one model and stores it. */
export interface TrainerStart {
  readonly set: LearningSet;
  /** Name of the model in use; empty for the baseline. */
  readonly former: string;
  readonly seed: number;
  readonly maxShare: number;
  /** Folder of the models. */
  readonly dir: string;
}

export interface FromTrainer {
  readonly id: string;
  readonly threshold: number;
  readonly drift: readonly Drift[];
}

/** What a rule did since the start, also in rulesets before this one. */
export type RuleStats = DetectionStats | CorrelationRuleStats;

interface NamedRule {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly file: string;
}

export interface DetectionStats extends NamedRule {
  readonly kind: 'detection';
  /** Events on which it was tried: its logsource's, with what it cannot match without. */
  readonly candidates: number;
  readonly matches: number;
  /** Time of the tries, reckoned from those of some events. */
  readonly milliseconds: number;
}

export interface CorrelationRuleStats extends NamedRule {
  readonly kind: 'correlation';
  readonly firings: number;
  /** Held now. */
  readonly groups: number;
  /** Hits too old for their group. */
  readonly late: number;
  /** Groups, and hits to wait on, dropped to stay within max_groups. */
  readonly evicted: number;
}

export interface SourceTally {
  readonly records: number;
  readonly unrecognized: number;
}
