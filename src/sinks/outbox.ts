import type { OutboxItem, SinkState } from './sink.js';

/** Where a sink stands: everything up to `position` is delivered or set aside. */
export interface SinkPosition {
  readonly position: number;
  readonly state: SinkState | null;
}

/**
 * Changes waiting for delivery, and how far each sink is. Implemented by the storage. Calls are synchronous and
 * durable when they return; a call may throw (disk full) and is then tried again.
 */
export interface Outbox {
  /** Up to `limit` items after position `after`, ascending; `newestOnly`: of these the newest revision of each. */
  read(after: number, limit: number, newestOnly: boolean): readonly OutboxItem[];
  /** Null = the sink has never committed. */
  position(sink: string): SinkPosition | null;
  /** Both in one transaction. The position never goes back. */
  commit(sink: string, position: number, state: SinkState | null): void;
  /** Sets an item aside for people to look at. The same (sink, position) again is no second entry. */
  deadLetter(sink: string, item: OutboxItem, reason: string): void;
}
