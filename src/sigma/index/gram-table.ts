/** Characters of a gram, a byte each: of ASCII, with LOWER. */
export const GRAM_LENGTH = 4;
/** What lower-case letters have and upper-case ones have not. A few signs become one by it, which costs a look at most. */
export const LOWER = 0x20;

/** The gram of which the last character is at `last`; of characters before the text it has zeros. */
export function gramEndingAt(text: string, last: number): number {
  let gram = 0;
  for (let i = Math.max(last - GRAM_LENGTH + 1, 0); i <= last; i++)
    gram = (gram << 8) | text.charCodeAt(i) | LOWER;
  return gram;
}

/** A gram of a text, and how many characters after the text's first one its last one stands. */
export interface Entry {
  readonly gram: number;
  readonly text: number;
  readonly end: number;
}

/** A gram times this is its hash. */
export const SPREAD = 0x9e3779b1;
/** Which two bits of a number of the filter, in the hash. */
export const BIT = 14;
export const OTHER_BIT = 9;
/** Numbers of the filter: two for each entry, and few enough, 32 KiB, to stay near the processor. */
const FEWEST = 16;
const MOST = 1 << 13;

/** Grams and the texts that are found by them. */
export class GramTable {
  /** By hash >>> `shift` 32 bits: where not both of those at hash >>> BIT and hash >>> OTHER_BIT, modulo 32, are set, no text has the gram. */
  readonly filter: Int32Array;
  readonly shift: number;
  /** By place: where the entries of its gram begin; those of the next place end them. */
  readonly entriesFrom: Int32Array;
  /** By entry. */
  readonly texts: Int32Array;
  readonly ends: Int32Array;
  /** An open hash table; 0 = none, which is no gram. */
  readonly #grams: Int32Array;

  constructor(entries: readonly Entry[]) {
    const wanted = 2 ** Math.ceil(Math.log2(entries.length * 2 + 1));
    this.filter = new Int32Array(Math.min(Math.max(wanted, FEWEST), MOST));
    this.shift = 32 - Math.log2(this.filter.length);
    this.#grams = new Int32Array(2 ** Math.ceil(Math.log2(entries.length * 2 + 1)));
    this.entriesFrom = new Int32Array(this.#grams.length + 1);
    this.texts = new Int32Array(entries.length);
    this.ends = new Int32Array(entries.length);
    const byGram = new Map<number, Entry[]>();
    for (const entry of entries) {
      const alike = byGram.get(entry.gram);
      if (alike === undefined) byGram.set(entry.gram, [entry]);
      else alike.push(entry);
    }
    for (const gram of byGram.keys()) this.#add(gram);
    let next = 0;
    this.#grams.forEach((gram, place) => {
      this.entriesFrom[place] = next;
      for (const { text, end } of byGram.get(gram) ?? []) {
        this.texts[next] = text;
        this.ends[next] = end;
        next++;
      }
    });
    this.entriesFrom[this.#grams.length] = next;
  }

  /** False = no text has the gram. */
  mayHave(gram: number): boolean {
    const hash = Math.imul(gram, SPREAD);
    const bits = this.filter[hash >>> this.shift]!;
    return ((bits >>> (hash >>> BIT)) & (bits >>> (hash >>> OTHER_BIT)) & 1) !== 0;
  }

  /** -1 = no text has the gram. */
  placeOf(gram: number): number {
    const mask = this.#grams.length - 1;
    for (let place = firstPlace(gram) & mask; ; place = (place + 1) & mask) {
      if (this.#grams[place] === gram) return gram === 0 ? -1 : place;
      if (this.#grams[place] === 0) return -1;
    }
  }

  #add(gram: number): void {
    const hash = Math.imul(gram, SPREAD);
    this.filter[hash >>> this.shift]! |= (1 << (hash >>> BIT)) | (1 << (hash >>> OTHER_BIT));
    const mask = this.#grams.length - 1;
    let place = firstPlace(gram) & mask;
    while (this.#grams[place] !== 0) place = (place + 1) & mask;
    this.#grams[place] = gram;
  }
}

/** By a hash of its own. */
function firstPlace(gram: number): number {
  return Math.imul(gram, 0x85ebca6b) >>> 9;
}
