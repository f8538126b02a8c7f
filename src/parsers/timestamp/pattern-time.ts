import { codeAt } from '../../model/code-at.js';
import { COLON, DASH, DOT, isDigit, isLetter, skipBlanks, twoDigits } from '../characters.js';
import type { TimeContext } from '../parser.js';
import { monthNumber, utcTime } from './calendar.js';
import { fractionMillis } from './stamp.js';
import { type PatternPart, timePattern } from './time-pattern.js';
import { abbreviationOffset, zonedTime, zoneOffset } from './zone.js';

const DAY_MS = 86_400_000;
const PLUS = 43;
const CAPITAL_Z = 90;
const LONGEST_TEXT = 64;
const LONGEST_FRACTION = 9;
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

/**
 * The instant that a text states in the form of a pattern of Java's SimpleDateFormat, ms; NaN when it is not of that
 * form, or the pattern is none that we read. The whole text must be of it. Names are English, zones those that devices
 * print; without a zone the time is in that of `context`, without a year the latest that is not ahead.
 */
export function patternTime(text: string, pattern: string, context: TimeContext): number {
  const parts = text.length > LONGEST_TEXT ? null : timePattern(pattern);
  if (parts === null) return Number.NaN;
  const found: Found = { ...NOTHING };
  let at = 0;
  for (const part of parts) {
    at =
      part.letter === '' ? textEnd(text, at, part.text) : readField(text, skipBlanks(text, at), part, found);
    if (at < 0) return Number.NaN;
  }
  return skipBlanks(text, at) === text.length ? instant(found, context) : Number.NaN;
}

/** What the fields said; -1 = nothing. */
interface Found {
  year: number;
  /** The year is two digits of a pattern that asks for two. */
  isShortYear: boolean;
  month: number;
  day: number;
  hour: number;
  /** Letter of the hour. */
  clock: string;
  /** 0 = AM, 1 = PM. */
  half: number;
  minute: number;
  second: number;
  millis: number;
  offset: number | undefined;
}

const NOTHING: Found = {
  year: -1,
  isShortYear: false,
  month: -1,
  day: -1,
  hour: -1,
  clock: 'H',
  half: -1,
  minute: 0,
  second: 0,
  millis: 0,
  offset: undefined,
};

function textEnd(text: string, at: number, part: string): number {
  return text.startsWith(part, at) ? at + part.length : -1;
}

/** Index after the field, or -1. */
function readField(text: string, at: number, part: PatternPart, found: Found): number {
  switch (part.letter) {
    case 'M':
    case 'L':
      return part.count > 2 ? readMonth(text, at, found) : readNumber(text, at, part, found);
    case 'E':
      return wordEnd(text, at);
    case 'a':
      return readHalf(text, at, found);
    case 'z':
    case 'Z':
    case 'X':
      return readZone(text, at, found);
    default:
      return readNumber(text, at, part, found);
  }
}

function readNumber(text: string, at: number, { letter, count, abuts }: PatternPart, found: Found): number {
  const limit = abuts ? count : letter === 'S' ? LONGEST_FRACTION : letter === 'y' ? 4 : 2;
  let end = at;
  let value = 0;
  while (end < at + limit && isDigit(codeAt(text, end))) value = value * 10 + codeAt(text, end++) - 48;
  const digits = end - at;
  if (digits === 0 || (abuts && digits < count)) return -1;
  if (letter === 'S') found.millis = digits > 3 ? fractionMillis(text, at, end) : value;
  else if (letter === 's') found.second = value;
  else if (letter === 'm') found.minute = value;
  else if (letter === 'd') found.day = value;
  else if (letter === 'y') {
    found.year = value;
    found.isShortYear = digits === 2 && count <= 2;
  } else if (letter === 'M' || letter === 'L') found.month = value;
  else {
    found.hour = value;
    found.clock = letter;
  }
  return end;
}

/** A name in full, or its first three letters and more: `Sept`. */
function readMonth(text: string, at: number, found: Found): number {
  const end = wordEnd(text, at);
  const month = end < 0 ? 0 : monthNumber(text, at);
  if (month === 0 || !MONTHS[month - 1]!.startsWith(text.slice(at, end).toLowerCase())) return -1;
  found.month = month;
  return end;
}

function wordEnd(text: string, at: number): number {
  let end = at;
  while (isLetter(codeAt(text, end))) end++;
  return end === at ? -1 : end;
}

/** `AM`, `pm`, `a.m.` */
function readHalf(text: string, at: number, found: Found): number {
  const first = codeAt(text, at) | 32;
  const m = codeAt(text, at + 1) === DOT ? at + 2 : at + 1;
  if ((first !== 97 && first !== 112) || (codeAt(text, m) | 32) !== 109) return -1;
  found.half = first === 97 ? 0 : 1;
  return codeAt(text, m + 1) === DOT ? m + 2 : m + 1;
}

/** `CET`, `Z`, `+0100`, `+01:00`, `+01`, `GMT+01:00`, whichever of the three letters asks for it, as Java reads them. */
function readZone(text: string, at: number, found: Found): number {
  const end = wordEnd(text, at);
  if (end < 0) return readOffset(text, at, found);
  const name = text.slice(at, end);
  if (name === 'GMT' || name === 'UTC') {
    const offsetEnd = readOffset(text, end, found);
    if (offsetEnd > 0) return offsetEnd;
  }
  found.offset = end === at + 1 && codeAt(text, at) === CAPITAL_Z ? 0 : abbreviationOffset(name);
  return found.offset === undefined ? -1 : end;
}

function readOffset(text: string, at: number, found: Found): number {
  const sign = codeAt(text, at);
  const hours = twoDigits(text, at + 1);
  if ((sign !== PLUS && sign !== DASH) || hours < 0 || hours > 23) return -1;
  const minutesAt = codeAt(text, at + 3) === COLON ? at + 4 : at + 3;
  const minutes = twoDigits(text, minutesAt);
  if (minutes > 59) return -1;
  found.offset = (hours * 60 + Math.max(minutes, 0)) * (sign === DASH ? -60_000 : 60_000);
  return minutes < 0 ? at + 3 : minutesAt + 2;
}

function instant(found: Found, context: TimeContext): number {
  const thisYear = new Date(context.clock).getUTCFullYear();
  if (found.isShortYear) return timeIn(nearYear(found.year, thisYear), found, context);
  if (found.year >= 0) return timeIn(found.year, found, context);
  const limit = context.clock + DAY_MS;
  const newest = new Date(limit + (found.offset ?? zoneOffset(limit, context.timezone))).getUTCFullYear();
  for (let year = newest; year > newest - 9; year--) {
    const time = timeIn(year, found, context);
    if (time <= limit) return time;
  }
  return Number.NaN;
}

/** Of the century that begins 80 years ago, as in Java. */
function nearYear(year: number, thisYear: number): number {
  const oldest = thisYear - 80;
  return oldest + ((year - (oldest % 100) + 100) % 100);
}

function timeIn(year: number, found: Found, { timezone }: TimeContext): number {
  const { month, day, minute, second, millis, offset } = found;
  const wall = utcTime(year, month, day, hourOf(found), minute, second, millis);
  return offset === undefined ? zonedTime(wall, timezone) : wall - offset;
}

/** 0 to 23; a clock of twelve hours that does not say which half of the day it is has 24. */
function hourOf({ hour, clock, half }: Found): number {
  if (clock === 'k') return hour === 24 ? 0 : hour;
  if (clock === 'H' || half < 0) return hour;
  return hour > 12 ? Number.NaN : (hour % 12) + half * 12;
}
