import { codeAt } from '../../model/code-at.js';
import { COLON, fourDigits, SPACE, twoDigits } from '../characters.js';
import type { TimeContext } from '../parser.js';
import { utcTime } from './calendar.js';
import type { Stamp } from './stamp.js';
import { zonedTime } from './zone.js';

const LENGTH = 19;
const SLASH = 47;

/**
 * NetScaler's `11/17/2026:16:51:34 GMT` at `at`. A setting of the device (`dateFormat`) puts the day first: that is believed where
 * it alone gives a date, or one near the clock. Without `GMT` it is local time.
 */
export function scanNetscalerStamp(
  text: string,
  at: number,
  { clock, timezone }: TimeContext,
  stamp: Stamp,
): boolean {
  if (codeAt(text, at + 2) !== SLASH || codeAt(text, at + 5) !== SLASH) return false;
  if (codeAt(text, at + 10) !== COLON || codeAt(text, at + 13) !== COLON || codeAt(text, at + 16) !== COLON)
    return false;
  const first = twoDigits(text, at);
  const second = twoDigits(text, at + 3);
  const byMonth = wallTime(text, at, first, second);
  const byDay = wallTime(text, at, second, first);
  if (Number.isNaN(byMonth) && Number.isNaN(byDay)) return false;
  const isDayFirst = Number.isNaN(byMonth) || (isNear(byDay, clock) && !isNear(byMonth, clock));
  const time = isDayFirst ? byDay : byMonth;
  const end = at + LENGTH;
  stamp.zoned = codeAt(text, end) === SPACE && text.startsWith('GMT ', end + 1);
  stamp.end = stamp.zoned ? end + ' GMT'.length : end;
  stamp.time = stamp.zoned ? time : zonedTime(time, timezone);
  return true;
}

function wallTime(text: string, at: number, month: number, day: number): number {
  const year = fourDigits(text, at + 6);
  if (year < 0) return Number.NaN;
  const [hour, minute, second] = [
    twoDigits(text, at + 11),
    twoDigits(text, at + 14),
    twoDigits(text, at + 17),
  ];
  return utcTime(year, month, day, hour, minute, second, 0);
}

/** In any zone. */
function isNear(time: number, clock: number): boolean {
  return Math.abs(time - clock) < 36 * 3_600_000;
}
