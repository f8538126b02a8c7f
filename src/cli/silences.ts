import type { Command } from 'commander';
import { shortText } from '../api/shapes.js';
import { previewSilence, type SilencePreview } from '../api/silence-preview.js';
import { askDaemon } from '../daemon/control-socket.js';
import type { SilenceMatcher } from '../model/silence.js';
import { numbered } from '../model/units.js';
import { renderTable } from '../report/table.js';
import { DeskConflict } from '../storage/desk/conflict.js';
import { isInForce, type SilenceEntry } from '../storage/desk/silences.js';
import { addSilence, endSilence, type WantedSilence } from '../storage/desk/silencing.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CliContext, CommandDefinition } from './program.js';
import { type EndOptions, endOf, type MatcherOptions, matcherOf, withMatcher } from './silence-options.js';
import {
  onlyOne,
  personOf,
  refuseWords,
  type Stored,
  type StoredOptions,
  withDataDir,
  withDesk,
  withStored,
} from './stored.js';
import { durationOf } from './time-range.js';
import { wordsOf } from './words.js';

/** What `add` tells of the past. */
const LOOKED_BACK = '7d';

export const silencesCommand: CommandDefinition = (program, context) => {
  const { io, action } = context;
  const silences = program
    .command('silences')
    .description('Alerts that nobody wants to be told of, for some time. They are stored all the same.');

  withDataDir(silences.command('list', { isDefault: true }))
    .description('Silences in force, newest first.')
    .option('--all', 'also those that have ended: they explain what they hid')
    .option('--json', 'as JSON lines')
    // As the default command it is given every word that is no command.
    .allowExcessArguments()
    .action(
      action((options: StoredOptions & { readonly all?: boolean }, command: Command) => {
        refuseWords(command);
        const now = Date.now();
        const entries = withStored(context, options, ({ cases, desk }) =>
          desk.silences
            .list()
            .filter((entry) => options.all || isInForce(entry, now))
            .map((entry) => ({
              entry: { ...entry, active: isInForce(entry, now), hits: cases.hitsOf(entry.id) },
              words: wordsOfMatcher(entry.matcher, cases),
            })),
        );
        if (options.json) for (const { entry } of entries) io.out(`${JSON.stringify(entry)}\n`);
        else if (entries.length === 0) io.out('No silences.\n');
        else {
          const rows = entries.map(({ entry: { id, expires, removed, hits, by, reason }, words }) => [
            id.slice(0, 8),
            (removed ?? expires).slice(0, 16).replace('T', ' '),
            String(hits),
            by,
            words,
            reason,
          ]);
          const heading = ['ID', 'UNTIL (UTC)', 'HID', 'BY', 'ALERTS OF', 'WHY'];
          io.out(renderTable([heading, ...rows], { width: io.width }));
        }
        return EXIT.done;
      }),
    );

  withMatcher(silences.command('add'))
    .description('Hide alerts like these for some time.')
    .option('--for <duration>', 'how long, e.g. 8h')
    .option('--until <time>', 'up to this time, e.g. 2026-12-24T08:00, UTC unless it says otherwise')
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .action(
      action(async (options: MatcherOptions & EndOptions & { readonly reason: string }) => {
        const reason = wordsOf('--reason', options.reason, shortText);
        const now = Date.now();
        const expires = endOf(options, now);
        const { entry, hidden, words } = withDesk(context, options, (stored) => {
          const matcher = matcherOf(options, stored);
          const hidden = preview(stored, matcher, LOOKED_BACK, now);
          const entry = added(stored, { matcher, reason, expires }, personOf(io), now);
          return { entry, hidden, words: wordsOfMatcher(matcher, stored.cases) };
        });
        await tellDaemon(context, options);
        if (options.json) io.out(`${JSON.stringify(entry)}\n`);
        else {
          io.out(`${visible(`${entry.id.slice(0, 8)}  until ${entry.expires}  ${words}`)}\n`);
          io.err(`In the last ${LOOKED_BACK} it would have hidden ${countsOf(hidden)}.\n`);
          if (hidden.alerts === 0 && entry.matcher.rule !== undefined)
            io.err(
              'A rule is named by its id, as vedette rules list --json tells it, not by name or title.\n',
            );
        }
        return EXIT.done;
      }),
    );

  withMatcher(silences.command('preview'))
    .description('What a silence like this would have hidden.')
    .option('--last <duration>', 'within this last while', LOOKED_BACK)
    .action(
      action((options: MatcherOptions & { readonly last: string }) => {
        const found = withStored(context, options, (stored) =>
          preview(stored, matcherOf(options, stored), options.last, Date.now()),
        );
        if (options.json) io.out(`${JSON.stringify(found)}\n`);
        else {
          io.out(`${countsOf(found)}\n`);
          const rows = found.items.map(({ alert, severity, entity, rule }) => [
            alert.id.slice(0, 8),
            alert.last_seen.slice(0, 19).replace('T', ' '),
            severity,
            entity,
            rule.name,
          ]);
          if (rows.length > 0) io.out(renderTable(rows, { width: io.width }));
        }
        return EXIT.done;
      }),
    );

  withDataDir(silences.command('end'))
    .description('End a silence before its time.')
    .argument('<id>', 'silence id or its beginning')
    .action(
      action(async (id: string, options: DataDirOptions) => {
        withDesk(context, options, ({ desk }) => {
          const now = Date.now();
          const begun = desk.silences
            .list()
            .filter((entry) => isInForce(entry, now) && entry.id.startsWith(id));
          endSilence(desk, onlyOne(begun, 'silence in force', id).id, personOf(io), now);
        });
        await tellDaemon(context, options);
        return EXIT.done;
      }),
    );
};

function added({ desk }: Stored, wanted: WantedSilence, by: string, now: number): SilenceEntry {
  try {
    return addSilence(desk, wanted, by, now);
  } catch (error) {
    if (error instanceof DeskConflict) throw new CliError(error.message, EXIT.usage);
    throw error;
  }
}

function preview({ cases }: Stored, matcher: SilenceMatcher, last: string, now: number): SilencePreview {
  return previewSilence(cases, matcher, new Date(now - durationOf('--last', last)).toISOString());
}

function countsOf({ alerts, incidents, partial }: SilencePreview): string {
  const more = partial ? 'at least ' : '';
  return `${more}${numbered(alerts, 'alert')} and ${numbered(incidents, 'whole incident')}`;
}

/** A rule by its name, as far as an alert of it is stored. */
function wordsOfMatcher(matcher: SilenceMatcher, cases: Stored['cases']): string {
  return Object.entries(matcher)
    .map(([key, value]) => `${key}=${key === 'rule' ? ruleNameOf(String(value), cases) : value}`)
    .join(', ');
}

function ruleNameOf(rule: string, cases: Stored['cases']): string {
  return cases.newestAlerts({ limit: 1, offset: 0, rule })[0]?.rule.name ?? rule;
}

/** One that does not run reads the silences when it starts. */
async function tellDaemon({ io }: CliContext, options: DataDirOptions): Promise<void> {
  await askDaemon(dataDirOf(options, io), 'silences');
}
