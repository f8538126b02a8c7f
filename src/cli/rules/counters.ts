import type { Command } from 'commander';
import { askDaemon } from '../../daemon/control-socket.js';
import type { RuleStats } from '../../protocol.js';
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
    .description('How often each rule of the running daemon was tried and matched, and what time it took.')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon to ask')
    .option('-n, --limit <count>', 'at most', Number, 20)
    .option('--idle', 'only rules that were never tried')
    .option('--json', 'one rule as JSON a line')
    .action(
      action(async (options: CountersOptions) => {
        const { limit, idle, json } = options;
        if (!Number.isInteger(limit) || limit < 1)
          throw new CliError('--limit must be a whole number from 1.', EXIT.usage);
        const dataDir = dataDirOf(options, io);
        const all = (await askDaemon(dataDir, 'rules')) as readonly RuleStats[] | null;
        if (all === null) throw new CliError(`No daemon answers on ${dataDir}.`, EXIT.io);
        const chosen = idle ? all.filter(({ candidates }) => candidates === 0) : all;
        const shown = chosen.slice(0, limit);
        if (json) for (const rule of shown) io.out(`${JSON.stringify(rule)}\n`);
        else {
          const rows = shown.map(({ title, level, candidates, matches, milliseconds }) => [
            String(candidates),
            String(matches),
            String(milliseconds),
            level,
            title,
          ]);
          io.out(renderTable([['TRIED', 'MATCHED', 'MS', 'LEVEL', 'TITLE'], ...rows], { width: io.width }));
          io.out(`\n${shown.length} of ${chosen.length} rules, the dearest first\n`);
        }
        return EXIT.done;
      }),
    );
}
