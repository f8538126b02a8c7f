import { formatPlace, type Params, parsePlace } from './place.js';
import { createStore, useStore } from './store.js';

const place = createStore(parsePlace(location.hash));
addEventListener('hashchange', () => {
  // An address to log in with, put into a page that is open: only a new start reads it.
  if (location.hash.startsWith('#login=')) location.reload();
  else place.set(parsePlace(location.hash));
});

export const usePlace = (): ReturnType<typeof parsePlace> => useStore(place);

/** The address of a view, for `href`. */
export function to(path: string, params: Params = {}): string {
  return formatPlace(path.split('/').filter(Boolean), params);
}

export function go(href: string): void {
  location.hash = href;
}

/** Changes parameters of the view one is in; empty ones go. Replaces the entry of the history unless `push`. */
export function setParams(changes: Params, push = false): void {
  const { path, params } = place.get();
  const href = formatPlace(path, { ...params, ...changes });
  if (href === location.hash) return;
  if (push) {
    location.hash = href;
    return;
  }
  history.replaceState(null, '', href);
  place.set(parsePlace(href));
}
