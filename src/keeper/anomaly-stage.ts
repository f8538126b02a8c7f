import { decodeModel } from '../anomaly/model-file.js';
import { AnomalyWatch } from '../anomaly/watch.js';
import type { Config } from '../config/schema.js';
import type { AnomalyStats, FromKeeper } from '../protocol.js';
import { ModelStore, modelsDir } from '../storage/models.js';
import type { Code } from '../telemetry/codes.js';
import type { Logger } from '../telemetry/log.js';

export interface AnomalyStageOptions {
  readonly config: Pick<Config, 'anomaly' | 'correlation' | 'data_dir'>;
  readonly count: (code: Code, n?: number) => void;
  readonly log: Logger;
}

/** What the keeper has to do with anomalies besides feeding the core's watch: models are read, and trained elsewhere. */
export class AnomalyStage {
  readonly watch: AnomalyWatch;
  readonly #count: AnomalyStageOptions['count'];
  #isTraining = false;

  constructor({ config, count, log }: AnomalyStageOptions) {
    const models = new ModelStore(modelsDir(config.data_dir));
    this.#count = count;
    this.watch = new AnomalyWatch({
      maxShare: config.anomaly.max_share,
      maxEntities: config.anomaly.max_entities,
      allowedLatenessMs: config.correlation.allowed_lateness,
      count,
      modelById: (id) => {
        try {
          const bytes = models.read(id);
          return bytes === null ? null : decodeModel(bytes, id);
        } catch (error) {
          log.error({ model: id, err: error }, 'An anomaly model cannot be read.');
          return null;
        }
      },
    });
  }

  /** What is asked of main, one at a time; the model becomes active by a control record. Null = not now. */
  training(seed: number): Extract<FromKeeper, { type: 'train' }> | null {
    if (this.#isTraining || this.watch.stats().sample === 0) return null;
    this.#isTraining = true;
    return { type: 'train', set: this.watch.learningSet(), former: this.watch.modelId, seed };
  }

  /** What came of it. */
  trained(ok: boolean, drift: number): void {
    this.#isTraining = false;
    if (!ok) this.#count('anomaly.training_failed');
    if (drift > 0) this.#count('anomaly.drift');
  }

  stats(): AnomalyStats {
    return { ...this.watch.stats(), ranked: this.watch.ranked() };
  }
}
