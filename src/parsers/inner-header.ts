import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { COLON, DASH, isDigit, isLetter, SPACE, skipBlanks } from './characters.js';
import { isEventHeader } from './event-header.js';
import { hasHostAndTag } from './host-and-tag.js';
import type { ParseContext } from './parser.js';
import { parseDatagram, rfc3164 } from './rfc3164.js';
import { parseVersion1 } from './rfc5424.js';
import { statesZone } from './states-zone.js';
import { priEnd, scanPri } from './syslog-pri.js';
import { hasTag, isMnemonic } from './tag.js';
import { scanBsdStamp } from './timestamp/bsd.js';
import { scanIsoStamp } from './timestamp/iso.js';
import { Stamp } from './timestamp/stamp.js';

const LESS = 60;

/**
 * Reads the header that a relay put its own in front of: `<134>Oct 11 22:14:15 relay Oct 11 22:14:14 web sshd[9]: …`, with the
 * PRI of its own or without. The host, the tag and the message are then the inner one's. Anything but a whole header at the
 * message's start, and all that stands behind a tag but CEF and LEEF, is somebody's text. `first`: the message's first
 * character. Returns false with nothing changed where there is no such header.
 */
export function readInnerHeader(record: ParsedRecord, first: number, outer: ParseContext): boolean {
  const { message, app } = record;
  if (!mayBeHeader(message, first, app)) return false;
  inner.bytes = Buffer.from(message);
  inner.clock = outer.clock;
  inner.timezone = outer.timezone;
  const pri = scanPri(message, inner);
  if (pri < 0 && first === LESS) return false;
  const isVersion1 = app === null && pri >= 0 && message.startsWith('1 ', priEnd(pri));
  if (!isVersion1 && !isHeader(message, pri, app !== null)) return false;
  takeHeader(record, pri, isVersion1);
  return true;
}

const inner: ParseContext = { clock: 0, timezone: 'UTC', bytes: new Uint8Array(0), from: 0 };
const stamp = new Stamp();

/** A look at a few characters, which nearly all messages end at. */
function mayBeHeader(message: string, first: number, app: string | null): boolean {
  if (first === LESS) return isDigit(codeAt(message, 1));
  if (app !== null) return false;
  if (isLetter(first)) return codeAt(message, 3) === SPACE && codeAt(message, 9) === COLON;
  return isDigit(first) && codeAt(message, 4) === DASH && codeAt(message, 13) === COLON;
}

/** Programs that log without a pid; without a PRI another word and a colon may well be prose. */
const WITHOUT_PID = ['kernel: ', 'sudo: ', 'su: '];

/** Whether a stamp, and a host and a tag or an event in CEF or LEEF, stand behind the PRI. */
function isHeader(message: string, pri: number, isTagged: boolean): boolean {
  const at = pri < 0 ? 0 : priEnd(pri);
  if (!scanBsdStamp(message, at, inner, stamp) && !scanIsoStamp(message, at, inner.timezone, stamp))
    return !isTagged && pri >= 0 && (isMnemonic(message, at) || hasTag(message, at));
  if (codeAt(message, stamp.end) !== SPACE) return false;
  const host = skipBlanks(message, stamp.end);
  const tag = skipBlanks(message, message.indexOf(' ', host));
  if (isEventHeader(message, host) || isEventHeader(message, tag)) return true;
  if (isTagged) return false;
  return hasHostAndTag(message, host, pri < 0) || WITHOUT_PID.some((name) => message.startsWith(name, tag));
}

/** The PRI stays the outer one, and the time, where that alone states its zone. */
function takeHeader(record: ParsedRecord, pri: number, isVersion1: boolean): void {
  const { message, envelope, format, timestamp, host, app, procid, msgid, structuredData } = record;
  const { facility, severity } = record;
  const isExact =
    !Number.isNaN(timestamp) && !stamp.zoned && !isVersion1 && statesZone(record, record.original);
  Object.assign(record, { host: null, app: null, procid: null, msgid: null, structuredData: null });
  if (!parseHeader(message, pri, isVersion1, record)) {
    Object.assign(record, { message, envelope, format, timestamp, host, app, procid, msgid, structuredData });
    return;
  }
  record.host ??= host;
  if (facility >= 0) {
    record.facility = facility;
    record.severity = severity;
  }
  if (isExact || Number.isNaN(record.timestamp)) record.timestamp = timestamp;
}

function parseHeader(message: string, pri: number, isVersion1: boolean, record: ParsedRecord): boolean {
  if (isVersion1) return parseVersion1(message, pri, record, inner);
  if (pri < 0) return rfc3164.parse(message, record, inner);
  parseDatagram(message, pri, record, inner);
  return true;
}
