import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from './api.js';
import { live } from './live.js';

/**
 * Something of the API as it was last read. Old data stays until new has come, so that nothing flickers; where there is an error
 * beside it, it is what the same question was answered before.
 */
export interface Remote<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  reload(): void;
}

interface State<T> {
  readonly path: string | null;
  /** The question that `data` answers. */
  readonly of: string | null;
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
}

/** @param path null = not yet: what was read before stays; @param read how it is got */
export function useRemote<T>(
  path: string | null,
  read: (path: string, signal: AbortSignal) => Promise<T> = get,
): Remote<T> {
  const [state, setState] = useState<State<T>>({
    path,
    of: null,
    data: null,
    error: null,
    loading: path !== null,
  });
  const [turn, setTurn] = useState(0);
  const newest = useRef<AbortController | null>(null);

  // A turn reads again.
  useEffect(() => {
    newest.current?.abort();
    if (path === null) return;
    const controller = new AbortController();
    newest.current = controller;
    setState((old) => ({
      path,
      of: old.of,
      data: isSameThing(old.path, path) ? old.data : null,
      // What is wrong stands until the same question has another answer.
      error: old.path === path ? old.error : null,
      loading: true,
    }));
    read(path, controller.signal).then(
      (data) => setState({ path, of: path, data, error: null, loading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, 'internal', String(error));
        // Rows of another filter would be taken for those of this one.
        setState((old) => ({
          ...old,
          data: old.of === path ? old.data : null,
          error: known,
          loading: false,
        }));
      },
    );
    return () => controller.abort();
  }, [path, turn]);

  const reload = useCallback(() => setTurn((old) => old + 1), []);
  const { data, error, loading } = state;
  const isCutOff = error !== null && error.status === 0;
  // Asked again once the daemon is heard again.
  useEffect(() => {
    if (!isCutOff) return;
    const since = Date.now();
    return live.subscribe(({ heard }) => {
      if (heard !== null && heard > since) reload();
    });
  }, [isCutOff, reload]);
  return { data, error, loading, reload };
}

/** Other parameters are another look at the same thing. */
function isSameThing(a: string | null, b: string): boolean {
  return a !== null && a.split('?')[0] === b.split('?')[0];
}
