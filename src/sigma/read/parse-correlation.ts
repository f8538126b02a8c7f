import {
  CORRELATION_TYPES,
  type CorrelationCondition,
  type CorrelationRule,
  type CorrelationType,
} from '../../model/rule.js';
import type { NamedAgain } from '../named-again.js';
import { at, quoted, RuleError, suggest } from '../rule-error.js';
import { checkRuleCondition, ruleWords } from './condition.js';
import type { DocumentFaults } from './document-faults.js';
import type { SharedMeta } from './rule-meta.js';
import { ruleHash } from './semantic-hash.js';
import { kindOf, requireEntry, requireMap, requireText, scalarText, textList } from './structure.js';
import type { YamlEntry, YamlMap } from './yaml.js';

/** A correlation document (Sigma correlation specification); references are resolved by load.ts. Null where it has faults. */
export function parseCorrelation(
  root: YamlMap,
  meta: SharedMeta | null,
  faults: DocumentFaults,
): CorrelationRule | null {
  const map = faults.attempt(() =>
    requireMap(requireEntry(root, 'correlation', 'The rule').value, '"correlation"'),
  );
  if (map === null) return null;
  const type = faults.attempt(() => parseType(requireEntry(map, 'type', 'The correlation')));
  const condition = parseCorrelationCondition(map, type, faults);
  const rules = faults.attempt(() => parseRules(map, condition));
  const groupBy = faults.attempt(() => textList(map, 'group-by'));
  const timespanMs = faults.attempt(() => parseTimespan(requireEntry(map, 'timespan', 'The correlation')));
  const aliases = parseAliases(map, faults);
  const generate = faults.attempt(() =>
    parseGenerate(root.entries.get('generate') ?? map.entries.get('generate')),
  );
  const refire = faults.attempt(() => parseRefire(root, type));
  const absent = faults.attempt(() => parseAbsent(root, type));
  if (!faults.isEmpty || meta === null) return null;
  if (type === null || rules === null || groupBy === null || timespanMs === null || refire === null)
    return null;
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

/** Listed, or taken from an extended condition; null = that one could not be read. */
function parseRules(map: YamlMap, condition: CorrelationCondition | null): string[] | null {
  const rules = textList(map, 'rules');
  const expression = condition?.expression ?? null;
  if (expression !== null) {
    // Whether they are rules of the correlation is told once all rules are read.
    at(map.entries.get('condition')!.line, () => checkRuleCondition(expression));
  }
  if (rules.length === 0) {
    // What is meant as an expression may have named them.
    if (condition === null && map.entries.has('condition') && !map.entries.has('rules')) return null;
    if (expression === null || map.entries.has('rules')) {
      throw new RuleError(
        'rule.structure',
        'The correlation lists no rules; name at least one under "rules".',
        map.line,
      );
    }
    rules.push(...new Set(ruleWords(expression)));
  }
  return rules;
}

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

/** Without a known type only what goes for all of them is a fault. */
function parseCorrelationCondition(
  map: YamlMap,
  type: CorrelationType | null,
  faults: DocumentFaults,
): CorrelationCondition | null {
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  const entry = map.entries.get('condition');
  if (entry === undefined) {
    if (temporal || type === null) return null;
    const message = `${aType(type)} correlation needs a condition such as "gte: 5".`;
    return faults.add(new RuleError('rule.condition', message, map.line));
  }
  const { value, line } = entry;
  if (value.kind !== 'scalar') {
    const bounds = faults.attempt(() => requireMap(value, 'The condition'));
    return bounds === null ? null : parseBounds(bounds, type, line, faults);
  }
  const text = faults.attempt(() => requireText(entry, 'The condition'));
  if (text === null) return null;
  if (!temporal && type !== null) {
    const message = `${aType(type)} correlation needs a condition such as "gte: 5"; a text is for temporal types only.`;
    return faults.add(new RuleError('rule.condition', message, line));
  }
  return { bounds: [], fields: [], percentile: null, expression: text };
}

function aType(type: CorrelationType): string {
  return `${/^[aeiou]/.test(type) ? 'An' : 'A'} ${type}`;
}

function parseBounds(
  map: YamlMap,
  type: CorrelationType | null,
  line: number,
  faults: DocumentFaults,
): CorrelationCondition {
  const bounds: { op: (typeof OPERATORS)[number]; value: number }[] = [];
  let percentile: number | null = null;
  let hasBound = false;
  for (const [key, entry] of map.entries) {
    const op = OPERATORS.find((known) => known === key);
    if (op !== undefined) {
      hasBound = true;
      const value = faults.attempt(() => requireNumber(entry, key));
      if (value !== null) bounds.push({ op, value });
    } else if (key === 'percentile') percentile = faults.attempt(() => requirePercentile(entry));
    else if (key !== 'field') {
      // It may be meant as one.
      hasBound = true;
      const hint = suggest(key, [...OPERATORS, 'field', 'percentile']);
      faults.add(new RuleError('rule.condition', `There is no operator ${quoted(key)}${hint}.`, entry.line));
    }
  }
  const fields = faults.attempt(() => textList(map, 'field'));
  const refuse = (message: string): null => faults.add(new RuleError('rule.condition', message, line));
  if (!hasBound) refuse('The condition has no operator such as "gte: 5".');
  if (type?.startsWith('value_') && fields?.length === 0)
    refuse(`The condition of a ${type} correlation needs a "field".`);
  if (type !== null && type !== 'value_count' && fields !== null && fields.length > 1)
    refuse(`${aType(type)} correlation takes one field, not ${fields.length}.`);
  if (type === 'value_percentile' && !map.entries.has('percentile'))
    refuse('A value_percentile correlation needs "percentile", 0 to 100.');
  return { bounds, fields: fields ?? [], percentile, expression: null };
}

function requireNumber(entry: YamlEntry, key: string): number {
  const value = entry.value.kind === 'scalar' ? entry.value.value : null;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw new RuleError('rule.condition', `"${key}" is more than a number can be.`, entry.line);
  }
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
  const text = scalarText(entry.value);
  const match = /^([1-9][0-9]{0,8})([smhdwMy])$/.exec(text ?? '');
  if (match !== null) return Number(match[1]) * UNITS[match[2]!]!;
  if (text !== null && /^0[0-9]*[smhdwMy]$/.test(text))
    throw new RuleError(
      'rule.structure',
      `A ${what} is 1 or more, without zeros in front, not ${quoted(text)}.`,
      entry.line,
    );
  const found = text === null || text === '' ? kindOf(entry.value) : quoted(text);
  throw new RuleError(
    'rule.structure',
    `${found} is not a ${what}; write one number and one unit (s, m, h, d, w, M, y), such as 90m.`,
    entry.line,
  );
}

