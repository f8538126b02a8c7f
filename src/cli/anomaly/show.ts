import type { Command } from 'commander';
import { FEATURES } from '../../anomaly/features.js';
import { decodeModel } from '../../anomaly/model-file.js';
import { askDaemon } from '../../daemon/control-socket.js';
import { MINUTE_MS } from '../../model/entity-minute.js';
import type { AnomalyStats } from '../../protocol.js';
import { renderTable } from '../../report/table.js';
import { ModelStore, modelsDir } from '../../storage/models.js';
import { visible } from '../../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from '../data-dir.js';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';

interface ShowOptions extends DataDirOptions {
  readonly features?: boolean;
  readonly json?: boolean;
}

export function showCommand(anomaly: Command, { io, action }: CliContext): void {
  anomaly
    .command('show')
    .description(
      'The model in use and the most unusual minutes of the last day; without a daemon the newest model.',
    )
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon to ask')
    .option('--features', 'what the features are')
    .option('--json', 'all of it as JSON')
    .action(
      action(async (options: ShowOptions) => {
        if (options.features) {
          const rows = FEATURES.map(({ name, words }) => [name, words]);
          io.out(renderTable([['FEATURE', 'MEANING'], ...rows], { width: io.width }));
          return EXIT.done;
        }
        const dataDir = dataDirOf(options, io);
        const live = (await askDaemon(dataDir, 'anomaly')) as AnomalyStats | null;
        const shown = live ?? newestModel(dataDir);
        if (shown === null)
          throw new CliError(`No daemon with anomalies on, and no model, in ${dataDir}.`, EXIT.io);
        io.out(options.json ? `${JSON.stringify(shown, null, 2)}\n` : render(shown, io.width));
        return EXIT.done;
      }),
    );
}

type Shown = Pick<AnomalyStats, 'model' | 'threshold' | 'trainedOn'> & Partial<AnomalyStats>;

function newestModel(dataDir: string): Shown | null {
  const store = new ModelStore(modelsDir(dataDir));
  const [id] = store.list();
  const bytes = id === undefined ? null : store.read(id);
  if (id === undefined || bytes === null) return null;
  const { threshold, trainedOn } = decodeModel(bytes, id);
  return { model: id, threshold, trainedOn };
}

function render({ model, threshold, trainedOn, ...live }: Shown, width: number): string {
  const lines = [
    `Model      ${model === '' ? 'the baseline that comes with the program' : model}`,
    `Learned    ${trainedOn} entity-minutes`,
    `Threshold  ${threshold.toFixed(3)}`,
  ];
  if (live.ranked === undefined) return `${lines.join('\n')}\n`;
  lines.push(
    `Scored     ${live.scored} entity-minutes, ${live.anomalies} anomalies`,
    `Watched    ${live.open} open minutes, ${live.profiles} entities known, ${live.sample} minutes to learn from`,
    '',
    '',
  );
  const rows = live.ranked.map(({ entity, minute, score, reason }) => [
    score.toFixed(3),
    new Date(minute * MINUTE_MS).toISOString().slice(0, 16),
    visible(entity),
    reason,
  ]);
  return `${lines.join('\n')}${renderTable([['SCORE', 'MINUTE (UTC)', 'ENTITY', 'WHY'], ...rows], { width })}`;
}
