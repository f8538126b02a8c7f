import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import {
  BRACKET_OPEN,
  COLON,
  DOT,
  isBlank,
  isDigit,
  SPACE,
  skipBlanks,
  skipDigits,
  skipSpaces,
  tokenEnd,
} from './characters.js';
import { prelude, scanCiscoPrelude } from './cisco-prelude.js';
import {
  hasHostAndTag,
  parseAnyHeader,
  parseDeviceId,
  parseHostAndTag,
  parseTagOnly,
} from './host-and-tag.js';
import type { ParseContext, Parser } from './parser.js';
import { priEnd, scanPri } from './syslog-pri.js';
import { readKnownHour, scanBsdStamp } from './timestamp/bsd.js';
import { scanIsoStamp } from './timestamp/iso.js';
import { scanNetscalerStamp } from './timestamp/netscaler.js';
import { fractionMillis, Stamp } from './timestamp/stamp.js';
import { scanUtmStamp } from './timestamp/utm.js';
import { parseWrittenPriority, writtenPriorityEnd } from './written-priority.js';

/**
 * BSD syslog, RFC 3164, as it is really sent: with or without PRI, stamp, host and tag; ISO stamps; the headers of
 * Cisco, Meraki, UniFi, AIX, BusyBox, OpenWrt, NetScaler and Sophos UTM. A stamp without a PRI (a log file) is enough, a PRI without a stamp too; an ISO
 * stamp alone needs a host and a tag after it, since many formats begin with one.
 */
export const rfc3164: Parser = {
  format: 'rfc3164',
  summary: 'BSD syslog, RFC 3164 and vendor variants: <PRI>time host tag[pid]: message',
  parse(text, record, context) {
    const pri = scanPri(text, context);
    if (pri < 0) return parseFileLine(text, record, context);
    parseDatagram(text, pri, record, context);
    return true;
  },
};

const stamp = new Stamp();

/** As `rfc3164.parse`, of a text whose PRI has been read: always of this format. */
export function parseDatagram(text: string, pri: number, record: ParsedRecord, context: ParseContext): void {
  record.format = 'rfc3164';
  record.envelope = 'rfc3164';
  record.facility = pri >> 3;
  record.severity = pri & 7;
  const at = priEnd(pri);
  if (readKnownHour(text, at, context, stamp) || scanBsdStamp(text, at, context, stamp))
    afterStamp(text, stamp.end, record, context);
  else parseVariant(text, at, record, context);
}

/** Everything but `Mmm dd hh:mm:ss` right after PRI. */
function parseVariant(text: string, priEndsAt: number, record: ParsedRecord, context: ParseContext): void {
  if (scanMerakiStamp(text, priEndsAt)) {
    afterStamp(text, stamp.end, record, context);
    return;
  }
  let at = skipBlanks(text, priEndsAt);
  // EMBLEM (ASA) and NX-OS put a colon after PRI.
  if (codeAt(text, at) === COLON) at = skipSpaces(text, at + 1);
  if (scanCiscoPrelude(text, at, context, stamp)) {
    record.host = prelude.host;
    const hostIsKnown = prelude.host !== null || prelude.isUptime;
    afterStamp(text, stamp.end, record, context, hostIsKnown, prelude.isUptime);
  } else if (scanIsoStamp(text, at, context.timezone, stamp)) {
    afterStamp(text, stamp.end, record, context);
  } else if (scanUtmStamp(text, at, context.timezone, stamp)) {
    afterStamp(text, stamp.end, record, null);
  } else if (scanBsdStamp(text, at, context, stamp, false, true)) {
    afterStamp(text, stamp.end, record, null);
  } else if (scanNetscalerStamp(text, at, context, stamp)) {
    afterStamp(text, stamp.end, record, context);
  } else {
    parseTagOnly(text, parseDeviceId(text, at, record), record);
  }
}

/** Meraki's `1 1377449842.514782056 host`: a version that is none, and seconds since the epoch. */
function scanMerakiStamp(text: string, at: number): boolean {
  if (codeAt(text, at) !== 49 || codeAt(text, at + 1) !== SPACE) return false;
  const dot = skipDigits(text, at + 2);
  if (dot !== at + 12 || codeAt(text, dot) !== DOT) return false;
  const end = skipDigits(text, dot + 1);
  if (end === dot + 1 || codeAt(text, end) !== SPACE) return false;
  stamp.end = end;
  stamp.zoned = true;
  stamp.time = Number(text.slice(at + 2, dot)) * 1000 + fractionMillis(text, dot + 1, end);
  return true;
}

function parseFileLine(text: string, record: ParsedRecord, context: ParseContext): boolean {
  const first = codeAt(text, 0);
  if (isDigit(first)) {
    const isIso = scanIsoStamp(text, 0, context.timezone, stamp);
    if (!isIso && !scanUtmStamp(text, 0, context.timezone, stamp) && !scanBsdStamp(text, 0, context, stamp))
      return false;
    if (isIso && !hasHostAndTag(text, skipBlanks(text, stamp.end), codeAt(text, 10) === SPACE)) return false;
  } else if (!readKnownHour(text, 0, context, stamp) && !scanBsdStamp(text, 0, context, stamp)) {
    return parseOpenWrt(text, record, context);
  }
  if (stamp.end < text.length && !isBlank(codeAt(text, stamp.end)) && codeAt(text, stamp.end) !== COLON) {
    return false;
  }
  record.format = 'rfc3164';
  record.envelope = 'rfc3164';
  afterStamp(text, stamp.end, record, context);
  return true;
}

/**
 * What OpenWrt's logd writes into a file, which names no host: `Fri Nov 20 10:00:00 2026 authpriv.warn dropbear[7]: `, also with
 * `[1795168800.123] ` after the year. Without the facility it is any program's own log.
 */
function parseOpenWrt(text: string, record: ParsedRecord, context: ParseContext): boolean {
  if (codeAt(text, 3) !== SPACE || codeAt(text, 7) !== SPACE || codeAt(text, 24) !== SPACE) return false;
  if (!scanBsdStamp(text, 4, context, stamp) || stamp.end !== 24) return false;
  const at = codeAt(text, 25) === BRACKET_OPEN ? tokenEnd(text, 25) + 1 : 25;
  if (writtenPriorityEnd(text, at) === at) return false;
  record.format = 'rfc3164';
  record.envelope = 'rfc3164';
  record.timestamp = stamp.time;
  if (Number.isNaN(stamp.time)) record.fault('parse.bad_timestamp');
  parseTagOnly(text, parseWrittenPriority(text, at, record), record);
  return true;
}

/** `at`: after the stamp and its zone; Cisco ends them with a colon. `context`: null where they may be other than ASCII. */
function afterStamp(
  text: string,
  at: number,
  record: ParsedRecord,
  context: ParseContext | null,
  hostIsKnown = false,
  isUptime = false,
): void {
  record.timestamp = stamp.time;
  if (Number.isNaN(stamp.time) && !isUptime) record.fault('parse.bad_timestamp');
  const next = codeAt(text, at) === COLON ? at + 1 : at;
  const headerAt = skipBlanks(text, next);
  if (hostIsKnown) parseTagOnly(text, headerAt, record, true);
  else if (context === null) parseAnyHeader(text, headerAt, record);
  else parseHostAndTag(text, headerAt, record, context);
}
