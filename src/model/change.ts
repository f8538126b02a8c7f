import type { AlertChange } from './alert.js';
import type { IncidentChange } from './incident.js';

/** What the keeper tells the world: stored, and carried to the sinks, in this order. */
export type Change = AlertChange | IncidentChange;

export function isIncident(change: Change): change is IncidentChange {
  return change['event.kind'] === 'incident';
}

/** What makes a change one of its kind: (id, revision) is unique and stable over restart and replay. */
export function identityOf(change: Change): { readonly id: string; readonly revision: number } {
  return isIncident(change) ? change.incident : change.alert;
}
