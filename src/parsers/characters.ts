import { codeAt } from '../model/code-at.js';
/** Character codes and classes of the scanners. An index past the end gives NaN, which is in no class. */
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const APOSTROPHE = 39;
export const COMMA = 44;
export const DASH = 45;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const EQUALS = 61;
export const BRACKET_OPEN = 91;
export const BACKSLASH = 92;
export const BRACKET_CLOSE = 93;
export const PIPE = 124;
export const LAST_ASCII = 127;
export const BYTE_ORDER_MARK = 0xfeff;

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

export function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** The separators inside a line: space and tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isWhitespace(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CR);
}

/** The number that the two characters at `at` spell, or -1. */
export function twoDigits(text: string, at: number): number {
  const tens = codeAt(text, at) - 48;
  const ones = codeAt(text, at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** As `twoDigits`, of two bytes. */
export function twoDigitBytes(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** The number that the four characters at `at` spell, or -1. */
export function fourDigits(text: string, at: number): number {
  const high = twoDigits(text, at);
  const low = twoDigits(text, at + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

export function skipSpaces(text: string, at: number): number {
  let i = at;
  while (codeAt(text, i) === SPACE) i++;
  return i;
}

export function skipBlanks(text: string, at: number): number {
  let i = at;
  while (isBlank(codeAt(text, i))) i++;
  return i;
}

export function skipDigits(text: string, at: number): number {
  let i = at;
  while (i < text.length && isDigit(text.charCodeAt(i))) i++;
  return i;
}

/** First blank at or after `at`, or the text's end. */
export function tokenEnd(text: string, at: number): number {
  let i = at;
  while (i < text.length && !isBlank(text.charCodeAt(i))) i++;
  return i;
}

/** `to` moved left over trailing whitespace, not below `from`. */
export function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isWhitespace(text.charCodeAt(end - 1))) end--;
  return end;
}

/** The text as one byte for each character; those beyond ASCII are DEL, which no scanner knows. */
export function asciiImage(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = Math.min(text.charCodeAt(i), LAST_ASCII);
  return bytes;
}
