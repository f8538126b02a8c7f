import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { LEVELS, type Level } from '../model/rule.js';
import { nearest } from '../model/suggest.js';
import { WORKFLOW_STATES, type Workflow } from '../model/workflow.js';
import { renderTable } from '../report/table.js';
import { type CaseFilter, CaseReader } from '../storage/case-reader.js';
import { WHEN_DAMAGED } from '../storage/damage.js';
import { createDesk, type Desk } from '../storage/desk/desk.js';
import { ofFile } from '../telemetry/outside-fault.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, type CliIo, EXIT } from './io.js';
import type { CliContext } from './program.js';
import { durationOf } from './time-range.js';

/** What the commands that look at stored alerts and incidents have in common. */
export interface StoredOptions extends DataDirOptions {
  readonly json?: boolean;
}

interface ListOptions extends StoredOptions {
  readonly status?: NonNullable<CaseFilter['status']>;
  readonly workflow: NonNullable<CaseFilter['workflow']> | 'all';
  readonly minSeverity: Level;
  readonly last?: string;
  readonly limit: string;
  readonly silenced?: boolean;
}

/** Alerts and incidents, and what people said of them. */
export interface Stored {
  readonly cases: CaseReader;
  readonly desk: Desk;
}

/** A list of what is stored of one kind. */
export interface StoredList<T> {
  readonly what: 'alerts' | 'incidents';
  readonly description: string;
  readonly list: (cases: CaseReader, filter: CaseFilter) => readonly T[];
  readonly idOf: (one: T) => string;
  readonly heading: readonly string[];
  /** Its cells; `said` stands under STATUS when people said something. */
  readonly row: (one: T, said: string | null) => readonly string[];
  /** Options of this list alone. */
  readonly options?: (command: Command) => Command;
}

/** Adds the default subcommand, which lists. */
export function addList<T extends object>(parent: Command, context: CliContext, list: StoredList<T>): void {
  const { io } = context;
  const command = withDataDir(parent.command('list', { isDefault: true }))
    .description(list.description)
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'opened', 'updated', 'ended']))
    .addOption(
      new Option('--workflow <state>', 'what people said of it')
        .choices(['unclosed', ...WORKFLOW_STATES, 'all'])
        .default('unclosed'),
    )
    .addOption(
      new Option('--min-severity <level>', 'this severity and above')
        .choices([...LEVELS])
        .default('informational'),
    )
    .option('--last <duration>', `only ${list.what} seen within, e.g. 6h`)
    .option('-n, --limit <count>', 'at most', '50')
    .option('--json', 'as JSON lines');
  (list.options?.(command) ?? command)
    // As the default command it is given every word that is no command.
    .allowExcessArguments()
    .action(
      context.action((options: ListOptions, command: Command) => {
        refuseWords(command);
        const filter = filterOf(options, list.what);
        const { found, closed } = withStored(context, options, ({ cases, desk }) => ({
          found: list.list(cases, filter).map((one) => ({ one, workflow: desk.workflow.of(list.idOf(one)) })),
          closed:
            filter.workflow === 'unclosed' ? cases.count(list.what, { ...filter, workflow: 'closed' }) : 0,
        }));
        if (options.json) {
          for (const { one, workflow } of found) io.out(`${JSON.stringify({ ...one, workflow })}\n`);
          return EXIT.done;
        }
        const rows = found.map(({ one, workflow }) => list.row(one, saidOf(workflow)));
        if (found.length === 0) io.out(`No ${list.what}.\n`);
        else io.out(renderTable([list.heading, ...rows], { width: io.width }));
        if (found.length === filter.limit)
          io.err(`There may be more: --limit ${options.limit} of them are shown.\n`);
        if (closed > 0) io.err(`${closed} more ${closed === 1 ? 'is' : 'are'} closed: --workflow all\n`);
        return EXIT.done;
      }),
    );
}

function filterOf(options: ListOptions, what: StoredList<object>['what']): CaseFilter {
  return {
    limit: limitOf(options.limit),
    offset: 0,
    status: options.status,
    workflow: options.workflow === 'all' ? undefined : options.workflow,
    severities: LEVELS.slice(LEVELS.indexOf(options.minSeverity)),
    silenced: what === 'alerts' && !options.silenced ? false : undefined,
    since:
      options.last === undefined
        ? undefined
        : new Date(Date.now() - durationOf('--last', options.last)).toISOString(),
  };
}

function saidOf({ state }: Workflow): string | null {
  return state === 'new' ? null : state;
}

/** The one that an id, or its beginning, means. */
export function onlyOne<T>([one, other]: readonly T[], what: string, id: string): T {
  if (one === undefined) throw new CliError(`No ${what} begins with "${visible(id)}".`, EXIT.usage);
  if (other !== undefined)
    throw new CliError(`More than one ${what} begins with "${visible(id)}"; give more of it.`, EXIT.usage);
  return one;
}

export function refuseWords(list: Command): void {
  const [word] = list.args;
  if (word === undefined) return;
  const near = nearest(word, list.parent?.commands.map((command) => command.name()) ?? []);
  const hint = near === null ? '' : `\n(Did you mean ${near}?)`;
  throw new CliError(`error: unknown command '${visible(word)}'${hint}`, EXIT.usage);
}

/** Adds the options that say where the daemon is. */
export function withDataDir(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon');
}

/** Looks at what is stored, beside a running daemon. */
export function withStored<T>(context: CliContext, where: DataDirOptions, work: (stored: Stored) => T): T {
  const { statePath, deskPath } = placesOf(context, where);
  return opened(statePath, existsSync(deskPath) ? deskPath : null, work);
}

/** The same, to say something of it. */
export function withDesk<T>(context: CliContext, where: DataDirOptions, work: (stored: Stored) => T): T {
  const { statePath, deskPath } = placesOf(context, where);
  return opened(statePath, deskPath, work);
}

function placesOf({ io }: CliContext, where: DataDirOptions): { statePath: string; deskPath: string } {
  const dataDir = dataDirOf(where, io);
  const statePath = join(dataDir, 'state.db');
  if (!isThere(statePath))
    throw new CliError(`${dataDir} holds no state.db: no daemon has run there yet.`, EXIT.io);
  return { statePath, deskPath: join(dataDir, 'desk.db') };
}

/** @param deskPath null = nobody has said anything yet */
function opened<T>(statePath: string, deskPath: string | null, work: (stored: Stored) => T): T {
  const desk = createDesk(deskPath ?? ':memory:');
  try {
    const read = () => {
      const cases = new CaseReader(statePath, deskPath);
      try {
        return work({ cases, desk });
      } finally {
        cases.close();
      }
    };
    return ofFile(statePath, read, WHEN_DAMAGED['state.db']);
  } finally {
    desk.close();
  }
}

/** Who sits at this terminal, for the trail; of root through sudo, who that was. */
export function personOf({ env }: CliIo): string {
  if (env.SUDO_USER !== undefined && env.SUDO_USER !== '') return env.SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // No name belongs to the number.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Throws where nobody may look. */
export function isThere(path: string): boolean {
  return ofFile(path, () => statSync(path, { throwIfNoEntry: false }) !== undefined);
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new CliError(`--limit: expected a positive number, not "${text}".`, EXIT.usage);
}
