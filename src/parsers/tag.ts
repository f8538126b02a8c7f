import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import {
  BACKSLASH,
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  COMMA,
  DASH,
  EQUALS,
  isBlank,
  isDigit,
  isLetter,
  isUpper,
  PIPE,
  QUOTE,
  SLASH,
  SPACE,
  skipBlanks,
  skipDigits,
} from './characters.js';
import { isEventHeader } from './event-header.js';

const PERCENT = 37;
const LESS = 60;
const PAREN_OPEN = 40;
const PAREN_CLOSE = 41;
const CAPITAL_T = 84;
const MAX_PARENTHESIS = 64;
const CURLY_OPEN = 123;

/** 1 = a character that neither ends nor forbids a host or a tag's name, as nearly all are. */
const PLAIN = new Uint8Array(256);
for (let code = 33; code < 127; code++) {
  if (!':,="|{[%('.includes(String.fromCharCode(code))) PLAIN[code] = 1;
}

/** Index of the first character at or after `at` that may end a host or a tag, or forbid it. */
export function skipPlain(text: string, at: number): number {
  let i = at;
  // Without the bound the end of the text would be looked up as `NaN`, which no typed array is quick at.
  while (i < text.length && PLAIN[text.charCodeAt(i)] === 1) i++;
  return i;
}

/** As `skipPlain`, of the bytes in [at, to) of a text in UTF-8. */
export function plainEnd(bytes: Uint8Array, at: number, to: number): number {
  let i = at;
  while (i < to && PLAIN[bytes[i]!] === 1) i++;
  return i;
}

/** TAG at `at`, or after further blanks; without one all from `at` is the message. */
export function parseTag(text: string, at: number, record: ParsedRecord): void {
  const first = codeAt(text, at);
  if (first === PERCENT || first === COLON || isBlank(first)) {
    const from = skipColon(text, at);
    if (isMnemonic(text, from)) {
      parseMnemonic(text, from, record);
      return;
    }
    if (isEventHeader(text, from)) {
      record.message = text.slice(from);
      return;
    }
  }
  const name = skipBlanks(text, at);
  // A PRI, of the datagram that a relay handed on, is no name.
  const end = codeAt(text, name) === LESS ? name : nameEnd(text, name);
  const mark = codeAt(text, end);
  if (end > name && mark === COLON && isTagColon(text, name, end)) {
    record.app = text.slice(name, end);
    setMessage(text, end + 1, record);
    return;
  }
  if (end > name && mark === BRACKET_OPEN) {
    const close = pidEnd(text, end);
    if (close > 0) {
      record.app = text.slice(name, end);
      if (close > end + 1) record.procid = text.slice(end + 1, close);
      if (codeAt(text, close + 1) === COLON) setMessage(text, close + 2, record);
      else setMessage(text, Math.max(close, levelEnd(text, close + 1)) + 1, record);
      return;
    }
  }
  record.message = text.slice(at);
}

/** Whether a tag stands at `at`, or after further blanks. */
export function hasTag(text: string, at: number): boolean {
  const name = skipBlanks(text, at);
  const end = nameEnd(text, name);
  if (end === name) return false;
  return codeAt(text, end) === COLON || (codeAt(text, end) === BRACKET_OPEN && pidEnd(text, end) > 0);
}

/** End of a tag's name: the first `:`, `[` or blank; `at` itself when a character stands there that no tag has. */
export function nameEnd(text: string, at: number): number {
  // One group of parentheses is looked into, or a text of nothing else would be slow.
  let opened = false;
  for (let i = skipPlain(text, at); i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === COLON || code === BRACKET_OPEN || isBlank(code)) return i;
    if (code === PAREN_OPEN && !opened) {
      opened = true;
      i = parenthesisEnd(text, i);
    } else if (code === EQUALS || code === COMMA || code === QUOTE || code === PIPE || code === CURLY_OPEN)
      return at;
  }
  return text.length;
}

