import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from './api.js';

/** Something of the API as it was last read. Old data stays until new has come, so that nothing flickers. */
export interface Remote<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  reload(): void;
}

interface State<T> {
  readonly path: string | null;
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
}

/** @param path null = not yet: what was read before stays; @param read how it is got */
export function useRemote<T>(
  path: string | null,
  read: (path: string, signal: AbortSignal) => Promise<T> = get,
): Remote<T> {
  const [state, setState] = useState<State<T>>({ path, data: null, error: null, loading: path !== null });
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
      data: isSameThing(old.path, path) ? old.data : null,
      error: null,
      loading: true,
    }));
    read(path, controller.signal).then(
      (data) => setState({ path, data, error: null, loading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, 'internal', String(error));
        setState((old) => ({ ...old, error: known, loading: false }));
      },
    );
    return () => controller.abort();
  }, [path, turn]);

  const reload = useCallback(() => setTurn((old) => old + 1), []);
  return { ...state, reload };
}

/** Other parameters are another look at the same thing. */
function isSameThing(a: string | null, b: string): boolean {
  return a !== null && a.split('?')[0] === b.split('?')[0];
}
