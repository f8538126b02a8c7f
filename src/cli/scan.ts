import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import type { Config } from '../config/schema.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { ScanResult } from '../model/scan-result.js';
import { scan } from '../replay/scan.js';
import { SCAN_FORMATS, type ScanFormatName } from '../report/scan/registry.js';
import { scanSummary } from '../report/scan/text.js';
import { fileReplay } from './file-replay.js';
import { type CliIo, EXIT } from './io.js';
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

/** Alerts: some 90 MB of JSON. Incidents: each has up to 50 alerts in it, with what raised them. */
const LIMITS = { alerts: 20_000, incidents: 2000 };

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
    .argument('<path...>', 'log files, also gzip and EVTX, and folders of them; - is standard input')
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
        const { output } = options;
        const replayed = fileReplay(paths, options, io);
        // Before the work: that nothing can be written there should not be learnt after it.
        const file = output === undefined ? null : await open(resolve(io.cwd, output), 'w');
        const result = await scan({
          ...replayed,
          config: withSeverity(options.minSeverity, replayed.config),
          hints: hintsOf({ format: options.lineFormat, tz: options.tz }),
          during: timeRangeOf(options, Date.now()),
          limits: LIMITS,
        });
        await write(result, options.format, file, io);
        io.err(scanSummary(result));
        if (result.unreadable.length > 0) return EXIT.io;
        return result.rules.length > 0 ? EXIT.findings : EXIT.done;
      }),
    );
};

function withSeverity(level: Level | undefined, config: Config): Config {
  return level === undefined ? config : { ...config, alerts: { ...config.alerts, min_severity: level } };
}

async function write(
  result: ScanResult,
  format: ScanFormatName,
  file: FileHandle | null,
  io: CliIo,
): Promise<void> {
  if (file !== null) {
    const parts = SCAN_FORMATS[format](result, { colour: false, width: Number.POSITIVE_INFINITY });
    await pipeline(Readable.from(parts), file.createWriteStream());
    return;
  }
  for (const part of SCAN_FORMATS[format](result, io)) {
    io.out(part);
    await io.finish();
  }
}
