import { dump } from 'js-yaml';
import type { AggregatedRule } from './aggregation.js';
import { scalarText } from './structure.js';
import { toJson, type YamlMap } from './yaml.js';

/** What the correlation of a rewritten rule says, in Sigma's words. */
interface WrittenCorrelation {
  readonly type: string;
  readonly groupBy: readonly string[];
  readonly timespan: string;
  readonly condition: Readonly<Record<string, string | number>>;
}

type Fields = Record<string, unknown>;

/**
 * A rule with an aggregation written anew: the rule that is counted and a correlation over it; or, without a
 * correlation, the rule with one more item, `[condition, key, value]`.
 */
export function rewrite(
  rule: AggregatedRule,
  correlation: WrittenCorrelation | null,
  item: readonly [condition: string, key: string, value: number] | null = null,
): string {
  if (item !== null) {
    const [condition, key, value] = item;
    const selections = { ...selectionsOf(rule), threshold: { [key]: value } };
    return documents([
      { ...fieldsOf(rule.root), detection: { ...selections, condition: `(${condition}) and threshold` } },
    ]);
  }
  const { type, groupBy, timespan, condition } = correlation!;
  const name = slugOf(rule.root);
  const counted = countedRule(rule, name, selectionsOf(rule), rule.condition);
  const group = groupBy.length === 0 ? {} : { 'group-by': groupBy };
  return documents([
    counted,
    { ...correlationFields(rule.root), correlation: { type, rules: [name], ...group, timespan, condition } },
  ]);
}

/** `a | near b and not c`: a rule for each of them and a temporal correlation; null = more than such a list. */
export function nearRewrite(rule: AggregatedRule, text: string, timespan: string): string | null {
  const terms = text.split(/ and /i).map((term) => /^(not )?([A-Za-z0-9_-]+)$/i.exec(term));
  if (terms.length > 8 || terms.includes(null)) return null;
  const selections = selectionsOf(rule);
  const base = slugOf(rule.root);
  const parts = [
    { name: base, condition: rule.condition, negated: false },
    ...terms.map((term) => ({
      name: `${base}_${term![2]!.toLowerCase()}`,
      condition: term![2]!,
      negated: term![1] !== undefined,
    })),
  ];
  const rules = parts.map(({ name, condition }) => {
    const used = Object.entries(selections).filter(([key]) => usesSelection(condition, key));
    return countedRule(rule, name, Object.fromEntries(used), condition);
  });
  const expression = parts.map(({ name, negated }) => (negated ? `not ${name}` : name)).join(' and ');
  const condition = parts.some(({ negated }) => negated) ? { condition: expression } : {};
  const correlation = { type: 'temporal', rules: parts.map(({ name }) => name), timespan, ...condition };
  return documents([...rules, { ...correlationFields(rule.root), correlation }]);
}

function usesSelection(condition: string, name: string): boolean {
  return / of /i.test(condition) || condition.split(/[\s()]+/).includes(name);
}

function countedRule({ root }: AggregatedRule, name: string, selections: Fields, condition: string): Fields {
  const { title, logsource } = fieldsOf(root);
  return {
    title: `${String(title)} (${name})`,
    name,
    logsource,
    detection: { ...selections, condition },
    level: 'informational',
  };
}

/** What people know the rule by. */
function correlationFields(root: YamlMap): Fields {
  const { logsource: _, detection: __, fields: ___, ...kept } = fieldsOf(root);
  return kept;
}

function fieldsOf(root: YamlMap): Fields {
  return writable(toJson(root)) as Fields;
}

function selectionsOf({ detection }: AggregatedRule): Fields {
  const { condition: _, timeframe: __, ...selections } = writable(toJson(detection)) as Fields;
  return selections;
}

/** Integers that a double cannot hold are written as text, which compares equal. */
function writable(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(writable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, writable(member)]));
}

function slugOf(root: YamlMap): string {
  const title = root.entries.get('title');
  const text = (title === undefined ? null : scalarText(title.value)) ?? '';
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
    .replace(/^_+|_+$/g, '');
  return slug === '' ? 'counted_rule' : slug;
}

function documents(all: readonly Fields[]): string {
  return all.map((one) => dump(one, { lineWidth: -1, noRefs: true })).join('---\n');
}
