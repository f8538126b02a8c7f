/**
 * Bloom filters over 32-bit keys (model/event-keys.ts): whether a stretch of the log may hold one. A filter is its bits;
 * the places of a key are reckoned modulo their number.
 */
const HASHES = 8;
/** About one key in 800 that is not there is thought to be. */
const BITS_PER_KEY = 14;

/** Bits of a segment's filter while it grows: enough for half a million keys, and never wrong with more. */
const SEGMENT_BITS = 1 << 23;
/** Share of its bits that may be set when it is folded, and bytes below which it is not. */
const FULL = 0.5;
const SMALLEST = 64;

/** The filter of a block. `keys`: each once. */
export function blockFilter(keys: Uint32Array): Uint8Array {
  const filter = new Uint8Array(Math.ceil((keys.length * BITS_PER_KEY) / 8));
  for (const key of keys) addTo(filter, key);
  return filter;
}

export function mayHoldKey(filter: Uint8Array, key: number): boolean {
  const bits = filter.length * 8;
  if (bits === 0) return false;
  const step = stepOf(key);
  for (let i = 0, at = key; i < HASHES; i++, at = (at + step) >>> 0) {
    const place = at % bits;
    if ((filter[place >>> 3]! & (1 << (place & 7))) === 0) return false;
  }
  return true;
}

/** The filter of a segment: it does not know how many keys will come, so it begins large and is folded at the end. */
export class SegmentFilter {
  readonly #bits = new Uint8Array(SEGMENT_BITS / 8);

  /** `folded`: what an earlier one was folded to, to go on with it. */
  constructor(folded?: Uint8Array) {
    // Repeated, every place is set that a key may have had.
    if (folded !== undefined)
      for (let at = 0; at < this.#bits.length; at += folded.length) this.#bits.set(folded, at);
  }

  add(keys: Uint32Array): void {
    for (const key of keys) addTo(this.#bits, key);
  }

  /** As small as it can be without being full. */
  folded(): Uint8Array {
    let bits = this.#bits;
    for (let half = foldedOnce(bits); half !== null; half = foldedOnce(bits)) bits = half;
    return bits;
  }
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** One half laid over the other; null when too many bits would be set. */
function foldedOnce(bits: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const half = bits.length / 2;
  if (half < SMALLEST) return null;
  const folded = new Uint8Array(half);
  let set = 0;
  for (let i = 0; i < half; i++) {
    folded[i] = bits[i]! | bits[half + i]!;
    set += ONES[folded[i]!]!;
  }
  return set > half * 8 * FULL ? null : folded;
}

function addTo(filter: Uint8Array, key: number): void {
  const bits = filter.length * 8;
  const step = stepOf(key);
  for (let i = 0, at = key; i < HASHES; i++, at = (at + step) >>> 0) {
    const place = at % bits;
    filter[place >>> 3]! |= 1 << (place & 7);
  }
}

/** Odd, so that it leads through all places of a segment's filter. */
function stepOf(key: number): number {
  return (Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) | 1) >>> 0;
}
