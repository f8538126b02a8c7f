import { quote } from '../kit/query-text.js';

/** What is being written at the cursor, and the part of the text that a proposal takes the place of. */
export interface Completable {
  readonly kind: 'field' | 'value';
  /** Of a value. */
  readonly field: string;
  readonly prefix: string;
  readonly from: number;
  readonly until: number;
}

const ENDS_WORD = /[\s()]/;
const WORDS = new Set(['and', 'or', 'not', 'last', 'from', 'to']);
/** A value that means itself without quotes. */
const PLAIN = /^[\w.@-]+$/;

/** Null = nothing to propose: between words, in a text in quotes, at a word of the language. */
export function completableAt(text: string, cursor: number): Completable | null {
  const from = wordStart(text, cursor);
  if (from === null) return null;
  const word = text.slice(from, cursor);
  const rest = text.slice(cursor).search(ENDS_WORD);
  const until = rest < 0 ? text.length : cursor + rest;
  const operator = word.search(/[:=<>]/);
  if (operator < 0)
    return word === '' || WORDS.has(word.toLowerCase())
      ? null
      : { kind: 'field', field: '', prefix: word, from, until };
  const field = word.slice(0, operator);
  const value = word.slice(operator + 1);
  if (field === '' || !/^"?[^"]*$/.test(value)) return null;
  return { kind: 'value', field, prefix: value.replace(/^"/, ''), from: from + operator + 1, until };
}

/** The text with a proposal taken, and where the cursor is then. */
export function complete(
  text: string,
  { kind, from, until }: Completable,
  proposal: string,
): { text: string; cursor: number } {
  const taken = kind === 'field' ? `${proposal}:` : `${PLAIN.test(proposal) ? proposal : quote(proposal)} `;
  const after = text.slice(until);
  return {
    text: text.slice(0, from) + taken + (kind === 'value' ? after.trimStart() : after),
    cursor: from + taken.length,
  };
}

/** Where the word at the cursor begins; null inside quotes that are not those of a value. */
function wordStart(text: string, cursor: number): number | null {
  let start = 0;
  let isQuoted = false;
  let quoteAt = 0;
  for (let at = 0; at < cursor; at++) {
    const char = text[at]!;
    if (char === '\\' && isQuoted) at++;
    else if (char === '"') {
      isQuoted = !isQuoted;
      quoteAt = at;
    } else if (!isQuoted && ENDS_WORD.test(char)) start = at + 1;
  }
  return isQuoted && quoteAt === start ? null : start;
}
