import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { nearest } from '../config/suggest.js';
import { LEVELS, type Level } from '../model/rule.js';
import { parseDuration } from '../model/units.js';
import { renderAlert } from '../report/alert-text.js';
import { renderTable } from '../report/table.js';
import { StateStore } from '../storage/state.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CliContext, CommandDefinition } from './program.js';

interface Where extends DataDirOptions {
  readonly json?: boolean;
}

interface ListOptions extends Where {
  readonly status?: string;
  readonly minSeverity: Level;
  readonly last?: string;
  readonly limit: string;
}

export const alertsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const alerts = program.command('alerts').description('Look at stored alerts.');

  alerts
    .command('list', { isDefault: true })
    .description('Newest alerts, one a line.')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'opened', 'updated', 'ended']))
    .addOption(
      new Option('--min-severity <level>', 'this severity and above')
        .choices([...LEVELS])
        .default('informational'),
    )
    .option('--last <duration>', 'only alerts seen within, e.g. 6h')
    .option('-n, --limit <count>', 'at most', '50')
    .option('--json', 'alert lines as JSON')
    // As the default command it is given every word that is no command.
    .allowExcessArguments()
    .action(
      context.action((options: ListOptions, command: Command) => {
        refuseWords(command);
        const found = withState(context, options, (state) =>
          state.listAlerts({
            limit: limitOf(options.limit),
            severities: LEVELS.slice(LEVELS.indexOf(options.minSeverity)),
            ...(options.status !== undefined && { status: options.status }),
            ...(options.last !== undefined && { since: sinceOf(options.last) }),
          }),
        );
        if (options.json) for (const alert of found) io.out(`${JSON.stringify(alert)}\n`);
        else if (found.length === 0) io.out('No alerts.\n');
        else {
          const rows = found.map((alert) => [
            alert.alert.id.slice(0, 8),
            alert.alert.last_seen.slice(0, 19).replace('T', ' '),
            alert.severity,
            alert.alert.status,
            String(alert.alert.count),
            alert.entity,
            alert.rule.name,
          ]);
          io.out(
            renderTable(
              [['ID', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'COUNT', 'ENTITY', 'RULE'], ...rows],
              { width: io.width },
            ),
          );
        }
        return EXIT.done;
      }),
    );

  alerts
    .command('show')
    .description('One alert with its evidence.')
    .argument('<id>', 'alert id or its beginning')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--json', 'the alert line as JSON')
    .action(
      context.action((id: string, options: Where) => {
        const found = withState(context, options, (state) => state.findAlerts(id));
        const [alert, other] = found;
        if (alert === undefined) throw new CliError(`No alert begins with "${visible(id)}".`, EXIT.usage);
        if (other !== undefined)
          throw new CliError(
            `More than one alert begins with "${visible(id)}"; give more of it.`,
            EXIT.usage,
          );
        io.out(
          options.json
            ? `${JSON.stringify(alert)}\n`
            : renderAlert(alert, { colour: io.colour, width: io.width }),
        );
        return EXIT.done;
      }),
    );
};

function refuseWords(list: Command): void {
  const [word] = list.args;
  if (word === undefined) return;
  const near = nearest(word, list.parent?.commands.map((command) => command.name()) ?? []);
  const hint = near === null ? '' : `\n(Did you mean ${near}?)`;
  throw new CliError(`error: unknown command '${visible(word)}'${hint}`, EXIT.usage);
}

function withState<T>({ io }: CliContext, where: Where, read: (state: StateStore) => T): T {
  const dataDir = dataDirOf(where, io);
  const path = join(dataDir, 'state.db');
  if (!existsSync(path))
    throw new CliError(`${dataDir} holds no state.db: no daemon has run there yet.`, EXIT.io);
  const state = new StateStore(path, { readonly: true });
  try {
    return read(state);
  } finally {
    state.close();
  }
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
