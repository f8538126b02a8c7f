import type { OpenCorrelation, OpenGroup } from '../model/open-group.js';
import { BOUND_SIGNS } from '../model/rule.js';
import { formatDuration, isoTime } from '../model/units.js';
import type { Group } from './group.js';
import type { Plan } from './plan.js';
import type { Progress } from './types/correlation-kind.js';

const MAX_RECORD = 400;

/** What a correlation has seen of its groups, of at most `limit` of them, those hit last; dead ones at `now` (ms) left out. */
export function openCorrelation(plan: Plan, limit: number, now: number): OpenCorrelation {
  const { rule, shelf } = plan;
  const { id, title, level, type, timespanMs } = rule;
  const open = newestOf(shelf.groups.values(), limit, now - shelf.lifetimeMs)
    .map((group) => openGroup(plan, group))
    .filter((group) => group !== null);
  return { id, title, level, type, timespanMs, groups: shelf.groups.size, open };
}

/** Touched at `since` (ms) or later; without sorting a million. */
function newestOf(groups: Iterable<Group>, limit: number, since: number): Group[] {
  const newest: Group[] = [];
  for (const group of groups) {
    if (group.touchedAt * 1000 < since) continue;
    newest.push(group);
    if (newest.length < 2 * limit) continue;
    newest.sort((a, b) => b.touch - a.touch);
    newest.length = limit;
  }
  return newest.sort((a, b) => b.touch - a.touch).slice(0, limit);
}

/** Null when it holds nothing: it has just fired. */
function openGroup(plan: Plan, group: Group): OpenGroup | null {
  const { rule, called } = plan;
  const { observed, places } = progressOf(plan, group);
  const [watch] = group.watches;
  if (places.length === 0 && (observed ?? 0) === 0 && watch === undefined) return null;
  return {
    group: group.values,
    events: group.events,
    newest: isoTime(group.newest),
    observed,
    seen: places.map((place) => called[place]!),
    missing: missingOf(plan, observed, places),
    until: isoTime((watch?.time ?? group.newest) + rule.timespanMs),
    record: (group.newestRecord ?? watch?.hit.evidence.original ?? null)?.slice(0, MAX_RECORD) ?? null,
  };
}

function progressOf({ trial }: Plan, group: Group): Progress {
  const { only, window } = group;
  if (only === null) return window?.progress() ?? NOTHING;
  trial.clear();
  trial.place({ ...only, event: 1 });
  return trial.progress();
}

const NOTHING: Progress = { observed: null, places: [] };

function missingOf({ rule, called }: Plan, observed: number | null, places: readonly number[]): string {
  const { absent, condition, type } = rule;
  const within = `within ${formatDuration(rule.timespanMs)}`;
  if (absent !== undefined) return `that ${called.at(-1)!} does not follow ${within}`;
  if (condition?.expression) {
    const said = condition.expression.replace(
      /[^\s()]+/g,
      (word) => called[rule.rules.indexOf(word)] ?? word,
    );
    return `${said} ${within}`;
  }
  const bounds = condition?.bounds ?? [];
  const wanted = bounds.map(({ op, value }) => `${BOUND_SIGNS[op]} ${value}`).join(' and ');
  if (type === 'temporal_ordered') {
    const rest = called.filter((_, place) => !places.includes(place));
    return `${rest.join(', then ')} ${within}`;
  }
  if (type === 'temporal') {
    const rest = [...new Set(called)].filter((name) => !places.some((place) => called[place] === name));
    return wanted === ''
      ? `${rest.join(' and ')} ${within}`
      : `rules ${wanted} ${within}: ${rest.join(', ')}`;
  }
  const fields = condition?.fields ?? [];
  const what = [type, ...(fields.length > 0 ? [`of ${fields.join(', ')}`] : [])].join(' ');
  return `${what} ${wanted}, ${observed === null ? 'nothing' : observed} so far, ${within}`;
}