function parseAliases(
  map: YamlMap,
  faults: DocumentFaults,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  const entry = map.entries.get('aliases');
  if (entry === undefined) return aliases;
  const written = faults.attempt(() => requireMap(entry.value, '"aliases"'));
  for (const [alias, of] of written?.entries ?? []) {
    const fields = faults.attempt(() => parseAlias(alias, of));
    if (fields !== null) aliases.set(alias, fields);
  }
  return aliases;
}

function parseAlias(alias: string, of: YamlEntry): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [rule, field] of requireMap(of.value, `The alias "${alias}"`).entries) {
    fields.set(rule, requireText(field, `The field of alias "${alias}"`));
  }
  return fields;
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
function parseRefire(root: YamlMap, type: CorrelationType | null): CorrelationRule['refire'] {
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
  if (refire !== 'new' || type === 'value_count' || type === null) return refire;
  throw new RuleError(
    'rule.structure',
    `"refire: new" is about new values of a value_count, not for ${type}; write reset or each.`,
    entry.line,
  );
}

/** Our extension `vedette: {absent: …}`, to be one of the rules; a type of null could not be read. */
function parseAbsent(root: YamlMap, type: CorrelationType | null): string | null {
  const entry = extension(root, 'absent');
  if (entry === undefined) return null;
  const text = requireText(entry, '"absent"');
  if (type !== 'temporal_ordered' && type !== null) {
    throw new RuleError(
      'rule.structure',
      `"absent" goes with temporal_ordered, not with ${type}; change the type, or remove it.`,
      entry.line,
    );
  }
  return text;
}

/** Where a correlation that was read names its rules besides `rules`. */
export function namedAgain(root: YamlMap): NamedAgain {
  const correlation = root.entries.get('correlation')?.value;
  const map = correlation?.kind === 'map' ? correlation : null;
  return {
    condition: map?.entries.get('condition')?.line ?? 0,
    absent: extension(root, 'absent')?.line ?? 0,
  };
}

function extension(root: YamlMap, key: string): YamlEntry | undefined {
  const vedette = root.entries.get('vedette');
  return vedette === undefined ? undefined : requireMap(vedette.value, '"vedette"').entries.get(key);
}
