import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { LEVELS, type Level } from '../model/rule.js';
import { nearest } from '../model/suggest.js';
import { parseDuration } from '../model/units.js';
import { renderTable } from '../report/table.js';
import { type ListFilter, StateStore } from '../storage/state.js';
import { ofFile } from '../telemetry/outside-fault.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CliContext } from './program.js';

/** What the commands that look at state.db have in common. */
export interface StoredOptions extends DataDirOptions {
  readonly json?: boolean;
}

interface ListOptions extends StoredOptions {
  readonly status?: string;
  readonly minSeverity: Level;
  readonly last?: string;
  readonly limit: string;
  readonly silenced?: boolean;
}

/** A list of what state.db holds of one kind. */
export interface StoredList<T> {
  /** Alerts or incidents. */
  readonly what: string;
  readonly description: string;
  readonly list: (state: StateStore, filter: ListFilter) => readonly T[];
  readonly heading: readonly string[];
  readonly row: (one: T) => readonly string[];
  /** Options of this list alone. */
  readonly options?: (command: Command) => Command;
}

/** Adds the default subcommand, which lists. */
export function addList<T>(parent: Command, context: CliContext, list: StoredList<T>): void {
  const { io } = context;
  const command = parent
    .command('list', { isDefault: true })
    .description(list.description)
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'opened', 'updated', 'ended']))
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
        const found = withState(context, options, (state) => list.list(state, filterOf(options)));
        if (options.json) for (const one of found) io.out(`${JSON.stringify(one)}\n`);
        else if (found.length === 0) io.out(`No ${list.what}.\n`);
        else io.out(renderTable([list.heading, ...found.map(list.row)], { width: io.width }));
        if (!options.json && found.length === limitOf(options.limit))
          io.err(`There may be more: --limit ${options.limit} of them are shown.\n`);
        return EXIT.done;
      }),
    );
}

function filterOf(options: ListOptions): ListFilter {
  return {
    limit: limitOf(options.limit),
    silenced: options.silenced ?? false,
    severities: LEVELS.slice(LEVELS.indexOf(options.minSeverity)),
    ...(options.status !== undefined && { status: options.status }),
    ...(options.last !== undefined && { since: sinceOf(options.last) }),
  };
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

export function withState<T>({ io }: CliContext, where: StoredOptions, read: (state: StateStore) => T): T {
  const dataDir = dataDirOf(where, io);
  const path = join(dataDir, 'state.db');
  if (!isThere(path))
    throw new CliError(`${dataDir} holds no state.db: no daemon has run there yet.`, EXIT.io);
  return ofFile(path, () => {
    const state = new StateStore(path, { readonly: true });
    try {
      return read(state);
    } finally {
      state.close();
    }
  });
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

function sinceOf(text: string): string {
  const ms = parseDuration(text);
  if (ms === null)
    throw new CliError(`--last: expected a duration such as 30m, 6h or 7d, not "${text}".`, EXIT.usage);
  return new Date(Date.now() - ms).toISOString();
}
