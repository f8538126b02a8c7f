import type { EventJson } from '../kit/api-types.js';

/** Rows of a list, newest first, with nothing left out between them. */
export interface Rows {
  readonly items: readonly EventJson[];
  /** Cursor of what is older than all of them; null = nothing is. */
  readonly next: string | null;
}

export const NO_ROWS: Rows = { items: [], next: null };

/**
 * `newer` above `older`, at most `most` of them, as a list without a hole. `newer.next` is null when `older` follows on it; where
 * others lie between, `older` is let go: it is found again behind `next`, with those.
 */
export function joined(newer: Rows, older: Rows, most: number): Rows {
  const { items, next } =
    newer.next === null ? { items: [...newer.items, ...older.items], next: older.next } : newer;
  if (items.length <= most) return { items, next };
  const kept = items.slice(0, most);
  return { items: kept, next: cursorBehind(kept) };
}

/** What asks for those that are older. */
export function cursorBehind(items: readonly EventJson[]): string | null {
  return items.at(-1)?.event.id ?? null;
}
