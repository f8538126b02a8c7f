import { deserialize } from 'node:v8';
import type { Config } from '../config/schema.js';
import { configuredExplainer } from '../explainer.js';
import { type Core, createCore } from '../keep.js';
import type { KeptRules } from '../ruleset.js';
import { SenderWatch } from '../senders/watch.js';
import type { Code } from '../telemetry/codes.js';
import type { Logger } from '../telemetry/log.js';
import { AnomalyStage } from './anomaly-stage.js';

/** What the keeper holds of the events so far. */
export interface Stages {
  readonly core: Core;
  readonly senders: SenderWatch;
  /** Null when it is off. */
  readonly anomaly: AnomalyStage | null;
}

export interface StagesOptions {
  /** As configured now. */
  readonly config: () => Config;
  readonly built: KeptRules;
  readonly count: (code: Code, n?: number) => void;
  readonly log: Logger;
}

/** As the snapshot tells. One that this version cannot read costs open windows and alerts, not the start. */
export function restoredStages(options: StagesOptions, snapshot: readonly Uint8Array[] | null): Stages {
  const stages = createStages(options);
  if (snapshot === null) return stages;
  try {
    stages.core.restore(snapshot.map((part) => deserialize(part) as unknown));
    return stages;
  } catch (error) {
    options.log.error(
      { err: error },
      'The snapshot of open windows and alerts cannot be read; starting without it.',
    );
    return createStages(options);
  }
}

function createStages({ config: now, built, count, log }: StagesOptions): Stages {
  const config = now();
  const anomaly = config.anomaly.enabled ? new AnomalyStage({ config, count, log }) : null;
  const { max, alarm } = config.senders;
  const senders = new SenderWatch({
    max,
    silence: alarm.enabled,
    learnMs: alarm.learn,
    atLeastMs: alarm.at_least,
    count,
  });
  const core = createCore(
    config,
    built,
    count,
    (rules) => configuredExplainer(now())(rules),
    anomaly?.watch ?? null,
    senders,
  );
  return { core, senders, anomaly };
}
