import { useCallback } from 'preact/hooks';
import { apiPath } from '../kit/api.js';
import { type CaseFilter, isAmong, lastSeen } from '../kit/case-filter.js';
import { type Said, useSaid } from '../kit/live.js';
import { type LiveList, useLiveList } from '../kit/use-live-list.js';
import type { Decided } from '../kit/workflow.js';
import { CASE_KINDS, type CaseOf } from './case-kinds.js';
import { useRowActions } from './row-actions.js';

interface CaseQuery extends CaseFilter {
  readonly limit: number;
  /** Of incidents. */
  readonly sort?: string;
}

/** Alerts or incidents with the actions of their rows. */
export function useCases<K extends Decided>(
  kind: K,
  query: CaseQuery,
): LiveList<CaseOf[K]> & ReturnType<typeof useRowActions> {
  const { idOf, likenessOf, read, riskOf } = CASE_KINDS[kind];
  const path = apiPath(kind, { ...query });
  const wants = useCallback(
    (item: CaseOf[K], shown: readonly CaseOf[K][]) => {
      if (!isAmong(item, query)) return false;
      const last = shown.at(-1);
      if (last === undefined || shown.length < query.limit) return true;
      // Behind the last row there may be others that were not read, and what changes in those is no news.
      const byRisk = query.sort === 'risk' ? riskOf(item) - riskOf(last) : 0;
      return byRisk > 0 || (byRisk === 0 && lastSeen(item) > lastSeen(last));
    },
    [path],
  );
  const list = useLiveList<CaseOf[K]>(path, { idOf, read, wants });
  const { patch } = list;
  const onSaid = useCallback(
    (said: Said) => {
      if (`${said.kind}s` === kind) patch(said.id, { workflow: said.workflow } as Partial<CaseOf[K]>);
    },
    [kind, patch],
  );
  useSaid(onSaid);
  const actions = useRowActions({
    kind,
    likenessOf: (id) => {
      const found = list.items.find((item) => idOf(item) === id);
      return found === undefined ? null : likenessOf(found);
    },
    onDecided: (id, workflow) => patch(id, { workflow } as Partial<CaseOf[K]>),
  });
  return { ...list, ...actions };
}
