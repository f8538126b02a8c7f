import { useCallback, useState } from 'preact/hooks';
import type { Workflow } from '../../model/workflow.js';
import { type Change, type Said, useChanges, useSaid } from '../kit/live.js';
import { encodePart } from '../kit/place.js';
import { type Remote, useRemote } from '../kit/remote.js';
import type { Decided } from '../kit/workflow.js';
import { CASE_KINDS } from './case-kinds.js';

interface OpenCase<T> {
  readonly path: string;
  readonly remote: Remote<T>;
  /** Changes that came meanwhile and are not shown. */
  readonly news: number;
  /** Shows them. */
  renew(): void;
}

/** One alert or incident, and what the stream says of it. */
export function useCase<T>(kind: Decided, id: string): OpenCase<T> {
  const path = `/api/${kind}/${encodePart(id)}`;
  const remote = useRemote<T>(path);
  const [news, setNews] = useState(0);
  const onChange = useCallback(
    (change: Change) => {
      if (isAbout(change, kind, id)) setNews((old) => old + 1);
    },
    [kind, id],
  );
  const { reload } = remote;
  const renew = useCallback(() => {
    setNews(0);
    reload();
  }, [reload]);
  useChanges(onChange, renew);
  return { path, remote, news, renew };
}

/** What people said of it as it was read, until something is said here or elsewhere; what is read anew counts again. */
export function useWorkflow(
  of: { readonly workflow: Workflow },
  kind: Decided,
  id: string,
): [Workflow, (said: Workflow) => void] {
  const [newer, setNewer] = useState<{ readonly of: object; readonly said: Workflow } | null>(null);
  const onSaid = useCallback(
    (said: Said) => {
      if (`${said.kind}s` === kind && said.id === id) setNewer({ of, said: said.workflow });
    },
    [of, kind, id],
  );
  useSaid(onSaid);
  return [newer?.of === of ? newer.said : of.workflow, (said) => setNewer({ of, said })];
}

function isAbout<K extends Decided>(change: Change, kind: K, id: string): boolean {
  const { read, idOf } = CASE_KINDS[kind];
  const item = read(change);
  return item !== null && idOf(item) === id;
}
