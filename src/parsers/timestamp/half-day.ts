import { codeAt } from '../../model/code-at.js';
import { isDigit, isLetter, SPACE } from '../characters.js';

/** What Unicode's locales put before AM and PM. */
const NARROW_NO_BREAK_SPACE = 0x202f;
/** Characters of ` AM`. */
export const HALF_LENGTH = 3;

/** ` AM` = 0 or ` PM` = 1 at `at`, and no longer word; -1 = neither. */
export function halfAt(text: string, at: number): number {
  const space = codeAt(text, at);
  if (space !== SPACE && space !== NARROW_NO_BREAK_SPACE) return -1;
  const half = codeAt(text, at + 1) | 32;
  if ((half !== 97 && half !== 112) || (codeAt(text, at + 2) | 32) !== 109) return -1;
  const after = codeAt(text, at + HALF_LENGTH);
  return isLetter(after) || isDigit(after) ? -1 : half === 97 ? 0 : 1;
}

/** The hour of 24 in a half of the day; one that is above 12, or of no half, stays. */
export function hourOfDay(hour: number, half: number): number {
  return half < 0 || hour > 12 ? hour : (hour % 12) + half * 12;
}
