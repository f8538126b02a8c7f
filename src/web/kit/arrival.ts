import { parsePlace } from './place.js';

/** As long as rows may take to come. */
const PATIENCE_MS = 5000;
/** What somebody does who goes on by himself. */
const OWN_WAY = ['keydown', 'pointerdown', 'wheel', 'touchstart'] as const;

interface Left {
  readonly hash: string;
  readonly row: string;
}

/** Where one left each list, by its screen. */
const lists = new Map<string, Left>();
let wanted: string | null = null;
let stopLooking: (() => void) | null = null;

// The row one leaves by stands in the entry of the history: going back finds it again, and a new entry has none.
addEventListener('click', ({ target }) => {
  const row = target instanceof Element ? target.closest('main a[data-row]')?.getAttribute('href') : null;
  if (row === null || row === undefined) return;
  history.replaceState({ row }, '');
  const [screen = '', id] = parsePlace(location.hash).path;
  if (id === undefined) lists.set(screen, { hash: location.hash, row });
});

/** The address of a list as one left it, with its filters. */
export function listAddress(screen: string): string {
  return lists.get(screen)?.hash ?? `#/${screen}`;
}

/** The next screen is the list that one left: its row is looked for. */
export function goBackTo(screen: string): void {
  wanted = lists.get(screen)?.row ?? null;
}

/**
 * On another screen: the focus is in it, so that it is read out and Tab goes on there, and on the row that one had left it by, as
 * soon as that is there. `isFirst`: the page was just opened, whose focus is the browser's.
 */
export function arrive(isFirst: boolean): void {
  stopLooking?.();
  const main = document.getElementById('main')!;
  if (!isFirst && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  const row = wanted ?? (history.state as { readonly row?: string } | null)?.row ?? null;
  wanted = null;
  if (row === null || focusRow(main, row)) return;
  const stop = (): void => {
    observer.disconnect();
    clearTimeout(timer);
    for (const name of OWN_WAY) removeEventListener(name, stop);
    stopLooking = null;
  };
  const observer = new MutationObserver(() => {
    if (focusRow(main, row)) stop();
  });
  observer.observe(main, { childList: true, subtree: true });
  const timer = setTimeout(stop, PATIENCE_MS);
  for (const name of OWN_WAY) addEventListener(name, stop);
  stopLooking = stop;
}

/** Back within the page; where there is nothing to go back to, to the list of what is shown, and never out of it. */
export function goBack(): void {
  const { navigation } = globalThis as { readonly navigation?: { readonly canGoBack: boolean } };
  const [screen, id] = parsePlace(location.hash).path;
  if (navigation?.canGoBack !== false) history.back();
  else if (screen !== undefined && id !== undefined) location.hash = listAddress(screen);
}

function focusRow(main: HTMLElement, href: string): boolean {
  const row = main.querySelector<HTMLElement>(`a[data-row][href="${CSS.escape(href)}"]`);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'center' });
  return row !== null;
}
