import { codeAt } from '../model/code-at.js';

/** More columns than any log format of ours has; what stands after is left out. */
const MAX_COLUMNS = 160;

/**
 * Columns of one CSV line (RFC 4180: a column in double quotes may hold commas, `""` is a quote). Only their places
 * are noted, since of a hundred columns a dozen are asked for. One object is reused for all lines. Linear.
 */
export class CsvColumns {
  length = 0;
  readonly #starts = new Int32Array(MAX_COLUMNS);
  readonly #ends = new Int32Array(MAX_COLUMNS);
  #text = '';

  /** Notes the columns of `text`, in place of those of the line before. */
  read(text: string): void {
    this.#text = text;
    this.length = 0;
    let at = 0;
    while (this.length < MAX_COLUMNS) {
      const quoted = codeAt(text, at) === 0x22;
      const start = quoted ? at + 1 : at;
      const close = quoted ? quotedEnd(text, start) : at;
      const comma = text.indexOf(',', close);
      this.#starts[this.length] = start;
      this.#ends[this.length] = quoted ? close : comma < 0 ? text.length : comma;
      this.length++;
      if (comma < 0) return;
      at = comma + 1;
    }
  }

  /** Text of a column, null when it is empty, a dash, or not there. */
  text(index: number): string | null {
    const column = this.at(index);
    return column === '' || column === '-' ? null : column;
  }

  /** A column as it stands, without its quotes; empty when it is not there. */
  at(index: number): string {
    if (index >= this.length) return '';
    const start = this.#starts[index]!;
    const column = this.#text.slice(start, this.#ends[index]!);
    const quoted = start > 0 && codeAt(this.#text, start - 1) === 0x22;
    return quoted && column.includes('""') ? column.replaceAll('""', '"') : column;
  }
}

function quotedEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (codeAt(text, at + 1) !== 0x22) return at;
  }
  return text.length;
}
