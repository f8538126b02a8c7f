import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { loadConfig } from '../config/load.js';
import { ECS_FIELDS, isEcsField } from '../model/event.js';
import { nearest } from '../model/suggest.js';
import { numbered } from '../model/units.js';
import { OTHER_FIELDS } from '../query/fields.js';
import { parseQuery } from '../query/parse.js';
import { fieldsOf, positionOf } from '../query/query.js';
import { QueryError } from '../query/query-error.js';
import type { Search, Want } from '../search/messages.js';
import { type SearchOutcome, search } from '../search/search.js';
import { storedMark } from '../storage/desk/marks.js';
import { stepBack } from '../telemetry/priority.js';
import { visible } from '../telemetry/visible.js';
import type { DataDirOptions } from './data-dir.js';
import { CliError, type CliIo, EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { CountWriter, EventWriter, FORMATS, type Format } from './query-output.js';
import { damageText, ProgressLine } from './query-progress.js';
import { isThere } from './stored.js';
import { durationOf, type TimeRangeOptions, timeRangeOf } from './time-range.js';

interface QueryOptions extends DataDirOptions, TimeRangeOptions {
  readonly id?: string;
  readonly limit: string;
  readonly format: Format;
  readonly fields?: string;
  readonly by?: string;
  readonly top: string;
  readonly histogram?: string;
  readonly deadline?: string;
}

const FIELDS = '@timestamp,event.id,host.name,process.name,user.name,source.ip,message';
const MOST_THREADS = 4;
/** So many records that could not be skipped are noticed. */
const SLOW = 1_000_000;

const EXAMPLES = `
Examples:
  vedette query 'source.ip:203.0.113.0/24 and process.name:sshd and "Failed"'
  vedette query --last 6h --format ndjson 'user.name:root' | jq .message
  vedette query --by source.ip --top 10 --last 1d 'event.outcome:failure'
  vedette query --histogram 5m --from 2026-11-20T08:00 --to 2026-11-20T12:00 sshd
  vedette query --id 1234-56 --format json
`;

export const queryCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  program
    .command('query')
    .description('Search the event log, newest first, of a daemon that runs or has stopped.')
    .argument('[expression...]', 'what to look for; without it everything')
    .option('-c, --config <file>', 'configuration whose sources and extractors say how records are read')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--last <duration>', 'only events of this last while, e.g. 6h')
    .option(
      '--from <time>',
      'only events from this time on, e.g. 2026-11-20T10:30, UTC unless it says otherwise',
    )
    .option('--to <time>', 'only events up to this time; a day, minute or second is meant as a whole')
    .option('--id <event>', 'only the event of this event.id')
    .option('-n, --limit <count>', 'at most so many events; 0 is all', '100')
    .addOption(new Option('--format <format>', 'how it is printed').choices([...FORMATS]).default('table'))
    .option('--fields <names>', `fields of table and csv, with commas (default: ${FIELDS})`)
    .option('--by <field>', 'count events by this field instead of showing them')
    .option('--top <count>', 'so many values with --by, the most frequent; 0 is all', '20')
    .option(
      '--histogram <duration>',
      'count events in stretches of this length instead of showing them, e.g. 5m',
    )
    .option('--deadline <duration>', 'stop after so long with what was found, e.g. 30s')
    .addHelpText('after', EXAMPLES)
    .action(
      context.action(async (words: readonly string[], options: QueryOptions) => {
        const { config } = loadConfig({ file: options.config, cwd: io.cwd, env: io.env });
        const dataDir = options.dataDir === undefined ? config.data_dir : resolve(io.cwd, options.dataDir);
        const dir = join(dataDir, 'events');
        const asked = searchOf(words.join(' '), options);
        checkQuery(asked);
        if (!isThere(dir)) throw new CliError(`There is no event log in ${dir}.`, EXIT.io);
        stepBack();
        const output =
          asked.want.kind === 'events'
            ? new EventWriter(io, options.format, asked.want.fields)
            : new CountWriter(io, options.format, asked.want, countOf('--top', options.top));
        const progress = new ProgressLine(io);
        const outcome = await search({
          search: { ...asked, noDemoUpTo: storedMark(join(dataDir, 'desk.db'), 'demo_forgotten') },
          config,
          dir,
          threads: Math.min(MOST_THREADS, availableParallelism()),
          deadlineMs: options.deadline === undefined ? null : durationOf('--deadline', options.deadline),
          onItems: (items) => {
            progress.clear();
            return output.write(items);
          },
          onProgress: (state) => progress.show(state),
        });
        progress.clear();
        await output.end(outcome);
        tell(io, asked, outcome, options);
        return outcome.matches > 0 ? EXIT.done : EXIT.findings;
      }),
    );
};

