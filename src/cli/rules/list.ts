import { type Command, Option } from 'commander';
import { switchedRules } from '../../daemon/switched-rules.js';
import { LEVELS, type Level, type Rule, refusedRules } from '../../model/rule.js';
import { numbered } from '../../model/units.js';
import { renderTable } from '../../report/table.js';
import { buildRuleset } from '../../ruleset.js';
import { replacedRules } from '../../sigma/references.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, shownPath, tellRefused, withRuleOptions } from './chosen-rules.js';
import { ruleStates } from './rule-states.js';

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

const EXAMPLES = `
Examples:
  vedette rules list --min-level high --product linux
  vedette rules list my-rules/                          what loads, and what is refused and why
  vedette rules list --tag attack.t1110 --json | jq -r .file
`;

export function listCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('list'))
    .description('The rules that load, and those that are refused with the reason.')
    .argument('[path...]', 'files or folders instead of the configured ones')
    .addOption(new Option('--kind <kind>', 'only these').choices(KINDS))
    .addOption(new Option('--min-level <level>', 'only this level and above').choices(LEVELS))
    .option('--status <status>', 'only those of this status')
    .option('--tag <tag>', 'only those with a tag that begins so, e.g. attack.t1110')
    .option('--product <product>', 'only those whose logsource has this product')
    .option('--category <category>', 'only those whose logsource has this category')
    .option('--service <service>', 'only those whose logsource has this service')
    .option('--title <text>', 'only those with this text in the title')
    .option('--json', 'one rule as JSON a line')
    .addHelpText('after', EXAMPLES)
    .action(
      action(async (paths: readonly string[], options: ListOptions) => {
        const { read, settings, config } = chosenRules(options, io, paths);
        // Rules that are named are no daemon's.
        const isNamed = options.rules !== undefined || paths.length > 0;
        const states = config === null || isNamed ? null : await ruleStates(config, io);
        const on = states?.switches.filter(({ enabled }) => enabled) ?? [];
        // Those that were turned off are shown as such.
        const built = buildRuleset(read.files, states === null ? settings : switchedRules(config!.rules, on));
        const refused = refusedRules([...read.faults, ...built.faults]);
        const all = built.ruleset.rules;
        const shown = all.filter((rule) => isWanted(rule, options));
        if (options.json) {
          const replaced = replacedRules(all);
          for (const rule of shown) {
            const { kind, id, title, level, status, tags, related, place, hash } = rule;
            const { file, line } = place;
            const told = { kind, id, title, level, status, tags, related, file, line, hash };
            const enabled = states?.isEnabled(rule);
            const switched = states?.switchOf(rule);
            const more = { replaced_by: replaced.get(rule)?.id, enabled, switched };
            io.out(`${JSON.stringify({ ...told, ...more })}\n`);
          }
        } else {
          const words = (rule: Rule): string => states?.words(rule) ?? '';
          // Nearly always all is as the configuration says.
          const hasStates = shown.some((rule) => words(rule) !== '');
          const rows = shown.map((rule) => [
            ...[rule.level, rule.kind, rule.title],
            rule.tags.filter((tag) => /^attack\.t\d/.test(tag)).join(' '),
            ...(hasStates ? [words(rule)] : []),
            shownPath(rule.place.file, io),
          ]);
          const heading = ['LEVEL', 'KIND', 'TITLE', 'ATT&CK', ...(hasStates ? ['STATE'] : []), 'FILE'];
          io.out(renderTable([heading, ...rows], { width: io.width }));
          const count =
            shown.length < all.length
              ? `${shown.length} of ${all.length} rules`
              : numbered(all.length, 'rule');
          const off = all.filter((rule) => states?.isEnabled(rule) === false).length;
          io.out(`\n${count}, ${off > 0 ? `${off} of them off, ` : ''}${refused} refused\n`);
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
