import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import type { LeefHeader, ParsedRecord } from '../model/record.js';
import { Bag, MAX_FIELDS } from './bag.js';
import { EQUALS, isDigit, isWhitespace, PIPE, SPACE, trimEnd } from './characters.js';
import type { ParseContext, Parser } from './parser.js';
import { patternTime } from './timestamp/pattern-time.js';
import { payloadTime } from './timestamp/payload-time.js';

/**
 * IBM QRadar Log Event Extended Format: `LEEF:1.0|Vendor|Product|Version|EventID|attributes`, in 2.0 with a
 * delimiter before the attributes: one character, or its code as `0x5E` or `x5E`, or `\t`; TAB when left out or empty.
 * Senders that write 2.0 delimiters under 1.0, or join attributes by `|`, are read as they meant it.
 */
export const leef: Parser = {
  format: 'leef',
  summary: 'IBM QRadar Log Event Extended Format 1.0 and 2.0, bare or in a syslog message',
  parse(text, record, context) {
    // A relay that takes `LEEF:` for a tag sends a blank after it.
    const versionAt = codeAt(text, 5) === SPACE ? 6 : 5;
    if (!text.startsWith('LEEF:') || !isDigit(codeAt(text, versionAt))) return false;
    const header: LeefHeader = {
      leef_version: null,
      vendor: null,
      product: null,
      product_version: null,
      event_id: null,
      delimiter: '\t',
      attributes: new Bag(),
      valid: false,
    };
    record.format = 'leef';
    record.leef = header;
    const attributesAt = parseHeader(text, versionAt, header);
    if (attributesAt < 0) {
      record.fault('parse.bad_leef');
      return true;
    }
    header.valid = true;
    parseAttributes(text, parseDelimiter(text, attributesAt, header), header, record);
    setTime(record, header, context);
    return true;
  },
};

/** `devTime` in the form that `devTimeFormat` says, or else in one that says itself what it is. */
function setTime(record: ParsedRecord, { attributes }: LeefHeader, context: ParseContext): void {
  const { devTime, devTimeFormat } = attributes;
  if (devTime === undefined || devTime === '') return;
  let time = devTimeFormat === undefined ? Number.NaN : patternTime(devTime, devTimeFormat, context);
  if (Number.isNaN(time)) time = payloadTime(devTime, context);
  record.payloadTimestamp = time;
  if (Number.isNaN(time)) record.fault('parse.bad_timestamp');
}

/** Index after the header's last pipe, or -1 when parts are missing. */
function parseHeader(text: string, from: number, header: LeefHeader): number {
  let at = from;
  for (let part = 0; part < 5; part++) {
    const pipe = text.indexOf('|', at);
    const end = pipe < 0 ? trimEnd(text, at, text.length) : pipe;
    const value = intern(text, at, end);
    if (part === 0) header.leef_version = value;
    else if (part === 1) header.vendor = value;
    else if (part === 2) header.product = value;
    else if (part === 3) header.product_version = value;
    else header.event_id = value;
    // The event id may end the text.
    if (pipe < 0) return part === 4 ? text.length : -1;
    at = pipe + 1;
  }
  return at;
}

/** Sets the delimiter; returns the index of the first attribute. */
function parseDelimiter(text: string, at: number, header: LeefHeader): number {
  const pipe = text.indexOf('|', at);
  if (pipe === at) {
    // `|||`: the delimiter is a pipe itself.
    if (codeAt(text, at + 1) !== PIPE) return at + 1;
    header.delimiter = '|';
    return at + 2;
  }
  if (pipe > at && pipe - at <= 6) {
    const delimiter = delimiterOf(text.slice(at, pipe));
    if (delimiter !== null) {
      header.delimiter = delimiter;
      return pipe + 1;
    }
  }
  if (
    pipe > at &&
    text.indexOf('\t', at) < 0 &&
    text.indexOf('=', pipe) > 0 &&
    text.lastIndexOf('=', pipe) >= at
  ) {
    header.delimiter = '|';
  }
  return at;
}

function delimiterOf(field: string): string | null {
  if (field.length === 1) return field;
  if (field === '\\t') return '\t';
  const digits = /^(?:0?[xX])([0-9a-fA-F]{1,4})$/.exec(field)?.[1];
  return digits === undefined ? null : String.fromCharCode(Number.parseInt(digits, 16));
}

/** Parts without `=` are skipped; the last of equal keys wins. */
function parseAttributes(text: string, from: number, header: LeefHeader, record: ParsedRecord): void {
  const { attributes, delimiter } = header;
  const length = trimEnd(text, from, text.length);
  let count = 0;
  for (let at = from; at < length; ) {
    const next = text.indexOf(delimiter, at);
    const end = next < 0 || next > length ? length : next;
    const keyEnd = equalsBefore(text, at, end);
    if (keyEnd >= 0) {
      if (++count > MAX_FIELDS) {
        record.fault('parse.too_many_fields');
        return;
      }
      let keyAt = at;
      while (keyAt < keyEnd && isWhitespace(codeAt(text, keyAt))) keyAt++;
      const trimmed = trimEnd(text, keyAt, keyEnd);
      if (trimmed > keyAt) attributes[intern(text, keyAt, trimmed)] = text.slice(keyEnd + 1, end);
    }
    at = end + 1;
  }
}

/** Index of the first `=` in [at, end), or -1. Scans no further than `end`, which keeps the whole linear. */
function equalsBefore(text: string, at: number, end: number): number {
  for (let i = at; i < end; i++) if (codeAt(text, i) === EQUALS) return i;
  return -1;
}
