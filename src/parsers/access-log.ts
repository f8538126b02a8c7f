import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { newFields } from './bag.js';
import {
  BACKSLASH,
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  COMMA,
  DASH,
  DOT,
  isDigit,
  isLetter,
  QUOTE,
  SPACE,
  skipDigits,
} from './characters.js';
import { isContainerFrame } from './container-frame.js';
import type { Parser } from './parser.js';
import { accessTime, accessTimeEnd } from './timestamp/access-time.js';

const LONGEST_ADDRESS = 45;

/**
 * Common and combined log format of Apache httpd and nginx, with a virtual host before it or not:
 * `[vhost ]remote_addr ident remote_user [time_local] "method url protocol" status bytes["referrer" "user_agent"…]`.
 */
export const accessLog: Parser = {
  format: 'access-log',
  summary: 'Apache and nginx access logs: common and combined format, with or without a virtual host',
  parse(text, record) {
    if (!parseAccessLogBody(text, record)) return false;
    record.format = 'access-log';
    record.timestamp = record.payloadTimestamp;
    return true;
  },
};

/** Fills `fields` and `payloadTimestamp` only; the record's format stays that of its envelope. */
export function parseAccessLogBody(text: string, record: ParsedRecord): boolean {
  const open = timeOpening(text);
  if (open < 0) return false;
  const timeAt = open + 2;
  const timeEnd = accessTimeEnd(text, timeAt);
  const time = accessTime(text, timeAt);
  const fields = newFields();
  // What a frame holds is the container's, its time no client.
  if (isContainerFrame(text) || !parseClient(text, open, fields)) return false;
  const requestEnd = quoteEnd(text, timeEnd + 3);
  if (requestEnd < 0) return false;
  parseRequest(text, timeEnd + 3, requestEnd, fields);
  if (!parseResult(text, requestEnd + 1, fields)) return false;
  fields.time_local = text.slice(timeAt, timeEnd);
  record.fields = fields;
  record.payloadTimestamp = time;
  return true;
}

/** Whether an address begins the text, as it does an access log's line; of nearly all others one character or two tell that none does. */
export function startsWithClient(text: string, first: number): boolean {
  if (!isAddressCharacter(first)) return false;
  let separators = 0;
  let end = 0;
  for (; end <= LONGEST_ADDRESS; end++) {
    const code = codeAt(text, end);
    if (code === COLON || code === DOT) separators++;
    else if (!isAddressCharacter(code)) break;
  }
  if (codeAt(text, end) === COMMA) end++;
  return separators > 1 && codeAt(text, end) === SPACE;
}

/**
 * Index of the ` [` before the time and the quoted request; -1 = none. The first ` [` need not be it: who asks chooses the
 * user name, and nginx writes whatever an `Authorization: Basic` header names, rightly or not.
 */
function timeOpening(text: string): number {
  for (let open = text.indexOf(' ['); open >= 0; open = text.indexOf(' [', open + 2)) {
    const timeEnd = accessTimeEnd(text, open + 2);
    if (timeEnd < 0 || codeAt(text, timeEnd) !== BRACKET_CLOSE) continue;
    if (codeAt(text, timeEnd + 1) === SPACE && codeAt(text, timeEnd + 2) === QUOTE) return open;
  }
  return -1;
}

/**
 * `[vhost ]remote_addr ident remote_user`; for the address a list may stand (X-Forwarded-For: client, proxy, …), of
 * which the first is the client. A user name may hold blanks. `-` = none.
 */
function parseClient(text: string, end: number, fields: JsonObject): boolean {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  if (first <= 0 || second <= 0 || second >= end) return false;
  if (codeAt(text, first - 1) === COMMA) return parseClientList(text, first, end, fields);
  const third = text.indexOf(' ', second + 1);
  if (third > 0 && third < end && looksLikeAddress(text, first + 1, second)) {
    fields.vhost = intern(text, 0, first);
    setClient(text, first + 1, second, fields);
    setNames(text, second + 1, third, end, fields);
  } else {
    setClient(text, 0, first, fields);
    setNames(text, first + 1, second, end, fields);
  }
  return true;
}

