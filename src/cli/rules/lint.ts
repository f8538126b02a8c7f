import { type Command, Option } from 'commander';
import type { Config } from '../../config/schema.js';
import { hintsBySource } from '../../config/source-hints.js';
import { type Finding, SEVERITIES, type Severity } from '../../model/finding.js';
import { closedLogsources, type Logsource } from '../../model/logsource.js';
import { countFindings, renderFindings } from '../../report/lint-text.js';
import { renderSarif } from '../../report/sarif.js';
import { buildRuleset } from '../../ruleset.js';
import '../../normalizers/registry.js';
import { lintRules } from '../../sigma/lint/lint.js';
import { CHECKS, REFUSALS } from '../../sigma/lint/registry.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleChoice, shownPath, withRuleChoice } from './chosen-rules.js';

interface LintOptions extends RuleChoice {
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
  withRuleChoice(rules.command('lint'))
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
        const { read, config } = chosenRules(options, io, paths);
        const { ruleset, faults } = buildRuleset(read.files, []);
        const findings = lintRules({
          files: read.files,
          rules: ruleset.rules,
          faults: [...read.faults, ...faults],
          stated: [...closedLogsources(), ...statedBy(config)],
        }).map((finding): Finding => {
          return { ...finding, place: { ...finding.place, file: shownPath(finding.place.file, io) } };
        });
        const shown = findings.filter(({ severity }) => isAtLeast(severity, options.minSeverity));
        if (options.format === 'sarif')
          io.out(`${renderSarif(shown, { ...REFUSALS, ...CHECKS }, version)}\n`);
        else if (options.format === 'json') for (const finding of shown) io.out(`${toLine(finding)}\n`);
        else io.out(`${renderFindings(shown, io)}${countFindings(shown)} in ${ruleset.rules.length} rules\n`);
        return findings.some(({ severity }) => isAtLeast(severity, options.failOn))
          ? EXIT.findings
          : EXIT.done;
      }),
    );
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
