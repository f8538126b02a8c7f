import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { digitsEnd, readInteger } from './text.js';

/** A stated time this far after receipt is a wrong clock or a lie (DESIGN §1). */
const MAX_FUTURE_MS = 5 * 60_000;
/** What RFC 3339 can write: the years 0000 to 9999. */
const OLDEST_MS = Date.parse('0000-01-01T00:00:00Z');
const NEWEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Sets the event's time to what the record states, in whole ms; to receive time where it states none or one that no
 * calendar can write. A time in the future is kept and marked.
 */
export function setEventTime(event: Event, stated: number): void {
  event.timestamp = stated >= OLDEST_MS && stated <= NEWEST_MS ? Math.floor(stated) : event.receivedAt;
  event.timestampInFuture = stated > event.receivedAt + MAX_FUTURE_MS;
}

/** Seconds since the epoch with a fraction (`1702911115.123`) as ms; NaN when it is not that. */
export function readEpoch(text: string): number {
  return /^\d{9,11}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : Number.NaN;
}

/** Takes the time that the payload states, if any, over the envelope's: for products that mean the event's by it. */
export function setPayloadTime(event: Event): void {
  const stated = event.record.payloadTimestamp;
  if (!Number.isNaN(stated)) setEventTime(event, stated);
}

/**
 * `2025-12-06T21:11:02.649150Z`, or with a blank, also before an offset, or without zone (UTC then), as ms; NaN when it is not that. By hand,
 * because every Windows event has one and Date.parse takes as long as the rest of its header.
 */
export function readIsoUtc(text: string | null): number {
  if (text === null || text.length < 19 || text.length > 35) return Number.NaN;
  if (codeAt(text, 4) !== 0x2d || codeAt(text, 7) !== 0x2d || codeAt(text, 13) !== 0x3a) return Number.NaN;
  const month = readInteger(text, 5, 7);
  const day = readInteger(text, 8, 10);
  const seconds = secondsOfDay(text);
  const year = readInteger(text, 0, 4);
  if (year === null || month === null || day === null || seconds < 0) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  const end = codeAt(text, 19) === 0x2e ? digitsEnd(text, 20) : 19;
  const fraction = end > 20 ? Math.floor(Number(`0${text.slice(19, end)}`) * 1000) : 0;
  const zone = codeAt(text, end) === 0x20 && end + 1 < text.length ? end + 1 : end;
  return Date.UTC(year, month - 1, day) + seconds * 1000 + fraction - zoneOffset(text, zone);
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `20/Nov/2026:10:00:00 +0100`, as web servers write it, as ms; NaN when it is not that. */
export function readWebStamp(text: string): number {
  const month = MONTHS.indexOf(text.slice(3, 6)) / 3 + 1;
  if (!Number.isInteger(month)) return Number.NaN;
  const date = `${text.slice(7, 11)}-${String(month).padStart(2, '0')}-${text.slice(0, 2)}`;
  return readIsoUtc(`${date}T${text.slice(12, 20)}${text.slice(21)}`);
}

function secondsOfDay(text: string): number {
  const hours = readInteger(text, 11, 13);
  const minutes = readInteger(text, 14, 16);
  const seconds = readInteger(text, 17, 19);
  if (hours === null || minutes === null || seconds === null) return -1;
  return hours > 23 || minutes > 59 || seconds > 60 ? -1 : hours * 3600 + minutes * 60 + seconds;
}

/** `Z`, nothing, or `+HH:MM`, in ms; NaN for anything else. */
function zoneOffset(text: string, at: number): number {
  const code = codeAt(text, at);
  if (at === text.length || (code === 0x5a && at + 1 === text.length)) return 0;
  if ((code !== 0x2b && code !== 0x2d) || text.length - at < 5) return Number.NaN;
  const minutesAt = codeAt(text, at + 3) === 0x3a ? at + 4 : at + 3;
  const hours = readInteger(text, at + 1, at + 3);
  const minutes = readInteger(text, minutesAt, text.length);
  if (hours === null || minutes === null || hours > 14 || minutes > 59) return Number.NaN;
  return (hours * 60 + minutes) * (code === 0x2b ? 60_000 : -60_000);
}
