import { codeAt } from '../model/code-at.js';
import type { Json, JsonArray, JsonObject } from '../model/json.js';
import { newFields } from './bag.js';
import { BACKSLASH, BRACKET_CLOSE, BRACKET_OPEN, COLON, COMMA, DASH, isDigit, QUOTE } from './characters.js';
import { MAX_DEPTH } from './json-guards.js';

const CURLY_OPEN = 123;
const CURLY_CLOSE = 125;
/** Longer integers are no ids any more; they stay text, since making numbers of them costs more than linear time. */
const MAX_DIGITS = 64;

/**
 * As JSON.parse, but an integer whose digits a double would not give back becomes a bigint, and one of more than 64
 * digits its text. A tenth of JSON.parse's speed. Throws SyntaxError on what is no JSON or nested deeper than MAX_DEPTH.
 */
export function parseExactJson(text: string): Json {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Json {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) this.#fail();
    const code = this.#skip();
    if (code === CURLY_OPEN) return this.#object(depth);
    if (code === BRACKET_OPEN) return this.#array(depth);
    if (code === QUOTE) return this.#string();
    if (code === DASH || isDigit(code)) return this.#number();
    if (this.#word('true')) return true;
    if (this.#word('false')) return false;
    if (this.#word('null')) return null;
    return this.#fail();
  }

  #object(depth: number): JsonObject {
    const object = newFields();
    this.#at++;
    if (this.#skip() === CURLY_CLOSE) {
      this.#at++;
      return object;
    }
    for (;;) {
      if (this.#skip() !== QUOTE) this.#fail();
      const key = this.#string();
      if (this.#skip() !== COLON) this.#fail();
      this.#at++;
      object[key] = this.#value(depth + 1);
      const next = this.#skip();
      this.#at++;
      if (next === CURLY_CLOSE) return object;
      if (next !== COMMA) this.#fail();
    }
  }

  #array(depth: number): JsonArray {
    const array: JsonArray = [];
    this.#at++;
    if (this.#skip() === BRACKET_CLOSE) {
      this.#at++;
      return array;
    }
    for (;;) {
      array.push(this.#value(depth + 1));
      const next = this.#skip();
      this.#at++;
      if (next === BRACKET_CLOSE) return array;
      if (next !== COMMA) this.#fail();
    }
  }

  /** The literal is found here and decoded by JSON.parse, which knows its escapes. */
  #string(): string {
    const start = this.#at;
    let plain = true;
    for (let i = start + 1; i < this.#text.length; i++) {
      const code = codeAt(this.#text, i);
      if (code === QUOTE) {
        this.#at = i + 1;
        if (plain) return this.#text.slice(start + 1, i);
        return JSON.parse(this.#text.slice(start, i + 1)) as string;
      }
      if (code < 32) break;
      if (code === BACKSLASH) {
        plain = false;
        i++;
      }
    }
    return this.#fail();
  }

  #number(): number | bigint | string {
    NUMBER.lastIndex = this.#at;
    const literal = NUMBER.exec(this.#text)?.[0];
    if (literal === undefined) return this.#fail();
    this.#at += literal.length;
    const value = Number(literal);
    if (Number.isSafeInteger(value) || !INTEGER.test(literal)) return value;
    if (literal.length > MAX_DIGITS) return literal;
    return String(value) === literal ? value : BigInt(literal);
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  /** Skips whitespace; returns the code that follows, NaN at the end. */
  #skip(): number {
    for (;;) {
      const code = codeAt(this.#text, this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      this.#at++;
    }
  }

  #fail(): never {
    throw new SyntaxError(`Not JSON at index ${this.#at}`);
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const INTEGER = /^-?[0-9]+$/;
