import { type Command, Option } from 'commander';
import { LEVELS, type Level, type Rule } from '../../model/rule.js';
import { renderTable } from '../../report/table.js';
import { buildRuleset } from '../../ruleset.js';
import { replacedRules } from '../../sigma/references.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, tellRefused, withRuleOptions } from './chosen-rules.js';

interface ListOptions extends RuleOptions {
  readonly json?: boolean;
  readonly kind?: Rule['kind'];
  readonly minLevel?: Level;
  readonly status?: string;
  readonly tag?: string;
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
  readonly title?: string;
}

const KINDS = ['detection', 'correlation', 'filter'] as const satisfies readonly Rule['kind'][];

export function listCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('list'))
    .description('The rules that load, and those that are refused with the reason.')
    .addOption(new Option('--kind <kind>', 'only these').choices(KINDS))
    .addOption(new Option('--min-level <level>', 'only this level and above').choices(LEVELS))
    .option('--status <status>', 'only those of this status')
    .option('--tag <tag>', 'only those with a tag that begins so, e.g. attack.t1110')
    .option('--product <product>', 'only those whose logsource has this product')
    .option('--category <category>', 'only those whose logsource has this category')
    .option('--service <service>', 'only those whose logsource has this service')
    .option('--title <text>', 'only those with this text in the title')
    .option('--json', 'one rule as JSON a line')
    .action(
      action((options: ListOptions) => {
        const { read, settings } = chosenRules(options, io);
        const built = buildRuleset(read.files, settings);
        const refused = read.faults.length + built.faults.length;
        const all = built.ruleset.rules;
        const shown = all.filter((rule) => isWanted(rule, options));
        if (options.json) {
          const replaced = replacedRules(all);
          for (const rule of shown) {
            const { kind, id, title, level, status, tags, related, place, hash } = rule;
            const { file, line } = place;
            const told = { kind, id, title, level, status, tags, related, file, line, hash };
            io.out(`${JSON.stringify({ ...told, replaced_by: replaced.get(rule)?.id })}\n`);
          }
        } else {
          const rows = shown.map((rule) => [
            rule.level,
            rule.kind,
            rule.title,
            rule.tags.filter((tag) => /^attack\.t\d/.test(tag)).join(' '),
          ]);
          io.out(renderTable([['LEVEL', 'KIND', 'TITLE', 'ATT&CK'], ...rows], { width: io.width }));
          const count = shown.length < all.length ? `${shown.length} of ${all.length}` : `${all.length}`;
          io.out(`\n${count} rules, ${refused} refused\n`);
        }
        tellRefused(read, built, io);
        return refused > 0 ? EXIT.findings : EXIT.done;
      }),
    );
}

function isWanted(rule: Rule, { kind, minLevel, status, tag, title, ...wanted }: ListOptions): boolean {
  const isSame = (word: string | null | undefined, text: string | undefined): boolean =>
    text === undefined || word?.toLowerCase() === text.toLowerCase();
  const logsource = rule.kind === 'correlation' ? null : rule.logsource;
  return (
    (kind === undefined || rule.kind === kind) &&
    (minLevel === undefined || LEVELS.indexOf(rule.level) >= LEVELS.indexOf(minLevel)) &&
    isSame(rule.status, status) &&
    (tag === undefined || rule.tags.some((own) => own.toLowerCase().startsWith(tag.toLowerCase()))) &&
    isSame(logsource?.product, wanted.product) &&
    isSame(logsource?.category, wanted.category) &&
    isSame(logsource?.service, wanted.service) &&
    (title === undefined || rule.title.toLowerCase().includes(title.toLowerCase()))
  );
}
