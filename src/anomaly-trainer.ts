import { parentPort, workerData } from 'node:worker_threads';
import { decodeModel, encodeModel, modelId } from './anomaly/model-file.js';
import { train } from './anomaly/train.js';
import type { FromTrainer, TrainerStart } from './protocol.js';
import { ModelStore } from './storage/models.js';
import { stepBack } from './telemetry/priority.js';

/** The thread that trains one model of the anomaly stage and stores it: it ends when that is done. */
const { set, former, seed, maxShare, dir } = workerData as TrainerStart;

stepBack();
const store = new ModelStore(dir);
const bytes = former === '' ? null : store.read(former);
const { model, drift } = train(set, bytes === null ? null : decodeModel(bytes), { seed, maxShare });
const file = encodeModel(model);
const id = modelId(file);
store.write(id, file);
parentPort!.postMessage({ id, threshold: model.threshold, drift } satisfies FromTrainer);
