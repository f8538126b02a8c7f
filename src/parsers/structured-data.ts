import { codeAt } from '../model/code-at.js';
import { internAscii } from '../model/intern.js';
import type { StructuredData } from '../model/record.js';
import { MAX_FIELDS } from './bag.js';
import { BACKSLASH, BRACKET_CLOSE, BRACKET_OPEN, EQUALS, LAST_ASCII, QUOTE, SPACE } from './characters.js';
import type { TextBytes } from './parser.js';

type Params = { [name: string]: string | string[] };

/** As `Bag` of bag.ts; SD-IDs and PARAM-NAMEs are the sender's. */
const ElementBag = function ElementBag() {} as unknown as new () => StructuredData;
ElementBag.prototype = Object.create(null);
const ParamBag = function ParamBag() {} as unknown as new () => Params;
ParamBag.prototype = Object.create(null);

/** What `scanStructuredData` found last; `cut` = more parameters than the limit. */
export const structuredData: { found: StructuredData; cut: boolean } = {
  found: new ElementBag(),
  cut: false,
};

/** What `scanStructuredData` returns instead of an index: the grammar is broken, or a character is not ASCII. */
export const BROKEN = -1;
export const NOT_ASCII = -2;

/**
 * Reads the SD-ELEMENTs at `at` (RFC 5424 §6.3) into `structuredData` and returns the index after them, or one of
 * the codes above. Names longer than 32 characters are kept; of escapes only `\"`, `\\` and `\]` are undone (§6.3.3);
 * a PARAM-NAME that is repeated gives an array.
 */
export function scanStructuredData(text: string, at: number, { bytes, from }: TextBytes): number {
  const found = new ElementBag();
  structuredData.found = found;
  structuredData.cut = false;
  const to = from + text.length;
  let params = 0;
  let i = from + at;
  while (i < to && bytes[i] === BRACKET_OPEN) {
    const idEnd = nameEnd(bytes, i + 1, to);
    if (idEnd === i + 1) return failure(bytes, idEnd, to);
    const id = internAscii(text, i + 1 - from, idEnd - from, bytes, i + 1);
    const element = found[id] ?? new ParamBag();
    i = idEnd;
    while (i < to && bytes[i] === SPACE) {
      const nameAt = i + 1;
      const equals = nameEnd(bytes, nameAt, to);
      if (equals === nameAt || equals + 1 >= to || bytes[equals] !== EQUALS)
        return failure(bytes, equals, to);
      if (bytes[equals + 1] !== QUOTE) return failure(bytes, equals + 1, to);
      const close = closingQuote(bytes, equals + 2, to);
      if (close >= to || bytes[close] !== QUOTE) return failure(bytes, close, to);
      if (++params <= MAX_FIELDS) {
        const name = internAscii(text, nameAt - from, equals - from, bytes, nameAt);
        addParam(element, name, paramValue(text, equals + 2 - from, close - from));
      } else {
        structuredData.cut = true;
      }
      i = close + 1;
    }
    if (i >= to || bytes[i] !== BRACKET_CLOSE) return failure(bytes, i, to);
    if (params <= MAX_FIELDS) found[id] = element;
    i++;
  }
  return i - from;
}

/** `at`: where the grammar asks for another byte. */
function failure(bytes: Uint8Array, at: number, to: number): number {
  return at < to && bytes[at]! > LAST_ASCII ? NOT_ASCII : BROKEN;
}

/** 1 = may stand in an SD-NAME: anything printable but `=`, `]`, `"` and space. */
const NAME = new Uint8Array(256);
for (let code = SPACE + 1; code <= LAST_ASCII; code++) {
  if (code !== EQUALS && code !== BRACKET_CLOSE && code !== QUOTE) NAME[code] = 1;
}

function nameEnd(bytes: Uint8Array, at: number, to: number): number {
  let i = at;
  while (i < to && NAME[bytes[i]!] === 1) i++;
  return i;
}

/** 1 = may stand in a PARAM-VALUE and means itself. */
const VALUE = new Uint8Array(256).fill(1, 0, LAST_ASCII + 1);
for (const code of [QUOTE, BACKSLASH, BRACKET_CLOSE]) VALUE[code] = 0;

let hasEscape = false;

/** Index of the quote that ends the value at `at`, or of what must not stand before one, such as a bare `]`. */
function closingQuote(bytes: Uint8Array, at: number, to: number): number {
  hasEscape = false;
  let i = at;
  for (;;) {
    while (i < to && VALUE[bytes[i]!] === 1) i++;
    if (i >= to || bytes[i] !== BACKSLASH) return i;
    hasEscape = true;
    const next = i + 1 < to ? bytes[i + 1] : 0;
    i += next === QUOTE || next === BACKSLASH || next === BRACKET_CLOSE ? 2 : 1;
  }
}

function paramValue(text: string, from: number, to: number): string {
  if (!hasEscape) return text.slice(from, to);
  let value = '';
  let start = from;
  for (let i = text.indexOf('\\', from); i >= 0 && i < to - 1; i = text.indexOf('\\', i)) {
    const next = codeAt(text, i + 1);
    if (next === QUOTE || next === BACKSLASH || next === BRACKET_CLOSE) {
      value += text.slice(start, i);
      start = i + 1;
      i += 2;
    } else {
      i++;
    }
  }
  return value + text.slice(start, to);
}

function addParam(element: Params, name: string, value: string): void {
  const earlier = element[name];
  if (earlier === undefined) element[name] = value;
  else if (typeof earlier === 'string') element[name] = [earlier, value];
  else earlier.push(value);
}
