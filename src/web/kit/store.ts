import { useLayoutEffect, useState } from 'preact/hooks';

/** One value that many parts look at. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  /** @returns ends it */
  subscribe(listener: (value: T) => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(() => store.get());
  useLayoutEffect(() => {
    const update = (next: T): void => setValue(() => next);
    // What changed between drawing and here.
    update(store.get());
    return store.subscribe(update);
  }, [store]);
  return value;
}
