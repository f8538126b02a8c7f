import { useEffect, useRef } from 'preact/hooks';

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const SEQUENCE_MS = 1200;

/** Of what is around the screens; their own keys come before these. */
const around: { current: KeyMap }[] = [];
const screens: { current: KeyMap }[] = [];
let prefix = '';
let prefixAt = 0;

/** Keys while this part is shown. Names as in `KeyboardEvent.key`; `g i` = one after the other. */
export function useKeys(map: KeyMap): void {
  useMap(screens, map);
}

/** Keys that work on every screen that has no other use for them. */
export function useKeysAround(map: KeyMap): void {
  useMap(around, map);
}

/** Moves the focus among the rows of the screen (`[data-row]`), as `j` and `k` do. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.indexOf(currentRow() as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}

/** The row that has the focus, or in which it is. */
export function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('[data-row]') ?? null;
}

addEventListener('keydown', press);

function useMap(maps: { current: KeyMap }[], map: KeyMap): void {
  const held = useRef(map);
  held.current = map;
  useEffect(() => {
    maps.push(held);
    return () => {
      maps.splice(maps.indexOf(held), 1);
    };
  }, [maps]);
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // A dialog has keys of its own.
  if (document.querySelector('dialog[open]') !== null) return;
  if (isTyping(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const sequence = event.timeStamp - prefixAt < SEQUENCE_MS && prefix !== '' ? `${prefix} ${event.key}` : '';
  prefix = event.key === 'g' && sequence === '' ? 'g' : '';
  prefixAt = event.timeStamp;
  for (const { current: map } of [...screens.toReversed(), ...around]) {
    const action = map[sequence] ?? (sequence === '' ? map[event.key] : undefined);
    if (action === undefined) continue;
    event.preventDefault();
    action(event);
    return;
  }
}

function isTyping(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
}
