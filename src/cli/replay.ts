import { type Change, isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import { replay } from '../replay/replay.js';
import type { ReplayOutcome } from '../replay/tally.js';
import { renderAlert } from '../report/alert-text.js';
import { renderIncident } from '../report/incident-text.js';
import { replayLines } from '../report/replay-text.js';
import { visible } from '../telemetry/visible.js';
import { fileReplay } from './file-replay.js';
import { type CliIo, EXIT } from './io.js';
import { formatOption, hintsOf, type LineOptions, zoneOption } from './line-options.js';
import { collect } from './list-option.js';
import type { CommandDefinition } from './program.js';

interface ReplayCommandOptions extends LineOptions {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

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
    .argument('<file...>', 'log files, also gzip and EVTX; - is standard input')
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
          ...fileReplay(files, options, io),
          hints: hintsOf(options),
          onChange: (change) => printer.add(change),
        });
        printer.end();
        io.err(summary(outcome, files.length, printer));
        for (const { path, error } of outcome.unreadable)
          io.err(`${visible(path)} could not be read whole: ${visible(error)}.\n`);
        return outcome.unreadable.length > 0 ? EXIT.io : EXIT.done;
      }),
    );
};

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

function summary(
  { records, unrecognized, times, counts }: ReplayOutcome,
  files: number,
  { alerts, incidents }: Printer,
): string {
  const span = times === null ? null : { first: iso(times.from), last: iso(times.to) };
  const lines = replayLines({ files, records, unrecognized, times: span, alerts, incidents, counts });
  return lines.map((line) => `${line}\n`).join('');
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
