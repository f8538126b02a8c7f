import type { Command } from 'commander';
import { askDaemon } from '../../daemon/control-socket.js';
import type { OpenCorrelation } from '../../model/open-group.js';
import { formatDuration } from '../../model/units.js';
import { renderOpenCorrelation } from '../../report/open-correlation-text.js';
import { renderTable } from '../../report/table.js';
import { visible } from '../../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from '../data-dir.js';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';

interface CorrelationsOptions extends DataDirOptions {
  readonly explain?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  vedette rules correlations                                    what is being counted and followed now
  vedette rules correlations --explain "SSH Brute Force"        on whom, how far, and what is still missing
`;

export function correlationsCommand(rules: Command, { io, action }: CliContext): void {
  rules
    .command('correlations')
    .description(
      'What the correlations of the running daemon have open: groups, how far each has come, and what is still missing.',
    )
    .argument('[rule...]', 'ids or titles; without any all that have something open')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon to ask')
    .option('--explain', 'group by group')
    .option('-n, --limit <count>', 'at most so many groups of each, those hit last; up to 100', Number, 10)
    .option('--json', 'one correlation as JSON a line')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (names: readonly string[], options: CorrelationsOptions) => {
        const { explain, limit, json } = options;
        if (!Number.isInteger(limit) || limit < 1 || limit > 100)
          throw new CliError('--limit must be a whole number from 1 to 100.', EXIT.usage);
        const dataDir = dataDirOf(options, io);
        const all = (await askDaemon(dataDir, 'correlations')) as readonly OpenCorrelation[] | null;
        if (all === null) throw new CliError(`No daemon answers on ${dataDir}.`, EXIT.io);
        const shown = chosen(all, names).map((one) => ({ ...one, open: one.open.slice(0, limit) }));
        if (json) for (const one of shown) io.out(`${JSON.stringify(one)}\n`);
        else if (explain) io.out(shown.map((one) => renderOpenCorrelation(one, io)).join('\n'));
        else io.out(table(shown, io.width));
        if (shown.length === 0) io.err(`None of ${all.length} correlations has anything open.\n`);
        return EXIT.done;
      }),
    );
}

/** Those that are named, or that have something open. */
function chosen(all: readonly OpenCorrelation[], names: readonly string[]): OpenCorrelation[] {
  if (names.length === 0) return all.filter(({ open }) => open.length > 0);
  return names.flatMap((name) => {
    const lower = name.toLowerCase();
    const meant = all.filter(({ id, title }) => [id, title].some((one) => one.toLowerCase() === lower));
    if (meant.length === 0)
      throw new CliError(`The daemon runs no correlation "${visible(name)}".`, EXIT.usage);
    return meant;
  });
}

function table(correlations: readonly OpenCorrelation[], width: number): string {
  const rows = correlations.map(({ title, level, type, timespanMs, groups, open }) => [
    ...[String(groups), type, formatDuration(timespanMs), level, title],
    open[0]?.missing ?? '',
  ]);
  return renderTable([['GROUPS', 'TYPE', 'WITHIN', 'LEVEL', 'TITLE', 'THE NEWEST LACKS'], ...rows], {
    width,
  });
}
