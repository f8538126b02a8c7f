import type { OpenCorrelation, OpenGroup } from '../model/open-group.js';
import { formatDuration, numbered } from '../model/units.js';
import { visible } from '../telemetry/visible.js';
import { clock, field, headline, roomOf, type TextStyle } from './terminal.js';
import { cutToWidth, wrapToWidth } from './text-width.js';

/** For people: what the rule waits for, then group by group what it has and what is missing. */
export function renderOpenCorrelation(of: OpenCorrelation, style: TextStyle): string {
  const { title, level, type, timespanMs, groups, open } = of;
  const shown = open.length < groups ? `, ${open.length} of them here` : '';
  const lines = [
    headline(level, title, style),
    ...field(
      '',
      [`${type} within ${formatDuration(timespanMs)} · ${numbered(groups, 'group')} held${shown}`],
      style,
    ),
    ...open.flatMap((group) => ['', ...groupLines(group, style)]),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function groupLines(of: OpenGroup, style: TextStyle): string[] {
  const { group, events, newest, seen, missing, until, record } = of;
  const room = roomOf(style);
  const key = group.map(([name, value]) => `${name} ${value}`).join(' · ');
  const times = `${numbered(events, 'event')}, the newest at ${clock(newest)}; counts until ${clock(until)}`;
  return [
    ...field('group', wrapToWidth(visible(key === '' ? 'all together' : key), room), style),
    ...field('', [times], style),
    ...(seen.length === 0 ? [] : field('seen', wrapToWidth(visible(seen.join(', ')), room), style)),
    ...field('needs', wrapToWidth(visible(missing), room), style),
    ...(record === null ? [] : field('log', [cutToWidth(visible(record), room)], style)),
  ];
}
