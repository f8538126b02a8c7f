import { codeAt } from '../../model/code-at.js';
import { isDigit, SLASH, skipDigits } from '../characters.js';
import type { ParseContext, TimeContext } from '../parser.js';
import { accessTime, accessTimeEnd } from './access-time.js';
import { scanBsdStamp } from './bsd.js';
import { scanIsoStamp } from './iso.js';
import { Stamp } from './stamp.js';

const stamp = new Stamp();

/**
 * The instant that a value of a payload states, ms: text of an ISO or BSD stamp with a zone or offset or none, or of an access log's, or an epoch number, as number or
 * text, in seconds, milliseconds, microseconds or nanoseconds by its size. NaN when it is none of these.
 */
export function payloadTime(value: unknown, context: ParseContext): number {
  if (typeof value === 'number') return epochTime(value);
  if (typeof value === 'bigint') return epochTime(Number(value));
  if (typeof value !== 'string' || value.length < 10 || value.length > 64) return Number.NaN;
  const isNumber = isDigit(codeAt(value, 0)) && isDigit(codeAt(value, 4));
  if (isNumber && skipDigits(value, 0) >= 10) return epochTime(Number(value));
  if (codeAt(value, 2) === SLASH)
    return accessTimeEnd(value, 0) === value.length ? accessTime(value, 0) : Number.NaN;
  if (!scanStamp(value, context)) return Number.NaN;
  if (stamp.zoned || stamp.end === value.length) return stamp.time;
  const offset = offsetAt(value, stamp.end);
  if (Number.isNaN(offset)) return stamp.time;
  scanStamp(value, { clock: context.clock, timezone: 'UTC' });
  return stamp.time - offset;
}

function scanStamp(value: string, context: TimeContext): boolean {
  return scanIsoStamp(value, 0, context.timezone, stamp) || scanBsdStamp(value, 0, context, stamp, true);
}

/** Java's ` GMT+01:00` (`zzz` of the CEF standard's form), ` +0100` of git and Ruby, ms; NaN where the rest is none. */
function offsetAt(value: string, at: number): number {
  const found = /^ ?(?:GMT|UTC)?([+-])([01]\d|2[0-3]):?([0-5]\d)$/.exec(value.slice(at));
  if (found === null) return Number.NaN;
  const [, sign, hours, minutes] = found;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
}

/** Seconds up to 1e11 (year 5138), then each unit a thousand times finer. Before 1973 nobody logged JSON. */
function epochTime(value: number): number {
  if (!(value >= 1e8) || value > 4e18) return Number.NaN;
  if (value < 1e11) return Math.floor(value * 1000);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1e3 : value / 1e6);
}
