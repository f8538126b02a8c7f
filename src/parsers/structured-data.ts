import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import type { StructuredData } from '../model/record.js';
import { MAX_FIELDS } from './bag.js';
import { BACKSLASH, BRACKET_CLOSE, BRACKET_OPEN, EQUALS, QUOTE, SPACE } from './characters.js';

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

/**
 * Reads the SD-ELEMENTs at `at` (RFC 5424 §6.3) into `structuredData` and returns the index after them, -1 when
 * they break the grammar. Names longer than 32 characters are kept; of escapes only `\"`, `\\` and `\]` are
 * undone (§6.3.3); a PARAM-NAME that is repeated gives an array.
 */
export function scanStructuredData(text: string, at: number): number {
  const found = new ElementBag();
  structuredData.found = found;
  structuredData.cut = false;
  let params = 0;
  let i = at;
  while (codeAt(text, i) === BRACKET_OPEN) {
    const idEnd = nameEnd(text, i + 1);
    if (idEnd === i + 1) return -1;
    const id = intern(text, i + 1, idEnd);
    const element = found[id] ?? new ParamBag();
    i = idEnd;
    while (codeAt(text, i) === SPACE) {
      const nameAt = i + 1;
      const equals = nameEnd(text, nameAt);
      if (equals === nameAt || codeAt(text, equals) !== EQUALS) return -1;
      if (codeAt(text, equals + 1) !== QUOTE) return -1;
      const close = closingQuote(text, equals + 2);
      if (close < 0) return -1;
      if (++params <= MAX_FIELDS) {
        addParam(element, intern(text, nameAt, equals), paramValue(text, equals + 2, close));
      } else {
        structuredData.cut = true;
      }
      i = close + 1;
    }
    if (codeAt(text, i) !== BRACKET_CLOSE) return -1;
    if (params <= MAX_FIELDS) found[id] = element;
    i++;
  }
  return i;
}

/** End of an SD-NAME: anything printable but `=`, `]`, `"` and space. */
function nameEnd(text: string, at: number): number {
  let i = at;
  for (; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code <= SPACE || code === EQUALS || code === BRACKET_CLOSE || code === QUOTE) break;
  }
  return i;
}

let hasEscape = false;

/** Index of the quote that ends the value at `at`; -1 = none, or a bare `]`, which must be escaped. */
function closingQuote(text: string, at: number): number {
  hasEscape = false;
  for (let i = at; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === QUOTE) return i;
    if (code === BRACKET_CLOSE) return -1;
    if (code === BACKSLASH) {
      hasEscape = true;
      const next = codeAt(text, i + 1);
      if (next === QUOTE || next === BACKSLASH || next === BRACKET_CLOSE) i++;
    }
  }
  return -1;
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
