import type { Config } from '../config/schema.js';
import type { EventLog } from '../storage/log/event-log.js';
import type { StateStore } from '../storage/state.js';
import type { Logger } from '../telemetry/log.js';
import { PatientClock } from './patient-clock.js';

export interface RetentionOptions {
  /** As configured now. */
  readonly limits: () => Config['storage'];
  /** Null = there is no log. */
  readonly eventLog: Pick<EventLog, 'retain' | 'receivedUntil'> | null;
  readonly state: Pick<StateStore, 'retain'>;
  /** Names of sinks that alerts are kept for until they have them. */
  readonly sinks: readonly string[];
  /** Chunks after it are needed by a restart. */
  readonly keepAfter: () => number;
  readonly log: Logger;
}

/** Drops what is too old or too much, of state.db a little at a time between whatever else the keeper does. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #clock: PatientClock;
  #dropping: Generator<void, void> | null = null;
  #turn: NodeJS.Immediate | null = null;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#clock = new PatientClock(options.eventLog?.receivedUntil ?? null);
  }

  /** Begins, unless it goes on still. */
  begin(): void {
    if (this.#dropping !== null) return;
    this.#try(() => this.#dropSegments());
    this.#dropping = this.#ofState();
    this.#goOn();
  }

  /** Drops the rest at once. */
  finish(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#try(() => this.#dropSegments());
    this.#try(() => {
      for (const _ of this.#ofState());
    });
  }

  #goOn(): void {
    this.#turn = null;
    this.#try(() => {
      if (this.#dropping!.next().done) this.#dropping = null;
      else this.#turn = setImmediate(() => this.#goOn());
    });
  }

  #dropSegments(): void {
    const { eventLog, limits, keepAfter, log } = this.#options;
    const removed = eventLog?.retain(this.#clock.now(), keepAfter()) ?? [];
    if (removed.length > 0)
      log.info({ segments: removed.length, maxAgeMs: limits().events.max_age }, 'Old log segments dropped.');
  }

  #ofState(): Generator<void, void> {
    const { state, limits, sinks } = this.#options;
    const { alerts } = limits();
    const now = this.#clock.now();
    return state.retain({ sinks, now, maxCount: alerts.max_count, maxAgeMs: alerts.max_age });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#dropping = null;
      this.#options.log.warn({ err: error }, 'Old data could not be dropped; it is tried again.');
    }
  }
}
