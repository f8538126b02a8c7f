import type { YamlEntry, YamlNode } from './yaml.js';
import { plainValue } from './yaml-scalar.js';

/**
 * Reads a document that is written as nearly all rules are: block mappings and lists, values of one line, literal blocks. Null =
 * something else is in it, or a fault, and the parser has to read it. What is read is what the parser would make of it, in a fraction of
 * the time (docs/adr/0014).
 *
 * @param firstLine of the text in its file, 1-based
 */
export function readPlainYaml(text: string, firstLine: number): { readonly root: YamlNode | null } | null {
  const unixText = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (UNUSUAL.test(unixText)) return null;
  try {
    return { root: new PlainReader(unixText.split('\n'), firstLine).document() };
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  }
}

/** Tabs and lone CR, what YAML calls not printable, and what other versions of it call line breaks. */
const UNUSUAL = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/** One for all: most of an error's cost is its stack. */
const NOT_PLAIN = new Error('Not written as plainly as nearly all rules are.');

const MAX_DEPTH = 16;
/** Below the limit of the parser's way, which then tells of it. */
const MAX_NODES = 20_000;

const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;
const BAR = 0x7c;

/** Stands at the beginning of a node or of an entry: a line and a column of it. */
class PlainReader {
  readonly #lines: readonly string[];
  readonly #firstLine: number;
  #at = -1;
  #line = '';
  /** -1 = the text has ended. */
  #column = 0;
  #depth = 0;
  #nodes = 0;

  constructor(lines: readonly string[], firstLine: number) {
    this.#lines = lines;
    this.#firstLine = firstLine;
  }

  document(): YamlNode | null {
    this.#next();
    if (this.#column === 0 && this.#line.startsWith('---')) {
      if (this.#line.trimEnd() !== '---') throw NOT_PLAIN;
      this.#next();
    }
    if (this.#column < 0) return null;
    const root = this.#block();
    // Such as a line that is deeper than the value before it: that goes on, or is a fault.
    if (this.#column >= 0) throw NOT_PLAIN;
    return root;
  }

  /** Goes to the next line that holds something. */
  #next(): void {
    while (++this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!;
      const column = blanksEnd(line, 0);
      if (column === line.length || line.charCodeAt(column) === HASH) continue;
      this.#line = line;
      this.#column = column;
      return;
    }
    this.#column = -1;
  }

  #block(): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw NOT_PLAIN;
    const node = this.#isItem() ? this.#list() : this.#map();
    this.#depth--;
    return node;
  }

  #isItem(): boolean {
    const line = this.#line;
    const after = this.#column + 1;
    return line.charCodeAt(after - 1) === DASH && (after === line.length || line.charCodeAt(after) === SPACE);
  }

  #list(): YamlNode {
    const column = this.#column;
    const line = this.#lineNumber();
    const items: YamlNode[] = [];
    while (this.#column === column && this.#isItem()) items.push(this.#item(column));
    this.#count();
    return { kind: 'list', line, items };
  }

