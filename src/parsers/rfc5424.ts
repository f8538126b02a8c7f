import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { asciiImage, BRACKET_OPEN, BYTE_ORDER_MARK, DASH, isDigit, LAST_ASCII, SPACE } from './characters.js';
import { isEventHeader } from './event-header.js';
import type { ParseContext, Parser, TextBytes } from './parser.js';
import { BROKEN, NOT_ASCII, scanStructuredData, structuredData } from './structured-data.js';
import { priEnd, scanPri } from './syslog-pri.js';
import { scanIsoStamp, scanPlainIsoStamp } from './timestamp/iso.js';
import { Stamp } from './timestamp/stamp.js';

/**
 * RFC 5424 with VERSION 1. Lenient where senders break the grammar: header parts over their length limit are kept,
 * a stamp that does not exist gives no time, structured data that breaks the grammar or is left out stays in the
 * message, and a CEF or LEEF header in place of a header part begins the message.
 */
export const rfc5424: Parser = {
  format: 'rfc5424',
  summary: 'Syslog of RFC 5424: <PRI>1 time host app procid msgid [structured data] message',
  parse(text, record, context) {
    const pri = scanPri(text, context);
    return pri >= 0 && parseVersion1(text, pri, record, context);
  },
};

/** As `rfc5424.parse`, of a text whose PRI has been read. */
export function parseVersion1(
  text: string,
  pri: number,
  record: ParsedRecord,
  context: ParseContext,
): boolean {
  const at = priEnd(pri);
  if (context.bytes[context.from + at] !== 49 || codeAt(text, at + 1) !== SPACE) return false;
  const timeEnd = parseTime(text, at + 2, record, context);
  if (timeEnd < 0) return false;
  record.format = 'rfc5424';
  record.envelope = 'rfc5424';
  record.facility = pri >> 3;
  record.severity = pri & 7;
  if (!parseHeader(text, timeEnd, record, context)) {
    parseHeader(text, timeEnd, record, { bytes: asciiImage(text), from: 0 });
  }
  return true;
}

const stamp = new Stamp();

/** Index after TIMESTAMP, as far as it is one; -1 when neither a stamp nor `-` stands there. */
function parseTime(text: string, at: number, record: ParsedRecord, context: ParseContext): number {
  if (isNil(text, at, context)) return at + 1;
  if (!scanPlainIsoStamp(text, at, context, stamp)) {
    if (!isDigit(codeAt(text, at)) || !scanIsoStamp(text, at, context.timezone, stamp)) return -1;
  }
  // More may follow, such as a fifth digit of an offset: the shape is there, the time is not.
  const isWhole = stamp.end >= text.length || context.bytes[context.from + stamp.end] === SPACE;
  if (isWhole) record.timestamp = stamp.time;
  if (Number.isNaN(record.timestamp)) record.fault('parse.bad_timestamp');
  return stamp.end;
}

/** All from the end of TIMESTAMP on; false where a character before MSG is not ASCII. */
function parseHeader(text: string, timeEnd: number, record: ParsedRecord, view: TextBytes): boolean {
  let end = partEnd(text, timeEnd, view);
  for (let part = 0; end >= 0 && part < 4; part++) {
    const at = end + 1;
    if (startsEventHeader(text, at, view)) {
      record.message = text.slice(at);
      return true;
    }
    end = partEnd(text, at, view);
    if (end <= at || isNil(text, at, view)) continue;
    if (part === 0) record.host = text.slice(at, end);
    else if (part === 1) record.app = text.slice(at, end);
    else if (part === 2) record.procid = text.slice(at, end);
    else record.msgid = text.slice(at, end);
  }
  return end >= 0 && parseMessage(text, end + 1, record, view);
}

function startsEventHeader(text: string, at: number, { bytes, from }: TextBytes): boolean {
  if (at >= text.length) return false;
  const first = bytes[from + at];
  return (first === 67 || first === 76) && isEventHeader(text, at);
}

/** First space at or after `at`, or the text's end; NOT_ASCII when such a byte comes first. */
function partEnd(text: string, at: number, { bytes, from }: TextBytes): number {
  const to = from + text.length;
  let i = from + at;
  while (i < to && bytes[i] !== SPACE && bytes[i]! <= LAST_ASCII) i++;
  return i < to && bytes[i] !== SPACE ? NOT_ASCII : i - from;
}

/** STRUCTURED-DATA and MSG; false as of `parseHeader`. */
function parseMessage(text: string, sdAt: number, record: ParsedRecord, view: TextBytes): boolean {
  let at = sdAt;
  if (isNil(text, at, view)) {
    at += 2;
  } else if (at < text.length && view.bytes[view.from + at] === BRACKET_OPEN) {
    const end = scanStructuredData(text, at, view);
    if (end === NOT_ASCII) return false;
    if (end === BROKEN) {
      record.fault('parse.bad_structured_data');
    } else {
      record.structuredData = structuredData.found;
      if (structuredData.cut) record.fault('parse.too_many_fields');
      at = codeAt(text, end) === SPACE ? end + 1 : end;
    }
  }
  if (codeAt(text, at) === BYTE_ORDER_MARK) at++;
  record.message = text.slice(at);
  return true;
}

/** NILVALUE (§6): a `-` that is the whole part. */
function isNil(text: string, at: number, { bytes, from }: TextBytes): boolean {
  if (at >= text.length || bytes[from + at] !== DASH) return false;
  return at + 1 === text.length || bytes[from + at + 1] === SPACE;
}
