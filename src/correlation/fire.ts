import type { Evidence } from '../model/signal.js';
import type { Group } from './group.js';
import type { Firing, Hit } from './hit.js';
import type { Plan } from './plan.js';
import type { GroupWindow } from './types/correlation-kind.js';

/** Of what nobody is told. */
const NO_EVIDENCE: readonly Evidence[] = [];

/** What a group says when its window has come true: a few of its events, by event time. */
export function fire(
  { index, rule, about, totals }: Plan,
  group: Group,
  hit: Hit,
  inner: Firing | null,
  value: number,
): Firing {
  totals.firings++;
  group.hasFired = true;
  const { end } = group.window as GroupWindow;
  const oldest = end - rule.timespanMs;
  const { trail } = group;
  const { values } = group;
  return {
    rule: index,
    time: end,
    since: trail === null ? end : Math.min(end, Math.max(trail.firstSince(oldest), oldest)),
    receivedAt: hit.receivedAt,
    seq: hit.seq,
    index: hit.index,
    repeat: 1,
    entity: values[about]?.[1] ?? (inner ?? hit).entity,
    subject: hit.subject,
    attributedIp: hit.attributedIp,
    group: values,
    value,
    evidence: trail?.evidenceSince(oldest) ?? NO_EVIDENCE,
  };
}
