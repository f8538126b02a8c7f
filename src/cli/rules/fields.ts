import type { Command } from 'commander';
import { ENVELOPE_READERS } from '../../model/envelope-fields.js';
import { isEcsField } from '../../model/event.js';
import { closedLogsource } from '../../model/logsource.js';
import {
  DERIVED_FIELDS,
  type DetectionRule,
  type FilterRule,
  type Rule,
  type RuleLogsource,
  type Selection,
} from '../../model/rule.js';
import { renderTable } from '../../report/table.js';
import { buildRuleset } from '../../ruleset.js';
import { aliasesOf } from '../../sigma/match/taxonomy.js';
import { EXIT } from '../io.js';
import type { CliContext } from '../program.js';
import { chosenRules, type RuleOptions, tellRefused, withRuleOptions } from './chosen-rules.js';

interface FieldsOptions extends RuleOptions {
  readonly json?: boolean;
  readonly unknown?: boolean;
}

interface FieldUse {
  readonly field: string;
  /** How many rules name it. */
  readonly rules: number;
  /** Where else than among the record's own names it is looked up; null = nowhere. */
  readonly found: string | null;
}

export function fieldsCommand(rules: Command, { io, action }: CliContext): void {
  withRuleOptions(rules.command('fields'))
    .description(
      'Which fields the rules ask for, how many rules each, and where they are found besides in the record.',
    )
    .argument('[path...]', 'files or folders instead of the configured ones')
    .option('--unknown', 'only those that are in the record under that name or nowhere')
    .option('--json', 'one field as JSON a line')
    .action(
      action((paths: readonly string[], options: FieldsOptions) => {
        const { read, settings } = chosenRules(options, io, paths);
        const built = buildRuleset(read.files, settings);
        const all = usesOf(built.ruleset.rules);
        const shown = options.unknown ? all.filter(({ found }) => found === null) : all;
        if (options.json) for (const use of shown) io.out(`${JSON.stringify(use)}\n`);
        else {
          const rows = shown.map(({ field, rules: count, found }) => [field, String(count), found ?? '']);
          io.out(renderTable([['FIELD', 'RULES', 'ALSO FOUND AS'], ...rows], { width: io.width }));
        }
        return tellRefused(read, built, io).length > 0 ? EXIT.findings : EXIT.done;
      }),
    );
}

/** The most used first. */
function usesOf(rules: readonly Rule[]): FieldUse[] {
  const users = new Map<string, Set<string>>();
  const found = new Map<string, Set<string>>();
  const use = (field: string, id: string, logsource: RuleLogsource): void => {
    users.set(field, (users.get(field) ?? new Set()).add(id));
    const names = found.get(field) ?? new Set<string>();
    for (const name of namesOf(field, logsource)) names.add(name);
    found.set(field, names);
  };
  for (const rule of rules) {
    const logsource = rule.kind === 'correlation' ? NO_LOGSOURCE : rule.logsource;
    const id = rule.kind === 'detection' ? (rule.partOf ?? rule.id) : rule.id;
    for (const field of fieldsOf(rule)) use(field, id, logsource);
  }
  return [...users]
    .map(([field, ids]) => {
      const names = [...found.get(field)!].sort();
      return { field, rules: ids.size, found: names.length === 0 ? null : names.join(', ') };
    })
    .sort((a, b) => b.rules - a.rules || (a.field < b.field ? -1 : 1));
}

const NO_LOGSOURCE: RuleLogsource = { category: null, product: null, service: null };

function fieldsOf(rule: Rule): string[] {
  if (rule.kind !== 'correlation') return selectedFields(rule);
  return [...rule.groupBy, ...(rule.condition?.fields ?? [])].filter(
    (field) => !DERIVED_FIELDS.includes(field) && !rule.aliases.has(field),
  );
}

function selectedFields({ selections }: DetectionRule | FilterRule): string[] {
  const ofSelection = (selection: Selection): string[] =>
    selection.kind === 'all'
      ? selection.items.flatMap(({ field }) => (field === null ? [] : [field]))
      : selection.of.flatMap(ofSelection);
  return [...selections.values()].flatMap(ofSelection);
}

/** As the event view looks it up: the names that the taxonomy has for it, the event's own field. */
function namesOf(field: string, { category, product, service }: RuleLogsource): string[] {
  const logsource = closedLogsource({
    product,
    categories: category === null ? [] : [category],
    services: service === null ? [] : [service],
  });
  const alias = aliasesOf(logsource).get(field);
  const names = alias === undefined ? [] : [...alias.fields, ...(alias.ecs === null ? [] : [alias.ecs])];
  return isEcsField(field) || ENVELOPE_READERS.has(field) ? [...names, field] : names;
}
