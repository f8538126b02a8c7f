import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-node.js';
import { plainValue } from './yaml-scalar.js';

/** Nothing this deep is plain. */
const MAX_DEPTH = 8;

/** A tab, a carriage return, what is not printable, what some take for a line break, what is two code units. */
const UNUSUAL = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/** What may stand behind a value on its line. */
const REST = / *(?:$|(?<= )#.*$)/my;

/**
 * The document of a text in the plain YAML that nearly all rule files are written in: maps and lists by indentation, each
 * value on the line of its key or dash, or a literal block. Takes a fifth of the time that reading the whole language takes.
 * Null = there is something else in the text, be it a fault: the parser has to look. What is read is read as the parser
 * reads it, lines included.
 */
export function readPlainYaml(text: string, firstLine: number): YamlMap | null {
  return UNUSUAL.test(text) ? null : new PlainReader(text, firstLine).read();
}

class PlainReader {
  readonly #text: string;
  readonly #firstLine: number;
  /** The next thing to read: where it is, its column, and its line. -1 = column of the end. */
  #at = 0;
  #column = 0;
  #line: number;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#firstLine = firstLine;
    this.#line = firstLine;
  }

  read(): YamlMap | null {
    this.#seek(0);
    if (this.#column === 0 && this.#text.startsWith('---\n', this.#at)) this.#nextLine();
    if (this.#column !== 0) return null;
    const root = this.#map(0);
    return this.#isAtEnd() ? root : null;
  }

  #isAtEnd(): boolean {
    return this.#column === -1;
  }

  /** The map whose keys are in the column where the reader is; the reader goes to what is behind it. */
  #map(depth: number): YamlMap | null {
    if (depth === MAX_DEPTH) return null;
    const column = this.#column;
    const line = this.#line;
    const entries = new Map<string, YamlEntry>();
    while (this.#column === column) {
      const end = keyEnd(this.#text, this.#at);
      if (end < 0) return null;
      const key = keyOf(this.#text.slice(this.#at, end));
      if (entries.has(key)) return null;
      const keyLine = this.#line;
      const value = this.#valueOfKey(end + 1, column, depth);
      if (value === null) return null;
      entries.set(key, { line: keyLine, value });
    }
    return this.#column < column ? { kind: 'map', line, entries } : null;
  }

  /** What follows the colon: on its line, or below. */
  #valueOfKey(from: number, column: number, depth: number): YamlNode | null {
    const text = this.#text;
    const at = this.#pastSpaces(from);
    if (at < text.length && text.charCodeAt(at) !== NEWLINE)
      return text.charCodeAt(at) === PIPE ? this.#literal(at, column) : this.#scalar(at);
    this.#seek(at);
    const isList = this.#column >= column && isDash(text, this.#at);
    if (isList) return this.#list(depth + 1);
    if (this.#column > column) return this.#map(depth + 1);
    // Where no value is written, the parser has no place of it.
    return { kind: 'scalar', line: this.#firstLine, value: null };
  }

  #list(depth: number): YamlList | null {
    if (depth === MAX_DEPTH) return null;
    const column = this.#column;
    const line = this.#line;
    const items: YamlNode[] = [];
    while (this.#column === column && isDash(this.#text, this.#at)) {
      const at = this.#pastSpaces(this.#at + 1);
      const isMap = keyEnd(this.#text, at) >= 0;
      if (isMap) {
        this.#column += at - this.#at;
        this.#at = at;
      }
      const item = isMap ? this.#map(depth + 1) : this.#scalar(at);
      if (item === null) return null;
      items.push(item);
    }
    return this.#column <= column ? { kind: 'list', line, items } : null;
  }

  /** In quotes or without, on one line. */
  #scalar(at: number): YamlScalar | null {
    const text = this.#text;
    const line = this.#line;
    const quote = text.charCodeAt(at);
    if (quote !== SINGLE && quote !== DOUBLE) return this.#unquoted(at);
    let end = text.indexOf(quote === SINGLE ? "'" : '"', at + 1);
    let doubled = false;
    while (quote === SINGLE && end >= 0 && text.charCodeAt(end + 1) === SINGLE) {
      doubled = true;
      end = text.indexOf("'", end + 2);
    }
    if (end < 0) return null;
    const value = text.slice(at + 1, end);
    if (value.includes('\n') || (quote === DOUBLE && value.includes('\\'))) return null;
    REST.lastIndex = end + 1;
    if (!REST.test(text)) return null;
    this.#nextLine();
    return { kind: 'scalar', line, value: doubled ? value.replaceAll("''", "'") : value };
  }

  #unquoted(at: number): YamlScalar | null {
    const text = this.#text;
    const line = this.#line;
    const first = text.charCodeAt(at);
    if (!(first < 128 && STARTS[first] === 1)) return null;
    let end = lineEnd(text, at);
    const value = text.slice(at, end);
    if (value.endsWith(':') || value.includes(': ')) return null;
    const comment = value.indexOf(' #');
    if (comment >= 0) end = at + comment;
    while (text.charCodeAt(end - 1) === SPACE) end--;
    this.#nextLine();
    return { kind: 'scalar', line, value: plainValue(text.slice(at, end)) };
  }

  /** `|` or `|-`, from the line below on. */
  #literal(at: number, column: number): YamlScalar | null {
    const text = this.#text;
    const isStripped = text.charCodeAt(at + 1) === DASH;
    const headerEnd = this.#pastSpaces(at + (isStripped ? 2 : 1));
    if (text.charCodeAt(headerEnd) !== NEWLINE) return null;
    const line = ++this.#line;
    let from = headerEnd + 1;
    const indent = this.#pastSpaces(from) - from;
    if (indent <= column || text.charCodeAt(from + indent) === NEWLINE) return null;
    const lines: string[] = [];
    let kept = 0;
    for (;;) {
      const content = this.#pastSpaces(from);
      const end = lineEnd(text, content);
      // Without a line break the last line is something else.
      if (end === text.length && content < end && content - from >= indent) return null;
      const isBlank = content === end;
      if (isBlank ? content - from > indent : content - from < indent) {
        if (isBlank) return null;
        break;
      }
      if (end === text.length) break;
      lines.push(isBlank ? '' : text.slice(from + indent, end));
      if (!isBlank) kept = lines.length;
      from = end + 1;
      this.#line++;
    }
    if (kept === 0) return null;
    this.#seek(from);
    return { kind: 'scalar', line, value: lines.slice(0, kept).join('\n') + (isStripped ? '' : '\n') };
  }

  #pastSpaces(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return at;
  }

  #nextLine(): void {
    this.#seek(lineEnd(this.#text, this.#at));
  }

  /** To the next thing that is no comment; `from` is at the begin or the end of a line. */
  #seek(from: number): void {
    const text = this.#text;
    let start = from;
    while (start < text.length) {
      if (text.charCodeAt(start) === NEWLINE) {
        this.#line++;
        start++;
      }
      const at = this.#pastSpaces(start);
      const first = text.charCodeAt(at);
      if (at < text.length && first !== NEWLINE && first !== HASH) {
        this.#at = at;
        this.#column = at - start;
        return;
      }
      start = first === HASH ? lineEnd(text, at) : at;
    }
    this.#at = text.length;
    this.#column = -1;
  }
}

const NEWLINE = 10;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const SINGLE = 39;
const DASH = 45;
const COLON = 58;
const PIPE = 124;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_';
const DIGITS = '0123456789';
const KEY_STARTS = tableOf(LETTERS);
const KEYS = tableOf(`${LETTERS}${DIGITS}.-|()/`);
/** An unquoted value begins with one of these. */
const STARTS = tableOf(`${LETTERS}${DIGITS}/\\.($+<=^~;`);

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** Where the colon is behind the key that begins at `from`; -1 = none does. */
function keyEnd(text: string, from: number): number {
  if (KEY_STARTS[text.charCodeAt(from)] !== 1) return -1;
  let at = from + 1;
  while (KEYS[text.charCodeAt(at)] === 1) at++;
  if (text.charCodeAt(at) !== COLON) return -1;
  const next = text.charCodeAt(at + 1);
  return next === SPACE || next === NEWLINE || at + 1 === text.length ? at : -1;
}

/** Words that mean something are text as keys, in lower case. */
function keyOf(text: string): string {
  return text.length <= LONGEST_WORD ? String(plainValue(text)) : text;
}

const LONGEST_WORD = 'false'.length;

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
