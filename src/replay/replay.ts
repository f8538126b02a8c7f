import { decodeModel } from '../anomaly/model-file.js';
import { AnomalyWatch } from '../anomaly/watch.js';
import { readConfiguredRules } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import { hintsBySource } from '../config/source-hints.js';
import { type Core, createCore } from '../keep.js';
import type { Change } from '../model/change.js';
import type { RuleFault } from '../model/rule.js';
import type { SourceHints } from '../model/source-hints.js';
import '../normalizers/normalize.js';
import { configuredExplainer } from '../explainer.js';
import { openForKeeping, packRuleset, type RulePack } from '../rule-pack.js';
import type { KeptRules } from '../ruleset.js';
import { ModelStore, modelsDir } from '../storage/models.js';
import { REPLAY_SOURCE } from './messages.js';
import { readFiles } from './readers.js';
import { stepsOf } from './step.js';
import { StepSorter } from './step-sorter.js';
import { type Count, type ReplayOutcome, ReplayTally } from './tally.js';
import { changesOf } from './timeline.js';

export interface ReplayOptions {
  readonly config: Config;
  /** How the lines are read. */
  readonly hints: SourceHints;
  /** `-` is standard input. */
  readonly paths: readonly string[];
  readonly threads: number;
  /** ms: only what happened from `from` on and before `until` is looked at. Null = no bound. */
  readonly during?: { readonly from: number | null; readonly until: number | null };
  /** Takes what alerts and incidents became, in order; it is waited for. */
  readonly onChange: (change: Change) => Promise<void> | void;
  /** Told once, before anything is read; what it throws ends the replay. */
  readonly onRules: (rules: { readonly count: number; readonly faults: readonly RuleFault[] }) => void;
}

/**
 * Log files as if the daemon had seen all that they say when it happened: lines of all files by their event time, whatever order they
 * stand in, on the current anomaly model, which does not learn. At the end time goes on until nothing waits for silence. Nothing is
 * stored or sent anywhere. The same files in the same order give the same changes.
 */
export async function replay(options: ReplayOptions): Promise<ReplayOutcome> {
  const { config, hints, paths, threads, onChange, onRules } = options;
  const from = options.during?.from ?? Number.NEGATIVE_INFINITY;
  const until = options.during?.until ?? Number.POSITIVE_INFINITY;
  const tally = new ReplayTally();
  const pack = compile(config);
  onRules(pack);
  const kept = openForKeeping(pack);
  const core = coreOf(config, kept, hints, tally.count);
  const ids = kept.ruleset.rules.map(({ id }) => id);
  const sorter = new StepSorter();
  try {
    await readFiles(paths, { config, pack, hints }, threads, {
      onFound: (found) => {
        tally.add(found);
        for (const step of stepsOf(found, (rule) => ids[rule]!))
          if (step.time >= from && step.time < until) sorter.add(step);
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
  return packRuleset(files, faults, config.rules, () => null);
}

function coreOf(config: Config, kept: KeptRules, hints: SourceHints, count: Count): Core {
  return createCore(
    config,
    kept,
    (code, n) => count(code, n),
    configuredExplainer(config, new Map([[REPLAY_SOURCE, hints]])),
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
