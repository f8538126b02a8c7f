import { codeAt } from '../model/code-at.js';

const CHARACTERS = 128;

/** Items by the first character of the text they may fit; see `groupByFirst`. */
export type ByFirst<T> = readonly (readonly T[])[];

/**
 * Which items may fit a text that begins with some character, in their order: those whose word begins with it, and
 * those of an empty word, which may fit any.
 */
export function groupByFirst<T>(items: readonly T[], wordOf: (item: T) => string): ByFirst<T> {
  return Array.from({ length: CHARACTERS + 1 }, (_, code) =>
    items.filter((item) => {
      const first = codeAt(wordOf(item), 0);
      return first < 0 || slotOf(first) === code;
    }),
  );
}

/** As `groupByFirst`, of items that fit several first characters; null = any. */
export function groupByInitials<T>(items: readonly T[], initialsOf: (item: T) => string | null): ByFirst<T> {
  return Array.from({ length: CHARACTERS + 1 }, (_, code) =>
    items.filter((item) => initialsOf(item)?.includes(String.fromCharCode(code)) ?? true),
  );
}

/** The items that may fit the text from `at` on. */
export function startingAs<T>(groups: ByFirst<T>, text: string, at: number): readonly T[] {
  return groups[slotOf(codeAt(text, at))]!;
}

/** One slot is for all that is not ASCII, and for the end of the text. */
function slotOf(code: number): number {
  return code >= 0 && code < CHARACTERS ? code : CHARACTERS;
}
