import { codeAt } from '../model/code-at.js';
import type { Json } from '../model/json.js';
import { BACKSLASH, QUOTE } from './characters.js';

/** Deepest nesting of objects and arrays that is read. */
export const MAX_DEPTH = 64;
/** Smaller integers are exact in a double. */
const LARGE = 1e15;

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
 * Whether a number is so large that JSON.parse may have lost digits of an integer. Asked of what was parsed: numbers are few
 * there, and most long runs of digits in the text stand in strings: hashes, GUIDs, quoted ids.
 */
export function holdsLargeNumber(value: Json): boolean {
  if (typeof value === 'number') return value >= LARGE || value <= -LARGE;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsLargeNumber);
  for (const name in value) if (holdsLargeNumber(value[name]!)) return true;
  return false;
}
