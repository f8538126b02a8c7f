import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import { visible } from '../../telemetry/visible.js';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { evalCases, evalEvents } from '../rules-eval.js';

interface EvalOptions {
  readonly cases?: string;
  readonly policy: 'each' | 'reset';
  readonly rules?: string[];
  readonly events?: string;
  readonly json?: boolean;
}

export function evalCommand(rules: Command, { io, action }: CliContext): void {
  rules
    .command('eval')
    .description('Run rules over events, or a file of cases, and print what matches.')
    .option('--cases <file>', 'JSON lines of {id, rule, event} or {id, rules, events: [{t, event}]}')
    .addOption(
      new Option('--policy <policy>', 'when correlations fire again')
        .choices(['each', 'reset'])
        .default('reset'),
    )
    .option('-r, --rules <path...>', 'rule files or folders')
    .option('--events <file>', 'events as JSON lines')
    .option('--json', 'matches as JSON lines')
    .action(
      action(async (options: EvalOptions) => {
        const write = (line: string): void => io.out(`${line}\n`);
        if (options.cases !== undefined) {
          const lines = readFileSync(resolve(io.cwd, options.cases), 'utf8')
            .split('\n')
            .filter((line) => line.trim() !== '');
          evalCases(lines, write, { policy: options.policy });
          return EXIT.done;
        }
        if (options.rules === undefined || options.events === undefined) {
          throw new CliError('rules eval needs --cases FILE, or -r PATH… and --events FILE.', EXIT.usage);
        }
        const events = createInterface({
          input: createReadStream(resolve(io.cwd, options.events)),
          crlfDelay: Number.POSITIVE_INFINITY,
        });
        const paths = options.rules.map((path) => resolve(io.cwd, path));
        return await evalEvents({ paths, events, json: options.json ?? false }, write, (message) =>
          io.err(`${visible(message)}\n`),
        );
      }),
    );
}
