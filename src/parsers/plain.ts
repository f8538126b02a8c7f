import { codeAt } from '../model/code-at.js';
import {
  BRACKET_OPEN,
  COLON,
  COMMA,
  DOT,
  fourDigits,
  isDigit,
  isLetter,
  SLASH,
  SPACE,
  skipDigits,
  twoDigits,
} from './characters.js';
import type { ParseContext, Parser } from './parser.js';
import { monthNumber, utcTime } from './timestamp/calendar.js';
import { scanIsoStamp } from './timestamp/iso.js';
import { Stamp } from './timestamp/stamp.js';
import { zonedTime } from './timestamp/zone.js';

/** Any text: nothing is split. A time that it begins with is the record's. */
export const plain: Parser = {
  format: 'plain',
  summary: 'Any other text; kept whole',
  parse(text, record, context) {
    record.timestamp = leadingTime(text, context);
    return true;
  },
};

const stamp = new Stamp();

/**
 * The time at the start of application logs: ISO (databases, containers), `2026/11/19 13:55:36` (nginx errors, Go),
 * `Thu Nov 19 12:21:00 2026` with or without bracket (Apache errors, vsftpd), `19-Nov-2026 10:00:00.123` (BIND) and
 * `1702911115.123` (Squid), `321:M 19 Nov 2026 12:24:00.123` (Redis), and the time generated, the seventh column of PAN-OS. NaN = none.
 */
export function leadingTime(text: string, context: ParseContext): number {
  const isPanOs = codeAt(text, 1) === COMMA && codeAt(text, 6) === SLASH;
  const at = codeAt(text, 0) === BRACKET_OPEN ? 1 : isPanOs ? generatedAt(text) : 0;
  const first = codeAt(text, at);
  if (isLetter(first)) return asctime(text, at, context.timezone);
  if (!isDigit(first)) return Number.NaN;
  if (scanIsoStamp(text, at, context.timezone, stamp)) return stamp.time;
  if (codeAt(text, at + 4) === SLASH && codeAt(text, at + 7) === SLASH) {
    return timeOf(
      text,
      fourDigits(text, at),
      twoDigits(text, at + 5),
      twoDigits(text, at + 8),
      at + 11,
      context.timezone,
    );
  }
  if (codeAt(text, at + 2) === 45 && codeAt(text, at + 6) === 45) {
    const month = monthNumber(text, at + 3);
    return timeOf(text, fourDigits(text, at + 7), month, twoDigits(text, at), at + 12, context.timezone);
  }
  if (codeAt(text, skipDigits(text, at)) === COLON)
    return redisTime(text, skipDigits(text, at), context.timezone);
  return epochSeconds(text, at);
}

/** `321:M 19 Nov 2026 12:24:00.123`; `at`: the colon. */
function redisTime(text: string, at: number, timezone: string): number {
  if (codeAt(text, at + 2) !== SPACE || codeAt(text, at + 23) !== DOT) return Number.NaN;
  const month = monthNumber(text, at + 6);
  const time = timeOf(text, fourDigits(text, at + 10), month, twoDigits(text, at + 3), at + 15, timezone);
  const millis = skipDigits(text, at + 24) === at + 27 ? Number(text.slice(at + 24, at + 27)) : Number.NaN;
  return time + millis;
}

/** `1,2026/11/18 16:09:08,SERIAL,TYPE,SUBTYPE,N,2026/11/18 16:09:07,…`: index of the second stamp, else of the first. */
function generatedAt(text: string): number {
  let at = 2;
  for (let column = 1; column < 6; column++) at = text.indexOf(',', at) + 1 || text.length;
  return codeAt(text, at + 4) === SLASH && codeAt(text, at + 7) === SLASH ? at : 2;
}

/** `Www Mmm dd hh:mm:ss[.ffffff] yyyy` */
function asctime(text: string, at: number, timezone: string): number {
  if (codeAt(text, at + 3) !== SPACE || codeAt(text, at + 7) !== SPACE) return Number.NaN;
  const month = monthNumber(text, at + 4);
  if (month === 0) return Number.NaN;
  const tens = codeAt(text, at + 8) === SPACE ? 0 : codeAt(text, at + 8) - 48;
  const day = tens * 10 + codeAt(text, at + 9) - 48;
  let yearAt = at + 19;
  if (codeAt(text, yearAt) === 46) yearAt = skipDigits(text, yearAt + 1);
  return timeOf(text, fourDigits(text, yearAt + 1), month, day, at + 11, timezone);
}

function timeOf(
  text: string,
  year: number,
  month: number,
  day: number,
  at: number,
  timezone: string,
): number {
  if (year < 0 || codeAt(text, at + 2) !== COLON || codeAt(text, at + 5) !== COLON) return Number.NaN;
  const time = utcTime(
    year,
    month,
    day,
    twoDigits(text, at),
    twoDigits(text, at + 3),
    twoDigits(text, at + 6),
    0,
  );
  return zonedTime(time, timezone);
}

function epochSeconds(text: string, at: number): number {
  const dot = skipDigits(text, at);
  if (dot !== at + 10 || codeAt(text, dot) !== 46) return Number.NaN;
  const end = skipDigits(text, dot + 1);
  if (end !== dot + 4 || codeAt(text, end) !== SPACE) return Number.NaN;
  return Number(text.slice(at, dot)) * 1000 + Number(text.slice(dot + 1, end));
}
