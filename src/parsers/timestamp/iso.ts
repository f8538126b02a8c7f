import { codeAt } from '../../model/code-at.js';
import {
  COLON,
  COMMA,
  DASH,
  DOT,
  fourDigits,
  isDigit,
  SPACE,
  skipDigits,
  twoDigitBytes,
  twoDigits,
} from '../characters.js';
import type { TextBytes } from '../parser.js';
import { utcTime } from './calendar.js';
import { HALF_LENGTH, halfAt, hourOfDay } from './half-day.js';
import { fractionMillis, type Stamp } from './stamp.js';
import { abbreviationOffset, zonedTime, zoneNameEnd } from './zone.js';

const PLUS = 43;
const CAPITAL_T = 84;
const CAPITAL_Z = 90;
const SHORTEST = 'YYYY-MM-DDThh:mm:ss'.length;

/**
 * Reads an RFC 3339 stamp and what is sent in its place: `T`, `t` or a space, a fraction after `.` or `,`, offsets
 * `Z`, `z`, `±hh:mm`, `±hhmm`, `±hh`, a zone name after a space, or none (then the time is in `timezone`). AM or PM may follow a time that a
 * space separates from its date. Returns false unless a date and time stand at `at`.
 */
export function scanIsoStamp(text: string, at: number, timezone: string, stamp: Stamp): boolean {
  if (codeAt(text, at + 4) !== DASH || codeAt(text, at + 7) !== DASH) return false;
  const separator = codeAt(text, at + 10);
  if ((separator | 32) !== 116 && separator !== SPACE) return false;
  if (codeAt(text, at + 13) !== COLON || codeAt(text, at + 16) !== COLON) return false;
  const year = fourDigits(text, at);
  const month = twoDigits(text, at + 5);
  const day = twoDigits(text, at + 8);
  const hour = twoDigits(text, at + 11);
  const minute = twoDigits(text, at + 14);
  const second = twoDigits(text, at + 17);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return false;

  let end = at + SHORTEST;
  let millis = 0;
  const mark = codeAt(text, end);
  if (mark === DOT || (mark === COMMA && isDigit(codeAt(text, end + 1)))) {
    const from = end + 1;
    end = skipDigits(text, from);
    millis = end === from ? Number.NaN : fractionMillis(text, from, end);
  }
  const half = separator === SPACE && end < text.length ? halfAt(text, end) : -1;
  if (half >= 0) end += HALF_LENGTH;
  const wallTime = utcTime(year, month, day, hourOfDay(hour, half), minute, second, millis);
  scanOffset(text, end, stamp);
  stamp.time = stamp.zoned ? wallTime - stamp.time : zonedTime(wallTime, timezone);
  return true;
}

/**
 * Reads the TIMESTAMP of RFC 5424 §6.2.3, `YYYY-MM-DDThh:mm:ss[.f…]` and `Z` or `±hh:mm`, in the bytes. Returns false where
 * `scanIsoStamp` may see something else. All before `at` is ASCII.
 */
export function scanPlainIsoStamp(
  text: string,
  at: number,
  { bytes, from }: TextBytes,
  stamp: Stamp,
): boolean {
  const to = from + text.length;
  const start = from + at;
  let end = start + SHORTEST;
  if (end >= to) return false;
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH || bytes[start + 10] !== CAPITAL_T) return false;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return false;
  const century = twoDigitBytes(bytes, start);
  const year = twoDigitBytes(bytes, start + 2);
  const month = twoDigitBytes(bytes, start + 5);
  const day = twoDigitBytes(bytes, start + 8);
  const hour = twoDigitBytes(bytes, start + 11);
  const minute = twoDigitBytes(bytes, start + 14);
  const second = twoDigitBytes(bytes, start + 17);
  if ((century | year | month | day | hour | minute | second) < 0) return false;
  let millis = 0;
  if (bytes[end] === DOT) {
    let unit = 100;
    for (end++; end < to && isDigit(bytes[end]!); end++) {
      millis += (bytes[end]! - 48) * unit;
      unit = unit === 100 ? 10 : unit === 10 ? 1 : 0;
    }
    if (end === start + SHORTEST + 1 || end >= to) return false;
  }
  let offset = 0;
  if (bytes[end] === CAPITAL_Z) {
    end++;
  } else {
    const sign = bytes[end];
    if ((sign !== PLUS && sign !== DASH) || end + 5 >= to || bytes[end + 3] !== COLON) return false;
    const hours = twoDigitBytes(bytes, end + 1);
    const minutes = twoDigitBytes(bytes, end + 4);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (sign === DASH ? -60_000 : 60_000);
    end += 6;
  }
  stamp.end = end - from;
  stamp.zoned = true;
  stamp.time = utcTime(century * 100 + year, month, day, hour, minute, second, millis) - offset;
  return true;
}

/** Sets `end` and `zoned`, and `time` to the offset in ms, NaN when it is out of range. */
function scanOffset(text: string, at: number, stamp: Stamp): void {
  const sign = codeAt(text, at);
  stamp.end = at;
  stamp.zoned = false;
  if ((sign | 32) === 122) {
    stamp.end = at + 1;
    stamp.zoned = true;
    stamp.time = 0;
    return;
  }
  if (sign === SPACE) {
    const nameEnd = zoneNameEnd(text, at + 1);
    const offset = nameEnd < 0 ? undefined : abbreviationOffset(text.slice(at + 1, nameEnd));
    if (offset === undefined) return;
    stamp.end = nameEnd;
    stamp.zoned = true;
    stamp.time = offset;
    return;
  }
  if (sign !== PLUS && sign !== DASH) return;
  const hours = twoDigits(text, at + 1);
  if (hours < 0) return;
  const minutesAt = codeAt(text, at + 3) === COLON ? at + 4 : at + 3;
  const minutes = twoDigits(text, minutesAt);
  stamp.end = minutes < 0 ? at + 3 : minutesAt + 2;
  stamp.zoned = true;
  const offset = (hours * 60 + Math.max(minutes, 0)) * 60_000;
  stamp.time = hours > 23 || minutes > 59 ? Number.NaN : sign === DASH ? -offset : offset;
}
