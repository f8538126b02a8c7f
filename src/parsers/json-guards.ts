import { codeAt } from '../model/code-at.js';
import { BACKSLASH, isDigit, QUOTE } from './characters.js';

/** Deepest nesting of objects and arrays that is read. */
export const MAX_DEPTH = 64;
/** Integers of fewer digits are exact in a double. */
const SAFE_DIGITS = 15;

/**
 * Whether JSON text nests deeper than MAX_DEPTH, which only text with more brackets than that can; they are counted
 * by `indexOf`, a fraction of the cost of reading the text.
 */
export function isTooDeep(text: string, from: number): boolean {
  let brackets = 0;
  for (let i = text.indexOf('{', from); i >= 0; i = text.indexOf('{', i + 1)) {
    if (++brackets > MAX_DEPTH) return measuresTooDeep(text, from);
  }
  for (let i = text.indexOf('[', from); i >= 0; i = text.indexOf('[', i + 1)) {
    if (++brackets > MAX_DEPTH) return measuresTooDeep(text, from);
  }
  return false;
}

function measuresTooDeep(text: string, from: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const code = codeAt(text, i);
    if (quoted) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) {
      quoted = true;
    } else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 125 || code === 93) {
      depth--;
    }
  }
  return false;
}

/**
 * Whether a run of more than 15 digits is in the text: only then can JSON.parse lose digits of an integer. Looks at
 * every 16th character and around it only where that is a digit.
 */
export function hasLongNumber(text: string, from: number): boolean {
  const stride = SAFE_DIGITS + 1;
  let at = from + SAFE_DIGITS;
  while (at < text.length) {
    if (!isDigit(codeAt(text, at))) {
      at += stride;
      continue;
    }
    let start = at;
    while (start > at - stride && isDigit(codeAt(text, start - 1))) start--;
    let end = at + 1;
    while (isDigit(codeAt(text, end))) end++;
    if (end - start >= stride && mayBeginNumber(codeAt(text, start - 1))) return true;
    at = end + stride - 1;
  }
  return false;
}

/** What stands before a number in JSON. Most long runs of digits stand in strings: hashes, GUIDs, quoted ids. */
function mayBeginNumber(code: number): boolean {
  if (code === 0x3a || code === 0x2c || code === 0x5b || code === 0x2d) return true;
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
