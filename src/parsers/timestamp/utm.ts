import { codeAt } from '../../model/code-at.js';
import { COLON, DASH, fourDigits, twoDigits } from '../characters.js';
import { utcTime } from './calendar.js';
import type { Stamp } from './stamp.js';
import { zonedTime } from './zone.js';

const LENGTH = 19;

/** Sophos UTM's `2026:11:19-21:54:44` at `at`. */
export function scanUtmStamp(text: string, at: number, timezone: string, stamp: Stamp): boolean {
  if (codeAt(text, at + 4) !== COLON || codeAt(text, at + 7) !== COLON || codeAt(text, at + 10) !== DASH)
    return false;
  if (codeAt(text, at + 13) !== COLON || codeAt(text, at + 16) !== COLON) return false;
  const wallTime = utcTime(
    fourDigits(text, at),
    twoDigits(text, at + 5),
    twoDigits(text, at + 8),
    twoDigits(text, at + 11),
    twoDigits(text, at + 14),
    twoDigits(text, at + 17),
    0,
  );
  if (Number.isNaN(wallTime)) return false;
  stamp.end = at + LENGTH;
  stamp.zoned = false;
  stamp.time = zonedTime(wallTime, timezone);
  return true;
}
