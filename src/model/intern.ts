import { codeAt } from './code-at.js';

const SLOTS = 4096;
const LONGEST = 48;
/** V8 copies substrings shorter than this; longer ones are views that keep the whole chunk alive. */
const SHORTEST_VIEW = 13;

const slots: string[] = new Array<string>(SLOTS).fill('');

/**
 * `text.slice(from, to)`, as the same string object each time for names that keep coming back: hosts, programs,
 * SD-IDs, keys. Such a string is flat, pins no chunk, and is hashed once, which is most of the cost of using a
 * fresh slice as a property name. A hostile stream of ever new names only empties slots.
 */
export function intern(text: string, from: number, to: number): string {
  const length = to - from;
  if (length > 0 && length < SHORTEST_VIEW) return internShort(text, from, to);
  if (length <= 0 || length > LONGEST) return text.slice(from, to);
  let hash = length;
  let bits = 0;
  for (let i = from; i < to; i++) {
    const code = codeAt(text, i);
    bits |= code;
    hash = (Math.imul(hash, 31) + code) | 0;
  }
  if (bits > 127) return text.slice(from, to);
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = slots[slot]!;
  if (known.length === length && text.startsWith(known, from)) return known;
  const flat = Buffer.from(text.slice(from, to), 'latin1').toString('latin1');
  slots[slot] = flat;
  return flat;
}

/** A slice this short is a flat copy, and two of them are compared in the time of reading a few characters. */
function internShort(text: string, from: number, to: number): string {
  const slice = text.slice(from, to);
  const length = slice.length;
  if (length === 0) return slice;
  const ends = slice.charCodeAt(0) * 31 + slice.charCodeAt(length - 1);
  const slot = (ends * 31 + slice.charCodeAt(length >> 1) * 7 + length) & (SLOTS - 1);
  const known = slots[slot]!;
  if (known === slice) return known;
  slots[slot] = slice;
  return slice;
}
