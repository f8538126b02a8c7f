import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { encodeModel, modelId } from '../../anomaly/model-file.js';
import type { LearningSet } from '../../anomaly/sample.js';
import { train } from '../../anomaly/train.js';
import { AnomalyWatch } from '../../anomaly/watch.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { hintsBySource } from '../../config/source-hints.js';
import { askDaemon } from '../../daemon/control-socket.js';
import type { ControlRecord, RawChunk } from '../../model/raw-chunk.js';
import { createDetection, enrichmentBySource } from '../../pipeline.js';
import { openLogFile } from '../../replay/blocks.js';
import { buildRuleset } from '../../ruleset.js';
import { readLog } from '../../storage/log/read-log.js';
import { ModelStore, modelsDir } from '../../storage/models.js';
import { outsideReason } from '../../telemetry/outside-fault.js';
import { visible } from '../../telemetry/visible.js';
import { CliError, type CliIo, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { linesChunk } from '../record-chunk.js';

interface TrainOptions {
  readonly config?: string;
  readonly dataDir?: string;
}

const MIN_VECTORS = 256;
const SEED = 1;

export function trainCommand(anomaly: Command, { io, action }: CliContext): void {
  anomaly
    .command('train')
    .description(
      'Learn a new model from files of log lines, else from what the daemon saw, else from its log.',
    )
    .argument('[files...]', 'log files, the oldest first')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir that gets the model')
    .action(
      action(async (files: readonly string[], options: TrainOptions) => {
        const config = configOf(options, io);
        if (files.length === 0 && (await startedByDaemon(config.data_dir))) {
          io.out('The daemon trains a model; `vedette anomaly show` shows it once it is in use.\n');
          return EXIT.done;
        }
        const paths = files.map((file) => resolve(io.cwd, file));
        const set = await learn(config, paths.length > 0 ? chunksOfFiles(paths) : chunksOfLog(config));
        if (set.owners.length < MIN_VECTORS)
          throw new CliError(
            `${set.owners.length} entity-minutes are too few to learn from; ${MIN_VECTORS} are the least.`,
            EXIT.io,
          );
        const { model } = train(set, null, { seed: SEED, maxShare: config.anomaly.max_share });
        const file = encodeModel(model);
        const id = modelId(file);
        const store = new ModelStore(modelsDir(config.data_dir));
        store.write(id, file);
        const inUse = (await askDaemon(config.data_dir, `model ${id}`)) !== null;
        if (!inUse) store.setNext(id);
        io.out(
          `Model ${id}: ${set.owners.length} entity-minutes, threshold ${model.threshold.toFixed(3)}; ${inUse ? 'the daemon uses it from now on' : 'the next start uses it'}.\n`,
        );
        return EXIT.done;
      }),
    );
}

function configOf({ config: file, dataDir }: TrainOptions, { cwd, env }: CliIo): Config {
  const { config } = loadConfig({ file, cwd, env });
  return dataDir === undefined ? config : { ...config, data_dir: resolve(cwd, dataDir) };
}

async function startedByDaemon(dataDir: string): Promise<boolean> {
  const answer = (await askDaemon(dataDir, 'train')) as { started: boolean } | null;
  return answer?.started ?? false;
}

/** A sample of the entity-minutes in the chunks, as the keeper would have taken it. */
async function learn(
  config: Config,
  chunks: AsyncIterable<RawChunk> | Iterable<RawChunk>,
): Promise<LearningSet> {
  const detect = createDetection({
    ...{ ruleset: buildRuleset([]).ruleset, neededFields: [], hints: hintsBySource(config.sources) },
    ...{ enrichment: enrichmentBySource(config), withEvents: false, summarize: true },
  });
  const watch = new AnomalyWatch({
    maxShare: config.anomaly.max_share,
    maxEntities: config.anomaly.max_entities,
    allowedLatenessMs: config.correlation.allowed_lateness,
    count: () => {},
    modelById: () => null,
  });
  for await (const chunk of chunks) {
    if (chunk.transport === 'control') {
      const record = JSON.parse(Buffer.from(chunk.bytes).toString()) as ControlRecord;
      if (record.kind === 'tick') watch.tick(record.now);
      continue;
    }
    const { minutes, times } = detect(chunk);
    // Lines of a file came when they say.
    const receivedAt = chunk.transport === 'stdin' ? (times?.to ?? 0) : chunk.receivedAt;
    if (minutes !== null) watch.apply(chunk.seq, chunk.source, minutes, receivedAt);
  }
  watch.tick(Number.MAX_SAFE_INTEGER);
  return watch.learningSet();
}

async function* chunksOfFiles(paths: readonly string[]): AsyncGenerator<RawChunk> {
  let seq = 0;
  for (const path of paths) {
    try {
      const { changedAt, lines } = await openLogFile(path);
      for await (const some of lines) yield linesChunk(some, ++seq, changedAt, 'files');
    } catch (error) {
      throw new CliError(`${visible(path)}: ${visible(outsideReason(error))}`, EXIT.io);
    }
  }
}

function chunksOfLog({ data_dir }: Config): Generator<RawChunk> {
  return readLog(join(data_dir, 'events'), () => {});
}
