import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Page } from './api-types.js';
import { type Change, useChanges } from './live.js';
import { readRows } from './read-rows.js';
import { type Remote, useRemote } from './remote.js';

export interface LiveList<T> extends Remote<Page<T>> {
  /** The rows as they stand by now, in the order in which they were read. */
  readonly items: readonly T[];
  /** How many came meanwhile and are not among them. */
  readonly waiting: number;
  /** Changes a row in place. */
  patch(id: string, change: Partial<T>): void;
}

interface Options<T> {
  readonly idOf: (item: T) => string;
  /** The row that a change of the stream is about; null = of another kind. */
  readonly read: (change: Change) => T | null;
  /** Whether reading the list anew would show it among those that are shown. */
  readonly wants: (row: T, shown: readonly T[]) => boolean;
}

/**
 * A list of the API that the stream keeps true: rows that are shown change in place, new ones wait until they are asked for. An
 * empty list, where nothing can move, takes them at once.
 */
export function useLiveList<T extends object>(path: string, { idOf, read, wants }: Options<T>): LiveList<T> {
  const remote = useRemote<Page<T>>(path, (path, signal) => readRows(path, idOf, signal));
  const [changed, setChanged] = useState<ReadonlyMap<string, Partial<T>>>(new Map());
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const { data, loading, reload } = remote;

  // What was read anew has it all.
  useEffect(() => {
    setChanged(new Map());
    setWaiting(new Set());
  }, [data]);

  const patch = useCallback((id: string, change: Partial<T>) => {
    setChanged((old) => new Map(old).set(id, { ...old.get(id), ...change }));
  }, []);

  const current = useRef(data);
  current.current = data;
  const isLoading = useRef(loading);
  isLoading.current = loading;
  const onChange = useCallback(
    (change: Change) => {
      const row = read(change);
      if (row === null || current.current === null) return;
      const { items: shown } = current.current;
      const id = idOf(row);
      if (shown.some((item) => idOf(item) === id)) patch(id, row);
      else if (!wants(row, shown)) setWaiting((old) => without(old, id));
      // Not for each of many: what is asked for already has it, or leaves it to be asked for.
      else if (shown.length === 0 && !isLoading.current) reload();
      else setWaiting((old) => new Set(old).add(id));
    },
    [idOf, read, wants, patch, reload],
  );
  useChanges(onChange, reload);

  const items = useMemo(
    () => (data?.items ?? []).map((item) => ({ ...item, ...changed.get(idOf(item)) })),
    [data, changed, idOf],
  );
  return { ...remote, items, waiting: waiting.size, patch };
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ids.has(id) ? new Set([...ids].filter((one) => one !== id)) : ids;
}
