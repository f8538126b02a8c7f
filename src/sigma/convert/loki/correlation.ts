import type { CorrelationRule } from '../../../model/rule.js';
import { NotExpressible } from '../backend.js';
import { number } from './label-filter.js';
import { labelOf } from './text.js';

/** What a correlation counts: a query of the lines, and what some fields are called there. */
interface Counted {
  readonly query: string;
  readonly aliases: ReadonlyMap<string, string>;
}

/** A correlation as a metric query that has a value while its condition holds. */
export function correlationQuery(rule: CorrelationRule, counted: readonly Counted[]): string {
  const { type, groupBy, condition } = rule;
  const groups = groupBy.map(labelOf);
  if (type === 'temporal_ordered')
    throw new NotExpressible('LogQL cannot tell which of several events came first; take "temporal".');
  if (type === 'temporal') return temporal(rule, counted, groups);
  const range = rangeOf(rule);
  const bounds = condition?.bounds ?? [];
  // A sum of nothing is another thing than no events.
  const isCount = type === 'event_count' || type === 'value_count';
  const isAbsence = isCount && bounds.some(({ op, value }) => isNothing(op, value));
  if (isAbsence) return absence(rule, counted, groups);
  const holds = bounds.map(({ op, value }) => ` ${SIGNS[op]} ${number(value)}`).join('');
  const fields = (condition?.fields ?? []).map(labelOf);
  switch (type) {
    case 'event_count':
      return `${sum(groups, over('count_over_time', counted, range))}${holds}`;
    case 'value_count': {
      const perValue = sum([...groups, ...fields], over('count_over_time', counted, range));
      return `count without (${fields.join(', ')}) (${perValue})${holds}`;
    }
    case 'value_sum':
      return `${sum(groups, over('sum_over_time', unwrapped(counted, fields[0]!), range))}${holds}`;
    case 'value_avg':
      return `${onlyOne(rule, over('avg_over_time', unwrapped(counted, fields[0]!), range))} by (${groups.join(', ')})${holds}`;
    case 'value_percentile':
    case 'value_median': {
      const share = number(type === 'value_median' ? 0.5 : (condition?.percentile ?? 50) / 100);
      const values = onlyOne(
        rule,
        over('quantile_over_time', unwrapped(counted, fields[0]!), range, `${share}, `),
      );
      return `${values} by (${groups.join(', ')})${holds}`;
    }
  }
}

/** What the query does not say of the correlation, in words. */
export function correlationWarnings({ type, refire, rules }: CorrelationRule): string[] {
  const isRepeated = rules.length > 1 && (type === 'event_count' || type === 'value_sum');
  return [
    ...(isRepeated ? ['A line that several of its rules find counts once for each of them.'] : []),
    ...(refire === 'reset'
      ? []
      : [`"refire: ${refire}" says nothing to Loki, which tells while the condition holds.`]),
  ];
}

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '==', neq: '!=' } as const;

/** No number of events but none meets the bound. */
function isNothing(op: keyof typeof SIGNS, value: number): boolean {
  return ((op === 'eq' || op === 'lte') && value === 0) || (op === 'lt' && value === 1);
}

function absence(
  { type, condition, ...rule }: CorrelationRule,
  counted: readonly Counted[],
  groups: readonly string[],
): string {
  if (groups.length > 0)
    throw new NotExpressible(
      'It waits for nothing to happen in a group, but Loki knows no groups that have no lines; leave out "group-by".',
    );
  if (condition!.bounds.length > 1)
    throw new NotExpressible('It waits for nothing to happen, and for something else; leave out one bound.');
  const range = rangeOf(rule);
  if (counted.length > 1)
    throw new NotExpressible(
      'It waits for nothing to happen that any of several rules finds; take one rule.',
    );
  const absent = over('absent_over_time', counted, range);
  const fields = condition!.fields.map(labelOf);
  const all =
    type === 'event_count'
      ? sum([], absent)
      : `count without (${fields.join(', ')}) (${sum(fields, absent)})`;
  return `${all} == 1`;
}

/** All rules found something. */
function temporal(
  { condition, ...rule }: CorrelationRule,
  counted: readonly Counted[],
  groups: readonly string[],
): string {
  const isAll =
    condition === null ||
    (condition.expression === null &&
      condition.bounds.length === 1 &&
      condition.bounds.every(({ op, value }) => (op === 'gte' || op === 'eq') && value === counted.length));
  if (!isAll)
    throw new NotExpressible(
      'Of temporal correlations only those that ask for all of their rules can be converted.',
    );
  const range = rangeOf(rule);
  return counted.map((one) => `${sum(groups, over('count_over_time', [one], range))} > 0`).join(' and ');
}

/** Lines that several rules find count for each of them: a label tells them apart. */
function over(aggregate: string, counted: readonly Counted[], range: string, parameter = ''): string {
  return counted
    .map(({ query, aliases }, at) => {
      refuseExchange(aliases);
      const labels = [...aliases].map(([alias, field]) => `${labelOf(alias)}=${labelOf(field)}`);
      if (counted.length > 1) labels.push(`sigma_rule=\`${at + 1}\``);
      const stages = labels.length === 0 ? query : withStage(query, `label_format ${labels.join(',')}`);
      return `${aggregate}(${parameter}${stages} ${range})`;
    })
    .join(' or ');
}

/** `label_format` renames one label after the other: what is to become another one would be written over before. */
function refuseExchange(aliases: Counted['aliases']): void {
  const names = new Set([...aliases.keys()].map(labelOf));
  for (const [alias, field] of aliases)
    if (names.has(labelOf(field)) && labelOf(alias) !== labelOf(field))
      throw new NotExpressible(
        `The alias "${field}" is also the name of a field that another alias renames.`,
      );
}

function unwrapped(counted: readonly Counted[], field: string): Counted[] {
  // An alias has become the label's name by then.
  return counted.map(({ query, aliases }) => ({
    query: `${query} | unwrap ${field} | __error__=""`,
    aliases,
  }));
}

/** Before what takes a number out of the line: nothing may stand behind that. */
function withStage(query: string, stage: string): string {
  const at = query.lastIndexOf(' | unwrap ');
  return at < 0 ? `${query} | ${stage}` : `${query.slice(0, at)} | ${stage}${query.slice(at)}`;
}

/** Averages of parts are none of the whole. */
function onlyOne({ rules, type }: CorrelationRule, text: string): string {
  if (rules.length === 1) return text;
  throw new NotExpressible(`LogQL can work out a ${type} over what one rule finds, not over several.`);
}

function sum(groups: readonly string[], inner: string): string {
  return groups.length === 0 ? `sum(${inner})` : `sum by (${groups.join(', ')}) (${inner})`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function rangeOf({ timespanMs }: Pick<CorrelationRule, 'timespanMs'>): string {
  const [unit, ms] = UNITS.find(([, size]) => timespanMs % size === 0) ?? ['ms', 1];
  return `[${timespanMs / ms}${unit}]`;
}
