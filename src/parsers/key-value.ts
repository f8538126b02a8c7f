import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import { type JsonObject, ownField } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { MAX_FIELDS, newFields } from './bag.js';
import {
  APOSTROPHE,
  BACKSLASH,
  COMMA,
  EQUALS,
  isBlank,
  isLetter,
  isWhitespace,
  QUOTE,
  tokenEnd,
} from './characters.js';
import type { ParseContext, Parser } from './parser.js';
import { payloadTime } from './timestamp/payload-time.js';

const SEMICOLON = 59;
const UNDERSCORE = 95;
const MIN_PAIRS = 2;
const WIDEST_ZONE_MS = 14 * 3_600_000;
const TIMES = ['timestamp', 'time', 'ts', 'eventtime'];

/**
 * `key=value key="value with spaces"`: logfmt, FortiGate, SonicWall, Sophos, auditd. The text must begin with a
 * pair and hold two.
 */
export const keyValue: Parser = {
  format: 'keyvalue',
  summary: 'key=value pairs: logfmt, FortiGate, SonicWall, Sophos, auditd',
  parse(text, record, context) {
    if (!startsWithPair(text) || !parseKeyValueBody(text, record, context)) return false;
    record.format = 'keyvalue';
    record.timestamp = record.payloadTimestamp;
    return true;
  },
};

/** Fills `fields` and `payloadTimestamp` only; the record's format stays that of its envelope. */
export function parseKeyValueBody(text: string, record: ParsedRecord, context: ParseContext): boolean {
  const fields = newFields();
  const pairs = parseKeyValue(text, 0, fields);
  if (pairs < MIN_PAIRS) return false;
  if (pairs > MAX_FIELDS) record.fault('parse.too_many_fields');
  record.fields = fields;
  record.payloadTimestamp = statedTime(fields, context);
  return true;
}

/** Whether a key and `=` stand at the start. */
export function startsWithPair(text: string): boolean {
  if (!isLetter(codeAt(text, 0)) && codeAt(text, 0) !== UNDERSCORE) return false;
  const end = keyEnd(text, 0);
  return codeAt(text, end) === EQUALS;
}

/**
 * Reads the pairs from index `from` into `fields` and returns how many there were. A value is quoted by `"` with
 * `\"` and `\\` as escapes, by `'`, or ends at a blank; a comma or semicolon before that blank is dropped. Words
 * without `=` are passed over; the last of equal keys wins. auditd's `msg=audit(time:serial):` becomes `audit_id`.
 */
export function parseKeyValue(text: string, from: number, fields: JsonObject): number {
  let pairs = 0;
  let i = from;
  while (i < text.length) {
    if (isSeparator(codeAt(text, i))) {
      i++;
      continue;
    }
    const end = keyEnd(text, i);
    if (end === i || codeAt(text, end) !== EQUALS) {
      i = tokenEnd(text, end);
      continue;
    }
    valueEnd = -1;
    const value = readValue(text, end + 1);
    if (++pairs > MAX_FIELDS) return pairs;
    if (value.startsWith('audit(')) fields.audit_id = auditId(value);
    else fields[intern(text, i, end)] = value;
    i = valueEnd;
  }
  return pairs;
}

function isSeparator(code: number): boolean {
  return isWhitespace(code) || code === COMMA || code === SEMICOLON;
}

const KEY_CHARACTERS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.@/') {
  KEY_CHARACTERS[codeAt(c, 0)] = 1;
}

function keyEnd(text: string, at: number): number {
  let i = at;
  while (i < text.length && KEY_CHARACTERS[text.charCodeAt(i)] === 1) i++;
  return i;
}

/** Index after the value that `readValue` returned. */
let valueEnd = 0;

function readValue(text: string, at: number): string {
  const first = codeAt(text, at);
  if (first === QUOTE) {
    const quoted = readQuoted(text, at + 1);
    if (quoted !== null) return quoted;
  }
  if (first === APOSTROPHE) {
    const close = text.indexOf("'", at + 1);
    const after = codeAt(text, close + 1);
    if (close > 0 && (close + 1 === text.length || isSeparator(after))) {
      valueEnd = close + 1;
      return text.slice(at + 1, close);
    }
  }
  valueEnd = tokenEnd(text, at);
  const last = codeAt(text, valueEnd - 1);
  const cut = valueEnd > at && valueEnd < text.length && (last === COMMA || last === SEMICOLON);
  return text.slice(at, cut ? valueEnd - 1 : valueEnd);
}

/** Null when no quote closes: then the quote is part of a bare value. */
function readQuoted(text: string, at: number): string | null {
  let value = '';
  let start = at;
  let i = at;
  for (;;) {
    const code = codeAt(text, i);
    if (code === QUOTE) break;
    if (code === BACKSLASH && isEscaped(codeAt(text, i + 1))) {
      value += text.slice(start, i);
      start = i + 1;
      i += 2;
    } else {
      if (i >= text.length) return null;
      i++;
    }
  }
  valueEnd = i + 1;
  return start === at ? text.slice(start, i) : value + text.slice(start, i);
}

function isEscaped(code: number): boolean {
  return code === QUOTE || code === BACKSLASH;
}

/** `1364481363.243:24287` of `audit(1364481363.243:24287):` */
function auditId(value: string): string {
  const close = value.indexOf(')');
  return value.slice('audit('.length, close < 0 ? value.length : close);
}

function statedTime(fields: JsonObject, context: ParseContext): number {
  const audit = ownField(fields, 'audit_id');
  if (typeof audit === 'string') {
    const seconds = Number(audit.slice(0, Math.max(0, audit.indexOf(':'))));
    return seconds >= 1e8 && seconds < 1e11 ? Math.round(seconds * 1000) : Number.NaN;
  }
  const date = ownField(fields, 'date');
  const time = ownField(fields, 'time');
  if (typeof date === 'string' && typeof time === 'string' && !isBlank(codeAt(time, 0))) {
    const zone = statedZone(fields);
    if (zone !== '') return payloadTime(`${date}T${time}${zone}`, context);
    const exact = payloadTime(ownField(fields, 'eventtime'), context);
    return isSameMoment(exact, payloadTime(`${date}T${time}Z`, context))
      ? exact
      : payloadTime(`${date}T${time}`, context);
  }
  for (const name of TIMES) {
    const value = ownField(fields, name);
    if (value !== undefined) return payloadTime(value, context);
  }
  return Number.NaN;
}

/** Whether an instant may be what clocks of some zone showed as `wallTime`: FortiOS 6 states both and no zone. */
function isSameMoment(instant: number, wallTime: number): boolean {
  return Math.abs(instant - wallTime) <= WIDEST_ZONE_MS;
}

/** FortiGate's `tz="+0100"`, Sophos' `timezone="CET"` as they follow a stamp. */
function statedZone(fields: JsonObject): string {
  const zone = ownField(fields, 'tz') ?? ownField(fields, 'timezone');
  if (typeof zone !== 'string') return '';
  return isLetter(codeAt(zone, 0)) ? ` ${zone}` : zone;
}
