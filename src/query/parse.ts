import { globOfStars } from '../model/glob.js';
import { parseDuration } from '../model/units.js';
import type { Query } from './query.js';
import { QueryError } from './query-error.js';
import { readTime } from './time.js';
import { type Comparison, readTest } from './value.js';

/** Longest query, in UTF-16 units; most terms; deepest nesting. */
const LONGEST = 16 * 1024;
const MOST_TERMS = 1000;
const DEEPEST = 50;
const LONGEST_VALUE = 1024;
/** What others write for the words of this language. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['&', 'and'],
  ['||', 'or'],
  ['|', 'or'],
  ['!', 'not'],
]);
/** What others write after the colon to compare. */
const COMPARED = /^[<>]=?[\d-]/;

/**
 * Reads the query language (docs/reference/query.md):
 *
 *   or       = and { "or" and }
 *   and      = not { [ "and" ] not }
 *   not      = "not" not | "(" or ")" | time | field | text
 *   time     = "last" duration | "from" time [ "to" time ] | "to" time
 *   field    = name op value | name ":" "(" value { [ "or" ] value } ")" | "exists:" name
 *
 * @param now ms, what `last` and `now-6h` are reckoned from
 * @throws QueryError
 */
export function parseQuery(text: string, now: number): Query {
  if (text.length > LONGEST)
    throw new QueryError(`Expected a query of at most ${LONGEST} characters`, text, LONGEST);
  return new Parser(text, now).parse();
}

