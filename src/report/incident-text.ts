import {
  type IncidentAlert,
  type IncidentChange,
  type IncidentStage,
  stagesInTime,
} from '../model/incident.js';
import { formatDuration, numbered } from '../model/units.js';
import { visible } from '../telemetry/visible.js';
import { clock, FAINT, field, headline, mark, paint, roomOf, type TextStyle } from './terminal.js';
import { cutToWidth, wrapToWidth } from './text-width.js';

const MAX_NAMES = 8;
/** Columns of time and severity. */
const ENTRY_INDENT = 13;

/**
 * An incident as a person wants to read it in a terminal: what happened in one sentence, how far it got, then alert by
 * alert with a log line each. Whatever the logs held, nothing in it is obeyed by the terminal.
 */
export function renderIncident(change: IncidentChange, style: TextStyle): string {
  const { incident, entity, host, user, stages, timeline } = change;
  const room = roomOf(style);
  const who = [entity, named('hosts', host?.name), named('users', user?.name)].filter((part) => part !== '');
  return text([
    ...headLines(change, style),
    ...field('who', wrapToWidth(visible(who.join(' · ')), room), style),
    ...field('why', wrapToWidth(visible(whyOf(timeline, stages, incident.risk)), room), style),
    '',
    ...timeline.flatMap((entry) => entryLines(entry, style)),
    '',
    ...field('id', [cutToWidth(visible(incident.id), room)], style),
  ]);
}

/** What became of an incident, in a few lines: its alerts have been told already. */
export function renderIncidentNews(change: IncidentChange, style: TextStyle): string {
  const { incident } = change;
  const more = `vedette incidents show ${incident.id.slice(0, 8)}`;
  return text([
    ...headLines(change, style),
    ...field('more', [cutToWidth(visible(more), roomOf(style))], style),
  ]);
}

/** What happened, how far it got. */
function headLines(change: IncidentChange, style: TextStyle): string[] {
  const { severity, incident, stages } = change;
  const room = roomOf(style);
  const rail = stagesInTime(stages)
    .map(({ tactic }) => tactic.name)
    .join(' → ');
  return [
    headline(severity, incident.title, style),
    ...field('', wrapToWidth(statusOf(change), room), style),
    ...(rail === '' ? [] : field('stages', wrapToWidth(visible(rail), room), style)),
  ];
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function statusOf({ '@timestamp': time, incident, severity }: IncidentChange): string {
  const lasted = Date.parse(incident.last_seen) - Date.parse(incident.first_seen);
  const alerts = `${numbered(incident.alerts, 'alert')}${lasted > 0 ? ` in ${formatDuration(lasted)}` : ''}`;
  const parts = `incident · risk ${incident.risk} of 100 · ${alerts}`;
  switch (incident.status) {
    case 'opened':
      return `opened ${clock(time)} · ${parts}`;
    case 'updated':
      return `${incident.escalated ? `escalated to ${severity}` : 'goes on'} ${clock(time)} · ${parts}`;
    case 'ended':
      return `ended, quiet since ${clock(incident.last_seen)} · ${parts}`;
  }
}

/** Why these alerts are one incident, and why it weighs what it does. */
function whyOf(timeline: readonly IncidentAlert[], stages: readonly IncidentStage[], risk: number): string {
  const rules = new Set(timeline.map(({ rule }) => rule.id)).size;
  const worst = new Map<string, number>();
  for (const { severity } of timeline) worst.set(severity, (worst.get(severity) ?? 0) + 1);
  const severities = [...worst].map(([severity, n]) => `${n} ${severity}`).join(', ');
  return `${numbered(rules, 'rule')} about one entity (${severities}), ${numbered(stages.length, 'stage')}: risk ${risk}`;
}

function entryLines(entry: IncidentAlert, style: TextStyle): string[] {
  const { '@timestamp': raised, rule, severity, alert, reason, evidence } = entry;
  const room = style.width - ENTRY_INDENT;
  const count = alert.count > 1 ? ` × ${alert.count}` : '';
  const time = clock(raised).slice(11, 19);
  const indent = ' '.repeat(ENTRY_INDENT);
  const below = (text: string): string => `${indent}${cutToWidth(visible(text), room)}`;
  return [
    `  ${paint(time, FAINT, style)} ${mark(severity, style)} ${cutToWidth(visible(`${rule.name}${count}`), room)}`,
    below(reason),
    ...(evidence === undefined ? [] : [paint(below(evidence.original), FAINT, style)]),
  ];
}

function named(what: string, names: readonly string[] | undefined): string {
  if (names === undefined || names.length === 0) return '';
  const more = names.length - MAX_NAMES;
  return `${what} ${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
