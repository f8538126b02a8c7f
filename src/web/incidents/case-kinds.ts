import type { Alert, Incident } from '../kit/api-types.js';
import type { Change } from '../kit/live.js';
import type { Decided } from '../kit/workflow.js';
import { type Likeness, likenessOfAlert, likenessOfIncident } from './likeness.js';

export interface CaseOf {
  readonly incidents: Incident;
  readonly alerts: Alert;
}

/** In what incidents and alerts differ, for what can be done with both. */
interface CaseKind<T> {
  idOf(item: T): string;
  likenessOf(item: T): Likeness;
  /** The one that a change of the stream is about; null = one of the other kind. */
  read(change: Change): T | null;
  /** Of lists that begin with the highest. */
  riskOf(item: T): number;
}

export const CASE_KINDS: { readonly [K in Decided]: CaseKind<CaseOf[K]> } = {
  incidents: {
    idOf: ({ incident }) => incident.id,
    likenessOf: likenessOfIncident,
    read: (change) => (change['event.kind'] === 'incident' ? change : null),
    riskOf: ({ incident }) => incident.risk,
  },
  alerts: {
    idOf: ({ alert }) => alert.id,
    likenessOf: likenessOfAlert,
    read: (change) => (change['event.kind'] === 'alert' ? change : null),
    riskOf: () => 0,
  },
};
