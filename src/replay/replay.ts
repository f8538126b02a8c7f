import { decodeModel } from '../anomaly/model-file.js';
import { AnomalyWatch } from '../anomaly/watch.js';
import { readConfiguredRules } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import { hintsBySource } from '../config/source-hints.js';
import { type Core, createCore } from '../keep.js';
import type { Change } from '../model/change.js';
import { MINUTE_MS } from '../model/entity-minute.js';
import type { RuleFault } from '../model/rule.js';
import type { SourceHints } from '../model/source-hints.js';
import '../normalizers/normalize.js';
import { createExplainer, enrichmentBySource } from '../pipeline.js';
import { openForKeeping, packRuleset, type RulePack } from '../rule-pack.js';
import { ModelStore, modelsDir } from '../storage/models.js';
import { type FoundBlock, REPLAY_SOURCE } from './messages.js';
import { readFiles } from './readers.js';
import { type Step, stepsOf, timeOf } from './step.js';
import { StepSorter } from './step-sorter.js';

export interface ReplayOptions {
  readonly config: Config;
  /** How the lines are read. */
  readonly hints: SourceHints;
  /** `-` is standard input. */
  readonly paths: readonly string[];
  readonly threads: number;
  /** Takes what alerts and incidents became, in order; it is waited for. */
  readonly onChange: (change: Change) => Promise<void> | void;
  /** The first time that rules are refused, before anything is read. */
  readonly onRules: (rules: { readonly count: number; readonly faults: readonly RuleFault[] }) => void;
  /** Steps kept in memory, for tests. */
  readonly mostInMemory?: number;
}

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

/** A watch looks every second, as the daemon does while something is open. */
const TICK_MS = 1000;

/**
 * Log files as if the daemon had seen all that they say when it happened: lines of all files by their event time, whatever order they
 * stand in, on the current anomaly model, which does not learn. At the end time goes on until nothing waits for silence. Nothing is
 * stored or sent anywhere. The same files in the same order give the same changes.
 */
export async function replay(options: ReplayOptions): Promise<ReplayOutcome> {
  const { config, hints, paths, threads, onChange, onRules, mostInMemory } = options;
  const tally = new ReplayTally();
  const pack = compile(config);
  onRules(pack);
  const core = coreOf(config, pack, hints, tally.count);
  const ids = openForKeeping(pack).ruleset.rules.map(({ id }) => id);
  const sorter = new StepSorter(mostInMemory);
  try {
    await readFiles(paths, { config, pack, hints }, threads, {
      onFound: (found) => {
        tally.add(found);
        for (const step of stepsOf(found, (rule) => ids[rule]!)) sorter.add(step);
      },
      onUnreadable: (path, error) => tally.unreadable.push({ path, error }),
    });
    for (const change of changesOf(core, sorter.sorted(), config)) await onChange(change);
    return tally.outcome();
  } finally {
    sorter.close();
  }
}

function compile(config: Config): RulePack {
  // Sources may name logsources of their own; the normalizers' are known since they were loaded.
  hintsBySource(config.sources);
  const { files, faults } = readConfiguredRules(config.rules);
  return packRuleset(files, faults, config.rules, null);
}

function coreOf(config: Config, pack: RulePack, hints: SourceHints, count: Count): Core {
  return createCore(
    config,
    openForKeeping(pack),
    (code, n) => count(code, n),
    ({ ruleset }) =>
      createExplainer({
        ruleset,
        hints: new Map([[REPLAY_SOURCE, hints]]),
        enrichment: enrichmentBySource(config),
      }),
    config.anomaly.enabled ? watchOf(config, count) : null,
  );
}

/** With the newest model of data_dir, which is the one in use; without any, the baseline. */
function watchOf({ anomaly, correlation, data_dir }: Config, count: Count): AnomalyWatch {
  const models = new ModelStore(modelsDir(data_dir));
  const watch = new AnomalyWatch({
    maxShare: anomaly.max_share,
    maxEntities: anomaly.max_entities,
    allowedLatenessMs: correlation.allowed_lateness,
    count,
    modelById: (id) => {
      const bytes = models.read(id);
      return bytes === null ? null : decodeModel(bytes, id);
    },
  });
  const [newest] = models.list();
  if (newest !== undefined) watch.useModel(newest);
  return watch;
}

function* changesOf(core: Core, steps: Iterable<Step>, config: Config): Generator<Change> {
  let now = Number.NEGATIVE_INFINITY;
  let tickedAt = Number.NEGATIVE_INFINITY;
  for (const moment of momentsOf(steps)) {
    const [{ time, file, minutes }] = moment;
    now = time;
    if (time - tickedAt >= TICK_MS) {
      tickedAt = time;
      yield* core.tick(time);
    }
    const signals = moment.flatMap(({ signal }) => (signal === null ? [] : [signal]));
    yield* core.apply(file, signals, time, minutes === null ? null : { source: REPLAY_SOURCE, minutes });
  }
  if (now === Number.NEGATIVE_INFINITY) return;
  for (let { dueAt } = core; dueAt < Number.POSITIVE_INFINITY; { dueAt } = core) {
    now = Math.max(now, dueAt + 1);
    yield* core.tick(now);
  }
  for (const pause of pausesAtEnd(config)) {
    now += pause;
    yield* core.tick(now);
  }
}

/** ms of silence, one after another, after which nothing is open: what ends an entity-minute may raise an alert, which ends later. */
function pausesAtEnd({ alerts, incidents, anomaly, correlation }: Config): number[] {
  return [
    ...(anomaly.enabled ? [2 * MINUTE_MS + correlation.allowed_lateness] : []),
    alerts.dedup_window + 1,
    incidents.quiet_after + 1,
  ];
}

/** What one record did, or one entity in one minute. */
type Moment = readonly [Step, ...Step[]];

function* momentsOf(steps: Iterable<Step>): Generator<Moment> {
  let moment: [Step, ...Step[]] | null = null;
  for (const step of steps) {
    if (moment !== null && isSameRecord(moment[0], step)) {
      moment.push(step);
      continue;
    }
    if (moment !== null) yield moment;
    moment = [step];
  }
  if (moment !== null) yield moment;
}

function isSameRecord(a: Step, b: Step): boolean {
  return a.minutes === null && b.minutes === null && a.file === b.file && a.index === b.index;
}

type Count = (code: string, n?: number) => void;

class ReplayTally {
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
