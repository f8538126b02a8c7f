import { codeAt } from '../../model/code-at.js';
import {
  COLON,
  COMMA,
  DASH,
  DOT,
  fourDigits,
  isDigit,
  isUpper,
  SPACE,
  skipDigits,
  twoDigits,
} from '../characters.js';
import type { ParseContext, TimeContext } from '../parser.js';
import { isLeapYear, monthNumber, utcTime } from './calendar.js';
import { fractionMillis, type Stamp } from './stamp.js';
import { abbreviationOffset, zonedTime, zoneNameEnd, zoneOffset } from './zone.js';

const DAY_MS = 86_400_000;
const CAPITAL_Z = 90;
const PLUS = 43;

/**
 * Reads an RFC 3164 §4.1.2 TIMESTAMP and what vendors send in its place: a day without padding, a fraction, a year
 * before the month, before the time or after it, and a zone name or an offset. A month of no known name counts as a stamp
 * without a time when `anyMonth` is set. `marked`: a Cisco `*` or `.` stood before it.
 * Returns false unless a stamp stands at `at`.
 */
export function scanBsdStamp(
  text: string,
  at: number,
  context: TimeContext,
  stamp: Stamp,
  marked = false,
  anyMonth = false,
): boolean {
  let i = at;
  let year = -1;
  if (isDigit(codeAt(text, i))) {
    year = fourDigits(text, i);
    if (year < 0 || codeAt(text, i + 4) !== SPACE) return false;
    i += 5;
  }
  const month = monthNumber(text, i);
  if ((month === 0 && !anyMonth) || codeAt(text, i + 3) !== SPACE) return false;
  i += codeAt(text, i + 4) === SPACE ? 5 : 4;
  let day = codeAt(text, i) - 48;
  if (!(day >= 0 && day <= 9)) return false;
  if (isDigit(codeAt(text, i + 1))) day = twoDigits(text, i++);
  if (codeAt(text, i + 1) !== SPACE) return false;
  i += 2;
  if (year < 0 && codeAt(text, i + 4) === SPACE) {
    year = fourDigits(text, i);
    if (year >= 0) i += 5;
  }
  if (!scanTimeOfDay(text, i)) return false;

  stamp.end = timeOfDay.end;
  stamp.zoned = false;
  let offset: number | undefined;
  if (codeAt(text, stamp.end) === SPACE) {
    const next = codeAt(text, stamp.end + 1);
    if (isUpper(next)) {
      offset = scanZoneName(text, stamp, marked || year >= 0);
      if (offset !== undefined && year < 0) year = scanTrailingYear(text, stamp);
    } else if (isDigit(next) && year < 0) {
      year = scanTrailingYear(text, stamp);
    }
  } else if (codeAt(text, stamp.end) === CAPITAL_Z) {
    stamp.end++;
    offset = 0;
  } else {
    offset = scanOffset(text, stamp);
  }
  stamp.zoned = offset !== undefined;
  stamp.time =
    month === 0
      ? Number.NaN
      : year < 0
        ? latestTime(month, day, context, offset)
        : instant(wallTime(year, month, day), context.timezone, offset);
  if (year < 0 && !marked && !anyMonth && isPlain(text, at, stamp.end))
    remember(text, at, month, day, context);
  return true;
}

/** `Mmm dd hh:mm:ss` */
const PLAIN_LENGTH = 15;
const HOUR_MS = 3_600_000;
/** Less than any year, by more than a zone may jump. */
const MEMO_SPAN_MS = 360 * DAY_MS;

/** An hour that a plain stamp named, and when it began: the lines of busy senders share it. */
interface Hour {
  /** `Mmm `, `dd h` and `h:`, each as one number. */
  month: number;
  day: number;
  hour: number;
  timezone: string;
  start: number;
}

const hours = Array.from(
  { length: 256 },
  (): Hour => ({ month: 0, day: 0, hour: 0, timezone: '', start: Number.NaN }),
);

/** Slot of an hour, by the last digit of its day and its own two: those of ten days have slots of their own. */
function hourSlot(day: number, tens: number, ones: number): Hour {
  return hours[(day * 24 + tens * 10 + ones) & 255]!;
}

