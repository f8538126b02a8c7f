import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { configSchema } from '../../config/schema.js';
import type { Rule, RuleFault } from '../../model/rule.js';
import { numbered } from '../../model/units.js';
import type { EnrichmentSettings } from '../../pipeline.js';
import { renderJunit, type TestCase, type TestSuite } from '../../report/junit.js';
import { reasonAgainst } from '../../rule-verdict.js';
import { buildRuleset } from '../../ruleset.js';
import type { Placeholders } from '../../sigma/modifiers/expand.js';
import { visible } from '../../telemetry/visible.js';
import { type CliIo, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, shownPath, withRuleOptions } from './chosen-rules.js';
import { regressionCases, type Try } from './regression.js';
import { createSampleLine, openedTitles, type SampleLine } from './sample-line.js';
import { readSamples, type Samples, SamplesError, START, timedLines } from './samples.js';

interface TestOptions extends RuleOptions {
  readonly samples?: string;
  readonly junit?: string;
  readonly requireSamples?: boolean;
}

const EXAMPLES = `
Examples:
  vedette rules test rules/                         lnx_su.yml has its samples in lnx_su.samples
  vedette rules test rules/ --samples tests/        … or in tests/, under the path of the rule
  vedette rules test rules/ --junit results.xml
  vedette rules test rules/ --require-samples       rules without any fail
  cd sigma && vedette rules test rules/             the regression tests of SigmaHQ, too
`;

export function testCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('test'))
    .description('Run the samples of rules through the whole line; exit 1 when one does not end as it says.')
    .argument('[path...]', 'files or folders instead of the configured ones')
    .option(
      '--samples <folder>',
      'where the samples are, under the paths of the rules (default: beside them)',
    )
    .option('--junit <file>', 'also write the results as JUnit XML')
    .option('--require-samples', 'name each rule that has none, and exit 1')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (paths: readonly string[], options: TestOptions) => {
        const { read, settings, config: named } = chosenRules(options, io, paths);
        const built = buildRuleset(read.files, settings);
        // Of rules that are named the results are the same everywhere, unless a configuration is named, too.
        const config = named ?? configSchema.parse({});
        const tested: Tested = {
          rules: built.ruleset.rules,
          line: createSampleLine(built, config),
          enrichment: config,
          placeholders: settings.placeholders ?? {},
          untried: new Set(built.ruleset.rules),
        };
        const faults = [...read.faults, ...built.faults];
        const roots = [...(options.rules ?? []), ...paths].map((path) => resolve(io.cwd, path));
        const files = read.files.filter(({ kind }) => kind !== 'pipeline').map(({ path }) => path);
        const suites: TestSuite[] = [];
        for (const file of new Set([...files, ...faults.map(({ place }) => place.file)])) {
          const samples = samplesOf(file, roots, options.samples, io);
          const refused = refusals(faults.filter(({ place }) => place.file === file));
          const own = casesOf(samples, file, tested, refused.length > 0, io);
          const cases = [...refused, ...own, ...(await regressionsOf(file, tested))];
          const bare = options.requireSamples === true ? untriedOf(file, tested) : [];
          suites.push({ name: shownPath(file, io), cases: [...cases, ...bare] });
        }
        if (options.samples === undefined) suites.push(...orphansBeside(files, roots, io));
        for (const warning of built.warnings) io.err(`${visible(warning)}\n`);
        const full = suites.filter(({ cases }) => cases.length > 0);
        if (options.junit !== undefined) writeFileSync(resolve(io.cwd, options.junit), renderJunit(full));
        const without = suites.length - full.length;
        return report(full, options.requireSamples ? null : without, io);
      }),
    );
}

/** What samples are run through. */
interface Tested {
  readonly rules: readonly Rule[];
  readonly line: SampleLine;
  readonly enrichment: EnrichmentSettings;
  readonly placeholders: Placeholders;
  /** Rules of which no samples were found so far. */
  readonly untried: Set<Rule>;
}

/** Missing samples, where they are asked for. */
const NONE = 'It has no samples.';

/** File of the samples of a rule file; null = it has none. */
function samplesOf(
  file: string,
  roots: readonly string[],
  folder: string | undefined,
  { cwd }: CliIo,
): string | null {
  const path =
    folder === undefined
      ? file.replace(/\.ya?ml$/i, '') + EXTENSION
      : samplesIn(resolve(cwd, folder), file, roots);
  return path !== undefined && isFile(path) ? path : null;
}

/** Samples in the named folders whose rule was renamed or deleted: without a word they would test nothing. */
function orphansBeside(files: readonly string[], roots: readonly string[], io: CliIo): TestSuite[] {
  const isBelow = (folder: string): boolean =>
    roots.some((root) => folder === root || folder.startsWith(root + sep));
  const folders = [...new Set(files.map((file) => dirname(file)))].filter(isBelow);
  return folders.flatMap((folder) => {
    const names = readdirSync(folder);
    const rules = new Set(names.flatMap((name) => /^(.*)\.ya?ml$/i.exec(name)?.[1] ?? []));
    return names
      .filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.'))
      .map((name) => name.slice(0, -EXTENSION.length))
      .filter((name) => !rules.has(name))
      .map((name): TestSuite => {
        const failure = `No rule file ${name}.yml stands beside it; rename it with the rule, or delete it.`;
        return { name: shownPath(join(folder, name + EXTENSION), io), cases: [{ name: 'samples', failure }] };
      });
  });
}

