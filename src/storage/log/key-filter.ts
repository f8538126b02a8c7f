/**
 * Bloom filters over 32-bit keys (model/event-keys.ts): whether a stretch of the log may hold one. A filter is its bits, in lines
 * of 64 bytes: each key has all of its six in one line, so that it costs one look into memory. The number of lines is a power of two.
 */
const LINE = 64;
/** At least; up to twice as many. About one key in 250 that is not there is thought to be. */
const BITS_PER_KEY = 10;
/** Of a segment's filter while it grows: enough for half a million keys, and never wrong with more. */
const SEGMENT_BYTES = 1 << 20;
/** Share of its bits that may be set when it is folded. */
const FULL = 0.45;

/** The filter of a block. A key may come more than once. */
export function blockFilter(keyLists: readonly Uint32Array[]): Uint8Array {
  const count = keyLists.reduce((sum, keys) => sum + keys.length, 0);
  if (count === 0) return new Uint8Array(0);
  let bytes = LINE;
  while (bytes * 8 < count * BITS_PER_KEY) bytes *= 2;
  const filter = new Uint8Array(bytes);
  for (const keys of keyLists) addTo(filter, keys);
  return filter;
}

export function mayHoldKey(filter: Uint8Array, key: number): boolean {
  if (filter.length === 0) return false;
  const line = lineOf(filter, key);
  const first = Math.imul(key, FIRST);
  const second = Math.imul(key, SECOND);
  return (
    isSet(filter, line, first >>> 23) &&
    isSet(filter, line, (first >>> 14) & 511) &&
    isSet(filter, line, (first >>> 5) & 511) &&
    isSet(filter, line, second >>> 23) &&
    isSet(filter, line, (second >>> 14) & 511) &&
    isSet(filter, line, (second >>> 5) & 511)
  );
}

/** The filter of a segment: it does not know how many keys will come, so it begins large and is folded at the end. */
export class SegmentFilter {
  readonly #bits = new Uint8Array(SEGMENT_BYTES);

  /** `folded`: what an earlier one was folded to, to go on with it. */
  constructor(folded?: Uint8Array) {
    // Repeated, every line is filled that a key may have had.
    if (folded !== undefined && folded.length > 0)
      for (let at = 0; at < this.#bits.length; at += folded.length) this.#bits.set(folded, at);
  }

  add(keys: Uint32Array): void {
    addTo(this.#bits, keys);
  }

  /** As small as it can be without being full. */
  folded(): Uint8Array {
    let bits = this.#bits;
    for (let half = foldedOnce(bits); half !== null; half = foldedOnce(bits)) bits = half;
    return bits;
  }
}

const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca77;

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** One half laid over the other; null when too many bits would be set. */
function foldedOnce(bits: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const half = bits.length / 2;
  if (half < LINE) return null;
  const folded = new Uint8Array(half);
  let set = 0;
  for (let i = 0; i < half; i++) {
    folded[i] = bits[i]! | bits[half + i]!;
    set += ONES[folded[i]!]!;
  }
  return set > half * 8 * FULL ? null : folded;
}

function addTo(filter: Uint8Array, keys: Uint32Array): void {
  for (const key of keys) {
    const line = lineOf(filter, key);
    const first = Math.imul(key, FIRST);
    const second = Math.imul(key, SECOND);
    setBit(filter, line, first >>> 23);
    setBit(filter, line, (first >>> 14) & 511);
    setBit(filter, line, (first >>> 5) & 511);
    setBit(filter, line, second >>> 23);
    setBit(filter, line, (second >>> 14) & 511);
    setBit(filter, line, (second >>> 5) & 511);
  }
}

/** Where the line of the key begins. */
function lineOf(filter: Uint8Array, key: number): number {
  return (key & (filter.length / LINE - 1)) * LINE;
}

function setBit(filter: Uint8Array, line: number, bit: number): void {
  filter[line + (bit >>> 3)]! |= 1 << (bit & 7);
}

function isSet(filter: Uint8Array, line: number, bit: number): boolean {
  return (filter[line + (bit >>> 3)]! & (1 << (bit & 7))) !== 0;
}