  #item(column: number): YamlNode {
    const at = blanksEnd(this.#line, column + 1);
    if (this.#isOver(at)) return this.#nested(column, false);
    if (keyEnd(this.#line, at) < 0) return this.#scalar(at, column);
    this.#column = at;
    return this.#block();
  }

  #map(): YamlNode {
    const column = this.#column;
    const line = this.#lineNumber();
    const entries = new Map<string, YamlEntry>();
    do {
      const colon = keyEnd(this.#line, column);
      if (colon < 0) throw NOT_PLAIN;
      const key = String(plainValue(this.#line.slice(column, colon)));
      if (entries.has(key)) throw NOT_PLAIN;
      const line = this.#lineNumber();
      const at = blanksEnd(this.#line, colon + 1);
      const value = this.#isOver(at) ? this.#nested(column, true) : this.#scalar(at, column);
      entries.set(key, { line, value });
    } while (this.#column === column && !this.#isItem());
    this.#count();
    return { kind: 'map', line, entries };
  }

  /** A value that begins below its key or dash; a list may stand in the column of its key. */
  #nested(column: number, isOfKey: boolean): YamlNode {
    this.#next();
    if (this.#column > column || (isOfKey && this.#column === column && this.#isItem())) return this.#block();
    this.#count();
    // Of what is not written the parser knows no place.
    return { kind: 'scalar', line: this.#firstLine, value: null };
  }

  /** @param column of the map or list that it is part of */
  #scalar(at: number, column: number): YamlNode {
    const line = this.#lineNumber();
    switch (this.#line[at]) {
      case "'":
        return { kind: 'scalar', line, value: this.#singleQuoted(at) };
      case '"':
        return { kind: 'scalar', line, value: this.#doubleQuoted(at) };
      case '|':
        return { kind: 'scalar', line: line + 1, value: this.#literal(at, column) };
      default:
        return { kind: 'scalar', line, value: plainValue(this.#plain(at)) };
    }
  }

  #singleQuoted(start: number): string {
    const line = this.#line;
    let end = line.indexOf("'", start + 1);
    let isEscaped = false;
    for (; line.charCodeAt(end + 1) === 0x27 && end > 0; end = line.indexOf("'", end + 2)) isEscaped = true;
    if (end < 0) throw NOT_PLAIN;
    const text = line.slice(start + 1, end);
    this.#leaveLine(end + 1);
    return isEscaped ? text.replaceAll("''", "'") : text;
  }

  #doubleQuoted(start: number): string {
    const line = this.#line;
    const end = line.indexOf('"', start + 1);
    if (end < 0) throw NOT_PLAIN;
    const text = line.slice(start + 1, end);
    if (text.includes('\\')) throw NOT_PLAIN;
    this.#leaveLine(end + 1);
    return text;
  }

  #plain(start: number): string {
    const line = this.#line;
    const comment = line.indexOf(' #', start);
    const text = (comment < 0 ? line.slice(start) : line.slice(start, comment)).trimEnd();
    if (!PLAIN_START.test(text) || text.includes(': ') || text.charCodeAt(text.length - 1) === COLON)
      throw NOT_PLAIN;
    this.#next();
    this.#count();
    return text;
  }

  #literal(start: number, column: number): string {
    const head = this.#line.slice(start).trimEnd();
    if (head !== '|' && head !== '|-') throw NOT_PLAIN;
    const lines = this.#lines;
    const first = ++this.#at;
    const indent = first < lines.length ? blanksEnd(lines[first]!, 0) : 0;
    // Neither empty, nor blank at its beginning.
    if (indent <= column || indent === lines[first]!.length) throw NOT_PLAIN;
    let end = first;
    for (; this.#at < lines.length; this.#at++) {
      const line = lines[this.#at]!;
      const blanks = blanksEnd(line, 0);
      if (blanks === line.length) {
        if (blanks > indent) throw NOT_PLAIN;
      } else if (blanks < indent) break;
      else end = this.#at + 1;
    }
    const text = lines
      .slice(first, end)
      .map((line) => line.slice(indent))
      .join('\n');
    this.#at--;
    this.#next();
    this.#count();
    return head === '|-' ? text : `${text}\n`;
  }

  /** Nothing but a comment may follow on the line. */
  #leaveLine(at: number): void {
    if (!this.#isOver(blanksEnd(this.#line, at), at)) throw NOT_PLAIN;
    this.#next();
    this.#count();
  }

  /** The line ends at `at`, or a comment begins, before which a blank stands; `from`: where the blanks began. */
  #isOver(at: number, from = at - 1): boolean {
    return at === this.#line.length || (this.#line.charCodeAt(at) === HASH && at > from);
  }

  #count(): void {
    if (++this.#nodes > MAX_NODES) throw NOT_PLAIN;
  }

  #lineNumber(): number {
    return this.#firstLine + this.#at;
  }
}

function blanksEnd(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === SPACE) at++;
  return at;
}

/** Where the colon of a key stands that begins at `from`; -1 = none does. */
function keyEnd(line: string, from: number): number {
  const first = line.charCodeAt(from);
  if (first === DASH || first === BAR) return -1;
  let at = from;
  while (isOfKey(line.charCodeAt(at))) at++;
  if (at === from || line.charCodeAt(at) !== COLON) return -1;
  return at + 1 === line.length || line.charCodeAt(at + 1) === SPACE ? at : -1;
}

/** Letters, digits, `_`, `-`, `.` and `|`. */
function isOfKey(code: number): boolean {
  if (code <= 0x39) return code >= 0x30 || code === DASH || code === 0x2e;
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === BAR;
}

/** What can begin no other kind of value. */
const PLAIN_START = /^(?:[A-Za-z0-9_./\\(~+$^;=<]|-[^ -])/;
