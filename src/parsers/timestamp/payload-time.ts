import { codeAt } from '../../model/code-at.js';
import { isDigit, skipDigits } from '../characters.js';
import type { ParseContext } from '../parser.js';
import { scanBsdStamp } from './bsd.js';
import { scanIsoStamp } from './iso.js';
import { Stamp } from './stamp.js';

const stamp = new Stamp();

/**
 * The instant that a value of a payload states, ms: text of an ISO or BSD stamp, or an epoch number, as number or
 * text, in seconds, milliseconds, microseconds or nanoseconds by its size. NaN when it is none of these.
 */
export function payloadTime(value: unknown, context: ParseContext): number {
  if (typeof value === 'number') return epochTime(value);
  if (typeof value === 'bigint') return epochTime(Number(value));
  if (typeof value !== 'string' || value.length < 10 || value.length > 64) return Number.NaN;
  const isNumber = isDigit(codeAt(value, 0)) && isDigit(codeAt(value, 4));
  if (isNumber && skipDigits(value, 0) >= 10) return epochTime(Number(value));
  if (scanIsoStamp(value, 0, context.timezone, stamp)) return stamp.time;
  return scanBsdStamp(value, 0, context, stamp, true) ? stamp.time : Number.NaN;
}

/** Seconds up to 1e11 (year 5138), then each unit a thousand times finer. Before 1973 nobody logged JSON. */
function epochTime(value: number): number {
  if (!(value >= 1e8) || value > 4e18) return Number.NaN;
  if (value < 1e11) return Math.floor(value * 1000);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1e3 : value / 1e6);
}
