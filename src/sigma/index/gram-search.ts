import type { Pattern } from './automaton-trie.js';
import { EVERYDAY_TEXTS } from './everyday.js';
import { COST_OF_EVERYDAY, COST_OF_MET, chooseGrams, GramCosts } from './gram-choice.js';
import { BIT, GRAM_LENGTH, GramTable, gramEndingAt, LOWER, OTHER_BIT, SPREAD } from './gram-table.js';
import type { Marks } from './marks.js';

/** How a reading of a text ended. */
export const READ = 0;
/** At a character beyond ASCII: to be read again, folded. */
export const BEYOND_ASCII = 1;
/** There is so much in it that is nearly what is looked for that another way is quicker. */
export const LABORIOUS = 2;
export type Outcome = typeof READ | typeof BEYOND_ASCII | typeof LABORIOUS;

/** A text that is looked for, wherever it may stand. */
interface Sought {
  readonly text: string;
  /** 1 = only at the start, 2 = only at the end. */
  readonly edges: number;
  readonly marks: number[];
}

/** Characters between looks: a look reads four, and the longer the steps, the less choice of grams there is. */
const SHORTEST_STEP = 4;
const LONGEST_STEP = 8;
/** For so many texts steps may be one longer. */
const STEPS_OF_TEXTS = 2048;
/** After so many texts grams are chosen anew, by how often each was met. */
const LEARNED_FROM = 1024;
/** Characters of a text that are learned from. */
const LEARNED_CHARACTERS = 512;
/** Characters that may be compared, for each that is read and for a text of none. */
const COMPARED_EACH = 8;
const COMPARED_AT_LEAST = 512;

/**
 * Finds which of many texts are in another by one short piece of each, its gram: every few characters is looked whether they
 * are a gram of some text, and if so the text is compared. Grams are chosen that what is usually read does not have, so hardly
 * a text is compared; and looks do not wait for each other, as the steps of an automaton do.
 */
export class GramSearch {
  readonly #sought: readonly Sought[];
  readonly #short: ShortTexts | null;
  /** So many characters from look to look: each text has a gram at as many places side by side. */
  readonly #step: number;
  #grams: GramTable;
  /** By text: its characters begin there in `#symbols`. */
  readonly #symbolsFrom: Int32Array;
  readonly #symbols: Uint8Array;
  readonly #edges: Uint8Array;
  /** By text: the reading in which it was found. */
  readonly #found: Float64Array;
  /** What grams cost that are met, until enough is learned. */
  #costs: GramCosts | null;
  #learnedFrom = 0;
  /** Characters that may still be compared. */
  #left = 0;
  /** A character beyond ASCII was compared. */
  #metOther = false;

  /** `readsAll`: characters beyond ASCII have to be noticed wherever they stand. Null = this way does not do. */
  static of(patterns: readonly Pattern[], readsAll: boolean): GramSearch | null {
    const sought = soughtOf(patterns);
    if (sought.length === 0) return null;
    const short = shortTexts(sought);
    return short === null ? null : new GramSearch(sought, short, readsAll);
  }

  private constructor(sought: readonly Sought[], short: ShortTexts, readsAll: boolean) {
    this.#sought = sought;
    const shortest = sought.reduce(
      (least, { text }) => Math.min(least, text.length),
      LONGEST_STEP + GRAM_LENGTH,
    );
    const most = Math.min(shortest - GRAM_LENGTH + 1, STEPS_OF_TEXTS / sought.length, LONGEST_STEP);
    this.#step = readsAll || most < SHORTEST_STEP ? 1 : Math.floor(most);
    this.#short = shortest < GRAM_LENGTH ? short : null;
    this.#costs = new GramCosts(sought.reduce((grams, { text }) => grams + text.length, 0));
    for (const text of EVERYDAY_TEXTS) this.#costs.add(text, COST_OF_EVERYDAY);
    this.#grams = new GramTable(chooseGrams(sought, this.#step, this.#costs));
    this.#symbolsFrom = new Int32Array(sought.length + 1);
    sought.forEach(({ text }, i) => {
      this.#symbolsFrom[i + 1] = this.#symbolsFrom[i]! + text.length;
    });
    this.#symbols = new Uint8Array(this.#symbolsFrom[sought.length]!);
    sought.forEach(({ text }, i) => {
      for (let at = 0; at < text.length; at++)
        this.#symbols[this.#symbolsFrom[i]! + at] = SYMBOLS[text.charCodeAt(at)]!;
    });
    this.#edges = Uint8Array.from(sought, ({ edges }) => edges);
    this.#found = new Float64Array(sought.length);
  }

