import { createStore, useStore } from './store.js';

/** Whether who is logged in may change anything. What changes something is shown to nobody else. */
export const mayChange = createStore(true);

/** The name of who is logged in. */
export const ownName = createStore('');

export function useMayChange(): boolean {
  return useStore(mayChange);
}
