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
