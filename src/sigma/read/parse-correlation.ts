import {
  CORRELATION_TYPES,
  type CorrelationCondition,
  type CorrelationRule,
  type CorrelationType,
} from '../../model/rule.js';
import { at, quoted, RuleError, suggest } from '../rule-error.js';
import { parseCondition } from './condition.js';
import { parseMeta } from './rule-meta.js';
import { ruleHash } from './semantic-hash.js';
import { kindOf, requireEntry, requireMap, requireText, scalarText, textList } from './structure.js';
import type { YamlEntry, YamlMap } from './yaml.js';

/** A correlation document (Sigma correlation specification); references are resolved by load.ts. */
export function parseCorrelation(root: YamlMap, file: string): CorrelationRule {
  const meta = parseMeta(root, file);
  const map = requireMap(requireEntry(root, 'correlation', 'The rule').value, '"correlation"');
  const type = parseType(requireEntry(map, 'type', 'The correlation'));
  const condition = parseCorrelationCondition(map, type);
  const rules = parseRules(map, condition);
  const groupBy = textList(map, 'group-by');
  const timespanMs = parseTimespan(requireEntry(map, 'timespan', 'The correlation'));
  const aliases = parseAliases(map);
  const generate = parseGenerate(root.entries.get('generate') ?? map.entries.get('generate'));
  const refire = parseRefire(root, type);
  const absent = parseAbsent(root, type, rules);
  const kind = 'correlation';
  const meaning = {
    ...({ kind, type, rules, groupBy, timespanMs, condition, aliases, generate, refire } as const),
    ...(absent !== null && { absent }),
  };
  return { ...meta, ...meaning, hash: ruleHash(meaning) };
}

function parseType(entry: YamlEntry): CorrelationType {
  const text = requireText(entry, 'The type of the correlation');
  const type = CORRELATION_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  const hint = suggest(text, CORRELATION_TYPES);
  throw new RuleError('rule.structure', `There is no correlation type ${quoted(text)}${hint}.`, entry.line);
}

/** Listed, or taken from an extended condition. */
function parseRules(map: YamlMap, condition: CorrelationCondition | null): string[] {
  const rules = textList(map, 'rules');
  const expression = condition?.expression ?? null;
  const line = map.entries.get('condition')?.line ?? map.line;
  if (rules.length === 0) {
    if (expression === null || map.entries.has('rules')) {
      throw new RuleError(
        'rule.structure',
        'The correlation lists no rules; name at least one under "rules".',
        map.line,
      );
    }
    const words = expression
      .split(/[\s()]+/)
      .filter((word) => word !== '' && !/^(?:and|or|not)$/i.test(word));
    rules.push(...new Set(words));
  }
  if (expression !== null) at(line, () => parseCondition(expression, rules));
  return rules;
}

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

function parseCorrelationCondition(map: YamlMap, type: CorrelationType): CorrelationCondition | null {
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  const entry = map.entries.get('condition');
  if (entry === undefined) {
    if (temporal) return null;
    throw new RuleError(
      'rule.condition',
      `A ${type} correlation needs a condition such as "gte: 5".`,
      map.line,
    );
  }
  if (entry.value.kind === 'scalar') {
    const text = requireText(entry, 'The condition');
    if (temporal) return { bounds: [], fields: [], percentile: null, expression: text };
    throw new RuleError(
      'rule.condition',
      `A ${type} correlation needs a condition such as "gte: 5"; a text is for temporal types only.`,
      entry.line,
    );
  }
  return parseBounds(requireMap(entry.value, 'The condition'), type, entry.line);
}

function parseBounds(map: YamlMap, type: CorrelationType, line: number): CorrelationCondition {
  const bounds: { op: (typeof OPERATORS)[number]; value: number }[] = [];
  let percentile: number | null = null;
  for (const [key, entry] of map.entries) {
    const op = OPERATORS.find((known) => known === key);
    if (op !== undefined) bounds.push({ op, value: requireNumber(entry, key) });
    else if (key === 'percentile') percentile = requirePercentile(entry);
    else if (key !== 'field') {
      const hint = suggest(key, [...OPERATORS, 'field', 'percentile']);
      throw new RuleError('rule.condition', `There is no operator ${quoted(key)}${hint}.`, entry.line);
    }
  }
  if (bounds.length === 0)
    throw new RuleError('rule.condition', 'The condition has no operator such as "gte: 5".', line);
  const fields = textList(map, 'field');
  if (type.startsWith('value_') && fields.length === 0) {
    throw new RuleError('rule.condition', `The condition of a ${type} correlation needs a "field".`, line);
  }
  if (fields.length > 1 && type !== 'value_count') {
    throw new RuleError(
      'rule.condition',
      `A ${type} correlation takes one field, not ${fields.length}.`,
      line,
    );
  }
  if (type === 'value_percentile' && percentile === null) {
    throw new RuleError(
      'rule.condition',
      'A value_percentile correlation needs "percentile", 0 to 100.',
      line,
    );
  }
  return { bounds, fields, percentile, expression: null };
}

