import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, configSchema } from '../../config/schema.js';
import type { Rule, RuleFault } from '../../model/rule.js';
import { renderJunit, type TestCase, type TestSuite } from '../../report/junit.js';
import { buildRuleset } from '../../ruleset.js';
import { visible } from '../../telemetry/visible.js';
import { type CliIo, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleChoice, shownPath, withRuleChoice } from './chosen-rules.js';
import { reasonAgainst } from './explain.js';
import { createSampleLine, openedTitles, type SampleLine } from './sample-line.js';
import { readSamples, type Samples, SamplesError, START, timedLines } from './samples.js';

interface TestOptions extends RuleChoice {
  readonly samples?: string;
  readonly junit?: string;
}

const EXAMPLES = `
Examples:
  vedette rules test rules/                         lnx_su.yml has its samples in lnx_su.samples
  vedette rules test rules/ --samples tests/        … or in tests/, under the path of the rule
  vedette rules test rules/ --junit results.xml
`;

export function testCommand(rules: Command, { io, action }: CliContext): void {
  withRuleChoice(rules.command('test'))
    .description('Run the samples of rules through the whole line; exit 1 when one does not end as it says.')
    .argument('[path...]', 'files or folders instead of the configured ones')
    .option(
      '--samples <folder>',
      'where the samples are, under the paths of the rules (default: beside them)',
    )
    .option('--junit <file>', 'also write the results as JUnit XML')
    .addHelpText('after', EXAMPLES)
    .action(
      action((paths: readonly string[], options: TestOptions) => {
        const { read, disable, config } = chosenRules(options, io, paths);
        const built = buildRuleset(read.files, disable);
        // Of rules that are named the results are the same everywhere, unless a configuration is named, too.
        const settings = config ?? configSchema.parse({});
        const line = createSampleLine(built, settings);
        const roots = [...(options.rules ?? []), ...paths].map((path) => resolve(io.cwd, path));
        const suites = read.files.map(({ path }): TestSuite => {
          const text = samplesText(path, roots, options.samples, io);
          const own = built.ruleset.rules.filter(({ place }) => place.file === path);
          const faults = [...read.faults, ...built.faults].filter(({ place }) => place.file === path);
          return {
            name: shownPath(path, io),
            cases: [
              ...faults.map(refusal),
              ...casesOf(text, own, built.ruleset.rules, line, settings.extractors),
            ],
          };
        });
        const tested = suites.filter(({ cases }) => cases.length > 0);
        if (options.junit !== undefined) writeFileSync(resolve(io.cwd, options.junit), renderJunit(tested));
        return report(tested, suites.length - tested.length, io);
      }),
    );
}

/** Text of the samples of a rule file; null = it has none. */
function samplesText(
  file: string,
  roots: readonly string[],
  folder: string | undefined,
  { cwd }: CliIo,
): string | null {
  const beside = file.replace(/\.ya?ml$/i, '') + EXTENSION;
  const root = roots.find((path) => !relative(path, file).startsWith('..'));
  const path =
    folder === undefined ? beside : resolve(cwd, folder, root === undefined ? file : relative(root, file));
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Not `.yml`: a folder of rules is read as a whole. */
const EXTENSION = '.samples';

function refusal({ place, message }: RuleFault): TestCase {
  return { name: `line ${place.line} loads`, failure: message };
}

function casesOf(
  text: string | null,
  own: readonly Rule[],
  all: readonly Rule[],
  line: SampleLine,
  extractors: Config['extractors'],
): TestCase[] {
  if (text === null) return [];
  try {
    return [...readSamples(text)].flatMap(([title, samples]) => {
      const rule = own.find((candidate) => candidate.title === title);
      if (rule !== undefined) return run(rule, samples, all, line, extractors);
      return [{ name: title, failure: 'The file of the samples has this title, the rule file has not.' }];
    });
  } catch (error) {
    if (error instanceof SamplesError) return [{ name: 'samples', failure: error.message }];
    throw error;
  }
}

function run(
  rule: Rule,
  samples: Samples,
  all: readonly Rule[],
  line: SampleLine,
  extractors: Config['extractors'],
): TestCase[] {
  const { title } = rule;
  if ('timelines' in samples) {
    return samples.timelines.map((timeline) => {
      const opened = openedTitles(line.alertChanges(timedLines(timeline)));
      const right = opened.join('\n') === timeline.alerts.join('\n');
      const failure = `expected ${listed(timeline.alerts)}, got ${listed(opened)}`;
      return { name: `${title}: ${timeline.name}`, failure: right ? null : failure };
    });
  }
  const index = all.indexOf(rule);
  const matches = (record: string): boolean => line.hitsOf(record, START).includes(index);
  const why = (record: string): string =>
    `It does not match${rule.kind === 'detection' ? `: ${reasonAgainst(rule, all, record, START, extractors)}` : ', it is no rule of single events'}.`;
  return [
    ...samples.match.map((record) => {
      return { name: `${title} matches ${record}`, failure: matches(record) ? null : why(record) };
    }),
    ...samples.no_match.map((record) => {
      return { name: `${title} does not match ${record}`, failure: matches(record) ? 'It matches.' : null };
    }),
  ];
}

function listed(titles: readonly string[]): string {
  return titles.length === 0 ? 'no alert' : titles.map((title) => `"${title}"`).join(', ');
}

function report(suites: readonly TestSuite[], without: number, io: CliIo): number {
  let failed = 0;
  for (const { name, cases } of suites) {
    for (const { name: what, failure } of cases) {
      if (failure === null) continue;
      failed++;
      io.out(`${visible(name)}: ${visible(what)}\n    ${visible(failure)}\n`);
    }
  }
  const count = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  io.out(`${count - failed} of ${count} samples as they should be, ${without} files without samples\n`);
  return failed > 0 ? EXIT.findings : EXIT.done;
}
