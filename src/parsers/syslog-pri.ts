import { codeAt } from '../model/code-at.js';
import { isDigit } from './characters.js';

const LESS = 60;
const GREATER = 62;
const ZERO = 48;

/**
 * PRIVAL of the `<PRI>` at the start of `text` (RFC 5424 §6.2.1): 0..191 without leading zeros, else -1.
 */
export function scanPri(text: string): number {
  if (codeAt(text, 0) !== LESS) return -1;
  const first = codeAt(text, 1);
  if (!isDigit(first)) return -1;
  let value = first - ZERO;
  let i = 2;
  while (isDigit(codeAt(text, i))) {
    if (i > 3 || first === ZERO) return -1;
    value = value * 10 + codeAt(text, i) - ZERO;
    i++;
  }
  return codeAt(text, i) === GREATER && value <= 191 ? value : -1;
}

/** Index after `<PRI>` of a value that `scanPri` returned. */
export function priEnd(pri: number): number {
  return pri > 99 ? 5 : pri > 9 ? 4 : 3;
}

/** Whether the text begins as if a PRI were meant: `<` and a digit or a sign. */
export function looksLikePri(text: string): boolean {
  const next = codeAt(text, 1);
  return codeAt(text, 0) === LESS && (isDigit(next) || next === 45 || next === GREATER || next === 32);
}
