import { createHash } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { LOG_LEVELS } from '../config/schema.js';
import { knownKind } from '../replay/file-kind.js';
import { isEvtxFile } from '../sources/evtx/evtx-lines.js';
import { Breath } from '../sources/tail/breath.js';
import { WantedPaths } from '../sources/tail/wanted-paths.js';
import { visible } from '../telemetry/visible.js';
import { CliError, type CliIo, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { runDaemon } from './run.js';

interface TailOptions {
  readonly config?: string;
  readonly from: 'start' | 'end';
  readonly once?: boolean;
  readonly events?: string;
  readonly stateDir?: string;
  readonly logLevel: string;
}

export const tailCommand: CommandDefinition = (program, context) => {
  program
    .command('tail')
    .description('Follow files through rotation and print alerts; resumes where it stopped.')
    .argument('<file...>', 'files or globs; a .gz is read, once, when one is named')
    .option('-c, --config <file>', 'configuration whose rules, extractors and limits are used')
    .addOption(
      new Option('--from <where>', 'where to begin in files never read before')
        .choices(['start', 'end'])
        .default('start'),
    )
    .option('--once', 'read to the end, then stop')
    .addOption(new Option('--events <->', 'normalized events as JSON lines on stdout').choices(['-']))
    .option('--state-dir <dir>', 'where the reading position is kept (default: by the list of files)')
    .addOption(
      new Option('--log-level <level>', 'least level of messages on stderr')
        .choices([...LOG_LEVELS])
        .default('warn'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  vedette tail /var/log/auth.log\n  vedette tail --from end "/var/log/nginx/*.log" | jq .severity\n',
    )
    .action(
      context.action(async (files: string[], options: TailOptions) => {
        const { io } = context;
        const paths = files.map((file) => resolve(io.cwd, file));
        await tellMissing(paths, options.once ?? false, io);
        refuseOtherKinds(paths);
        const load = (): LoadedConfig =>
          loadConfig({
            file: options.config,
            cwd: io.cwd,
            env: io.env,
            flags: {
              data_dir: resolve(io.cwd, options.stateDir ?? stateDirFor(paths, io.env)),
              sources: [
                {
                  ...{ type: 'file', name: 'tail', paths, from: options.from, once: options.once ?? false },
                  backfill_gz: paths.some(isNamedGzip),
                },
              ],
              sinks: options.events === '-' ? [] : [io.outIsTty ? { type: 'console' } : ALERTS_ONLY],
              'api.enabled': false,
              'log.level': options.logLevel,
            },
          });
        return runDaemon(context, load, { events: options.events === '-', alerts: false });
      }),
    );
};

/** Who names one compressed file means it; a glob over rotated logs need not. */
function isNamedGzip(path: string): boolean {
  return path.endsWith('.gz') && !/[*?]/.test(path);
}

/** A file may come later, but not when all is read once. */
async function tellMissing(paths: readonly string[], once: boolean, io: CliIo): Promise<void> {
  const leadNowhere: string[] = [];
  for (const path of paths) if (!(await leadsToFile(path))) leadNowhere.push(path);
  const missing = leadNowhere.filter((path) => !existsSync(path));
  const others = leadNowhere.filter((path) => existsSync(path));
  const forbidden = once ? paths.filter(isForbidden) : [];
  if (forbidden.length > 0) throw new CliError(`This user may not read ${named(forbidden)}.`, EXIT.io);
  if (once && missing.length > 0) throw new CliError(`No such file: ${named(missing)}.`, EXIT.io);
  if (once && others.length > 0) throw new CliError(`Not a regular file: ${named(others)}.`, EXIT.io);
  if (missing.length > 0) io.err(`Not there yet, waiting for it: ${named(missing)}.\n`);
}

/** They are no lines. Where a glob meets an event log the source says so. */
function refuseOtherKinds(paths: readonly string[]): void {
  const found = paths.filter((path) => ofRegularFile(path, isEvtxFile));
  if (found.length > 0)
    throw new CliError(
      `Event logs of Windows cannot be followed, vedette scan reads them: ${named(found)}.`,
      EXIT.io,
    );
  for (const path of paths) {
    const kind = ofRegularFile(path, knownKind);
    if (kind) throw new CliError(`${named([path])} holds no log lines: ${kind}.`, EXIT.io);
  }
}

/** What is said of a regular file; null = there is none that can be read: the source says what is the matter with it. */
function ofRegularFile<T>(path: string, look: (fd: number) => T): T | null {
  try {
    // A pipe would be waited for.
    if (!statSync(path).isFile()) return null;
    const fd = openSync(path, 'r');
    try {
      return look(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Whether there is something to read at a path, or at any that a glob matches. */
async function leadsToFile(path: string): Promise<boolean> {
  const wanted = new WantedPaths([path], []);
  const found = await wanted.list(Date.now, new Breath());
  return found.some((one) => wanted.stat(one, () => {}) !== null);
}

const named = (paths: readonly string[]): string => paths.map(visible).join(', ');

/** As `run --alerts -`: who reads a pipe was promised alert lines. */
const ALERTS_ONLY = { type: 'stdout', incidents: false };

/** A state folder of its own per list of files, below $XDG_STATE_HOME/vedette. */
function stateDirFor(paths: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const home = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  const key = createHash('sha256')
    .update([...paths].sort().join('\0'))
    .digest('hex')
    .slice(0, 12);
  return join(home, 'vedette', `tail-${key}`);
}

function isForbidden(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
