import { codeAt } from '../model/code-at.js';
import type { Json } from '../model/json.js';
import { BACKSLASH, QUOTE } from './characters.js';

/** Deepest nesting of objects and arrays that is read. */
export const MAX_DEPTH = 64;
/** Smaller integers are exact in a double. */
const LARGE = 1e15;

/** Whether text that is no JSON nests deeper than MAX_DEPTH all the same: what was cut off is told from what is too deep. */
export function isTooDeep(text: string, from: number): boolean {
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

/** What JSON.parse made is what was written. The worse the higher. */
export const FINE = 0;
/** A number is so large that digits of an integer may be lost. */
export const LARGE_NUMBER = 1;
/** It nests deeper than MAX_DEPTH, which nobody may follow. */
export const TOO_DEEP = 2;
export type Look = typeof FINE | typeof LARGE_NUMBER | typeof TOO_DEEP;

/**
 * Looks over what was parsed: cheaper than looking for digits and brackets in the text, where most long runs of digits are
 * hashes, GUIDs and quoted ids. JSON.parse itself does not recurse, so depth can do no harm before.
 */
export function lookOver(value: Json, depth = 0): Look {
  if (typeof value === 'number') return value >= LARGE || value <= -LARGE ? LARGE_NUMBER : FINE;
  if (typeof value !== 'object' || value === null) return FINE;
  if (depth === MAX_DEPTH) return TOO_DEEP;
  let worst: Look = FINE;
  if (Array.isArray(value)) {
    for (const member of value) worst = worseOf(worst, lookOver(member, depth + 1));
  } else {
    // Most members are texts.
    for (const name in value)
      if (typeof value[name] !== 'string') worst = worseOf(worst, lookOver(value[name]!, depth + 1));
  }
  return worst;
}

function worseOf(a: Look, b: Look): Look {
  return b > a ? b : a;
}
