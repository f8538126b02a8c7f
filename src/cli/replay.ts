import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { type Change, isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import { formatCount, numbered } from '../model/units.js';
import { replay } from '../replay/replay.js';
import type { ReplayOutcome } from '../replay/tally.js';
import { renderAlert } from '../report/alert-text.js';
import { renderIncident } from '../report/incident-text.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { visible } from '../telemetry/visible.js';
import { CliError, type CliIo, EXIT } from './io.js';
import { formatOption, hintsOf, type LineOptions, zoneOption } from './line-options.js';
import { collect } from './list-option.js';
import type { CommandDefinition } from './program.js';

interface ReplayCommandOptions extends LineOptions {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

const MOST_THREADS = 4;

const EXAMPLES = `
Examples:
  vedette replay /var/log/auth.log /var/log/auth.log.1         what would have been alerted
  vedette replay --json evidence/*.log.gz | jq .rule.name
  zcat dump.gz | vedette replay --tz Europe/Vienna -r my-rules/ -
`;

export const replayCommand: CommandDefinition = (program, context) => {
  program
    .command('replay')
    .description(
      'Run log files through the whole line by the times that they state, and print the alerts and incidents; nothing is stored or sent.',
    )
    .argument('<file...>', 'log files, also gzip; - is standard input')
    .option('-c, --config <file>', 'configuration whose rules, extractors and limits are used')
    .option(
      '-r, --rules <path>',
      'rules besides those of the configuration; more than once for more',
      collect,
    )
    .addOption(formatOption())
    .addOption(zoneOption())
    .option('--json', 'each change of an alert or incident as one JSON line, as the ndjson sink writes it')
    .addHelpText('after', EXAMPLES)
    .action(
      context.action(async (files: readonly string[], options: ReplayCommandOptions) => {
        const { io } = context;
        const printer = new Printer(io, options.json === true);
        const outcome = await replay({
          config: configOf(options, io),
          hints: hintsOf(options),
          paths: files.map((file) => (file === '-' ? file : resolve(io.cwd, file))),
          threads: Math.min(MOST_THREADS, availableParallelism()),
          onRules: ({ count, faults }) => {
            io.err(renderRuleFaults(faults));
            if (count === 0) throw new CliError('No rule could be loaded.', EXIT.config);
          },
          onChange: (change) => printer.add(change),
        });
        printer.end();
        io.err(summary(outcome, files.length, printer));
        for (const { path, error } of outcome.unreadable)
          io.err(`${visible(path)} could not be read to its end: ${visible(error)}.\n`);
        return outcome.unreadable.length > 0 ? EXIT.io : EXIT.done;
      }),
    );
};

function configOf({ config: file, rules = [] }: ReplayCommandOptions, { cwd, env }: CliIo): Config {
  const { config } = loadConfig({ file, cwd, env });
  const paths = [...config.rules.paths, ...rules.map((path) => resolve(cwd, path))];
  return { ...config, rules: { ...config.rules, paths } };
}

/** For people: each alert when it opens, the incidents at the end, as they ended. */
class Printer {
  readonly #io: CliIo;
  readonly #json: boolean;
  readonly #incidents = new Map<string, IncidentChange>();
  alerts = 0;

  constructor(io: CliIo, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  get incidents(): number {
    return this.#incidents.size;
  }

  async add(change: Change): Promise<void> {
    if (isIncident(change)) this.#incidents.set(change.incident.id, change);
    else if (change.alert.status === 'opened') this.alerts++;
    const text = this.#textOf(change);
    if (text === '') return;
    this.#io.out(text);
    await this.#io.finish();
  }

  end(): void {
    if (this.#json) return;
    for (const change of this.#incidents.values()) this.#io.out(`${renderIncident(change, this.#io)}\n`);
  }

  #textOf(change: Change): string {
    if (this.#json) return `${JSON.stringify(change)}\n`;
    const isTold = !isIncident(change) && (change.alert.status === 'opened' || change.alert.escalated);
    return isTold ? `${renderAlert(change, this.#io)}\n` : '';
  }
}

function summary(outcome: ReplayOutcome, files: number, { alerts, incidents }: Printer): string {
  const { records, unrecognized, times, counts } = outcome;
  const span =
    times === null ? '' : `, ${new Date(times.from).toISOString()} to ${new Date(times.to).toISOString()}`;
  const lines = [
    `${numbered(records, 'line')} of ${numbered(files, 'file')}${span}: ${numbered(alerts, 'alert')}, ${numbered(incidents, 'incident')}.`,
    ...(unrecognized > 0 ? [`${numbered(unrecognized, 'line')} nobody recognised.`] : []),
    ...Object.entries(counts).map(([code, n]) => `${code}: ${formatCount(n)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
