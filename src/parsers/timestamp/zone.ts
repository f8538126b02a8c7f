import { codeAt } from '../../model/code-at.js';
import { BRACKET_CLOSE, COLON, isBlank, isUpper } from '../characters.js';

const MINUTE_MS = 60_000;
/** All zone changes since 1970 fall on a multiple of this. */
const BUCKET_MS = 15 * MINUTE_MS;
/** Buckets remembered per zone; a file of one year's hours fits. */
const MAX_BUCKETS = 40_000;
const LONGEST_NAME = 5;
/** ECMA-262's last time value; the first that zones are looked up for is the epoch. */
const LAST_INSTANT = 8.64e15;

/**
 * Offsets in minutes of the zone names that devices print. Where a name has several meanings, the one that
 * network vendors document is taken: CST is US Central, IST is India, BST is British Summer Time.
 */
const ABBREVIATIONS = new Map<string, number>([
  ...Object.entries({
    UTC: 0,
    GMT: 0,
    Z: 0,
    WET: 0,
    WEST: 60,
    BST: 60,
    CET: 60,
    CEST: 120,
    MET: 60,
    MEST: 120,
  }),
  ...Object.entries({ EET: 120, EEST: 180, SAST: 120, MSK: 180, GST: 240, PKT: 300, IST: 330, ICT: 420 }),
  ...Object.entries({ WIB: 420, SGT: 480, HKT: 480, AWST: 480, JST: 540, KST: 540, ACST: 570, ACDT: 630 }),
  ...Object.entries({
    AEST: 600,
    AEDT: 660,
    NZST: 720,
    NZDT: 780,
    NST: -210,
    NDT: -150,
    AST: -240,
    ADT: -180,
  }),
  ...Object.entries({
    EST: -300,
    EDT: -240,
    CST: -360,
    CDT: -300,
    MST: -420,
    MDT: -360,
    PST: -480,
    PDT: -420,
  }),
  ...Object.entries({ AKST: -540, AKDT: -480, HST: -600, BRT: -180, ART: -180, CLT: -240, CLST: -180 }),
]);

interface ZoneClock {
  readonly format: Intl.DateTimeFormat | null;
  readonly offsets: Map<number, number>;
}

const clocks = new Map<string, ZoneClock>();

/**
 * The instant at which wall clocks of an IANA zone show a time, given that time as if it were UTC, ms. A time that
 * a zone change skips or repeats is read with the offset before the change. An unknown zone counts as UTC.
 */
export function zonedTime(wallTime: number, timezone: string): number {
  if (timezone === 'UTC' || Number.isNaN(wallTime)) return wallTime;
  const before = zoneOffset(wallTime - 24 * 60 * MINUTE_MS, timezone);
  const candidate = wallTime - before;
  if (zoneOffset(candidate, timezone) === before) return candidate;
  return wallTime - zoneOffset(candidate, timezone);
}

/** Offset from UTC of an IANA zone at an instant, ms; east is positive. */
export function zoneOffset(instant: number, timezone: string): number {
  if (timezone === 'UTC') return 0;
  const clock = zoneClock(timezone);
  const bucket = Math.floor(instant / BUCKET_MS);
  const known = clock.offsets.get(bucket);
  if (known !== undefined) return known;
  if (clock.offsets.size >= MAX_BUCKETS) clock.offsets.clear();
  const offset = computeOffset(clock.format, bucket * BUCKET_MS);
  clock.offsets.set(bucket, offset);
  return offset;
}

/** End of the capitals at `at` when they may be a printed zone name (a blank, colon, bracket or the end follows), else -1. */
export function zoneNameEnd(text: string, at: number): number {
  let end = at;
  while (isUpper(codeAt(text, end))) {
    if (end - at >= LONGEST_NAME) return -1;
    end++;
  }
  if (end === at) return -1;
  const after = codeAt(text, end);
  return isBlank(after) || after === COLON || after === BRACKET_CLOSE || end === text.length ? end : -1;
}

/** Offset of a printed zone name such as `EDT`, ms; undefined = not a known name. */
export function abbreviationOffset(name: string): number | undefined {
  const minutes = ABBREVIATIONS.get(name);
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone);
  if (known !== undefined) return known;
  const clock = { format: zoneFormat(timezone), offsets: new Map<number, number>() };
  clocks.set(timezone, clock);
  return clock;
}

function zoneFormat(timezone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
}

function computeOffset(format: Intl.DateTimeFormat | null, instant: number): number {
  if (format === null || !(instant <= LAST_INSTANT)) return 0;
  const known = Math.max(instant, 0);
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(known)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - known;
}
