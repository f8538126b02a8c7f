import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { refusedRules } from '../model/rule.js';
import { formatCount, numbered } from '../model/units.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { chooseRuleset } from '../ruleset.js';
import type { Backend, OptionValues } from '../sigma/convert/backend.js';
import { type ConvertedRules, convertRules } from '../sigma/convert/convert.js';
import { readOptions } from '../sigma/convert/options.js';
import { BACKENDS } from '../sigma/convert/registry.js';
import { visible } from '../telemetry/visible.js';
import { CliError, type CliIo, EXIT } from './io.js';
import { collect } from './list-option.js';
import type { CommandDefinition } from './program.js';
import { chosenRules, type RuleOptions } from './rules/chosen-rules.js';

interface ConvertOptions extends Omit<RuleOptions, 'rules'> {
  readonly target: string;
  readonly format?: string;
  readonly option?: readonly string[];
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  vedette convert rules/sigma/linux                            queries for Loki, one a line
  vedette convert -p loki_promtail_sysmon sigmahq/rules/windows
  vedette convert -f ruler -o rules.yaml -O case_sensitive=true my-rules/

What there is of formats and options: docs/reference/convert.md
`;

export const convertCommand: CommandDefinition = (program, { io, action }) => {
  program
    .command('convert')
    .description('Write Sigma rules as queries of other systems; exit 1 when some could not be.')
    .argument('<path...>', 'files or folders of rules')
    .addOption(
      new Option('-t, --target <name>', 'query language').choices(Object.keys(BACKENDS)).default('loki'),
    )
    .option('-f, --format <name>', 'what is written; without it the queries')
    .option('-p, --pipeline <name>', 'processing pipeline, by name or path; more than once for more', collect)
    .option('-O, --option <key=value>', 'option of the target; more than once for more', collect)
    .option('-c, --config <file>', 'configuration whose pipelines and placeholders are used')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action(
      action((paths: readonly string[], options: ConvertOptions) => {
        const backend = BACKENDS[options.target]!;
        const format = formatOf(backend, options.format);
        const converter = backend.open(valuesOf(backend, options.option ?? []));
        const { read, settings } = chosenRules(options, io, paths);
        const { rules, silenced, faults } = chooseRuleset(read.files, { ...settings, elsewhere: true });
        const refused = [...read.faults, ...faults];
        io.err(renderRuleFaults(refused));
        const placeholders = settings.placeholders ?? {};
        const result = convertRules(rules, converter, { placeholders, silenced });
        const left = refusedRules([...refused, ...result.faults]);
        tell(result, left, io);
        if (read.files.length === 0 && read.faults.length > 0) return EXIT.io;
        if (!rules.some(({ kind }) => kind !== 'filter'))
          throw new CliError('No rule could be loaded.', EXIT.config);
        write(converter.render(format, result.converted), options.output, io);
        if (read.faults.length > 0) return EXIT.io;
        return left > 0 ? EXIT.findings : EXIT.done;
      }),
    );
};

/** `default` is what other tools call the first one. */
function formatOf({ formats }: Backend, name = 'default'): string {
  const known = Object.keys(formats);
  if (name === 'default') return known[0]!;
  if (known.includes(name)) return name;
  throw new CliError(`There is no format "${name}"; there are ${known.join(', ')}.`, EXIT.usage);
}

function valuesOf({ options }: Backend, given: readonly string[]): OptionValues {
  try {
    return readOptions(options, given);
  } catch (error) {
    throw new CliError((error as Error).message, EXIT.usage);
  }
}

function tell({ converted, faults }: ConvertedRules, left: number, { err }: CliIo): void {
  err(renderRuleFaults(faults));
  for (const { rule, warnings } of converted) {
    const { file, line } = rule.place;
    for (const warning of warnings) err(`${visible(file)}:${line}: ${warning}\n`);
  }
  if (left > 0) err(`${numbered(converted.length, 'rule')} converted, ${formatCount(left)} not.\n`);
}

function write(text: string, file: string | undefined, io: CliIo): void {
  if (file === undefined) io.out(text);
  else writeFileSync(resolve(io.cwd, file), text);
}
