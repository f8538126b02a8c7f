import type { AutomatonTables } from './automaton-tables.js';
import { CLASS, CLASS_BITS, END, OTHER, START } from './automaton-trie.js';
import type { Marks } from './marks.js';

/**
 * Finds all of many patterns in one pass, whatever their number (Aho and Corasick, 1975), by tables that any number of threads
 * may share.
 */
export class Automaton {
  readonly #tables: AutomatonTables;
  readonly #first: number;
  /** Reading in which a text was last told, and with it all that ends where it does: never, where some of that has a tail. */
  readonly #told: Float64Array;
  /** Of the others, when they were last marked. */
  readonly #marked: Float64Array;

  constructor(tables: AutomatonTables) {
    this.#tables = tables;
    this.#first = this.#next(tables.root, START);
    this.#told = new Float64Array(tables.texts);
    this.#marked = new Float64Array(tables.texts);
  }

  /** Marks what is in the text. False = it stopped at a character beyond ASCII: to be called again with the folded text. */
  scan(text: string, marks: Marks, isFolded: boolean): boolean {
    return this.#tables.symbols.length === 0
      ? this.#scanRows(text, marks, isFolded)
      : this.#scanAny(text, marks, isFolded);
  }

  /** Where all states have rows. */
  #scanRows(text: string, marks: Marks, isFolded: boolean): boolean {
    const { classes, rows, shift, firstEnding, endings } = this.#tables;
    const told = this.#told;
    const { reading } = marks;
    let state = this.#first;
    let seen = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      let symbol = OTHER;
      if (code < 128) symbol = classes[code]!;
      else if (!isFolded) return false;
      seen |= symbol;
      state = rows[(state << shift) + (symbol & CLASS)]!;
      if (state >= firstEnding && told[endings[state - firstEnding]!] !== reading)
        this.#tell(endings[state - firstEnding]!, text, i + 1, marks);
    }
    this.#end(state, seen, text, marks);
    return true;
  }

  #scanAny(text: string, marks: Marks, isFolded: boolean): boolean {
    const { classes, rows, shift, withRow, symbols, goesOn, fallsBack } = this.#tables;
    const { firstEnding, ending, endings } = this.#tables;
    const told = this.#told;
    const { reading } = marks;
    let state = this.#first;
    let seen = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      let symbol = OTHER;
      if (code < 128) symbol = classes[code]!;
      else if (!isFolded) return false;
      seen |= symbol;
      symbol &= CLASS;
      // As #next does it.
      while (state >= withRow && symbols[state - withRow] !== symbol) state = fallsBack[state - withRow]!;
      state = state < withRow ? rows[(state << shift) + symbol]! : goesOn[state - withRow]!;
      // Below the first, the difference is a huge number.
      const at = (state - firstEnding) >>> 0;
      if (at < ending && told[endings[at]!] !== reading) this.#tell(endings[at]!, text, i + 1, marks);
    }
    this.#end(state, seen, text, marks);
    return true;
  }

  #end(state: number, seen: number, text: string, marks: Marks): void {
    const { firstEnding, ending, endings } = this.#tables;
    const at = (this.#next(state, END) - firstEnding) >>> 0;
    if (at < ending) this.#tell(endings[at]!, text, text.length, marks);
    if (seen >>> CLASS_BITS !== 0) this.#tellSingles(seen >>> CLASS_BITS, marks);
  }

  #next(from: number, symbol: number): number {
    const { rows, shift, withRow, symbols, goesOn, fallsBack } = this.#tables;
    let state = from;
    while (state >= withRow && symbols[state - withRow] !== symbol) state = fallsBack[state - withRow]!;
    return state < withRow ? rows[(state << shift) + symbol]! : goesOn[state - withRow]!;
  }

  /** The pattern whose head ends at `next`, and all shorter ones that do. */
  #tell(pattern: number, text: string, next: number, marks: Marks): void {
    const { shorter, tailsFrom, isOpen } = this.#tables;
    const { reading } = marks;
    for (let at = pattern; at >= 0; at = shorter[at]!) {
      if (isOpen[at] === 0) {
        if (this.#told[at] === reading) return;
        this.#told[at] = reading;
      } else {
        if (this.#marked[at] === reading) continue;
        if (tailsFrom[at + 1]! > tailsFrom[at]! && !this.#hasTail(at, text, next)) continue;
        this.#marked[at] = reading;
      }
      this.#mark(at, marks);
    }
  }

  /** Whether the tail of the pattern follows. */
  #hasTail(pattern: number, text: string, next: number): boolean {
    const { classes, tailsFrom, tails } = this.#tables;
    const end = tailsFrom[pattern + 1]!;
    let at = next;
    for (let i = tailsFrom[pattern]!; i < end; i++, at++) {
      if (at >= text.length) return tails[i] === END && at === text.length;
      const code = text.charCodeAt(at);
      if (code > 127 || (classes[code]! & CLASS) !== tails[i]) return false;
    }
    return true;
  }

  #tellSingles(bits: number, marks: Marks): void {
    for (let left = bits; left !== 0; left &= left - 1)
      this.#mark(this.#tables.texts + 31 - Math.clz32(left & -left), marks);
  }

  #mark(text: number, marks: Marks): void {
    const { marksFrom, marks: all } = this.#tables;
    for (let i = marksFrom[text]!; i < marksFrom[text + 1]!; i++) marks.mark(all[i]!);
  }
}
