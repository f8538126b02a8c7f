import { get } from './api.js';

/** Behind whom the next one waits. */
let last: Promise<unknown> = Promise.resolve();

/**
 * `get` for what is costly to find and not urgent: one at a time, so that a browser's few connections stay free.
 * @throws ApiError
 */
export function getSlowly<T>(path: string, signal?: AbortSignal): Promise<T> {
  const turn = last.then(() => {
    signal?.throwIfAborted();
    return get<T>(path, signal);
  });
  last = turn.catch(() => {});
  return turn;
}
