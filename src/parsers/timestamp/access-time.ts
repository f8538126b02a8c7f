import { codeAt } from '../../model/code-at.js';
import { DASH, DOT, fourDigits, SLASH, SPACE, skipDigits, twoDigits } from '../characters.js';
import { monthNumber, utcTime } from './calendar.js';
import { fractionMillis } from './stamp.js';

const PLUS = 43;
/** ` ±hhmm` */
const ZONE_LENGTH = 6;

/** Index after the stamp that stands at `at`, as far as its slashes and its blank tell; -1 = none does. See `accessTime`. */
export function accessTimeEnd(text: string, at: number): number {
  if (codeAt(text, at + 2) !== SLASH) return -1;
  const zone = zoneStart(text, at, yearStart(text, at));
  return codeAt(text, zone) === SPACE ? zone + ZONE_LENGTH : -1;
}

/**
 * The instant of `dd/Mmm/yyyy:hh:mm:ss[.fraction] ±hhmm`, the time of access logs, and of `dd/mm/yyyy:…` as Proxmox writes it;
 * NaN where no such time exists.
 */
export function accessTime(text: string, at: number): number {
  const year = yearStart(text, at);
  const zone = zoneStart(text, at, year);
  const time = utcTime(
    fourDigits(text, year),
    year === at + 7 ? monthNumber(text, at + 3) : twoDigits(text, at + 3),
    twoDigits(text, at),
    twoDigits(text, year + 5),
    twoDigits(text, year + 8),
    twoDigits(text, year + 11),
    fractionMillis(text, year + 14, zone),
  );
  const sign = codeAt(text, zone + 1);
  const hours = twoDigits(text, zone + 2);
  const minutes = twoDigits(text, zone + 4);
  if (hours < 0 || minutes < 0 || (sign !== PLUS && sign !== DASH)) return Number.NaN;
  return time - (sign === DASH ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** After `dd/Mmm/`, or `dd/mm/`. */
function yearStart(text: string, at: number): number {
  return codeAt(text, at + 5) === SLASH ? at + 6 : at + 7;
}

/** Index of the blank between time and zone; the one and only unbounded run, the fraction's digits, is passed once. */
function zoneStart(text: string, at: number, year: number): number {
  const end = year + 13;
  return end > at && codeAt(text, end) === DOT ? skipDigits(text, end + 1) : end;
}
