import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { ScanResult } from '../model/scan-result.js';
import { scan } from '../replay/scan.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { SCAN_FORMATS, type ScanFormatName } from '../report/scan/registry.js';
import { scanSummary } from '../report/scan/text.js';
import { CliError, type CliIo, EXIT } from './io.js';
import { formatOption, hintsOf, type LineOptions, zoneOption } from './line-options.js';
import { collect } from './list-option.js';
import type { CommandDefinition } from './program.js';
import { type TimeRangeOptions, timeRangeOf } from './time-range.js';

interface ScanCommandOptions extends TimeRangeOptions {
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly format: ScanFormatName;
  readonly output?: string;
  readonly minSeverity?: Level;
  readonly lineFormat: LineOptions['format'];
  readonly tz: string;
}

const MOST_THREADS = 4;
/** Alerts that are told whole: some 100 MB. */
const MAX_ALERTS = 20_000;

const EXAMPLES = `
Examples:
  vedette scan /var/log                                       what the logs of this machine say
  vedette scan evidence/ -r my-rules/ --format html -o report.html
  vedette scan evidence/ --format json | jq '.rules[] | [.level, .name, .alerts]'
  vedette scan /var/log --last 7d --min-severity high || echo look
`;

export const scanCommand: CommandDefinition = (program, context) => {
  program
    .command('scan')
    .description(
      'Look through log files and folders of them as if all had been seen when it happened, and report what was found; exit 1 when something was. Nothing is stored or sent.',
    )
    .argument('<path...>', 'log files, also gzip, and folders of them; - is standard input')
    .option('-c, --config <file>', 'configuration whose rules, extractors and limits are used')
    .option(
      '-r, --rules <path>',
      'rules besides those of the configuration; more than once for more',
      collect,
    )
    .addOption(
      new Option('--format <format>', 'how the result is told')
        .choices(Object.keys(SCAN_FORMATS))
        .default('text'),
    )
    .option('-o, --output <file>', 'write the result there')
    .addOption(
      new Option(
        '--min-severity <level>',
        'alerts of this severity or above (default: that of the configuration)',
      ).choices(LEVELS),
    )
    .option('--last <duration>', 'what happened in the last 30m, 6h, 7d')
    .option('--from <time>', 'what happened at this time or later')
    .option('--to <time>', 'what happened before this time ends')
    .addOption(formatOption('--line-format'))
    .addOption(zoneOption())
    .addHelpText('after', EXAMPLES)
    .action(
      context.action(async (paths: readonly string[], options: ScanCommandOptions) => {
        const { io } = context;
        const result = await scan({
          config: configOf(options, io),
          hints: hintsOf({ format: options.lineFormat, tz: options.tz }),
          paths: paths.map((path) => (path === '-' ? path : resolve(io.cwd, path))),
          threads: Math.min(MOST_THREADS, availableParallelism()),
          during: timeRangeOf(options, Date.now()),
          maxAlerts: MAX_ALERTS,
          onRules: ({ count, faults }) => {
            io.err(renderRuleFaults(faults));
            if (count === 0) throw new CliError('No rule could be loaded.', EXIT.config);
          },
        });
        await write(result, options, io);
        io.err(scanSummary(result));
        if (result.unreadable.length > 0) return EXIT.io;
        return result.rules.length > 0 ? EXIT.findings : EXIT.done;
      }),
    );
};

function configOf(
  { config: file, rules = [], minSeverity }: ScanCommandOptions,
  { cwd, env }: CliIo,
): Config {
  const { config } = loadConfig({ file, cwd, env });
  const paths = [...config.rules.paths, ...rules.map((path) => resolve(cwd, path))];
  const min_severity = minSeverity ?? config.alerts.min_severity;
  return { ...config, rules: { ...config.rules, paths }, alerts: { ...config.alerts, min_severity } };
}

async function write(result: ScanResult, { format, output }: ScanCommandOptions, io: CliIo): Promise<void> {
  if (output !== undefined) {
    const parts = SCAN_FORMATS[format](result, { colour: false, width: Number.POSITIVE_INFINITY });
    await pipeline(Readable.from(parts), createWriteStream(resolve(io.cwd, output)));
    return;
  }
  for (const part of SCAN_FORMATS[format](result, io)) {
    io.out(part);
    await io.finish();
  }
}