/** Reads a plain stamp of an hour that `scanBsdStamp` has read before. All before `at` is ASCII. */
export function readKnownHour(text: string, at: number, context: ParseContext, stamp: Stamp): boolean {
  // One character follows the stamp, and the next is looked at.
  if (at + PLAIN_LENGTH + 1 >= text.length) return false;
  const { bytes, clock, timezone } = context;
  const start = context.from + at;
  const known = hourSlot(bytes[start + 5]!, bytes[start + 7]!, bytes[start + 8]!);
  if (known.month !== fourBytes(bytes, start) || known.day !== fourBytes(bytes, start + 4)) return false;
  if (known.hour !== twoBytes(bytes, start + 8)) return false;
  if (known.timezone !== timezone || !isWithinSpan(known.start, clock)) return false;
  const minute = sixtieth(bytes, start + 10);
  const second = sixtieth(bytes, start + 13);
  if (minute < 0 || second < 0 || bytes[start + 12] !== COLON) return false;
  const next = bytes[start + PLAIN_LENGTH + 1]!;
  if (bytes[start + PLAIN_LENGTH] !== SPACE || isUpper(next) || isDigit(next)) return false;
  stamp.end = at + PLAIN_LENGTH;
  stamp.zoned = false;
  stamp.time = known.start + (minute * 60 + second) * 1000;
  return true;
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return twoBytes(bytes, at) | (twoBytes(bytes, at + 2) << 16);
}

function twoBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** The number 00 to 59 that two bytes spell, or -1. */
function sixtieth(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** Whether the year rule of `latestTime` gives all seconds of the hour the same year, and for this clock too. */
function isWithinSpan(start: number, clock: number): boolean {
  const age = clock + DAY_MS - start;
  return age >= HOUR_MS && age < MEMO_SPAN_MS;
}

/** Nothing follows that could be a fraction, a zone or a year. */
function isPlain(text: string, at: number, end: number): boolean {
  if (end !== at + PLAIN_LENGTH || codeAt(text, end) !== SPACE) return false;
  const next = codeAt(text, end + 1);
  return !isUpper(next) && !isDigit(next);
}

/** Remembers the hour of the plain stamp that was read last, unless a zone's change or the year rule divides it. */
function remember(text: string, at: number, month: number, day: number, context: TimeContext): void {
  timeOfDay.minute = 0;
  timeOfDay.second = 0;
  const start = latestTime(month, day, context, undefined);
  timeOfDay.minute = 59;
  timeOfDay.second = 59;
  const last = latestTime(month, day, context, undefined);
  if (last - start !== HOUR_MS - 1000 || !isWithinSpan(start, context.clock)) return;
  const bytes = Buffer.from(text.slice(at, at + PLAIN_LENGTH), 'latin1');
  const slot = hourSlot(bytes[5]!, bytes[7]!, bytes[8]!);
  slot.month = fourBytes(bytes, 0);
  slot.day = fourBytes(bytes, 4);
  slot.hour = twoBytes(bytes, 8);
  slot.timezone = context.timezone;
  slot.start = start;
}

/** The time of day found last: scanned first, dated later. */
const timeOfDay = { end: 0, hour: 0, minute: 0, second: 0, millis: 0 };

function scanTimeOfDay(text: string, at: number): boolean {
  if (codeAt(text, at + 2) !== COLON || codeAt(text, at + 5) !== COLON) return false;
  const hour = twoDigits(text, at);
  const minute = twoDigits(text, at + 3);
  const second = twoDigits(text, at + 6);
  if (hour < 0 || minute < 0 || second < 0) return false;
  timeOfDay.hour = hour;
  timeOfDay.minute = minute;
  timeOfDay.second = second;
  timeOfDay.millis = 0;
  timeOfDay.end = at + 8;
  const mark = codeAt(text, at + 8);
  if ((mark === DOT || mark === COMMA) && isDigit(codeAt(text, at + 9))) {
    timeOfDay.end = skipDigits(text, at + 9);
    timeOfDay.millis = fractionMillis(text, at + 9, timeOfDay.end);
  }
  return true;
}

function wallTime(year: number, month: number, day: number): number {
  const { hour, minute, second, millis } = timeOfDay;
  return utcTime(year, month, day, hour, minute, second, millis);
}

/**
 * Offset of the zone name that follows the stamp, and moves its end behind it; undefined = none. A host may be
 * called `EST` too: a zone is one only before a colon or a year, or in a stamp that is not plain RFC 3164.
 */
function scanZoneName(text: string, stamp: Stamp, expected: boolean): number | undefined {
  const from = stamp.end + 1;
  const end = zoneNameEnd(text, from);
  if (end < 0) return undefined;
  const isName = expected || codeAt(text, end) === COLON || yearAt(text, end + 1) >= 0;
  if (!isName) return undefined;
  const offset = abbreviationOffset(text.slice(from, end));
  if (offset !== undefined) stamp.end = end;
  return offset;
}

/** `±hh:mm` or `±hhmm` right behind the time, ms, and moves the stamp's end behind it; undefined = none. */
function scanOffset(text: string, stamp: Stamp): number | undefined {
  const sign = codeAt(text, stamp.end);
  if (sign !== PLUS && sign !== DASH) return undefined;
  const minutesAt = stamp.end + (codeAt(text, stamp.end + 3) === COLON ? 4 : 3);
  const hours = twoDigits(text, stamp.end + 1);
  const minutes = twoDigits(text, minutesAt);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  stamp.end = minutesAt + 2;
  return (hours * 60 + minutes) * (sign === DASH ? -60_000 : 60_000);
}

/** The year after the stamp's end, which moves behind it; -1 = none. */
function scanTrailingYear(text: string, stamp: Stamp): number {
  const year = codeAt(text, stamp.end) === SPACE ? yearAt(text, stamp.end + 1) : -1;
  if (year >= 0) stamp.end += 5;
  return year;
}

function yearAt(text: string, at: number): number {
  const year = fourDigits(text, at);
  if (year < 1970 || year > 2199) return -1;
  const after = codeAt(text, at + 4);
  if (after === SPACE || at + 4 === text.length) return year;
  // `2001:db8::1` is a host.
  return after === COLON && codeAt(text, at + 5) === SPACE ? year : -1;
}

const cache = { key: -1, clock: Number.NaN, timezone: '', dayStart: 0 };

/**
 * The year rule: the largest year in which the stamp is no later than 24 h after the clock. It covers senders that
 * run ahead, queues that are months late, and Feb 29. The day's start is remembered from record to record, unless
 * the limit falls into that day.
 */
function latestTime(month: number, day: number, context: TimeContext, offset: number | undefined): number {
  const key = month * 128 + day;
  const { clock, timezone } = context;
  if (offset === undefined && key === cache.key && clock === cache.clock && timezone === cache.timezone) {
    const { hour, minute, second, millis } = timeOfDay;
    if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
    return zonedTime(cache.dayStart + ((hour * 60 + minute) * 60 + second) * 1000 + millis, timezone);
  }
  const limit = clock + DAY_MS;
  const thisYear = new Date(limit + (offset ?? zoneOffset(limit, timezone))).getUTCFullYear();
  for (let year = thisYear; year > thisYear - 9; year--) {
    if (month === 2 && day === 29 && !isLeapYear(year)) continue;
    const time = instant(wallTime(year, month, day), timezone, offset);
    if (time > limit) continue;
    if (offset === undefined && isSameForWholeDay(year, thisYear, month, day, limit, timezone)) {
      cache.key = key;
      cache.clock = clock;
      cache.timezone = timezone;
      cache.dayStart = utcTime(year, month, day, 0, 0, 0, 0);
    }
    return time;
  }
  return Number.NaN;
}

/** Whether the limit is after that day of `year` and before that day of the year that was passed over, if any. */
function isSameForWholeDay(
  year: number,
  thisYear: number,
  month: number,
  day: number,
  limit: number,
  timezone: string,
): boolean {
  const longestDay = timezone === 'UTC' ? DAY_MS : DAY_MS + 3_600_000;
  if (!(zonedTime(utcTime(year, month, day, 0, 0, 0, 0), timezone) + longestDay <= limit)) return false;
  return year === thisYear || zonedTime(utcTime(thisYear, month, day, 0, 0, 0, 0), timezone) > limit;
}

function instant(wall: number, timezone: string, offset: number | undefined): number {
  return offset === undefined ? zonedTime(wall, timezone) : wall - offset;
}
