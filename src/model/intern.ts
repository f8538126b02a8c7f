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

/** What `internAscii` knows: texts, and their bytes at the same slots. */
const asciiTexts: string[] = new Array<string>(SLOTS).fill('');
const asciiBytes = new Uint8Array(SLOTS * LONGEST);
const DEL = 127;

/**
 * As `intern`, of a name that also stands in `bytes`, from `at`, where it is read faster: each byte its character, but DEL any.
 */
export function internAscii(text: string, from: number, to: number, bytes: Uint8Array, at: number): string {
  const length = to - from;
  if (length > LONGEST) return text.slice(from, to);
  let hash = length;
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = asciiTexts[slot]!;
  return known.length === length && isKnown(slot, length, bytes, at)
    ? known
    : keep(slot, text.slice(from, to), bytes, at);
}

function isKnown(slot: number, length: number, bytes: Uint8Array, at: number): boolean {
  const first = slot * LONGEST;
  for (let i = 0; i < length; i++) if (asciiBytes[first + i] !== bytes[at + i]) return false;
  return true;
}

/** A name with DEL is not kept, so that no other is taken for it. */
function keep(slot: number, name: string, bytes: Uint8Array, at: number): string {
  const place = asciiBytes.subarray(slot * LONGEST, slot * LONGEST + name.length);
  place.set(bytes.subarray(at, at + name.length));
  const isAscii = !place.includes(DEL);
  asciiTexts[slot] = isAscii ? Buffer.from(name, 'latin1').toString('latin1') : '';
  return isAscii ? asciiTexts[slot]! : name;
}
