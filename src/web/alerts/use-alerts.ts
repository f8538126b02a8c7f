import { likenessOfAlert } from '../incidents/likeness.js';
import { useRowActions } from '../incidents/row-actions.js';
import { apiPath, type Query } from '../kit/api.js';
import type { Alert } from '../kit/api-types.js';
import type { Change } from '../kit/live.js';
import { type LiveList, useLiveList } from '../kit/use-live-list.js';

const idOf = ({ alert }: Alert): string => alert.id;

function read(change: Change): Alert | null {
  return change['event.kind'] === 'alert' ? (change as Alert) : null;
}

/** Alerts with the actions of their rows. */
export function useAlerts(query: Query): LiveList<Alert> & ReturnType<typeof useRowActions> {
  const list = useLiveList<Alert>(apiPath('alerts', query), { idOf, read });
  const actions = useRowActions({
    kind: 'alerts',
    likenessOf: (id) => {
      const found = list.items.find((item) => idOf(item) === id);
      return found === undefined ? null : likenessOfAlert(found);
    },
    onDecided: (id, workflow) => list.patch(id, { workflow }),
  });
  return { ...list, ...actions };
}
