import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { isEvtx } from '../../sources/evtx/evtx-lines.js';
import { visible } from '../../telemetry/visible.js';
import { CliError, type CliIo, EXIT, textLines } from '../io.js';
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
  vedette rules eval my-rules/ --events events.ndjson --json | jq -r .title
  vedette rules eval --cases cases.jsonl --policy each
`;

export function evalCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('eval'))
    .description('Run rules over events, or a file of cases, and print what matches.')
    .argument('[path...]', 'files or folders instead of the configured ones')
    .option('--events <file>', 'events as JSON lines; - for stdin')
    .option('--cases <file>', 'JSON lines of {id, rule, event} or {id, rules, events: [{t, event}]}')
    .addOption(
      new Option('--policy <policy>', 'when correlations of cases fire again')
        .choices(['each', 'reset'])
        .default('reset'),
    )
    .option('--json', 'matches as JSON lines')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (paths: readonly string[], options: EvalOptions) => {
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
        const { read, settings, config } = chosenRules(options, io, paths);
        const events = textLines(eventBlocks(options.events, io));
        return await evalEvents(
          { read, settings, events, config, json: options.json ?? false },
          write,
          io.err,
        );
      }),
    );
}

/** Throws where they are no text. */
async function* eventBlocks(given: string, { cwd, stdin }: CliIo): AsyncGenerator<Buffer> {
  const blocks: AsyncIterable<Buffer> = given === '-' ? stdin() : createReadStream(resolve(cwd, given));
  let isFirst = true;
  for await (const block of blocks) {
    if (isFirst && isEvtx(block)) throw new CliError(evtxAdvice(visible(given)), EXIT.usage);
    isFirst = false;
    yield block;
  }
}

function evtxAdvice(file: string): string {
  return `${file} is a Windows event log: vedette parse-line --json < ${file} makes events of it, vedette scan tells what rules find in it.`;
}
