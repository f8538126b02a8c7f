import type { Command } from 'commander';
import { askDaemon } from '../../daemon/control-socket.js';
import type { CorrelationRuleStats, DetectionStats, RuleStats } from '../../protocol.js';
import { renderTable } from '../../report/table.js';
import { type DataDirOptions, dataDirOf } from '../data-dir.js';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';

interface CountersOptions extends DataDirOptions {
  readonly limit: number;
  readonly idle?: boolean;
  readonly json?: boolean;
}

export function countersCommand(rules: Command, { io, action }: CliContext): void {
  rules
    .command('counters')
    .description(
      'How often each rule of the running daemon was tried and matched, and what time it took; what correlations fired, hold and dropped.',
    )
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon to ask')
    .option('-n, --limit <count>', 'at most of each kind', Number, 20)
    .option('--idle', 'only rules that were never tried, and correlations that hold nothing and never fired')
    .option('--json', 'one rule as JSON a line')
    .action(
      action(async (options: CountersOptions) => {
        const { limit, idle, json } = options;
        if (!Number.isInteger(limit) || limit < 1)
          throw new CliError('--limit must be a whole number from 1.', EXIT.usage);
        const dataDir = dataDirOf(options, io);
        const all = (await askDaemon(dataDir, 'rules')) as readonly RuleStats[] | null;
        if (all === null) throw new CliError(`No daemon answers on ${dataDir}.`, EXIT.io);
        const chosen = idle ? all.filter(isIdle) : all;
        const detections = chosen.filter(({ kind }) => kind === 'detection') as DetectionStats[];
        const correlations = chosen.filter(({ kind }) => kind === 'correlation') as CorrelationRuleStats[];
        const shown = [detections.slice(0, limit), correlations.slice(0, limit)] as const;
        if (json) for (const rule of shown.flat()) io.out(`${JSON.stringify(rule)}\n`);
        else {
          const [shownDetections, shownCorrelations] = shown;
          io.out(detectionTable(shownDetections, io.width));
          io.out(`\n${shownDetections.length} of ${detections.length} rules, the dearest first\n`);
          if (correlations.length === 0) return EXIT.done;
          io.out(`\n${correlationTable(shownCorrelations, io.width)}`);
          io.out(
            `\n${shownCorrelations.length} of ${correlations.length} correlations, those with most groups first\n`,
          );
        }
        return EXIT.done;
      }),
    );
}

function isIdle(rule: RuleStats): boolean {
  return rule.kind === 'detection' ? rule.candidates === 0 : rule.firings === 0 && rule.groups === 0;
}

function detectionTable(rules: readonly DetectionStats[], width: number): string {
  const rows = rules.map(({ title, level, candidates, matches, milliseconds }) => [
    ...[candidates, matches, milliseconds].map(String),
    ...[level, title],
  ]);
  return renderTable([['TRIED', 'MATCHED', 'MS', 'LEVEL', 'TITLE'], ...rows], { width });
}

function correlationTable(rules: readonly CorrelationRuleStats[], width: number): string {
  const rows = rules.map(({ title, level, firings, groups, late, evicted }) => [
    ...[firings, groups, late, evicted].map(String),
    ...[level, title],
  ]);
  return renderTable([['FIRED', 'GROUPS', 'LATE', 'EVICTED', 'LEVEL', 'TITLE'], ...rows], { width });
}
