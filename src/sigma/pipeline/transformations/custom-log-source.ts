import { emptyFields } from '../../../model/json.js';
import type { DetectionRule, FieldItem } from '../../../model/rule.js';
import { NotExpressible } from '../../convert/backend.js';
import {
  boundedClause,
  type Clause,
  clauseOf,
  junction,
  type Leaf,
  leavesOf,
  ruleExpressions,
} from '../../convert/expression.js';
import { itemExpression } from '../../convert/item.js';
import { type Matcher, SELECTION, selectorText } from '../../convert/loki/stream.js';
import { readChain } from '../../modifiers/chain.js';
import { parseItem } from '../../read/parse-detection.js';
import type { YamlEntry } from '../../read/yaml.js';
import { quoted } from '../../rule-error.js';
import type { Subject, Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { filledIn } from './add-condition.js';

/**
 * The stream selector of Loki's queries: `selection` gives labels and their values. `label|fieldref: field` takes the
 * value that the rule asks of the field, where it always asks for one.
 */
export function setCustomLogSource(settings: Settings): Transformation {
  const items = [...settings.entries('selection')].flatMap(([key, entry]) => itemOf(key, entry, settings));
  const ignoreCase = settings.flag('case_insensitive');
  const template = settings.flag('template');
  const names = new Set(items.map(({ field }) => field));
  if (names.size < items.length)
    settings.problem('selection', 'A label can have one condition in a selector; name each of them once.');
  const apply = (subject: Subject): void => {
    const { rule, referenced } = subject;
    if (rule.kind === 'correlation') {
      for (const other of referenced) apply(other);
      return;
    }
    const matchers = items.flatMap((item) =>
      matcherOf(template ? filledIn(item, rule.logsource) : item, rule),
    );
    const selector = selectorText(matchers, ignoreCase);
    if (selector === null) return;
    subject.rule = { ...rule, custom: Object.assign(emptyFields(), rule.custom, { [SELECTION]: selector }) };
  };
  return { apply };
}

function itemOf(key: string, entry: YamlEntry, settings: Settings): FieldItem[] {
  const [item] = settings.problems.attempt<readonly FieldItem[]>(entry.line, [], () => [
    parseItem(key, entry),
  ]);
  const problem = item === undefined ? null : problemOf(item);
  if (problem !== null) settings.problems.add(entry.line, problem);
  return item === undefined || problem !== null ? [] : [item];
}

function problemOf(item: FieldItem): string | null {
  const { operator, all, negated } = readChain(item.modifiers);
  if (item.field === null) return 'A stream selector only supports labels with values, no keywords.';
  if (all || negated)
    return `A selector allows one required value for ${quoted(item.field)}: no "all", no "neq".`;
  const isText = operator === 'text' || operator === 're' || operator === 'fieldref';
  if (isText && item.values.every((value) => typeof value === 'string')) return null;
  return `The label ${quoted(item.field)} only supports texts, "re" and "fieldref".`;
}

function matcherOf(item: FieldItem, rule: DetectionRule): Matcher[] {
  const label = item.field!;
  if (readChain(item.modifiers).operator !== 'fieldref')
    return [{ label, negated: false, tests: testsOf(clauseOf(itemExpression(item, {}))) }];
  const clause = clauseOfRule(rule);
  if (clause === null) return [];
  const asked = item.values.map((field) => required(clause, String(field))).find((leaves) => leaves !== null);
  if (asked == null) return [];
  return [{ label, negated: asked[0]!.negated, tests: asked.map(({ test }) => test) }];
}

/** Null = it is too much to look through. */
function clauseOfRule(rule: DetectionRule): Clause | null {
  try {
    return junction('or', ruleExpressions(rule, [], {}).map(boundedClause));
  } catch (error) {
    if (error instanceof NotExpressible) return null;
    throw error;
  }
}

function testsOf(clause: Clause): Matcher['tests'] {
  return leavesOf(clause).map(({ test }) => test);
}

/** What every event that the rule finds says of the field: one of these tests holds. Null = there is no such thing. */
function required(clause: Clause, field: string): readonly Leaf[] | null {
  if (clause.kind === 'test') {
    const isText = clause.test.kind === 'text' || clause.test.kind === 'regex';
    return clause.field === field && isText ? [clause] : null;
  }
  const parts = clause.of.map((part) => required(part, field));
  if (clause.kind === 'and') {
    const found = parts.filter((leaves) => leaves !== null);
    return found.find(([leaf]) => !leaf!.negated) ?? found[0] ?? null;
  }
  const all = parts.flatMap((leaves) => leaves ?? []);
  return parts.includes(null) || all.some(({ negated }) => negated) ? null : all;
}