function searchOf(
  text: string,
  options: QueryOptions,
): Search & { readonly want: ReturnType<typeof wantOf> } {
  const now = Date.now();
  if (options.by !== undefined && options.histogram !== undefined)
    throw new CliError('--by and --histogram exclude each other.', EXIT.usage);
  const id = options.id ?? null;
  if (id !== null && positionOf(id) === null)
    throw new CliError(`--id: expected an event.id such as 1234-56, not "${visible(id)}".`, EXIT.usage);
  return { text, now, ...timeRangeOf(options, now), id, want: wantOf(options) };
}

function wantOf({ by, histogram, format, limit, fields }: QueryOptions): Exclude<Want, { kind: 'facets' }> {
  if (by !== undefined) return { kind: 'values', field: by };
  if (histogram !== undefined) {
    const width = durationOf('--histogram', histogram);
    if (width < 1) throw new CliError('--histogram: expected at least 1ms.', EXIT.usage);
    return { kind: 'histogram', width };
  }
  const isShown = format === 'table' || format === 'csv';
  if (!isShown && fields !== undefined)
    throw new CliError(`--fields is for table and csv; --format ${format} has every field.`, EXIT.usage);
  return {
    kind: 'events',
    limit: countOf('--limit', limit),
    fields: isShown ? (fields ?? FIELDS).split(',').map((name) => name.trim()) : null,
  };
}

function checkQuery({ text, now }: Search): void {
  try {
    parseQuery(text, now);
  } catch (error) {
    if (error instanceof QueryError) throw new CliError(error.message, EXIT.usage);
    throw error;
  }
}

/** What a person should know besides the result. */
function tell(io: CliIo, asked: Search, outcome: SearchOutcome, options: QueryOptions): void {
  for (const damage of outcome.damage) io.err(`${damageText(damage)}\n`);
  if (outcome.timedOut)
    io.err(`Stopped after ${options.deadline} (--deadline); older events were not looked at.\n`);
  if (outcome.unfiltered > SLOW && io.errIsTty)
    io.err(
      `${numbered(outcome.unfiltered, 'record')} ${outcome.unfiltered === 1 ? 'was' : 'were'} stored under another configuration or version: their filters say nothing.\n`,
    );
  if (outcome.others > 0)
    io.err(`There are too many values: ${outcome.others} events with further ones are not in the list.\n`);
  const names = new Set(options.fields?.split(',').map((name) => name.trim()));
  if (options.by !== undefined) names.add(options.by);
  if (outcome.matches === 0) {
    io.err('Nothing was found.\n');
    for (const name of fieldsOf(parseQuery(asked.text, asked.now))) names.add(name);
  }
  tellMisspelt(io, names);
}

/** Records may have any names of their own: what is near a known one is told, not refused. */
function tellMisspelt(io: CliIo, names: Iterable<string>): void {
  const known = [...ECS_FIELDS, ...OTHER_FIELDS];
  for (const name of names) {
    const near = isEcsField(name) || OTHER_FIELDS.includes(name) ? null : nearest(name, known);
    if (near !== null) io.err(`"${visible(name)}" is no ECS field. Did you mean ${near}?\n`);
  }
}

/** 0 is without limit. */
function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new CliError(`${option}: expected a whole number, not "${visible(text)}".`, EXIT.usage);
  return count === 0 ? Number.POSITIVE_INFINITY : count;
}
