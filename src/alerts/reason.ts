import type { Match } from '../model/detection.js';
import { BOUND_SIGNS, type CorrelationCondition, type CorrelationRule } from '../model/rule.js';
import type { GroupValue, MatchesOf } from '../model/signal.js';
import { formatDuration } from '../model/units.js';
import type { AlertCause, AlertingRule } from './alert-cause.js';

const SHOWN_MATCHES = 4;
const SHOWN_CHARACTERS = 120;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Why the alert was raised, in one sentence: "event_count 12 ≥ 10 within 5m for source.ip 203.0.113.7". */
export function reasonOf(rule: AlertingRule, cause: AlertCause, matchesOf: MatchesOf): string {
  if (cause.anomaly !== undefined) return cause.anomaly.reason;
  if (cause.reason !== undefined) return cause.reason;
  if (rule.kind === 'detection') {
    const [evidence] = cause.evidence;
    return matchReason(evidence === undefined ? [] : matchesOf(evidence));
  }
  const parts = [observation(rule, cause.value), `within ${formatDuration(rule.timespanMs)}`];
  if (cause.group.length > 0) parts.push(`for ${cause.group.map(groupText).join(', ')}`);
  return parts.join(' ');
}

/** "matched keywords: Failed password; user.name: root". */
function matchReason(matches: readonly Match[]): string {
  const keywords = matches.filter(({ field }) => field === null).map(({ pattern }) => shorten(pattern));
  const fields = matches.flatMap(({ field, value }) =>
    field === null ? [] : [`${field}: ${shorten(value)}`],
  );
  const parts = keywords.length > 0 ? [`keywords: ${shown(unique(keywords), ', ')}`] : [];
  if (fields.length > 0) parts.push(shown(unique(fields), '; '));
  return parts.length > 0 ? `matched ${parts.join('; ')}` : 'matched the rule';
}

function observation(rule: CorrelationRule, value: number | null): string {
  if (rule.absent !== undefined) {
    const [first = '', ...then] = rule.rules;
    return `${ruleList([first], '')} not followed by ${ruleList(then.length === 0 ? [first] : then, '')}`;
  }
  if (rule.type === 'temporal_ordered') return `${ruleList(rule.rules, ' → ')} in this order`;
  if (rule.type === 'temporal') {
    return rule.condition?.expression
      ? `temporal (${shorten(rule.condition.expression)})`
      : `temporal ${value} of ${rule.rules.length} rules (${ruleList(rule.rules, ', ')})`;
  }
  const name =
    rule.type === 'value_percentile' && rule.condition?.percentile != null
      ? `${rule.type} ${rule.condition.percentile}`
      : rule.type;
  const fields = rule.condition?.fields ?? [];
  const of = fields.length > 0 ? ` of ${fields.join(', ')}` : '';
  return `${name}${of} ${value} ${threshold(rule.condition)}`.trimEnd();
}

function threshold(condition: CorrelationCondition | null): string {
  return (condition?.bounds ?? []).map(({ op, value }) => `${BOUND_SIGNS[op]} ${value}`).join(' and ');
}

/** Names as written; references by id say nothing to people, so they are only counted. */
function ruleList(rules: readonly string[], separator: string): string {
  const names = rules.filter((rule) => !UUID.test(rule));
  return names.length === rules.length && names.length > 0
    ? shown(names.map(shorten), separator)
    : rules.length === 1
      ? 'a rule'
      : `${rules.length} rules`;
}

function groupText([field, value]: GroupValue): string {
  return `${field} ${shorten(value)}`;
}

function shown(texts: readonly string[], separator: string): string {
  const more = texts.length - SHOWN_MATCHES;
  const list = texts.slice(0, SHOWN_MATCHES).join(separator);
  return more > 0 ? `${list} and ${more} more` : list;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
