import { askDaemon } from '../daemon/control-socket.js';
import { formatBytes, formatCount, formatDuration, numbered } from '../model/units.js';
import type { SenderStatsBySource } from '../protocol.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { type Figures, type FoundFigures, findFigures, lossesOf } from './figures.js';
import { CliError, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { renderSenders } from './sender-table.js';

/** That are named in one line. */
const MOST_FILES = 3;

interface StatsOptions extends DataDirOptions {
  readonly json?: boolean;
  readonly live?: boolean;
  readonly senders?: boolean;
}

export const statsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  program
    .command('stats')
    .description(
      'What came in, what was found, what was lost: from the running daemon, else its last figures.',
    )
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon to ask')
    .option('--json', 'all figures as JSON')
    .option('--live', 'only from a running daemon; exit 74 when none answers')
    .option('--senders', 'who sends to the running daemon: by source, at most 200 of each, newest first')
    .addHelpText(
      'after',
      '\nExamples:\n  vedette stats                                   what came in, and what was lost and why\n  vedette stats --json | jq .detection.counts\n  vedette stats --live --data-dir /var/lib/vedette\n',
    )
    .action(
      context.action(async (options: StatsOptions) => {
        const dataDir = dataDirOf(options, io);
        if (options.senders) {
          const senders = (await askDaemon(dataDir, 'senders')) as SenderStatsBySource | null;
          if (senders === null) throw noDaemon(dataDir);
          if (options.json) io.out(`${JSON.stringify(senders, null, 2)}\n`);
          else io.out(renderSenders(senders, Date.now(), io.width));
          return EXIT.done;
        }
        const { daemon, figures } = await findFigures(dataDir);
        if (options.live && daemon !== 'answers') throw noDaemon(dataDir);
        if (figures === null)
          throw new CliError(`No daemon runs on ${dataDir}, and none has left figures there.`, EXIT.io);
        if (options.json) io.out(`${JSON.stringify({ live: daemon === 'answers', ...figures }, null, 2)}\n`);
        else io.out(render(figures, daemon));
        return EXIT.done;
      }),
    );
};

function noDaemon(dataDir: string): CliError {
  return new CliError(`No daemon answers on ${dataDir}.`, EXIT.io);
}

function headOf(stats: Figures, daemon: FoundFigures['daemon']): string {
  if (daemon === 'stopped') return `Not running. Last figures of ${stats.at}:`;
  if (daemon === 'busy') return `Running, but too busy to answer. Figures of ${stats.at}:`;
  return `Vedette ${stats.version}, pid ${stats.pid}, up ${formatDuration(stats.uptime_seconds * 1000)}, ${formatBytes(stats.process.rss_bytes)} of memory`;
}

function render(stats: Figures, daemon: FoundFigures['daemon']): string {
  const lines = [
    headOf(stats, daemon),
    '',
    `Events    ${formatCount(stats.detection.records)} (${words(stats.detection.formats)})`,
    `Rules     ${stats.rules.loaded} loaded, ${stats.rules.refused} refused${formerWords(stats.rules.former ?? [])}`,
    `Alerts    ${formatCount(stats.alerts.opened)} opened (${words(stats.alerts.by_severity)}), ${stats.alerts.open} open, ${numbered(stats.alerts.suppressed, 'hit')} below min_severity`,
    ...(stats.unstored
      ? [
          `          ${numbered(stats.unstored, 'change')} of alerts not stored: the disk does not take state.db, and no sink but webhooks is told`,
        ]
      : []),
    ...(stats.incidents === undefined
      ? []
      : [`Incidents ${formatCount(stats.incidents.opened)} opened, ${stats.incidents.open} open`]),
    `Queue     ${formatBytes(stats.queue.bytes)} of ${formatBytes(stats.queue.maxBytes)}, peak ${formatBytes(stats.queue.peakBytes)}`,
    stats.log === null
      ? 'Log       off'
      : `Log       ${numbered(stats.log.segments, 'segment')}, ${formatBytes(stats.log.bytes)}`,
    '',
    'Sources',
    ...Object.entries(stats.sources).map(
      ([name, source]) =>
        `  ${source.up ? '●' : '○'} ${visible(name)}  ${visible(source.reads)}  ${numbered(source.records, 'record')}, last ${source.last_seen ?? 'never'}${errorOf(source)}`,
    ),
    '',
    'Sinks',
    ...Object.entries(stats.sinks).map(
      ([name, sink]) =>
        `  ${visible(name)}  ${sink.state}, ${formatCount(sink.delivered)} delivered, ${sink.deadLettered} set aside${errorOf(sink)}`,
    ),
  ];
  const losses = lossesOf(stats);
  if (losses.length > 0) lines.push('', 'Lost, cut or unusual');
  for (const { code, n, meaning } of losses)
    lines.push(`  ${formatCount(n).padStart(9)}  ${code}  ${meaning}`);
  return `${lines.join('\n')}\n`;
}

function errorOf({ last_error }: { readonly last_error?: string }): string {
  return last_error === undefined ? '' : `: ${visible(last_error)}`;
}

function formerWords(former: readonly string[]): string {
  if (former.length === 0) return '';
  const files = former.slice(0, MOST_FILES).map(visible).join(', ');
  return `; the version before the fault is in use of ${files}${former.length > MOST_FILES ? ', …' : ''}`;
}

function words(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([name, n]) => `${formatCount(n)} ${name}`).join(', ');
}
