import { codeAt } from '../model/code-at.js';
/** Scanning of log text without regular expressions: indexes in, slices and numbers out, nothing allocated. */

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Whether `word`, which is not empty, stands at `at`. The same as `startsWith(word, at)` and several times as quick: it
 * gives up at the first character, and V8 compares a short copy faster than it reads a few characters out of a slice.
 */
export function standsAt(text: string, word: string, at: number): boolean {
  if (at < 0 || codeAt(text, at) !== codeAt(word, 0)) return false;
  return word.length <= LONGEST_COPY ? text.slice(at, at + word.length) === word : standsLong(text, word, at);
}

/** Of its own, so that V8 can put the test before it into its callers. */
function standsLong(text: string, word: string, at: number): boolean {
  const end = at + word.length;
  for (let i = 0; i < word.length; i += LONGEST_COPY) {
    const piece = text.slice(at + i, Math.min(at + i + LONGEST_COPY, end));
    if (piece !== word.slice(i, i + LONGEST_COPY)) return false;
  }
  return true;
}

/** V8 copies substrings up to this length; longer ones are views, which are slow to compare. */
const LONGEST_COPY = 12;

/** Decimal digits of text[start, end) as a number; null when empty, not digits, or above 2^53. */
export function readInteger(text: string, start: number, end: number): number | null {
  if (start >= end || end - start > 16) return null;
  let value = 0;
  if (end > text.length) return null;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return null;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : null;
}

/** A port 0..65535 written at text[start, end), else null. */
export function readPort(text: string, start: number, end: number): number | null {
  const value = readInteger(text, start, end);
  return value !== null && value <= 65535 ? value : null;
}

/** The port that the digits from `at` on write, else null. */
export function readPortAt(text: string, at: number): number | null {
  let value = 0;
  let i = at;
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  return i === at || i - at > 16 || value > 65535 ? null : value;
}

/** Index after the digits that begin at `at`. */
export function digitsEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Index of the next blank at or after `at`, else the text's end. */
export function wordEnd(text: string, at: number): number {
  const end = text.indexOf(' ', at);
  return end < 0 ? text.length : end;
}

/** Index of the first character at or after `at` that is not a blank. */
export function skipBlanks(text: string, at: number): number {
  let i = at;
  while (codeAt(text, i) === 0x20) i++;
  return i;
}

/** What stands between the first `open` at or after `from` and the next `close`; null when one is missing. */
export function between(text: string, open: string, close: string, from = 0): string | null {
  const start = text.indexOf(open, from);
  if (start < 0) return null;
  const end = text.indexOf(close, start + open.length);
  return end < 0 ? null : text.slice(start + open.length, end);
}

/**
 * `between` where `open` stands once; null where it stands again: then somebody's text imitates the frame, and nobody
 * can say which of the two is real.
 */
export function onlyBetween(text: string, open: string, close: string, from = 0): string | null {
  const start = text.indexOf(open, from);
  if (start < 0 || text.indexOf(open, start + open.length) >= 0) return null;
  return between(text, open, close, start);
}

/**
 * Value of ` key=` up to the next of ` `, `,` or `;`; quotes around it are taken off. Null when absent or empty.
 * `key` includes the equals sign; it must begin the text or follow a blank, comma, semicolon or bracket.
 */
export function keyValue(text: string, key: string, from = 0): string | null {
  let at = text.indexOf(key, from);
  while (at > 0 && !isKeyBoundary(codeAt(text, at - 1))) at = text.indexOf(key, at + 1);
  if (at < 0) return null;
  const start = at + key.length;
  if (codeAt(text, start) === 0x22) {
    const close = text.indexOf('"', start + 1);
    return close > start + 1 ? text.slice(start + 1, close) : null;
  }
  let end = start;
  while (end < text.length && !isValueEnd(codeAt(text, end))) end++;
  return end > start ? text.slice(start, end) : null;
}

function isKeyBoundary(code: number): boolean {
  return code === 0x20 || code === 0x2c || code === 0x3b || code === 0x28 || code === 0x5b || code === 0x27;
}

function isValueEnd(code: number): boolean {
  return code === 0x20 || code === 0x2c || code === 0x3b;
}
