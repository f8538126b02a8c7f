import type { CorrelationRule } from '../model/rule.js';
import { ruleWords, withRuleWords } from './read/condition.js';
import { quoted, type RuleErrorCode, suggest } from './rule-error.js';

/** Where a correlation names some of its rules a second time: the lines in its file, 0 = nowhere. */
export interface NamedAgain {
  readonly condition: number;
  readonly absent: number;
}

/** What stands for the rule of an id or name; undefined = there is none. */
type Find = (reference: string) => number | undefined;

/** Of a condition with more unknown names, the others are not told. */
const MAX_TOLD = 20;

/** What the condition and `absent` name that is none of the correlation's rules, neither by id nor by name. */
export function misnamed(
  rule: CorrelationRule,
  find: Find,
  lines: NamedAgain,
): { readonly code: RuleErrorCode; readonly line: number; readonly message: string }[] {
  const { absent } = rule;
  const listed = listedNames(rule, find);
  const words = new Set(ruleWords(rule.condition?.expression ?? ''));
  const faults: { code: RuleErrorCode; line: number; message: string }[] = [...words]
    .filter((word) => listed(word) === undefined)
    .slice(0, MAX_TOLD)
    .map((word) => ({
      code: 'rule.condition',
      line: lines.condition,
      message: `The condition names ${quoted(word)}, which is not a rule of the correlation${suggest(word, rule.rules)}; correct it, or list it under "rules".`,
    }));
  if (absent !== undefined && listed(absent) === undefined) {
    faults.push({
      code: 'rule.structure',
      line: lines.absent,
      message: `"absent" must be one of the rules of the correlation, not ${quoted(absent)}${suggest(absent, rule.rules)}.`,
    });
  }
  return faults;
}

/** The correlation with its rules called everywhere as under `rules`, by id or by name. Nothing may be misnamed. */
export function withListedNames(rule: CorrelationRule, find: Find): CorrelationRule {
  const { absent, condition } = rule;
  const listed = listedNames(rule, find);
  const rename = (word: string): string => listed(word) ?? word;
  if (absent !== undefined) return { ...rule, absent: rename(absent) };
  if (condition === null || condition.expression === null) return rule;
  return { ...rule, condition: { ...condition, expression: withRuleWords(condition.expression, rename) } };
}

/** What a rule is called under `rules`; undefined = it is not there. */
function listedNames({ rules }: CorrelationRule, find: Find): (word: string) => string | undefined {
  const written = new Set(rules);
  const byRule = new Map<number | undefined, string>();
  for (const name of rules) if (!byRule.has(find(name))) byRule.set(find(name), name);
  byRule.delete(undefined);
  return (word) => (written.has(word) ? word : byRule.get(find(word)));
}
