import { Event } from '../../src/model/event.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';

/** 2026-11-20 16:00 UTC: when the test's records are received. */
export const RECEIVED_AT = Date.UTC(2026, 10, 20, 16);

/** One line through parser and normalizer, as an event of its own. */
export function normalized(line: string, receivedAt = RECEIVED_AT): Event {
  const event = new Event();
  event.reset(line);
  event.receivedAt = receivedAt;
  parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, receivedAt);
  normalize(event);
  return event;
}
