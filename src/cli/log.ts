import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatBytes } from '../model/units.js';
import { renderTable } from '../report/table.js';
import type { Damage } from '../search/messages.js';
import { firstSeqOf, listSegments } from '../storage/log/segment-files.js';
import { verifySegment } from '../storage/log/verify.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { damageText } from './query-progress.js';

interface VerifyOptions extends DataDirOptions {
  readonly json?: boolean;
}

export const logCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const log = program.command('log').description('Look after the event log.');
  log
    .command('verify')
    .description('Read the whole event log and name what is damaged; exit 1 when something is.')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--json', 'one segment as JSON a line')
    .action(
      context.action((options: VerifyOptions) => {
        const dir = join(dataDirOf(options, io), 'events');
        if (!existsSync(dir)) throw new CliError(`There is no event log in ${dir}.`, EXIT.io);
        const paths = listSegments(dir);
        const segments = paths.map((path, i) =>
          verifySegment(path, i + 1 < paths.length ? firstSeqOf(paths[i + 1]!) - 1 : null),
        );
        const damage: Damage[] = segments.flatMap((segment) => segment.damage);
        if (options.json) for (const segment of segments) io.out(`${JSON.stringify(segment)}\n`);
        else {
          const rows = segments.map(({ path, format, bytes, blocks, filtered, records, damage }) => [
            basename(path),
            String(format ?? '?'),
            formatBytes(bytes),
            String(records),
            String(blocks),
            String(filtered),
            damage.length === 0 ? 'sound' : `${damage.length} damaged`,
          ]);
          const heading = ['SEGMENT', 'FORMAT', 'SIZE', 'RECORDS', 'BLOCKS', 'WITH FILTER', 'STATE'];
          io.out(renderTable([heading, ...rows], { width: io.width }));
          for (const one of damage) io.out(`${damageText(one)}\n`);
        }
        return damage.length === 0 ? EXIT.done : EXIT.findings;
      }),
    );
};
