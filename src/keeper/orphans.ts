import { type Change, identityOf, isIncident } from '../model/change.js';

/**
 * Ends what is stored as open and that nobody holds any more: alerts and incidents of a snapshot that a start could not read, and
 * those of a demo, which is not kept. Who was told that they opened is told that they ended, as of their last hit.
 */
export function* endedOrphans(open: Iterable<Change>, held: ReadonlySet<string>): Generator<Change> {
  for (const change of open) if (!held.has(identityOf(change).id)) yield endOf(change);
}

function endOf(change: Change): Change {
  if (isIncident(change)) {
    const { escalated: _, ...incident } = change.incident;
    const ended = { ...incident, revision: incident.revision + 1, status: 'ended' } as const;
    return { ...change, '@timestamp': incident.last_seen, incident: ended };
  }
  const { escalated: _, ...alert } = change.alert;
  const ended = { ...alert, revision: alert.revision + 1, status: 'ended' } as const;
  return { ...change, '@timestamp': alert.last_seen, alert: ended };
}