class Parser {
  readonly #text: string;
  readonly #now: number;
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string, now: number) {
    this.#text = text;
    this.#now = now;
  }

  parse(): Query {
    this.#skipSpace();
    if (this.#at === this.#text.length) return { kind: 'all', terms: [] };
    const query = this.#any();
    if (this.#at < this.#text.length) this.#fail('Expected no closing parenthesis: none is open');
    return query;
  }

  #any(): Query {
    const terms = [this.#all()];
    while (this.#takeWord('or')) terms.push(this.#all());
    return terms.length === 1 ? terms[0]! : { kind: 'any', terms };
  }

  #all(): Query {
    const terms = [this.#not()];
    for (;;) {
      const joined = this.#takeWord('and');
      if (!joined && (this.#isAtEnd() || this.#peekWord() === 'or')) break;
      terms.push(this.#not());
    }
    return terms.length === 1 ? terms[0]! : { kind: 'all', terms };
  }

  #not(): Query {
    if (++this.#depth > DEEPEST) this.#fail(`Expected at most ${DEEPEST} levels of "not" and parentheses`);
    const query: Query = this.#takeWord('not') ? { kind: 'not', term: this.#not() } : this.#term();
    this.#depth--;
    return query;
  }

  #term(): Query {
    if (++this.#terms > MOST_TERMS) this.#fail(`Expected at most ${MOST_TERMS} terms`);
    const start = this.#at;
    if (this.#take('(')) {
      const query = this.#any();
      if (!this.#take(')')) this.#fail('Expected a closing parenthesis', start);
      return query;
    }
    if (this.#text[start] === '"') {
      const phrase = this.#quoted();
      return this.#fieldTerm(phrase, start) ?? this.#freeText(phrase, start);
    }
    // `C:\Temp` is a path, no field C.
    const name = this.#match(/(?![A-Za-z]:\\)[A-Za-z_@][\w.@-]*(?=[:=]|!=|\s*(?:[<>=]|!=))/y);
    if (name !== null) return this.#fieldTerm(name, start)!;
    const word = this.#match(/[^\s()"]+/y);
    if (word === null) this.#fail('Expected a field, a word or a phrase in quotes');
    this.#skipSpace();
    const meant = OTHER_WORDS.get(word) ?? (/^!\w/.test(word) ? 'not' : undefined);
    if (meant !== undefined)
      this.#fail(
        `Expected "${meant}" instead of "${meant === 'not' ? '!' : word}"; to search the text, quote it`,
        start,
      );
    switch (word.toLowerCase()) {
      case 'and':
      case 'or':
        return this.#fail(`Expected something before "${word}"; to search the word, quote it`, start);
      case 'last':
        return this.#last();
      case 'from':
        return this.#from();
      case 'to':
        return this.#spanOf(Number.NEGATIVE_INFINITY, this.#time('to').end);
      default:
        return word.includes('*') ? anyForm(word.toLowerCase(), starredText) : this.#freeText(word, start);
    }
  }

  #freeText(text: string, start: number): Query {
    this.#skipSpace();
    if (text === '') this.#fail('Expected some text between the quotes', start);
    return anyForm(text.toLowerCase(), textOf);
  }

  #last(): Query {
    const start = this.#at;
    const duration = parseDuration(this.#match(/[^\s()"]+/y) ?? '');
    if (duration === null)
      this.#fail(
        'Expected a duration after "last", such as 30m, 6h or 7d; to search the word, quote it',
        start,
      );
    this.#skipSpace();
    return this.#spanOf(this.#now - duration, Number.POSITIVE_INFINITY);
  }

  #from(): Query {
    const from = this.#time('from').start;
    if (!this.#takeWord('to')) return this.#spanOf(from, Number.POSITIVE_INFINITY);
    const start = this.#at;
    const until = this.#time('to').end;
    if (from >= until) this.#fail('Expected a time after "to" that is not before that after "from"', start);
    return this.#spanOf(from, until);
  }

  #time(word: string): { readonly start: number; readonly end: number } {
    const start = this.#at;
    const text = this.#text[start] === '"' ? this.#quoted() : (this.#match(/[^\s()"]+/y) ?? '');
    const time = readTime(text, this.#now);
    if (time === null)
      this.#fail(
        `Expected a time after "${word}", such as 2026-11-20, 2026-11-20T10:30 or now-6h; to search the word, quote it`,
        start,
      );
    this.#skipSpace();
    return time;
  }

  #spanOf(from: number, until: number): Query {
    return { kind: 'field', field: '@timestamp', test: { kind: 'times', from, until } };
  }

  /** The rest of `name op value`; null when no operator follows. */
  #fieldTerm(field: string, start: number): Query | null {
    const op = this.#match(/\s*(?:!=|<=|>=|[<>=])|:/y)?.trim() as Comparison | '!=' | undefined;
    if (op === undefined) return null;
    if (field === '') this.#fail('Expected the name of a field between the quotes', start);
    this.#skipSpace();
    if (field === 'exists' && op === ':' && this.#text[start] !== '"') return this.#exists();
    if (op === ':' && this.#take('(')) return this.#anyValue(field, start);
    if (op === '!=') return { kind: 'not', term: this.#value(field, '=') };
    return this.#value(field, op);
  }

  #exists(): Query {
    const name = this.#text[this.#at] === '"' ? this.#quoted() : this.#match(/[^\s()":=<>!]+/y);
    if (name === null || name === '') this.#fail('Expected the name of a field after "exists:"');
    this.#skipSpace();
    return { kind: 'exists', field: name };
  }

  #anyValue(field: string, start: number): Query {
    const terms: Query[] = [];
    while (!this.#take(')')) {
      if (this.#at === this.#text.length)
        this.#fail('Expected a closing parenthesis after the values', start);
      if (terms.length > 0) this.#takeWord('or');
      if (++this.#terms > MOST_TERMS) this.#fail(`Expected at most ${MOST_TERMS} terms`);
      terms.push(this.#value(field, ':'));
    }
    if (terms.length === 0) this.#fail(`Expected values of "${field}" between the parentheses`, start);
    return { kind: 'any', terms };
  }

  #value(field: string, op: Comparison): Query {
    const start = this.#at;
    const isQuoted = this.#text[start] === '"';
    const text = isQuoted ? this.#quoted() : this.#match(/(?:\\[()" \\]|[^\s()"])+/y);
    if (text === null) this.#fail(`Expected a value after "${field}${op}"`, start);
    if (text.length > LONGEST_VALUE)
      this.#fail(`Expected a value of at most ${LONGEST_VALUE} characters`, start);
    this.#skipSpace();
    if (op === ':' && !isQuoted && text === '*') return { kind: 'exists', field };
    if (op === ':' && !isQuoted && COMPARED.test(text))
      this.#fail(
        `Expected no colon before "${text.match(/^[<>]=?/)![0]}"; to search the text, quote it`,
        start,
      );
    const test = readTest({ field, op, text, isQuoted, now: this.#now });
    if (typeof test === 'string') this.#fail(test, start);
    return { kind: 'field', field, test };
  }

  /** What stands between the quotes at `#at`. Only `\"` and `\\` are escapes: paths of Windows stay as they are. */
  #quoted(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"')
      end += this.#text[end] === '\\' && '"\\'.includes(this.#text[end + 1] ?? ' ') ? 2 : 1;
    // When nothing closes it, the last quote does, whatever stands before it: `"C:\temp\"`.
    if (end >= this.#text.length) end = this.#text.lastIndexOf('"');
    if (end <= start) this.#fail('Expected a closing quote', start);
    this.#at = end + 1;
    return this.#text.slice(start + 1, end).replace(/\\(["\\])/g, '$1');
  }

  #isAtEnd(): boolean {
    return this.#at === this.#text.length || this.#text[this.#at] === ')';
  }

  #peekWord(): string {
    const match = /[^\s()"]+/y;
    match.lastIndex = this.#at;
    return match.exec(this.#text)?.[0].toLowerCase() ?? '';
  }

  #takeWord(word: string): boolean {
    if (this.#peekWord() !== word) return false;
    this.#at += word.length;
    this.#skipSpace();
    if (word !== 'not' && this.#isAtEnd()) this.#fail(`Expected something after "${word}"`);
    return true;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#skipSpace();
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    this.#match(/\s+/y);
  }

  #fail(problem: string, at = this.#at): never {
    throw new QueryError(problem, this.#text, at);
  }
}

/** The text as it is, or as it stands in a record that is JSON. */
function anyForm(text: string, query: (form: string) => Query): Query {
  const terms = formsOf(text).map(query);
  return terms.length === 1 ? terms[0]! : { kind: 'any', terms };
}

/** Itself, and with the escapes of JSON: with those that it needs, and with those of senders that write nothing but ASCII. */
function formsOf(text: string): readonly string[] {
  const needed = JSON.stringify(text).slice(1, -1);
  const ascii = needed.replaceAll(
    /[\x80-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [...new Set([text, needed, ascii])];
}

function textOf(text: string): Query {
  return { kind: 'text', text };
}

/** The record holds this somewhere, with any text where the `*` are. What is between them rules out blocks before anything is parsed. */
function starredText(word: string): Query {
  const texts = word.split('*').filter((text) => text !== '');
  if (texts.length === 0) return { kind: 'all', terms: [] };
  const terms = texts.map(textOf);
  if (texts.length === 1) return terms[0]!;
  return {
    kind: 'all',
    terms: [
      ...terms,
      { kind: 'field', field: 'event.original', test: { kind: 'glob', glob: globOfStars(`*${word}*`) } },
    ],
  };
}
