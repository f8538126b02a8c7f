import type { Event } from '../model/event.js';

/** A stated time this far after receipt is a wrong clock or a lie (DESIGN §1). */
const MAX_FUTURE_MS = 5 * 60_000;

/** Sets the event's time to what the record states, in ms; to receive time where it states none or the future. */
export function setEventTime(event: Event, stated: number): void {
  if (stated <= event.receivedAt + MAX_FUTURE_MS) {
    event.timestamp = stated;
    event.timestampReplaced = false;
    return;
  }
  event.timestamp = event.receivedAt;
  event.timestampReplaced = !Number.isNaN(stated);
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

/** `2025-12-06T21:11:02.649150Z`, or with a blank, or without zone (UTC then), as ms; NaN when it is not that. */
export function readIsoUtc(text: string | null): number {
  if (text === null || text.length < 19 || text.length > 35) return Number.NaN;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || text.charCodeAt(13) !== 0x3a)
    return Number.NaN;
  const hasZone = text.endsWith('Z') || text.indexOf('+', 19) > 0 || text.indexOf('-', 19) > 0;
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11)}${hasZone ? '' : 'Z'}`);
}