function parseClientList(text: string, firstEnd: number, end: number, fields: JsonObject): boolean {
  let listEnd = firstEnd;
  while (codeAt(text, listEnd - 1) === COMMA) {
    listEnd = text.indexOf(' ', listEnd + 1);
    if (listEnd < 0 || listEnd >= end) return false;
  }
  const identEnd = text.indexOf(' ', listEnd + 1);
  if (identEnd < 0 || identEnd >= end) return false;
  setClient(text, 0, firstEnd - 1, fields);
  setNames(text, listEnd + 1, identEnd, end, fields);
  return true;
}

function setClient(text: string, from: number, end: number, fields: JsonObject): void {
  const bracketed = codeAt(text, from) === BRACKET_OPEN && codeAt(text, end - 1) === BRACKET_CLOSE;
  fields.remote_addr = bracketed ? intern(text, from + 1, end - 1) : intern(text, from, end);
}

/** Apache writes a user with an empty name as `""`. */
function setNames(text: string, from: number, identEnd: number, end: number, fields: JsonObject): void {
  setUnlessNil(fields, 'ident', text, from, identEnd);
  if (text.startsWith('""', identEnd + 1) && end === identEnd + 3) return;
  setUnlessNil(fields, 'remote_user', text, identEnd + 1, end);
}

/** IPv4 or IPv6: digits, hexadecimal letters, and a dot or colon. */
function looksLikeAddress(text: string, from: number, to: number): boolean {
  let separators = 0;
  for (let i = from; i < to; i++) {
    const code = codeAt(text, i);
    if (code === COLON || code === DOT) separators++;
    else if (!isAddressCharacter(code)) return false;
  }
  return separators > 1;
}

/** A hexadecimal digit or the colon that an address may begin with. */
function isAddressCharacter(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || code === COLON || (lower >= 97 && lower <= 102);
}

/** Index of the quote that ends what begins at `at`; both servers escape quotes inside by a backslash. */
function quoteEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return -1;
}

/** `METHOD url PROTOCOL`; anything else a client may have sent stays `request`. */
function parseRequest(text: string, from: number, to: number, fields: JsonObject): void {
  setUnlessNil(fields, 'request', text, from, to);
  let methodEnd = from;
  while (isLetter(codeAt(text, methodEnd))) methodEnd++;
  if (methodEnd === from || codeAt(text, methodEnd) !== SPACE) return;
  const last = text.lastIndexOf(' ', to - 1);
  const hasProtocol = last > methodEnd && text.startsWith('HTTP/', last + 1);
  fields.method = intern(text, from, methodEnd);
  fields.url = text.slice(methodEnd + 1, hasProtocol ? last : to);
  if (hasProtocol) fields.protocol = intern(text, last + 1, to);
}

/** ` status bytes`, and in the combined format ` "referrer" "user_agent"` and what a site appends. */
function parseResult(text: string, at: number, fields: JsonObject): boolean {
  const statusEnd = skipDigits(text, at + 1);
  if (codeAt(text, at) !== SPACE || statusEnd !== at + 4) return false;
  fields.status = Number(text.slice(at + 1, statusEnd));
  let i = statusEnd;
  if (codeAt(text, i) === SPACE) {
    const bytesEnd = skipDigits(text, i + 1);
    if (bytesEnd > i + 1 && bytesEnd - i < 17) fields.bytes = Number(text.slice(i + 1, bytesEnd));
    i = codeAt(text, i + 1) === DASH ? i + 2 : bytesEnd;
  }
  i = parseQuoted(text, i, 'referrer', fields);
  i = parseQuoted(text, i, 'user_agent', fields);
  if (i < text.length - 1) fields.extra = text.slice(i + 1);
  return true;
}

/** A quoted part after a blank; returns the index after it, or `at` when none stands there. */
function parseQuoted(text: string, at: number, name: string, fields: JsonObject): number {
  if (codeAt(text, at) !== SPACE || codeAt(text, at + 1) !== QUOTE) return at;
  const end = quoteEnd(text, at + 2);
  if (end < 0) return at;
  setUnlessNil(fields, name, text, at + 2, end);
  return end + 1;
}

function setUnlessNil(fields: JsonObject, name: string, text: string, from: number, to: number): void {
  if (to > from && !(to === from + 1 && codeAt(text, from) === DASH)) fields[name] = text.slice(from, to);
}