function requireNumber(entry: YamlEntry, key: string): number {
  const value = entry.value.kind === 'scalar' ? entry.value.value : null;
  if (typeof value === 'number') return value;
  throw new RuleError('rule.condition', `"${key}" needs a number, not ${kindOf(entry.value)}.`, entry.line);
}

function requirePercentile(entry: YamlEntry): number {
  const value = requireNumber(entry, 'percentile');
  if (value >= 0 && value <= 100) return value;
  throw new RuleError('rule.condition', '"percentile" must lie between 0 and 100.', entry.line);
}

/** Months and years as pySigma reads them: 30 and 365 days. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds of a `timespan`, or of the `timeframe` of Sigma 1. */
export function parseTimespan(entry: YamlEntry, what = 'timespan'): number {
  const text = scalarText(entry.value) ?? '';
  const match = /^([1-9][0-9]{0,8})([smhdwMy])$/.exec(text);
  if (match !== null) return Number(match[1]) * UNITS[match[2]!]!;
  throw new RuleError(
    'rule.structure',
    `${quoted(text)} is not a ${what}; write one number and one unit (s, m, h, d, w, M, y), such as 90m.`,
    entry.line,
  );
}

function parseAliases(map: YamlMap): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  const entry = map.entries.get('aliases');
  if (entry === undefined) return aliases;
  for (const [alias, of] of requireMap(entry.value, '"aliases"').entries) {
    const fields = new Map<string, string>();
    for (const [rule, field] of requireMap(of.value, `The alias "${alias}"`).entries) {
      fields.set(rule, requireText(field, `The field of alias "${alias}"`));
    }
    aliases.set(alias, fields);
  }
  return aliases;
}

function parseGenerate(entry: YamlEntry | undefined): boolean | null {
  if (entry === undefined) return null;
  const value = entry.value.kind === 'scalar' ? entry.value.value : null;
  if (typeof value === 'boolean') return value;
  throw new RuleError(
    'rule.structure',
    `"generate" must be true or false, not ${kindOf(entry.value)}.`,
    entry.line,
  );
}

const REFIRE = ['reset', 'each', 'new'] as const;

/** Our extension `vedette: {refire: each}`; the default clears the state after a firing. */
function parseRefire(root: YamlMap, type: CorrelationType): CorrelationRule['refire'] {
  const entry = extension(root, 'refire');
  if (entry === undefined) return 'reset';
  const text = requireText(entry, '"refire"');
  const refire = REFIRE.find((known) => known === text);
  if (refire === undefined) {
    throw new RuleError(
      'rule.structure',
      `"refire" must be one of ${REFIRE.join(', ')}, not ${quoted(text)}.`,
      entry.line,
    );
  }
  if (refire !== 'new' || type === 'value_count') return refire;
  throw new RuleError(
    'rule.structure',
    `"refire: new" is about new values of a value_count, not for ${type}; write reset or each.`,
    entry.line,
  );
}

/** Our extension `vedette: {absent: …}`. */
function parseAbsent(root: YamlMap, type: CorrelationType, rules: readonly string[]): string | null {
  const entry = extension(root, 'absent');
  if (entry === undefined) return null;
  const text = requireText(entry, '"absent"');
  if (type !== 'temporal_ordered') {
    throw new RuleError(
      'rule.structure',
      `"absent" goes with temporal_ordered, not with ${type}; change the type, or remove it.`,
      entry.line,
    );
  }
  if (rules.includes(text)) return text;
  throw new RuleError(
    'rule.structure',
    `"absent" must be one of the rules of the correlation, not ${quoted(text)}${suggest(text, rules)}.`,
    entry.line,
  );
}

function extension(root: YamlMap, key: string): YamlEntry | undefined {
  const vedette = root.entries.get('vedette');
  return vedette === undefined ? undefined : requireMap(vedette.value, '"vedette"').entries.get(key);
}
