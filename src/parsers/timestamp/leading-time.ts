import { codeAt } from '../../model/code-at.js';
import {
  BRACKET_OPEN,
  COLON,
  COMMA,
  DASH,
  DOT,
  fourDigits,
  isDigit,
  isLetter,
  SLASH,
  SPACE,
  skipDigits,
  tokenEnd,
  twoDigits,
} from '../characters.js';
import type { TimeContext } from '../parser.js';
import { accessTime, accessTimeEnd } from './access-time.js';
import { monthNumber, utcTime } from './calendar.js';
import { HALF_LENGTH, halfAt, hourOfDay } from './half-day.js';
import { scanIsoStamp } from './iso.js';
import { fractionMillis, Stamp } from './stamp.js';
import { abbreviationOffset, zonedTime, zoneNameEnd } from './zone.js';

const DAY_MS = 86_400_000;

const stamp = new Stamp();

/**
 * The time at the start of application logs: ISO (databases, containers), `2026/11/19 13:55:36` (nginx errors, Go),
 * `Thu Nov 19 12:21:00 2026` with or without bracket (Apache errors, vsftpd), `19-Nov-2026 10:00:00.123` (BIND, PHP),
 * `11/19/2026 1:55:36 PM` (Windows), `11/19/2026-13:55:36.123456` (Suricata and Snort), `1702911115.123` (Squid), `321:M 19 Nov 2026 12:24:00.123` (Redis), the fourth word of Proxmox' firewall, and the time
 * generated, the seventh column of PAN-OS. AM or PM and the name of a zone may follow. NaN = none.
 */
export function leadingTime(text: string, context: TimeContext): number {
  const isPanOs = codeAt(text, 1) === COMMA && codeAt(text, 6) === SLASH;
  const at = codeAt(text, 0) === BRACKET_OPEN ? 1 : isPanOs ? generatedAt(text) : 0;
  const { timezone } = context;
  const first = codeAt(text, at);
  if (isLetter(first)) return asctime(text, at, timezone);
  if (!isDigit(first)) return Number.NaN;
  if (scanIsoStamp(text, at, timezone, stamp)) return stamp.time;
  if (codeAt(text, at + 4) === SLASH && codeAt(text, at + 7) === SLASH) {
    const month = twoDigits(text, at + 5);
    return timeOf(text, fourDigits(text, at), month, twoDigits(text, at + 8), at + 11, timezone);
  }
  if (codeAt(text, at + 2) === DASH && codeAt(text, at + 6) === DASH) {
    const month = monthNumber(text, at + 3);
    return timeOf(text, fourDigits(text, at + 7), month, twoDigits(text, at), at + 12, timezone);
  }
  const end = skipDigits(text, at);
  if (codeAt(text, end) === SLASH)
    return end === at + 2 && isAlertStamp(text, at)
      ? alertTime(text, at, context)
      : yearLast(text, at, end, context);
  if (codeAt(text, end) === COLON) return redisTime(text, end, timezone);
  if (codeAt(text, end) === SPACE && codeAt(text, end + 2) === SPACE) return chainTime(text, end + 3);
  return epochSeconds(text, at);
}

/** `100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 ` of Proxmox' firewall; `at`: the chain. */
function chainTime(text: string, at: number): number {
  const stampAt = tokenEnd(text, at) + 1;
  return accessTimeEnd(text, stampAt) < 0 ? Number.NaN : accessTime(text, stampAt);
}

/** `mm/dd/yyyy-hh:mm:ss.ffffff` of Suricata, with two digits of the year of Snort, or with none. */
function isAlertStamp(text: string, at: number): boolean {
  return codeAt(text, dayEnd(text, at)) === DASH;
}

function dayEnd(text: string, at: number): number {
  return codeAt(text, at + 5) === SLASH ? skipDigits(text, at + 6) : at + 5;
}

/** Without a year it is the largest in which the stamp is no later than a day after the clock. */
function alertTime(text: string, at: number, { clock, timezone }: TimeContext): number {
  const end = dayEnd(text, at);
  const month = twoDigits(text, at);
  const day = twoDigits(text, at + 3);
  const digits = end - at - 6;
  if (digits === 4) return timeOf(text, fourDigits(text, at + 6), month, day, end + 1, timezone);
  if (digits === 2) return timeOf(text, 2000 + twoDigits(text, at + 6), month, day, end + 1, timezone);
  if (digits >= 0) return Number.NaN;
  const limit = clock + DAY_MS;
  const year = new Date(limit).getUTCFullYear();
  const time = timeOf(text, year, month, day, end + 1, timezone);
  return time > limit ? timeOf(text, year - 1, month, day, end + 1, timezone) : time;
}

