import { type Command, Option } from 'commander';
import type { Config } from '../../config/schema.js';
import { hintsBySource } from '../../config/source-hints.js';
import { type Finding, SEVERITIES, type Severity } from '../../model/finding.js';
import { knownLogsources, type Logsource } from '../../model/logsource.js';
import type { RuleFault } from '../../model/rule.js';
import { countFindings, renderFindings } from '../../report/lint-text.js';
import { renderSarif } from '../../report/sarif.js';
import { buildRuleset, chooseRuleset } from '../../ruleset.js';
import '../../normalizers/registry.js';
import { numbered } from '../../model/units.js';
import { lintRules } from '../../sigma/lint/lint.js';
import { CHECKS, FILE_CHECKS, REFUSALS } from '../../sigma/lint/registry.js';
import { CliError, EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, shownPath, withRuleOptions } from './chosen-rules.js';

interface LintOptions extends RuleOptions {
  readonly minSeverity: Severity;
  readonly failOn: Severity;
  readonly format: 'text' | 'json' | 'sarif';
}

const EXAMPLES = `
Examples:
  vedette rules lint                                   the rules that the configuration names
  vedette rules lint rules/ --fail-on warning
  vedette rules lint rules/ --format sarif > lint.sarif
`;

export function lintCommand(rules: Command, { io, action, version }: CliContext): void {
  withRuleOptions(rules.command('lint'))
    .description(
      'What is wrong with rules, or could be said better: each finding with its place, reason and remedy.',
    )
    .argument('[path...]', 'files or folders instead of the configured ones')
    .addOption(
      new Option('--min-severity <severity>', 'only this severity and above')
        .choices(SEVERITIES)
        .default('info'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 for findings of this severity and above')
        .choices(SEVERITIES)
        .default('error'),
    )
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(
      action((paths: readonly string[], options: LintOptions) => {
        const { read, settings, config } = chosenRules(options, io, paths);
        const files = read.files.filter(({ kind }) => kind !== 'pipeline');
        if (files.length === 0 && read.faults.length === 0)
          throw new CliError('There is no rule file: *.yml and *.yaml are looked at.', EXIT.config);
        const { placeholders } = settings;
        // Rules are looked at as they are written; only what is refused is told as the pipelines leave it.
        const { rules: written, faults } = chooseRuleset(files, {});
        const built = buildRuleset(read.files, { placeholders });
        const findings = lintRules({
          files,
          rules: written,
          faults: distinct([...read.faults, ...faults, ...built.faults]),
          stated: [...knownLogsources(), ...statedBy(config)],
        }).map((finding): Finding => {
          return { ...finding, place: { ...finding.place, file: shownPath(finding.place.file, io) } };
        });
        const shown = findings.filter(({ severity }) => isAtLeast(severity, options.minSeverity));
        if (options.format === 'sarif')
          io.out(`${renderSarif(shown, { ...REFUSALS, ...FILE_CHECKS, ...CHECKS }, version)}\n`);
        else if (options.format === 'json') for (const finding of shown) io.out(`${toLine(finding)}\n`);
        else
          io.out(
            `${renderFindings(shown, io)}${countFindings(shown)} in ${numbered(written.length, 'rule')}\n`,
          );
        return findings.some(({ severity }) => isAtLeast(severity, options.failOn))
          ? EXIT.findings
          : EXIT.done;
      }),
    );
}

function distinct(faults: readonly RuleFault[]): RuleFault[] {
  const byText = new Map(faults.map((fault) => [JSON.stringify([fault.place, fault.message]), fault]));
  return [...byText.values()];
}

/** What the configuration says of sources whose records no normalizer recognises. */
function statedBy(config: Config | null): Logsource[] {
  return [...hintsBySource(config?.sources ?? []).values()].flatMap(({ logsource }) => logsource ?? []);
}

function toLine({ place, ...finding }: Finding): string {
  return JSON.stringify({ ...finding, file: place.file, line: place.line });
}

function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}
