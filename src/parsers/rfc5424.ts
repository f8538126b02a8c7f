import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { BYTE_ORDER_MARK, DASH, isDigit, SPACE } from './characters.js';
import { isEventHeader } from './event-header.js';
import type { ParseContext, Parser } from './parser.js';
import { scanStructuredData, structuredData } from './structured-data.js';
import { priEnd, scanPri } from './syslog-pri.js';
import { scanIsoStamp } from './timestamp/iso.js';
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
  const hostAt = parseTime(text, at + 2, record, context);
  if (hostAt < 0) return false;
  record.format = 'rfc5424';
  record.envelope = 'rfc5424';
  record.facility = pri >> 3;
  record.severity = pri & 7;
  parseHeader(text, hostAt, record);
  return true;
}

const stamp = new Stamp();

/** Index after TIMESTAMP and its space; -1 when neither a stamp nor `-` stands there. */
function parseTime(text: string, at: number, record: ParsedRecord, context: ParseContext): number {
  if (isNil(text, at)) return at + 2;
  if (!isDigit(codeAt(text, at)) || !scanIsoStamp(text, at, context.timezone, stamp)) return -1;
  const end = stamp.end;
  if (end < text.length && codeAt(text, end) !== SPACE) {
    // Such as an offset of five digits: the shape is there, the time is not.
    const next = text.indexOf(' ', end);
    record.fault('parse.bad_timestamp');
    return next < 0 ? text.length : next + 1;
  }
  record.timestamp = stamp.time;
  if (Number.isNaN(stamp.time)) record.fault('parse.bad_timestamp');
  return end + 1;
}

function parseHeader(text: string, hostAt: number, record: ParsedRecord): void {
  let at = hostAt;
  for (let part = 0; part < 4; part++) {
    if (isEventHeader(text, at)) {
      record.message = text.slice(at);
      return;
    }
    const space = text.indexOf(' ', at);
    const end = space < 0 ? text.length : space;
    if (end > at && !isNil(text, at)) {
      if (part === 0) record.host = text.slice(at, end);
      else if (part === 1) record.app = text.slice(at, end);
      else if (part === 2) record.procid = text.slice(at, end);
      else record.msgid = text.slice(at, end);
    }
    at = end + 1;
  }
  parseMessage(text, at, record);
}

/** STRUCTURED-DATA and MSG. */
function parseMessage(text: string, sdAt: number, record: ParsedRecord): void {
  let at = sdAt;
  if (isNil(text, at)) {
    at += 2;
  } else if (codeAt(text, at) === 91) {
    const end = scanStructuredData(text, at);
    if (end < 0) {
      record.fault('parse.bad_structured_data');
    } else {
      record.structuredData = structuredData.found;
      if (structuredData.cut) record.fault('parse.too_many_fields');
      at = codeAt(text, end) === SPACE ? end + 1 : end;
    }
  }
  if (codeAt(text, at) === BYTE_ORDER_MARK) at++;
  record.message = text.slice(at);
}

/** NILVALUE (§6): a `-` that is the whole part. */
function isNil(text: string, at: number): boolean {
  return codeAt(text, at) === DASH && (codeAt(text, at + 1) === SPACE || at + 1 === text.length);
}
