import { parseDuration } from '../model/units.js';

/** The time that a text names and where what it names ends: a day, a minute, a second. ms since the epoch. */
export interface NamedTime {
  readonly start: number;
  readonly end: number;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** As siemquery writes them. */
const DIGITS = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

const DAY_MS = 86_400_000;

/** `2026-11-20`, `2026-11-20T10:30`, with seconds, fractions and zone (UTC without), `20261120103000`, `now`, `now-6h`. */
export function readTime(text: string, now: number): NamedTime | null {
  if (/^now$/i.test(text)) return { start: now, end: now + 1 };
  if (/^now-/i.test(text)) {
    const ago = parseDuration(text.slice(4));
    return ago === null ? null : { start: now - ago, end: now - ago + 1 };
  }
  const match = ISO.exec(text) ?? DIGITS.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const milliseconds = Number((fraction ?? '0').slice(0, 3).padEnd(3, '0'));
  const parts = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number);
  const start = Date.UTC(parts[0]!, parts[1]! - 1, parts[2]!, parts[3]!, parts[4]!, parts[5]!, milliseconds);
  if (!isAsWritten(start, parts)) return null;
  const shift = zoneOf(zone);
  if (Number.isNaN(shift)) return null;
  const width =
    hour === undefined ? DAY_MS : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return { start: start - shift, end: start - shift + width };
}

/** Whether there is such a day and time of day: Date.UTC would take February 30 for March 2. */
function isAsWritten(time: number, [year, month, day, hour, minute, second]: readonly number[]): boolean {
  const date = new Date(time);
  return (
    date.getUTCFullYear() === year &&
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
}

function zoneOf(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
