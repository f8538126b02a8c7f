import type { Marks } from './marks.js';

/** A text to look for, ASCII and folded, and what to mark where it is found. */
export interface Pattern {
  readonly text: string;
  readonly at: 'whole' | 'start' | 'end' | 'anywhere';
  readonly mark: number;
}

/** Characters beside those of the patterns; the edges of the searched text; then one class per character. */
const OTHER = 0;
const START = 1;
const END = 2;
const FIRST_CHARACTER = 3;

/**
 * Finds all of many texts in one pass, whatever their number (Aho and Corasick, 1975), as a table of states by classes
 * of characters. Letters of both cases are one class, so that text need not be folded. Edges are characters of their
 * own: a text wanted at the start is one that begins with START.
 */
export class Automaton {
  readonly #classes: Uint8Array;
  /** Next state by (state << shift | class). States that end a pattern have the highest numbers. */
  readonly #next: Uint16Array | Int32Array;
  readonly #shift: number;
  readonly #first: number;
  readonly #firstEnding: number;
  /** By state from `firstEnding` on: where its marks begin in `marks`, and the next shorter pattern that ends here, too. */
  readonly #from: Int32Array;
  readonly #shorter: Int32Array;
  readonly #marks: Int32Array;
  /** Generation in which an ending state was last told: all that ends with it has been told then. */
  readonly #told: Float64Array;

  constructor(patterns: readonly Pattern[]) {
    const classes = classesOf(patterns);
    const trie = new Trie(patterns, classes);
    const order = trie.link();
    const ending = order.filter((node) => trie.marks[node] !== null || trie.shorter[node]! > 0);
    const isEnding = new Uint8Array(order.length);
    for (const node of ending) isEnding[node] = 1;
    const numbered = [...order.filter((node) => isEnding[node] === 0), ...ending];
    const stateOf = new Int32Array(numbered.length);
    for (let state = 0; state < numbered.length; state++) stateOf[numbered[state]!] = state;

    this.#classes = classes;
    this.#shift = trie.shift;
    this.#firstEnding = numbered.length - ending.length;
    const size = numbered.length << this.#shift;
    this.#next = numbered.length <= 0x10000 ? new Uint16Array(size) : new Int32Array(size);
    for (let state = 0; state < numbered.length; state++) {
      const row = numbered[state]! << this.#shift;
      for (let i = 0; i < 1 << this.#shift; i++)
        this.#next[(state << this.#shift) + i] = stateOf[trie.next[row + i]!]!;
    }
    this.#first = this.#next[(stateOf[0]! << this.#shift) + START]!;
    const marks: number[] = [];
    this.#from = new Int32Array(ending.length + 1);
    this.#shorter = new Int32Array(ending.length);
    for (const [i, node] of ending.entries()) {
      this.#from[i] = marks.length;
      marks.push(...(trie.marks[node] ?? []));
      const shorter = trie.shorter[node]!;
      this.#shorter[i] = shorter > 0 ? stateOf[shorter]! - this.#firstEnding : -1;
    }
    this.#from[ending.length] = marks.length;
    this.#marks = Int32Array.from(marks);
    this.#told = new Float64Array(ending.length);
  }

  /** Marks what is in the text. False = it stopped at a character beyond ASCII: to be called again with the folded text. */
  scan(text: string, marks: Marks, isFolded: boolean): boolean {
    const classes = this.#classes;
    const next = this.#next;
    const shift = this.#shift;
    const firstEnding = this.#firstEnding;
    let state = this.#first;
    if (state >= firstEnding) this.#tell(state - firstEnding, marks);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        if (!isFolded) return false;
        state = next[(state << shift) + OTHER]!;
      } else state = next[(state << shift) + classes[code]!]!;
      if (state >= firstEnding) this.#tell(state - firstEnding, marks);
    }
    state = next[(state << shift) + END]!;
    if (state >= firstEnding) this.#tell(state - firstEnding, marks);
    return true;
  }

  #tell(ending: number, marks: Marks): void {
    for (let at = ending; at >= 0 && this.#told[at] !== marks.generation; at = this.#shorter[at]!) {
      this.#told[at] = marks.generation;
      for (let i = this.#from[at]!; i < this.#from[at + 1]!; i++) marks.mark(this.#marks[i]!);
    }
  }
}

/** Class of each ASCII character. */
function classesOf(patterns: readonly Pattern[]): Uint8Array {
  const classes = new Uint8Array(128);
  let next = FIRST_CHARACTER;
  for (const { text } of patterns) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (classes[code] === 0) classes[code] = next++;
    }
  }
  for (let upper = 65; upper <= 90; upper++) classes[upper] = classes[upper + 32]!;
  return classes;
}

/** The patterns as a tree of their characters, node 0 its root; `link` makes it an automaton. */
class Trie {
  readonly shift: number;
  /** Child by (node << shift | class), then, once linked, the next state for every class. */
  readonly next: Int32Array;
  readonly marks: (number[] | null)[] = [null];
  /** Of a linked node: the node of the longest pattern that is a proper suffix of its text; 0 = none. */
  readonly shorter: Int32Array;

  constructor(patterns: readonly Pattern[], classes: Uint8Array) {
    const count = Math.max(...classes, END) + 1;
    this.shift = 32 - Math.clz32(count - 1);
    const most = patterns.reduce((sum, { text }) => sum + text.length + 2, 1);
    this.next = new Int32Array(most << this.shift);
    this.shorter = new Int32Array(most);
    for (const { text, at, mark } of patterns) {
      let node = at === 'start' || at === 'whole' ? this.#child(0, START) : 0;
      for (let i = 0; i < text.length; i++) node = this.#child(node, classes[text.charCodeAt(i)]!);
      if (at === 'end' || at === 'whole') node = this.#child(node, END);
      const marks = this.marks[node];
      if (marks === null || marks === undefined) this.marks[node] = [mark];
      else if (!marks.includes(mark)) marks.push(mark);
    }
  }

  #child(node: number, symbol: number): number {
    const place = (node << this.shift) + symbol;
    if (this.next[place] === 0) {
      this.next[place] = this.marks.length;
      this.marks.push(null);
    }
    return this.next[place]!;
  }

  /** Fills in what follows a text that no pattern goes on with. Returns all nodes, shorter texts first. */
  link(): number[] {
    const width = 1 << this.shift;
    const failure = new Int32Array(this.marks.length);
    const order = [0];
    for (let at = 0; at < order.length; at++) {
      const node = order[at]!;
      const row = node << this.shift;
      const failureRow = failure[node]! << this.shift;
      for (let symbol = 0; symbol < width; symbol++) {
        const child = this.next[row + symbol]!;
        const otherwise = node === 0 ? 0 : this.next[failureRow + symbol]!;
        if (child === 0) {
          this.next[row + symbol] = otherwise;
          continue;
        }
        order.push(child);
        failure[child] = otherwise;
        this.shorter[child] = this.marks[otherwise] !== null ? otherwise : this.shorter[otherwise]!;
      }
    }
    return order;
  }
}
