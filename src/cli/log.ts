import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lockDataDir } from '../daemon/lock.js';
import { formatBytes, numbered } from '../model/units.js';
import { renderTable } from '../report/table.js';
import type { Damage } from '../search/messages.js';
import {
  deleteSegment,
  firstSeqOf,
  listDropped,
  listSegments,
  NEXT,
  segmentBytes,
} from '../storage/log/segment-files.js';
import { verifySegment } from '../storage/log/verify.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { damageText } from './query-progress.js';
import { isThere } from './stored.js';

interface VerifyOptions extends DataDirOptions {
  readonly json?: boolean;
}

interface ClearOptions extends DataDirOptions {
  readonly force?: boolean;
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
        if (!isThere(dir)) throw new CliError(`There is no event log in ${dir}.`, EXIT.io);
        const paths = listSegments(dir);
        const segments = paths
          .map((path, i) => verifySegment(path, i + 1 < paths.length ? firstSeqOf(paths[i + 1]!) - 1 : null))
          // A daemon drops its oldest meanwhile.
          .filter(({ path }) => existsSync(path));
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
  log
    .command('clear')
    .description('Delete all events of a stopped daemon; alerts and incidents stay.')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--force', 'do it; else only what would go is told')
    .action(
      context.action((options: ClearOptions) => {
        const dataDir = dataDirOf(options, io);
        const dir = join(dataDir, 'events');
        if (!isThere(dir)) throw new CliError(`There is no event log in ${dir}.`, EXIT.io);
        const lock = lockDataDir(dataDir);
        try {
          const paths = [...listSegments(dir), ...listDropped(dir)];
          const size = formatBytes(paths.reduce((sum, path) => sum + segmentBytes(path), 0));
          const what = `${numbered(paths.length, 'segment')}, ${size}, in ${dir}`;
          // One that a daemon which was killed had prepared holds nothing.
          if (options.force) for (const path of [...paths, join(dir, NEXT)]) deleteSegment(path);
          io.out(
            options.force ? `Deleted ${what}.\n` : `${what} would be deleted. Nothing is yet: say --force.\n`,
          );
          return EXIT.done;
        } finally {
          lock.release();
        }
      }),
    );
};
