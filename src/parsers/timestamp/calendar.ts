import { codeAt } from '../../model/code-at.js';
import { isLetter } from '../characters.js';

const DAY_MS = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Instant of a UTC wall-clock time, ms since the epoch; NaN when no such date or time exists (a leap second
 * included: RFC 5424 §6.2.3 forbids it). Unlike `Date.UTC`, years below 100 are themselves.
 */
export function utcTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): number {
  if (hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  return (
    daysSinceEpoch(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
  );
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Month 1..12 named by the three letters at `at` in any case, or 0. */
export function monthNumber(text: string, at: number): number {
  const a = codeAt(text, at);
  const b = codeAt(text, at + 1);
  const c = codeAt(text, at + 2);
  if (!isLetter(a) || !isLetter(b) || !isLetter(c)) return 0;
  return MONTH_BY_LETTERS[letterIndex(a, b, c)] ?? 0;
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function letterIndex(a: number, b: number, c: number): number {
  return ((a | 32) - 97) * 676 + ((b | 32) - 97) * 26 + (c | 32) - 97;
}

const MONTH_BY_LETTERS = new Uint8Array(26 * 26 * 26);
MONTHS.forEach((name, index) => {
  MONTH_BY_LETTERS[letterIndex(codeAt(name, 0), codeAt(name, 1), codeAt(name, 2))] = index + 1;
});