/** Of `polkitd(authority=local)[7]:` the index of `)`, since what stands inside is of the tag; else `at`. */
function parenthesisEnd(text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_PARENTHESIS);
  for (let i = at + 1; i < limit; i++) {
    const code = codeAt(text, i);
    if (code === PAREN_CLOSE) return codeAt(text, i + 1) === BRACKET_OPEN ? i : at;
    if (isBlank(code)) return at;
  }
  return at;
}

/** A colon that ends a tag is not that of a URL, a drive, a time, an event header or a CEE cookie. */
function isTagColon(text: string, name: number, colon: number): boolean {
  const next = codeAt(text, colon + 1);
  if (isBlank(next) || colon + 1 === text.length)
    return codeAt(text, name) !== 64 && !isEventHeader(text, name);
  if (next === BACKSLASH) return false;
  if (next === SLASH && codeAt(text, colon + 2) === SLASH) return false;
  if (skipDigits(text, name) === colon || isIsoHour(text, name, colon)) return false;
  return codeAt(text, name) !== 64 && !isEventHeader(text, name);
}

/** `2026-10-11T22` */
function isIsoHour(text: string, at: number, end: number): boolean {
  return end - at === 13 && codeAt(text, at + 4) === DASH && codeAt(text, at + 10) === CAPITAL_T;
}

/** Index of `]` after `[pid`; -1 when it is not a tag's: a blank inside, or neither `:` nor a number and a blank. */
export function pidEnd(text: string, bracket: number): number {
  let digits = true;
  for (let i = bracket + 1; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === BRACKET_CLOSE) {
      const next = codeAt(text, i + 1);
      if (next === COLON || levelEnd(text, i + 1) > 0) return i;
      return digits && i > bracket + 1 && (isBlank(next) || i + 1 === text.length) ? i : -1;
    }
    if (isBlank(code) || code === BRACKET_OPEN) return -1;
    if (!isDigit(code)) digits = false;
  }
  return -1;
}

/** After `(info)` of MIT Kerberos' `krb5kdc[5](info):`; -1 where none stands at `at` or no colon follows. */
function levelEnd(text: string, at: number): number {
  if (codeAt(text, at) !== PAREN_OPEN) return -1;
  let i = at + 1;
  while (isLetter(codeAt(text, i))) i++;
  return codeAt(text, i) === PAREN_CLOSE && codeAt(text, i + 1) === COLON ? i + 1 : -1;
}

function setMessage(text: string, at: number, record: ParsedRecord): void {
  record.message = text.slice(isBlank(codeAt(text, at)) ? at + 1 : at);
}

/** After ` : `, with which ASA separates device-id and mnemonic. */
export function skipColon(text: string, at: number): number {
  const i = skipBlanks(text, at);
  return codeAt(text, i) === COLON ? skipBlanks(text, i + 1) : i;
}

/** Cisco's `%FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC`. */
export function isMnemonic(text: string, at: number): boolean {
  const i = skipBlanks(text, at);
  if (codeAt(text, i) !== PERCENT || !isUpper(codeAt(text, i + 1))) return false;
  for (let j = i + 2; j < text.length; j++) {
    const code = codeAt(text, j);
    if (code === 45 && isDigit(codeAt(text, j + 1)) && codeAt(text, j + 2) === 45) return true;
    if (!isLetter(code) && !isDigit(code) && code !== 45 && code !== 95) return false;
  }
  return false;
}

/** The mnemonic is the tag, even where the colon is left out or stands off. */
function parseMnemonic(text: string, at: number, record: ParsedRecord): void {
  let end = at;
  while (end < text.length && codeAt(text, end) !== COLON && !isBlank(codeAt(text, end))) end++;
  record.app = text.slice(at, end);
  const colon = codeAt(text, end) === SPACE ? end + 1 : end;
  setMessage(text, codeAt(text, colon) === COLON ? colon + 1 : end, record);
}
