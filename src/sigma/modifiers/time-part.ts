import type { Cell } from '../match/cell.js';
import { decimalNumber } from '../match/cell.js';
import { COST, PRESENCE, type Predicate } from '../match/predicate.js';
import type { Comparison, TimePart } from './chain.js';
import { compare } from './number.js';

/** `minute`, `hour`, `day` (of the month), `week` (ISO 8601), `month`, `year` of a timestamp field. */
export class TimePartPredicate implements Predicate {
  readonly cost = COST.glob;
  readonly witness = PRESENCE;
  readonly part: TimePart;
  readonly comparison: Comparison | null;
  readonly value: number;

  constructor(part: TimePart, comparison: Comparison | null, value: number) {
    this.part = part;
    this.comparison = comparison;
    this.value = value;
  }

  /** Whether any time has such a part. */
  get isPossible(): boolean {
    const [least, most] = RANGES[this.part];
    if (this.comparison === null) return this.value >= least && this.value <= most;
    return compare(this.comparison, least, this.value) || compare(this.comparison, most, this.value);
  }

  test(cell: Cell): boolean {
    const stamp = readStamp(cell.value);
    const part = stamp === null ? null : partOf(stamp, this.part);
    if (part === null) return false;
    return this.comparison === null ? part === this.value : compare(this.comparison, part, this.value);
  }
}

const RANGES: Readonly<Record<TimePart, readonly [least: number, most: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

interface Stamp {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | null;
  readonly minute: number | null;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2})(?::(\d{2}))?(?![0-9])|$)/;

/**
 * ISO 8601 as written, without any time zone conversion (Sigma appendix "Modifiers": the hour of
 * `23:30+02:00` is 23), or a Unix time in seconds, milliseconds, microseconds or nanoseconds, read as UTC.
 */
function readStamp(value: unknown): Stamp | null {
  if (typeof value === 'string') {
    const match = ISO.exec(value);
    if (match !== null) return isoStamp(match);
  }
  const number = typeof value === 'boolean' ? null : decimalNumber(value);
  return number === null ? null : unixStamp(Number(number));
}

function isoStamp(match: RegExpExecArray): Stamp | null {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate())
    return null;
  if (match[4] === undefined) return { year, month, day, hour: null, minute: null };
  const [hour, minute] = [Number(match[4]), match[5] === undefined ? null : Number(match[5])];
  return hour > 23 || (minute ?? 0) > 59 ? null : { year, month, day, hour, minute };
}

function unixStamp(number: number): Stamp | null {
  const size = Math.abs(number);
  const ms = size < 1e11 ? number * 1e3 : size < 1e14 ? number : size < 1e17 ? number / 1e3 : number / 1e6;
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return null;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

function partOf(stamp: Stamp, part: TimePart): number | null {
  return part === 'week' ? isoWeek(stamp) : stamp[part];
}

/** The week that holds the Thursday: 1 January may belong to week 52 or 53 of the year before. */
function isoWeek(stamp: Stamp): number {
  const date = new Date(Date.UTC(stamp.year, stamp.month - 1, stamp.day));
  const thursday = date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000;
  const firstOfYear = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - firstOfYear) / (7 * 86_400_000));
}
