/** A text to look for, ASCII and folded, and what to mark where it is found. */
export interface Pattern {
  readonly text: string;
  readonly at: 'whole' | 'start' | 'end' | 'anywhere';
  readonly mark: number;
}

/** Characters that no pattern has; the edges of the searched text; then one class per character. */
export const OTHER = 0;
export const START = 1;
export const END = 2;
export const FIRST_CHARACTER = 3;
export const CLASS_BITS = 8;
export const CLASS = (1 << CLASS_BITS) - 1;

/** What is in the automaton of a text with a tail, at least: tails of shorter, more common beginnings are compared too often. */
const SHORTEST_HEAD = 12;
/** Shorter ones are not worth a comparison. */
const SHORTEST_TAIL = 4;
/** It bounds what a text can be made to cost that only begins like a pattern, again and again. */
const LONGEST_TAIL = 64;

/** A text, its edges with it, of which the first `head` characters are in the automaton; the rest is its tail. */
interface Word {
  readonly text: string;
  readonly head: number;
  readonly marks: readonly number[];
}

/** Each text once, in order: what two texts have in common they have with those between. */
export function wordsOf(patterns: readonly Pattern[]): Word[] {
  const marksOf = new Map<string, number[]>();
  for (const { text, at, mark } of patterns) {
    const start = at === 'start' || at === 'whole' ? START_EDGE : '';
    const key = `${start}${text}${at === 'end' || at === 'whole' ? END_EDGE : ''}`;
    const known = marksOf.get(key);
    if (known === undefined) marksOf.set(key, [mark]);
    else if (!known.includes(mark)) known.push(mark);
  }
  const sorted = [...marksOf.keys()].sort();
  let before = 0;
  return sorted.map((text, i) => {
    const after = i + 1 < sorted.length ? commonStart(text, sorted[i + 1]!) : 0;
    const own = Math.max(before, after) + 1;
    before = after;
    const cut = Math.max(own, SHORTEST_HEAD, text.length - LONGEST_TAIL);
    const head = text.length - cut < SHORTEST_TAIL ? text.length : cut;
    return { text, head, marks: marksOf.get(text)! };
  });
}

/** They stand for the edges where patterns are sorted: no pattern has them, for none is beyond ASCII. */
const START_EDGE = '\u0080';
const END_EDGE = '\u0081';

/** The class of a character of a word. */
export function symbolAt({ text }: Word, at: number, classes: Int32Array): number {
  const code = text.charCodeAt(at);
  return code < 128 ? classes[code]! & CLASS : text[at] === START_EDGE ? START : END;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** The heads as a tree of their classes, by node; node 0 is the root, and 0 also stands for none. */
export class Trie {
  readonly child: Int32Array;
  readonly sibling: Int32Array;
  /** The class that leads to the node. */
  readonly symbol: Uint8Array;
  readonly depth: Int32Array;
  /** 1 = the head of a word ends here; the word is in `words`. */
  readonly ends: Uint8Array;
  readonly words = new Map<number, Word>();
  /** The node of the longest proper suffix of the node's text that is in the tree. */
  readonly fallback: Int32Array;
  /** The node of the longest head that is a proper suffix of the node's text. */
  readonly shorter: Int32Array;
  /** All nodes, less deep ones first. */
  readonly byDepth: Int32Array;
  /** By class the children of the root: it has the most of them, and nearly every search ends there. */
  readonly #first = new Int32Array(CLASS + 1);
  #size = 1;

  constructor(words: readonly Word[], classes: Int32Array) {
    const most = words.reduce((sum, { head }) => sum + head, 1);
    this.child = new Int32Array(most);
    this.sibling = new Int32Array(most);
    this.symbol = new Uint8Array(most);
    this.depth = new Int32Array(most);
    this.ends = new Uint8Array(most);
    for (const word of words) {
      let node = 0;
      for (let at = 0; at < word.head; at++) node = this.#childFor(node, symbolAt(word, at, classes));
      this.ends[node] = 1;
      this.words.set(node, word);
    }
    this.fallback = new Int32Array(this.#size);
    this.shorter = new Int32Array(this.#size);
    this.byDepth = new Int32Array(this.#size);
    this.#link();
  }

  #find(node: number, symbol: number): number {
    if (node === 0) return this.#first[symbol]!;
    let child = this.child[node]!;
    while (child > 0 && this.symbol[child] !== symbol) child = this.sibling[child]!;
    return child;
  }

  #childFor(node: number, symbol: number): number {
    const known = this.#find(node, symbol);
    if (known > 0) return known;
    const made = this.#size++;
    this.symbol[made] = symbol;
    this.depth[made] = this.depth[node]! + 1;
    this.sibling[made] = this.child[node]!;
    this.child[node] = made;
    if (node === 0) this.#first[symbol] = made;
    return made;
  }

  #link(): void {
    let known = 1;
    for (const node of this.byDepth) {
      for (let child = this.child[node]!; child > 0; child = this.sibling[child]!) {
        this.byDepth[known++] = child;
        const fallback = node === 0 ? 0 : this.#longestSuffix(this.fallback[node]!, this.symbol[child]!);
        this.fallback[child] = fallback;
        this.shorter[child] = this.ends[fallback] === 1 ? fallback : this.shorter[fallback]!;
      }
    }
  }

  /** Of the text of `from` and one more character. */
  #longestSuffix(from: number, symbol: number): number {
    for (let node = from; ; node = this.fallback[node]!) {
      const child = this.#find(node, symbol);
      if (child > 0 || node === 0) return child;
    }
  }
}
