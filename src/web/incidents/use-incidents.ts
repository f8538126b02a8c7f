import { apiPath, type Query } from '../kit/api.js';
import type { Incident } from '../kit/api-types.js';
import type { Change } from '../kit/live.js';
import { type LiveList, useLiveList } from '../kit/use-live-list.js';
import { likenessOfIncident } from './likeness.js';
import { useRowActions } from './row-actions.js';

const idOf = ({ incident }: Incident): string => incident.id;

/** A change says nothing of what people decided: a row that is there keeps that, by the spread over it. */
function read(change: Change): Incident | null {
  return change['event.kind'] === 'incident' ? (change as Incident) : null;
}

/** Incidents with the actions of their rows. */
export function useIncidents(query: Query): LiveList<Incident> & ReturnType<typeof useRowActions> {
  const list = useLiveList<Incident>(apiPath('incidents', query), { idOf, read });
  const actions = useRowActions({
    kind: 'incidents',
    likenessOf: (id) => {
      const found = list.items.find((item) => idOf(item) === id);
      return found === undefined ? null : likenessOfIncident(found);
    },
    onDecided: (id, workflow) => list.patch(id, { workflow }),
  });
  return { ...list, ...actions };
}
