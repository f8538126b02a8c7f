import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../config/schema.js';
import type { DetectionRule } from '../model/rule.js';
import { type KeptPack, openForKeeping } from '../rule-pack.js';
import { stepBack } from '../telemetry/priority.js';
import { stalledBy } from './correlation-reach.js';
import { type SampleConfig, sampleLog } from './log-sample.js';
import { fieldsToSee, type RuleReach, reachOf } from './reach.js';

export interface ReachAsked {
  readonly pack: KeptPack;
  readonly config: SampleConfig & Pick<Config, 'data_dir'>;
  /** Time to read the log, at most. */
  readonly ms: number;
}

export interface ReachFound {
  readonly records: number;
  /** By id of the detection rule, or of the correlation that it is a part of. */
  readonly rules: ReadonlyMap<string, Omit<RuleReach, 'rule'>>;
  /** By id of a correlation that can never fire: the id of a detection rule that it needs and that lacks what it looks at. */
  readonly stalled: ReadonlyMap<string, string>;
  /** Sources of which records were read. */
  readonly sources: readonly string[];
}

/** A thread that looks through the newest part of the log for what rules could meet. It answers once and ends. */
stepBack();
parentPort!.postMessage(find(workerData as ReachAsked));

function find({ pack, config, ms }: ReachAsked): ReachFound {
  const { rules } = openForKeeping(pack).ruleset;
  const detections = rules.filter((rule) => rule.kind === 'detection');
  const seen = sampleLog(join(config.data_dir, 'events'), config, fieldsToSee(detections), ms);
  const byId = new Map<string, Omit<RuleReach, 'rule'>>();
  const idle = new Set<DetectionRule>();
  for (const { rule, ...reach } of reachOf(detections, seen?.logsources ?? [])) {
    if (reach.idle !== null) idle.add(rule);
    const id = rule.partOf ?? rule.id;
    const known = byId.get(id);
    if (known === undefined || known.idle !== null) byId.set(id, reach);
  }
  const stalled = [...stalledBy(rules, (rule) => idle.has(rule))].map(
    ([{ id }, cause]) => [id, cause.id] as const,
  );
  return {
    records: seen?.records ?? 0,
    rules: byId,
    stalled: new Map(stalled),
    sources: [...(seen?.sources.keys() ?? [])],
  };
}
