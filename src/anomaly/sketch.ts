import { SKETCH_BITS, SKETCH_WORDS } from '../model/entity-minute.js';

const HASHED_CHARACTERS = 64;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the text's length and its first 64 characters, stirred so that all bits depend on all characters. */
export function hashText(text: string, seed = FNV_OFFSET): number {
  const length = text.length < HASHED_CHARACTERS ? text.length : HASHED_CHARACTERS;
  let hash = Math.imul(seed ^ text.length, FNV_PRIME);
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return stir(hash);
}

/** As `hashText`, of a number. */
export function hashNumber(number: number): number {
  return stir(Math.imul(number ^ FNV_OFFSET, FNV_PRIME));
}

/** Sets the bit of a hash in the sketch that begins at `at`. */
export function sketch(words: Uint32Array, at: number, hash: number): void {
  const word = at + ((hash >>> 5) & (SKETCH_WORDS - 1));
  words[word] = words[word]! | (1 << (hash & 31));
}

export function bitsIn(words: Uint32Array, at: number, length = SKETCH_WORDS): number {
  let bits = 0;
  for (let i = 0; i < length; i++) bits += bitsOf(words[at + i]!);
  return bits;
}

/** How many values were put into a sketch with so many bits set: linear counting (Whang et al. 1990). */
export function valuesOf(bits: number): number {
  const free = Math.max(SKETCH_BITS - bits, 0.5);
  return SKETCH_BITS * Math.log(SKETCH_BITS / free);
}

export function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function stir(hash: number): number {
  let stirred = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  stirred = Math.imul(stirred ^ (stirred >>> 13), 0xc2b2ae35);
  return (stirred ^ (stirred >>> 16)) >>> 0;
}