  /** Marks what is in the text. What was marked before it ended otherwise is in it. */
  scan(text: string, marks: Marks, isFolded: boolean): Outcome {
    if (this.#costs !== null) this.#learn(text, this.#costs);
    this.#left = text.length * COMPARED_EACH + COMPARED_AT_LEAST;
    this.#metOther = false;
    if (this.#step > 1) return this.#scanSome(text, marks, isFolded);
    return this.#short === null
      ? this.#scanAll(text, marks, isFolded)
      : this.#scanPairs(text, this.#short.pairs, marks, isFolded);
  }

  #learn(text: string, costs: GramCosts): void {
    costs.add(text.length > LEARNED_CHARACTERS ? text.slice(0, LEARNED_CHARACTERS) : text, COST_OF_MET);
    if (++this.#learnedFrom < LEARNED_FROM) return;
    this.#grams = new GramTable(chooseGrams(this.#sought, this.#step, costs));
    this.#costs = null;
  }

  /** Four characters at a time: most fours have nothing, and one branch says so. */
  #scanAll(text: string, marks: Marks, isFolded: boolean): Outcome {
    const { filter, shift } = this.#grams;
    const whole = text.length & ~3;
    let gram = 0;
    let all = 0;
    for (let i = 0; i < whole; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      all |= a | b | c | d;
      const gramA = (gram << 8) | a | LOWER;
      const gramB = (gramA << 8) | b | LOWER;
      const gramC = (gramB << 8) | c | LOWER;
      gram = (gramC << 8) | d | LOWER;
      const hashA = Math.imul(gramA, SPREAD);
      const hashB = Math.imul(gramB, SPREAD);
      const hashC = Math.imul(gramC, SPREAD);
      const hashD = Math.imul(gram, SPREAD);
      const bitsA = filter[hashA >>> shift]!;
      const bitsB = filter[hashB >>> shift]!;
      const bitsC = filter[hashC >>> shift]!;
      const bitsD = filter[hashD >>> shift]!;
      const some =
        ((bitsA >>> (hashA >>> BIT)) & (bitsA >>> (hashA >>> OTHER_BIT))) |
        ((bitsB >>> (hashB >>> BIT)) & (bitsB >>> (hashB >>> OTHER_BIT))) |
        ((bitsC >>> (hashC >>> BIT)) & (bitsC >>> (hashC >>> OTHER_BIT))) |
        ((bitsD >>> (hashD >>> BIT)) & (bitsD >>> (hashD >>> OTHER_BIT)));
      if ((some & 1) !== 0 && !this.#tellFrom(text, i, i + 4, marks)) return LABORIOUS;
    }
    return this.#end(text, whole, all, marks, isFolded);
  }

  /** As `#scanAll`, where there are short texts, too. */
  #scanPairs(text: string, pairs: Uint8Array, marks: Marks, isFolded: boolean): Outcome {
    const { filter, shift } = this.#grams;
    const whole = text.length & ~3;
    let gram = 0;
    let all = 0;
    for (let i = 0; i < whole; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      all |= a | b | c | d;
      const gramA = (gram << 8) | a | LOWER;
      const gramB = (gramA << 8) | b | LOWER;
      const gramC = (gramB << 8) | c | LOWER;
      gram = (gramC << 8) | d | LOWER;
      const hashA = Math.imul(gramA, SPREAD);
      const hashB = Math.imul(gramB, SPREAD);
      const hashC = Math.imul(gramC, SPREAD);
      const hashD = Math.imul(gram, SPREAD);
      const bitsA = filter[hashA >>> shift]!;
      const bitsB = filter[hashB >>> shift]!;
      const bitsC = filter[hashC >>> shift]!;
      const bitsD = filter[hashD >>> shift]!;
      const some =
        ((bitsA >>> (hashA >>> BIT)) & (bitsA >>> (hashA >>> OTHER_BIT))) |
        ((bitsB >>> (hashB >>> BIT)) & (bitsB >>> (hashB >>> OTHER_BIT))) |
        ((bitsC >>> (hashC >>> BIT)) & (bitsC >>> (hashC >>> OTHER_BIT))) |
        ((bitsD >>> (hashD >>> BIT)) & (bitsD >>> (hashD >>> OTHER_BIT)));
      const short = pairs[gramA & PAIR]! | pairs[gramB & PAIR]! | pairs[gramC & PAIR]! | pairs[gram & PAIR]!;
      if (((some & 1) | short) !== 0 && !this.#tellFrom(text, i, i + 4, marks)) return LABORIOUS;
    }
    return this.#end(text, whole, all, marks, isFolded);
  }

  #end(text: string, from: number, all: number, marks: Marks, isFolded: boolean): Outcome {
    let seen = all;
    for (let i = from; i < text.length; i++) seen |= text.charCodeAt(i);
    if (!this.#tellFrom(text, from, text.length, marks)) return LABORIOUS;
    return seen > 127 && !isFolded ? BEYOND_ASCII : READ;
  }

  /** A character beyond ASCII may be what folds to one of a text: then it stands in the text's place, of which a gram is looked at. */
  #scanSome(text: string, marks: Marks, isFolded: boolean): Outcome {
    const grams = this.#grams;
    const step = this.#step;
    let all = 0;
    for (let i = GRAM_LENGTH - 1; i < text.length; i += step) {
      const a = text.charCodeAt(i - 3);
      const b = text.charCodeAt(i - 2);
      const c = text.charCodeAt(i - 1);
      const d = text.charCodeAt(i);
      all |= a | b | c | d;
      const gram = ((a | LOWER) << 24) | ((b | LOWER) << 16) | ((c | LOWER) << 8) | d | LOWER;
      if (grams.mayHave(gram) && !this.#tell(gram, text, i, marks)) return LABORIOUS;
    }
    return (all > 127 || this.#metOther) && !isFolded ? BEYOND_ASCII : READ;
  }

  /** What has its gram or pair end at one of these characters. False = it takes too long. */
  #tellFrom(text: string, from: number, to: number, marks: Marks): boolean {
    const grams = this.#grams;
    const pairs = this.#short?.pairs ?? null;
    let gram = gramEndingAt(text, from - 1);
    for (let i = from; i < to; i++) {
      gram = (gram << 8) | text.charCodeAt(i) | LOWER;
      const list = pairs === null ? 0 : pairs[gram & PAIR]!;
      if (list !== 0 && !this.#tellShort(list, text, i, marks)) return false;
      if (grams.mayHave(gram) && !this.#tell(gram, text, i, marks)) return false;
    }
    return true;
  }

  /** The texts that have the gram, which ends at `last`, where they would stand. */
  #tell(gram: number, text: string, last: number, marks: Marks): boolean {
    const { entriesFrom, texts, ends } = this.#grams;
    const place = this.#grams.placeOf(gram);
    if (place < 0) return true;
    for (let entry = entriesFrom[place]!; entry < entriesFrom[place + 1]!; entry++)
      if (!this.#compare(texts[entry]!, text, last - ends[entry]!, marks)) return false;
    return true;
  }

  /** Those that have the pair that ends at `last`. */
  #tellShort(list: number, text: string, last: number, marks: Marks): boolean {
    for (const { sought, end } of this.#short!.lists[list]!)
      if (!this.#compare(sought, text, last - end, marks)) return false;
    return true;
  }

  /** Marks what the text says if it stands there. False = too much was compared already. */
  #compare(i: number, text: string, begin: number, marks: Marks): boolean {
    if (begin < 0 || this.#found[i] === marks.reading) return true;
    const from = this.#symbolsFrom[i]!;
    const length = this.#symbolsFrom[i + 1]! - from;
    const edges = this.#edges[i]!;
    const after = text.length - begin - length;
    if (after < 0 || ((edges & 1) !== 0 && begin > 0) || ((edges & 2) !== 0 && after > 0)) return true;
    const symbols = this.#symbols;
    let same = 0;
    for (; same < length; same++) {
      const code = text.charCodeAt(begin + same);
      if (code > 127) this.#metOther = true;
      if (code > 127 || SYMBOLS[code] !== symbols[from + same]) break;
    }
    if (same === length) {
      this.#found[i] = marks.reading;
      this.#markAll(i, marks);
    }
    this.#left -= same + 1;
    return this.#left >= 0;
  }

  #markAll(i: number, marks: Marks): void {
    const all = this.#sought[i]!.marks;
    for (let k = 0; k < all.length; k++) marks.mark(all[k]!);
  }
}

/** By ASCII character that of its lower case. */
const SYMBOLS = Uint8Array.from({ length: 128 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

/** Each text once. */
function soughtOf(patterns: readonly Pattern[]): Sought[] {
  const byKey = new Map<string, Sought>();
  for (const { text, at, mark } of patterns) {
    const edges = (at === 'start' || at === 'whole' ? 1 : 0) | (at === 'end' || at === 'whole' ? 2 : 0);
    const key = `${edges}${text}`;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { text, edges, marks: [mark] });
    else if (!known.marks.includes(mark)) known.marks.push(mark);
  }
  return [...byKey.values()];
}

/** Texts that are too short for a gram. */
interface ShortTexts {
  /** By two characters, as the last two of a gram, the number of a list; 0 = none. */
  readonly pairs: Uint8Array;
  /** The texts that are found by them, and how many characters after their first one the second of the pair stands. */
  readonly lists: readonly ShortList[];
}

type ShortList = readonly { readonly sought: number; readonly end: number }[];

const PAIR = 0xffff;
/** Numbers of lists are bytes. */
const MOST_LISTS = 255;

/** Null = they do not fit, or one has no character. */
function shortTexts(sought: readonly Sought[]): ShortTexts | null {
  const byPair = new Map<number, { sought: number; end: number }[]>();
  for (const [i, { text }] of sought.entries()) {
    if (text === '') return null;
    if (text.length >= GRAM_LENGTH) continue;
    // Of three characters the two that are in fewer texts: those that do not begin like a word.
    const end = text.length === 3 && isWordy(text, 1) && !isWordy(text, 0) ? 1 : text.length - 1;
    const last = text.charCodeAt(end) | LOWER;
    const before = end === 0 ? ANY_CHARACTER : [text.charCodeAt(end - 1) | LOWER];
    for (const first of before) {
      const pair = (first << 8) | last;
      const known = byPair.get(pair);
      if (known === undefined) byPair.set(pair, [{ sought: i, end }]);
      else known.push({ sought: i, end });
    }
  }
  const lists = new Map<string, ShortList>([['', []]]);
  const pairs = new Uint8Array(byPair.size === 0 ? 0 : PAIR + 1);
  for (const [pair, list] of byPair) {
    const key = list.map(({ sought }) => sought).join();
    if (!lists.has(key)) lists.set(key, list);
    pairs[pair] = [...lists.keys()].indexOf(key);
  }
  return lists.size > MOST_LISTS ? null : { pairs, lists: [...lists.values()] };
}

/** As they are in a gram; 0 = there is none before. */
const ANY_CHARACTER: readonly number[] = [
  0,
  ...Array.from({ length: 256 }, (_, code) => code).filter((code) => (code & LOWER) !== 0),
];

function isWordy(text: string, at: number): boolean {
  return /[a-z0-9]/.test(text[at]!);
}
