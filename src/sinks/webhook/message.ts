import { type Change, isIncident } from '../../model/change.js';
import { LEVELS, type Level } from '../../model/rule.js';
import { visible } from '../../telemetry/visible.js';

/** What was only counted while it waited, by level. */
export type Noted = Readonly<Partial<Record<Level, number>>>;

/** What a template can name, besides the fields of the most severe change. */
export interface Message {
  /** One line, then all lines, for people; safe to show. */
  readonly title: string;
  readonly text: string;
  /** The highest. */
  readonly severity: Level;
  /** Changes in all: those listed, and those that are `omitted` because there are too many. */
  readonly count: number;
  readonly omitted: number;
  /** The most severe first. */
  readonly changes: readonly Change[];
}

const MAX_CHANGES = 20;
const MAX_LINES = 10;
const MAX_LINE = 300;

/** `changes` or `noted` must hold something. */
export function messageOf(changes: readonly Change[], noted: Noted): Message & Partial<Change> {
  const sorted = [...changes].sort((a, b) => rankOf(b.severity) - rankOf(a.severity));
  const levels = [...sorted.map(({ severity }) => severity), ...(Object.keys(noted) as Level[])];
  const severity = levels.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
  const listed = sorted.slice(0, MAX_CHANGES);
  const count = changes.length + Object.values(noted).reduce((sum, n) => sum + n, 0);
  const [first] = sorted;
  const isOne = count === 1 && first !== undefined;
  const lines = isOne ? [reasonOf(first)] : sorted.slice(0, MAX_LINES).map(lineOf);
  const more = count - (isOne ? 1 : lines.length);
  const title = isOne ? lineOf(first) : `${count} changes of alerts, the highest ${severity}`;
  return {
    ...first,
    title,
    text: [title, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    severity,
    count,
    omitted: count - listed.length,
    changes: listed,
  };
}

/** "[high] SSH password guessing: 203.0.113.7 (opened)". */
function lineOf(change: Change): string {
  const what = isIncident(change) ? change.incident.title : `${change.rule.name}: ${change.entity}`;
  const { status } = isIncident(change) ? change.incident : change.alert;
  return shown(`[${change.severity}] ${what} (${status})`);
}

function reasonOf(change: Change): string {
  if (!isIncident(change)) return shown(change.reason);
  return shown(`risk ${change.incident.risk}, ${change.incident.alerts} alerts`);
}

function shown(text: string): string {
  return visible(text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text);
}

function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}