/**
 * `11/19/2026 1:55:36 PM`, also with a comma after the year, month and day in either order; `slash`: index of the first.
 * Where both could be a month, the time is the one that is not a day from the clock, and none if both are.
 */
function yearLast(text: string, at: number, slash: number, context: TimeContext): number {
  const second = skipDigits(text, slash + 1);
  if (slash - at > 2 || second - slash > 3 || codeAt(text, second) !== SLASH) return Number.NaN;
  const year = fourDigits(text, second + 1);
  const comma = codeAt(text, second + 5) === COMMA ? 1 : 0;
  const timeAt = second + 6 + comma;
  if (codeAt(text, timeAt - 1) !== SPACE) return Number.NaN;
  const a = Number(text.slice(at, slash));
  const b = Number(text.slice(slash + 1, second));
  const monthFirst = timeOf(text, year, a, b, timeAt, context.timezone);
  const dayFirst = timeOf(text, year, b, a, timeAt, context.timezone);
  if (Number.isNaN(dayFirst) || a === b) return monthFirst;
  if (Number.isNaN(monthFirst)) return dayFirst;
  if (Math.abs(monthFirst - context.clock) <= DAY_MS) return monthFirst;
  return Math.abs(dayFirst - context.clock) <= DAY_MS ? dayFirst : Number.NaN;
}

/** `321:M 19 Nov 2026 12:24:00.123`; `at`: the colon. */
function redisTime(text: string, at: number, timezone: string): number {
  if (codeAt(text, at + 2) !== SPACE || codeAt(text, at + 23) !== DOT) return Number.NaN;
  if (skipDigits(text, at + 24) !== at + 27) return Number.NaN;
  const month = monthNumber(text, at + 6);
  return timeOf(text, fourDigits(text, at + 10), month, twoDigits(text, at + 3), at + 15, timezone);
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
  if (codeAt(text, yearAt) === DOT) yearAt = skipDigits(text, yearAt + 1);
  return timeOf(text, fourDigits(text, yearAt + 1), month, day, at + 11, timezone);
}

/** The instant of a date and the time of day at `at`: `h:mm:ss`, and what may follow, a fraction, AM or PM, a zone's name. */
function timeOf(
  text: string,
  year: number,
  month: number,
  day: number,
  at: number,
  timezone: string,
): number {
  const colon = codeAt(text, at + 1) === COLON ? at + 1 : at + 2;
  if (year < 0 || codeAt(text, colon) !== COLON || codeAt(text, colon + 3) !== COLON) return Number.NaN;
  const hour = colon === at + 1 ? codeAt(text, at) - 48 : twoDigits(text, at);
  const end = fractionEnd(text, colon + 6);
  const half = halfAt(text, end);
  const time = utcTime(
    year,
    month,
    day,
    hourOfDay(hour, half),
    twoDigits(text, colon + 1),
    twoDigits(text, colon + 4),
    fractionMillis(text, colon + 7, end),
  );
  const offset = zoneAt(text, half < 0 ? end : end + HALF_LENGTH);
  return offset === undefined ? zonedTime(time, timezone) : time - offset;
}

/** A comma begins a fraction only where it is plain that it does: it separates columns, too. */
function fractionEnd(text: string, at: number): number {
  const mark = codeAt(text, at);
  if (mark !== DOT && mark !== COMMA) return at;
  const end = skipDigits(text, at + 1);
  if (mark === COMMA && (end !== at + 4 || codeAt(text, end) !== SPACE)) return at;
  return end;
}

/** Offset of the zone's name after a space at `at`, ms; undefined = none. */
function zoneAt(text: string, at: number): number | undefined {
  const end = codeAt(text, at) === SPACE ? zoneNameEnd(text, at + 1) : -1;
  return end < 0 ? undefined : abbreviationOffset(text.slice(at + 1, end));
}

function epochSeconds(text: string, at: number): number {
  const dot = skipDigits(text, at);
  if (dot !== at + 10 || codeAt(text, dot) !== DOT) return Number.NaN;
  const end = skipDigits(text, dot + 1);
  if (end !== dot + 4 || codeAt(text, end) !== SPACE) return Number.NaN;
  return Number(text.slice(at, dot)) * 1000 + Number(text.slice(dot + 1, end));
}
