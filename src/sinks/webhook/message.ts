import { type Change, identityOf, isIncident } from '../../model/change.js';
import { LEVELS, type Level } from '../../model/rule.js';
import { visible } from '../../telemetry/visible.js';

/** What was only counted while it waited, by level. */
export type Noted = Readonly<Partial<Record<Level, number>>>;

/** What a template can name, besides the fields of the most severe change. */
export interface Message {
  /** One line, then all lines, for people; safe to show. */
  readonly title: string;
  readonly text: string;
  /** Where the page shows it; null where nobody said under which address people reach the page. */
  readonly link: string | null;
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
/** As the command line lists ids. */
const SHORT_ID = 8;

/** `changes` or `noted` must hold something. */
export function messageOf(
  changes: readonly Change[],
  noted: Noted,
  page: string | null,
): Message & Partial<Change> {
  const sorted = [...changes].sort((a, b) => rankOf(b.severity) - rankOf(a.severity));
  const levels = [...sorted.map(({ severity }) => severity), ...(Object.keys(noted) as Level[])];
  const severity = levels.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a));
  const listed = sorted.slice(0, MAX_CHANGES);
  const count = changes.length + Object.values(noted).reduce((sum, n) => sum + n, 0);
  const [first] = sorted;
  const isOne = count === 1 && first !== undefined;
  const lines = isOne
    ? [reasonOf(first), `vedette ${kindOf(first)} show ${shortIdOf(first)}`]
    : sorted.slice(0, MAX_LINES).map((change) => `${lineOf(change)} ${shortIdOf(change)}`);
  const more = isOne ? 0 : count - lines.length;
  const title = isOne ? lineOf(first) : `${count} changes of alerts, the highest ${severity}`;
  return {
    ...first,
    title,
    text: [title, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    link:
      page === null ? null : new URL(isOne ? `#/${kindOf(first)}/${identityOf(first).id}` : '#/', page).href,
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

/** The word of the command line, and of the page's addresses. */
function kindOf(change: Change): 'incidents' | 'alerts' {
  return isIncident(change) ? 'incidents' : 'alerts';
}

function shortIdOf(change: Change): string {
  return identityOf(change).id.slice(0, SHORT_ID);
}

function shown(text: string): string {
  return visible(text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text);
}

function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}
