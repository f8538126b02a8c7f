import { type AutomatonTables, CLASS, CLASS_BITS, END, OTHER, START } from './automaton-tables.js';
import type { Marks } from './marks.js';

/**
 * Finds all of many texts in one pass, whatever their number (Aho and Corasick, 1975), by tables that any number of threads
 * may share.
 */
export class Automaton {
  readonly #tables: AutomatonTables;
  readonly #first: number;
  /** Reading in which a text was last told: all that ends with it has been told then. */
  readonly #told: Float64Array;

  constructor(tables: AutomatonTables) {
    this.#tables = tables;
    this.#first = this.#next(tables.root, START);
    this.#told = new Float64Array(tables.texts);
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
        this.#tell(endings[state - firstEnding]!, marks);
    }
    this.#end(state, seen, marks);
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
      if (at < ending && told[endings[at]!] !== reading) this.#tell(endings[at]!, marks);
    }
    this.#end(state, seen, marks);
    return true;
  }

  #end(state: number, seen: number, marks: Marks): void {
    const { firstEnding, ending, endings } = this.#tables;
    const at = (this.#next(state, END) - firstEnding) >>> 0;
    if (at < ending) this.#tell(endings[at]!, marks);
    if (seen >>> CLASS_BITS !== 0) this.#tellSingles(seen >>> CLASS_BITS, marks);
  }

  #next(from: number, symbol: number): number {
    const { rows, shift, withRow, symbols, goesOn, fallsBack } = this.#tables;
    let state = from;
    while (state >= withRow && symbols[state - withRow] !== symbol) state = fallsBack[state - withRow]!;
    return state < withRow ? rows[(state << shift) + symbol]! : goesOn[state - withRow]!;
  }

  /** The text, and all shorter ones that end where it does. */
  #tell(text: number, marks: Marks): void {
    const { shorter } = this.#tables;
    for (let at = text; at >= 0 && this.#told[at] !== marks.reading; at = shorter[at]!) {
      this.#told[at] = marks.reading;
      this.#mark(at, marks);
    }
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
