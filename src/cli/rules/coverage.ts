import { type Command, Option } from 'commander';
import { ATTACK_VERSION, attackTechnique, attackTechniques } from '../../model/attack.js';
import type { Rule } from '../../model/rule.js';
import { numbered } from '../../model/units.js';
import { navigatorLayer, type TechniqueCoverage } from '../../report/navigator-layer.js';
import { renderTable } from '../../report/table.js';
import { buildRuleset } from '../../ruleset.js';
import { visible } from '../../telemetry/visible.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, tellRefused, withRuleOptions } from './chosen-rules.js';

interface CoverageOptions extends RuleOptions {
  readonly format: 'text' | 'json' | 'navigator';
  readonly missing?: boolean;
}

const EXAMPLES = `
Examples:
  vedette rules coverage --format navigator > layer.json      open it at mitre-attack.github.io/attack-navigator
  vedette rules coverage --missing
`;

export function coverageCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('coverage'))
    .description('Which techniques of ATT&CK the rules see, and how many rules each.')
    .argument('[path...]', 'files or folders instead of the configured ones')
    .option('--missing', 'the techniques that no rule sees')
    .addOption(
      new Option('--format <format>', 'how they are printed')
        .choices(['text', 'json', 'navigator'])
        .default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(
      action((paths: readonly string[], options: CoverageOptions) => {
        const { read, settings } = chosenRules(options, io, paths);
        const built = buildRuleset(read.files, settings);
        const loaded = built.ruleset.rules.filter(
          (rule) => rule.kind !== 'detection' || rule.partOf === undefined,
        );
        const { seen, unknown } = coverageOf(loaded);
        const shown = options.missing ? missingFrom(seen) : seen;
        if (options.format === 'navigator') io.out(`${navigatorLayer(shown, ATTACK_VERSION)}\n`);
        else if (options.format === 'json')
          for (const technique of shown) io.out(`${JSON.stringify(technique)}\n`);
        else {
          const rows = shown.map(({ id, name, tactics, rules: own }) => [
            id,
            String(own.length),
            name,
            tactics.join(' '),
          ]);
          io.out(renderTable([['ID', 'RULES', 'TECHNIQUE', 'TACTICS'], ...rows], { width: io.width }));
          io.out(
            `\n${seen.length} of ${attackTechniques().length} techniques of ATT&CK ${ATTACK_VERSION}, ${numbered(loaded.length, 'rule')}\n`,
          );
        }
        for (const id of unknown)
          io.err(`ATT&CK ${ATTACK_VERSION} has no technique ${visible(id)}; see vedette rules lint.\n`);
        return tellRefused(read, built, io).length > 0 ? EXIT.findings : EXIT.done;
      }),
    );
}

/** By the id in force: a rule tagged with a replaced one counts for what took its place. In order of ids. */
function coverageOf(rules: readonly Rule[]): { seen: TechniqueCoverage[]; unknown: string[] } {
  const titles = new Map<string, string[]>();
  const unknown = new Set<string>();
  for (const rule of rules) {
    const ids = new Set<string>();
    for (const id of rule.tags.flatMap((tag) => /^attack\.(t\d[\d.]*)$/i.exec(tag)?.[1] ?? [])) {
      const technique = attackTechnique(id);
      if (technique === null) unknown.add(id.toUpperCase());
      else ids.add(technique.id);
    }
    for (const id of ids) titles.set(id, [...(titles.get(id) ?? []), rule.title]);
  }
  const seen = attackTechniques().flatMap(({ id, name, tactics }) => {
    const own = titles.get(id);
    return own === undefined ? [] : [{ id, name, tactics: tactics.map(({ tag }) => tag), rules: own }];
  });
  return { seen, unknown: [...unknown].sort() };
}

function missingFrom(seen: readonly TechniqueCoverage[]): TechniqueCoverage[] {
  const known = new Set(seen.map(({ id }) => id));
  return attackTechniques()
    .filter(({ id }) => !known.has(id))
    .map(({ id, name, tactics }) => ({ id, name, tactics: tactics.map(({ tag }) => tag), rules: [] }));
}
