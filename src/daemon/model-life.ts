import { Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.js';
import type { FromTrainer, TrainerStart } from '../protocol.js';
import { ModelStore, modelsDir } from '../storage/models.js';
import type { Logger } from '../telemetry/log.js';

export interface ModelLifeEvents {
  /** A model is stored: it becomes active by a control record. */
  readonly onModel: (id: string) => void;
  /** Training ended, well or not; `drift`: how many features are spread otherwise than in the reference. */
  readonly onTrained: (ok: boolean, drift: number) => void;
}

/** Trains models of the anomaly stage, each on a thread of its own. */
export class ModelLife {
  readonly #config: Pick<Config, 'anomaly' | 'data_dir'>;
  readonly #log: Logger;
  readonly #events: ModelLifeEvents;

  constructor(config: Pick<Config, 'anomaly' | 'data_dir'>, log: Logger, events: ModelLifeEvents) {
    this.#config = config;
    this.#log = log;
    this.#events = events;
  }

  /** The model that was left for this start. */
  takeNext(): string | null {
    return new ModelStore(modelsDir(this.#config.data_dir)).takeNext();
  }

  async train(start: Pick<TrainerStart, 'set' | 'former' | 'seed'>): Promise<void> {
    const { anomaly, data_dir } = this.#config;
    try {
      const { id, threshold, drift } = await trainOnThread({
        ...start,
        maxShare: anomaly.max_share,
        dir: modelsDir(data_dir),
      });
      if (drift.length > 0)
        this.#log.warn(
          { model: id, drift },
          'What is learned from has changed since the reference was taken.',
        );
      this.#log.info({ model: id, vectors: start.set.owners.length, threshold }, 'A new anomaly model.');
      this.#events.onModel(id);
      this.#events.onTrained(true, drift.length);
    } catch (error) {
      this.#log.error({ err: error }, 'No anomaly model could be trained; the one in use stays.');
      this.#events.onTrained(false, 0);
    }
  }
}

function trainOnThread(start: TrainerStart): Promise<FromTrainer> {
  const worker = new Worker(new URL('../anomaly-trainer.js', import.meta.url), {
    workerData: start,
    name: 'anomaly-trainer',
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that trains models ended without an answer.')));
  });
}
