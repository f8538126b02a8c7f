import type { RuleOutcome } from '../model/rule-outcome.js';
import { formatCount, numbered } from '../model/units.js';
import { visible } from '../telemetry/visible.js';
import { renderAlert } from './alert-text.js';
import { clock, field, headline, roomOf, type TextStyle } from './terminal.js';
import { wrapToWidth } from './text-width.js';

export interface TriedRules {
  readonly rules: readonly RuleOutcome[];
  readonly records: number;
  readonly skipped: number;
}

/** For people: each rule with its sample alerts below it, then what was looked at. */
export function renderBacktest({ rules, records, skipped }: TriedRules, style: TextStyle): string {
  const looked = `${numbered(records, 'record')} looked at, ${formatCount(skipped)} skipped by filters\n`;
  return `${rules.map((rule) => `${renderRule(rule, style)}\n`).join('')}${looked}`;
}

function renderRule(rule: RuleOutcome, style: TextStyle): string {
  const { title, level, file, line, samples } = rule;
  const told = field('', wrapToWidth(verdictOf(rule), roomOf(style)), style);
  const who = rule.entities.length === 0 ? [] : field('on', wrapToWidth(whoOf(rule), roomOf(style)), style);
  const place = field('rule', [`${visible(file)}:${line}`], style);
  const lines = [headline(level, title, style), ...told, ...who, ...place];
  return `${lines.map((text) => `${text.trimEnd()}\n`).join('')}${samples
    .map((alert) => `\n${renderAlert(alert, style)}`)
    .join('')}`;
}

function verdictOf({ kind, asked, silent, hits, alerts, first_seen, last_seen }: RuleOutcome): string {
  const what = kind === 'correlation' ? 'would have fired' : 'would have matched';
  const times = `${what} ${hits === 0 ? 'never' : hits === 1 ? 'once' : `${formatCount(hits)} times`}`;
  const opened = alerts === 1 ? '1 alert' : `${formatCount(alerts)} alerts`;
  const told = silent === null ? `and opened ${opened}` : `and opened no alert: ${WHY_SILENT[silent]}`;
  const span =
    first_seen === null || last_seen === null ? '' : `, ${clock(first_seen)} to ${clock(last_seen)}`;
  return `${times}${hits === 0 ? '' : ` ${told}${span}`}${asked ? '' : ' (comes with the rules above)'}`;
}

const WHY_SILENT = {
  below_min_severity: 'its level is below alerts.min_severity',
  counted_by_correlation: 'a correlation counts it instead',
} as const;

function whoOf({ entities, entity_count }: RuleOutcome): string {
  const named = entities.map(({ entity, hits }) => `${visible(entity)} (${formatCount(hits)})`).join(', ');
  const more = entity_count - entities.length;
  return more > 0 ? `${named} and ${formatCount(more)} more` : named;
}
