import type { Group } from './group.js';
import type { Firing, Hit } from './hit.js';
import type { Plan } from './plan.js';
import type { GroupWindow } from './types/correlation-kind.js';

/** What a group says when its window has come true: a few of its events, by event time. */
export function fire(
  { index, rule, totals }: Plan,
  group: Group,
  hit: Hit,
  inner: Firing | null,
  value: number,
): Firing {
  totals.firings++;
  group.hasFired = true;
  const { end } = group.window as GroupWindow;
  const oldest = end - rule.timespanMs;
  const items = group.trail!.since(oldest);
  if (items.length > 1) items.sort((a, b) => a.from - b.from);
  const first = items[0]?.from ?? end;
  return {
    rule: index,
    time: end,
    since: Math.min(end, Math.max(first, oldest)),
    receivedAt: hit.receivedAt,
    seq: hit.seq,
    index: hit.index,
    repeat: 1,
    entity: (inner ?? hit).entity,
    subject: hit.subject,
    attributedIp: hit.attributedIp,
    group: group.values,
    value,
    evidence: items.map(({ evidence }) => evidence),
  };
}