/**
 * Under the path that the rule has below what is named; where that is the rule itself or a part of the tree, under as
 * much of its path as is there. Never under less: those are the samples of another of that name.
 */
function samplesIn(folder: string, file: string, roots: readonly string[]): string | undefined {
  const root = roots.find((path) => !relative(path, file).startsWith('..'));
  const below = root === undefined ? '' : relative(root, file);
  const parts = file.split(sep);
  const ends = parts.map((_, i) => parts.slice(i).join(sep)).filter((end) => end.length >= below.length);
  return [below, ...ends].map((end) => join(folder, end)).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Not `.yml`: a folder of rules is read as a whole. */
const EXTENSION = '.samples';

/** A case for each rule that was refused, with all of its faults. */
function refusals(faults: readonly RuleFault[]): TestCase[] {
  const cases: { name: string; failure: string }[] = [];
  for (const { place, message, further } of faults) {
    const last = cases.at(-1);
    if (further === true && last !== undefined) last.failure += ` Line ${place.line}: ${message}`;
    else cases.push({ name: `line ${place.line} loads`, failure: message });
  }
  return cases;
}

function casesOf(
  path: string | null,
  file: string,
  tested: Tested,
  isRefused: boolean,
  io: CliIo,
): TestCase[] {
  if (path === null) return [];
  try {
    return [...readSamples(readFileSync(path, 'utf8'))].flatMap(([title, samples]) => {
      const rule = tested.rules.find(({ place, title: own }) => place.file === file && own === title);
      if (rule !== undefined) return run(rule, samples, tested);
      const failure = isRefused
        ? 'No rule of this title loads from the rule file; what is refused there stands above.'
        : 'The file of the samples has this title, the rule file has not.';
      return [{ name: title, failure }];
    });
  } catch (error) {
    if (error instanceof SamplesError)
      return [{ name: 'samples', failure: `${shownPath(path, io)}: ${error.message}` }];
    throw error;
  }
}

async function regressionsOf(file: string, tested: Tested): Promise<TestCase[]> {
  const cases: TestCase[] = [];
  for (const rule of tested.rules) {
    if (rule.place.file !== file) continue;
    const own = await regressionCases(rule, tryOn(rule, tested));
    if (own.length > 0) tested.untried.delete(rule);
    cases.push(...own);
  }
  return cases;
}

function untriedOf(file: string, { rules, untried }: Tested): TestCase[] {
  return rules
    .filter((rule) => rule.place.file === file && untried.has(rule))
    .map(({ title }) => ({ name: title, failure: NONE }));
}

function run(rule: Rule, samples: Samples, tested: Tested): TestCase[] {
  const { title } = rule;
  const { line } = tested;
  tested.untried.delete(rule);
  if ('timelines' in samples) {
    return samples.timelines.map((timeline) => {
      const opened = openedTitles(line.alertChanges(timedLines(timeline)));
      const right = opened.join('\n') === timeline.alerts.join('\n');
      const failure = `expected ${listed(timeline.alerts)}, got ${listed(opened)}`;
      return { name: `${title}: ${timeline.name}`, failure: right ? null : failure };
    });
  }
  const test = tryOn(rule, tested);
  return [
    ...samples.match.map((record) => ({ name: `${title} matches ${record}`, failure: test(record) })),
    ...samples.no_match.map((record) => ({
      name: `${title} does not match ${record}`,
      failure: test(record) === null ? 'It matches.' : null,
    })),
  ];
}

function tryOn(rule: Rule, tested: Tested): Try {
  const index = tested.rules.indexOf(rule);
  return (record) => {
    if (tested.line.hitsOf(record, START).includes(index)) return null;
    const why =
      rule.kind === 'detection'
        ? `: ${reasonAgainst(rule, record, START, tested)}`
        : ', it is no rule of single events';
    return `It does not match${why}.`;
  };
}

function listed(titles: readonly string[]): string {
  return titles.length === 0 ? 'no alert' : titles.map((title) => `"${title}"`).join(', ');
}

/** `filesWithout`: null = rules without samples are failures among the others. */
function report(suites: readonly TestSuite[], filesWithout: number | null, io: CliIo): number {
  let failed = 0;
  let bare = 0;
  for (const { name, cases } of suites) {
    for (const { name: what, failure } of cases) {
      if (failure === null) continue;
      if (failure === NONE) bare++;
      else failed++;
      io.out(`${visible(name)}: ${visible(what)}\n    ${visible(failure)}\n`);
    }
  }
  const count = suites.reduce((sum, { cases }) => sum + cases.length, 0) - bare;
  const without = filesWithout === null ? numbered(bare, 'rule') : numbered(filesWithout, 'file');
  io.out(`${count - failed} of ${count} samples as they should be, ${without} without samples\n`);
  if (count === 0) io.err('Nothing was tested: no rule has samples, or --samples leads elsewhere.\n');
  return failed + bare > 0 || count === 0 ? EXIT.findings : EXIT.done;
}
