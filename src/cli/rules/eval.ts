import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { evalCases, evalEvents } from '../rules-eval.js';
import { chosenRules, type RuleOptions, withRuleOptions } from './chosen-rules.js';

interface EvalOptions extends RuleOptions {
  readonly cases?: string;
  readonly policy: 'each' | 'reset';
  readonly events?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  vedette parse-line --json < auth.log > events.ndjson && vedette rules eval --events events.ndjson
  vedette rules eval -r my-rules/ --events events.ndjson --json | jq -r .title
  vedette rules eval --cases cases.jsonl --policy each
`;

export function evalCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('eval'))
    .description('Run rules over events, or a file of cases, and print what matches.')
    .option('--events <file>', 'events as JSON lines')
    .option('--cases <file>', 'JSON lines of {id, rule, event} or {id, rules, events: [{t, event}]}')
    .addOption(
      new Option('--policy <policy>', 'when correlations of cases fire again')
        .choices(['each', 'reset'])
        .default('reset'),
    )
    .option('--json', 'matches as JSON lines')
    .addHelpText('after', EXAMPLES)
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
        if (options.events === undefined) {
          throw new CliError('rules eval needs --events FILE or --cases FILE.', EXIT.usage);
        }
        const { read, settings } = chosenRules(options, io);
        const events = createInterface({
          input: createReadStream(resolve(io.cwd, options.events)),
          crlfDelay: Number.POSITIVE_INFINITY,
        });
        return await evalEvents({ read, settings, events, json: options.json ?? false }, write, io.err);
      }),
    );
}
