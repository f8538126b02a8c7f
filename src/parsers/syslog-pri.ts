import { codeAt } from '../model/code-at.js';
import { isDigit } from './characters.js';
import type { ParseContext } from './parser.js';

const LESS = 60;
const GREATER = 62;
const ZERO = 48;

/**
 * PRIVAL of the `<PRI>` at the start of `text` (RFC 5424 §6.2.1): 0..191 without leading zeros, else -1.
 */
export function scanPri(text: string, { bytes, from }: ParseContext): number {
  if (text.length === 0 || bytes[from] !== LESS) return -1;
  let value = 0;
  let i = 1;
  for (; i < text.length && isDigit(bytes[from + i]!); i++) {
    if (i > 3 || (i > 1 && value === 0)) return -1;
    value = value * 10 + bytes[from + i]! - ZERO;
  }
  if (i === 1 || i >= text.length || bytes[from + i] !== GREATER) return -1;
  return value <= 191 ? value : -1;
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
