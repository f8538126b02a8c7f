import { codeAt } from '../../model/code-at.js';
import { APOSTROPHE, isLetter } from '../characters.js';

/** One field of a pattern, or text between fields. */
export interface PatternPart {
  /** The field's letter; empty = `text`. */
  readonly letter: string;
  readonly text: string;
  /** How many of the letter there are. */
  readonly count: number;
  /** A number follows at once, so that this one has as many digits as letters. */
  readonly abuts: boolean;
}

/** Characters of a pattern; IBM's longest has 28. */
export const MAX_PATTERN = 64;
export const PATTERNS_KEPT = 64;

/**
 * The parts of a pattern of Java's SimpleDateFormat; null where it is none, has letters that we do not read, or does
 * not say month, day and hour. Patterns are the sender's to choose: the last `PATTERNS_KEPT` are remembered.
 */
export function timePattern(pattern: string): readonly PatternPart[] | null {
  if (pattern.length > MAX_PATTERN) return null;
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const parts = compile(pattern);
  if (kept.size >= PATTERNS_KEPT) kept.delete(kept.keys().next().value!);
  // A slice would keep the whole chunk alive.
  kept.set(Buffer.from(pattern).toString(), parts);
  return parts;
}

const kept = new Map<string, readonly PatternPart[] | null>();

const NUMBERS = 'yMLdHkKhmsS';
const LETTERS = `${NUMBERS}EazZX`;

function compile(pattern: string): PatternPart[] | null {
  const parts: PatternPart[] = [];
  for (let at = 0; at < pattern.length; ) {
    const code = codeAt(pattern, at);
    let end = at + 1;
    if (code === APOSTROPHE) {
      end = quoteEnd(pattern, at);
      if (end < 0) return null;
      parts.push(textPart(end === at + 2 ? "'" : pattern.slice(at + 1, end - 1).replaceAll("''", "'")));
    } else if (isLetter(code)) {
      end = runEnd(pattern, at);
      const letter = pattern.charAt(at);
      if (!LETTERS.includes(letter)) return null;
      const abuts = isNumber(letter, end - at) && isNumberAt(pattern, end);
      parts.push({ letter, text: '', count: end - at, abuts });
    } else {
      parts.push(textPart(pattern.charAt(at)));
    }
    at = end;
  }
  return isWhole(parts) ? parts : null;
}

function textPart(text: string): PatternPart {
  return { letter: '', text: Buffer.from(text).toString(), count: 0, abuts: false };
}

/** Index after the quote that closes the one at `at`; -1 = none does. Two in a row inside are one of the text. */
function quoteEnd(pattern: string, at: number): number {
  let close = pattern.indexOf("'", at + 1);
  if (close === at + 1) return close + 1;
  while (close >= 0 && codeAt(pattern, close + 1) === APOSTROPHE) close = pattern.indexOf("'", close + 2);
  return close < 0 ? -1 : close + 1;
}

function isNumberAt(pattern: string, at: number): boolean {
  const code = codeAt(pattern, at);
  return isLetter(code) && isNumber(pattern.charAt(at), runEnd(pattern, at) - at);
}

/** Index after the run of one letter that begins at `at`. */
function runEnd(pattern: string, at: number): number {
  let end = at + 1;
  while (end < pattern.length && codeAt(pattern, end) === codeAt(pattern, at)) end++;
  return end;
}

/** Three letters and more of a month are its name. */
function isNumber(letter: string, count: number): boolean {
  return NUMBERS.includes(letter) && !((letter === 'M' || letter === 'L') && count > 2);
}

function isWhole(parts: readonly PatternPart[]): boolean {
  const has = (letters: string) => parts.some(({ letter }) => letter !== '' && letters.includes(letter));
  return has('ML') && has('d') && has('HkKh');
}
