import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { BacktestRefused, backtest } from '../../backtest/backtest.js';
import type { AskedRules, BacktestOutcome } from '../../backtest/messages.js';
import { loadConfig } from '../../config/load.js';
import { readRuleFiles } from '../../config/rule-files.js';
import { renderBacktest } from '../../report/backtest-text.js';
import { renderRuleFaults } from '../../report/rule-faults.js';
import { storedMark } from '../../storage/desk/marks.js';
import { visible } from '../../telemetry/visible.js';
import type { DataDirOptions } from '../data-dir.js';
import { CliError, type CliIo, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { damageText, ProgressLine } from '../query-progress.js';
import { isThere } from '../stored.js';
import { type TimeRangeOptions, timeRangeOf } from '../time-range.js';

interface BacktestCommandOptions extends DataDirOptions, TimeRangeOptions {
  readonly samples: string;
  readonly alerts?: boolean;
  readonly json?: boolean;
}

const MOST_THREADS = 4;
/** Of one rule: they are kept in memory. */
const MOST_SAMPLES = 1000;

const EXAMPLES = `
Examples:
  vedette rules backtest new-rule.yml --last 7d            would it have fired, how often, on whom?
  vedette rules backtest "SSH brute force" rules/own/ --from 2026-11-20 --json
  vedette rules backtest new-rule.yml --alerts | jq .entity
`;

export function backtestCommand(rules: Command, { io, action }: CliContext): void {
  rules
    .command('backtest')
    .description(
      'Run rules over the stored log: how often they would have fired, on whom, with which alerts.',
    )
    .argument('<rule...>', 'files or folders of rules, or ids, names or titles of loaded rules')
    .option('-c, --config <file>', 'configuration whose sources, rules and settings are used')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--last <duration>', 'only events of this last while, e.g. 7d')
    .option(
      '--from <time>',
      'only events from this time on, e.g. 2026-11-20T10:30, UTC unless it says otherwise',
    )
    .option('--to <time>', 'only events up to this time; a day, minute or second is meant as a whole')
    .option('--samples <count>', 'so many alerts of each rule are shown, the newest', '3')
    .option('--alerts', 'instead print each alert line as JSON, as the daemon would have written it')
    .option('--json', 'the whole result as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (given: readonly string[], options: BacktestCommandOptions) => {
        if (options.json && options.alerts)
          throw new CliError('--json and --alerts exclude each other.', EXIT.usage);
        const range = timeRangeOf(options, Date.now());
        const samples = samplesOf(options.samples);
        const { config } = loadConfig({ file: options.config, cwd: io.cwd, env: io.env });
        const dataDir = options.dataDir === undefined ? config.data_dir : resolve(io.cwd, options.dataDir);
        const dir = join(dataDir, 'events');
        const asked = askedOf(given, io);
        if (!isThere(dir)) throw new CliError(`There is no event log in ${dir}.`, EXIT.io);
        const progress = new ProgressLine(io);
        const stop = stopOnSignal();
        try {
          const outcome = await backtest({
            ...{ config, rules: asked, dir, samples, ...range },
            noDemoUpTo: storedMark(join(dataDir, 'desk.db'), 'demo_forgotten'),
            threads: Math.min(MOST_THREADS, availableParallelism()),
            signal: stop.signal,
            onProgress: (state) => progress.show({ ...state, matches: state.hits }),
            ...(options.alerts && {
              onAlerts: (alerts) => {
                progress.clear();
                for (const alert of alerts) io.out(`${JSON.stringify(alert)}\n`);
                return io.finish();
              },
            }),
          });
          progress.clear();
          if (options.json) io.out(`${JSON.stringify(outcome, null, 2)}\n`);
          else if (!options.alerts) io.out(renderBacktest(outcome, io));
          return tell(outcome, io);
        } catch (error) {
          progress.clear();
          if (!(error instanceof BacktestRefused)) throw error;
          io.err(renderRuleFaults(error.faults));
          throw new CliError(visible(error.message), error.faults.length > 0 ? EXIT.config : EXIT.usage);
        } finally {
          stop.release();
        }
      }),
    );
}

/** What is a file or folder is read; the rest are names. */
function askedOf(given: readonly string[], { cwd, err }: CliIo): AskedRules {
  const isPath = (one: string): boolean => existsSync(resolve(cwd, one));
  const { files, faults } = readRuleFiles(given.filter(isPath).map((path) => resolve(cwd, path)));
  err(renderRuleFaults(faults));
  return { files, names: given.filter((one) => !isPath(one)) };
}

/** What a person should know besides the result. Returns the exit code. */
function tell(outcome: BacktestOutcome, { err }: CliIo): number {
  const { faults, damage, counts, stopped } = outcome;
  err(renderRuleFaults(faults));
  for (const one of damage) err(`${damageText(one)}\n`);
  for (const [code, n] of Object.entries(counts)) err(`${code}: ${n}\n`);
  if (stopped) err('Stopped: newer events were not looked at.\n');
  return stopped || faults.length > 0 || damage.length > 0 ? EXIT.findings : EXIT.done;
}

/** The first Ctrl-C asks for what was found so far, the next one ends the process. */
function stopOnSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    release();
  };
  const release = (): void => void process.off('SIGINT', stop).off('SIGTERM', stop);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, release };
}

function samplesOf(text: string): number {
  const samples = Number(text);
  if (/^\d+$/.test(text) && samples <= MOST_SAMPLES) return samples;
  throw new CliError(
    `--samples: expected a whole number up to ${MOST_SAMPLES}, not "${visible(text)}".`,
    EXIT.usage,
  );
}
