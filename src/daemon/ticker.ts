import { MINUTE_MS } from '../model/entity-minute.js';

export const TICK_MS = 1000;
/** Ticks so far apart say that nobody could listen: the machine slept, or its clock was set. */
const ASLEEP_MS = 30_000;

export interface TickerOptions {
  /** How long after the last record something may still end by silence, ms. */
  readonly openMs: number;
  /** Receive time of the last record, ms. */
  readonly lastSeen: () => number;
  readonly onTick: (now: number) => void;
  /** Nobody listened for a while before. */
  readonly onAwake: () => void;
}

/** Drives what ends by silence. Only while something may still end: an idle daemon writes nothing. */
export class Ticker {
  /** While something waits for silence, or an incident for its end: the receive time after which it needs a tick, ms. */
  dueAt = Number.POSITIVE_INFINITY;
  readonly #options: TickerOptions;
  #lastActivity = Date.now();
  #tickedAt = Date.now();

  constructor(options: TickerOptions) {
    this.#options = options;
  }

  /** To be called every `TICK_MS`. */
  tick(): void {
    const { openMs, lastSeen, onTick, onAwake } = this.#options;
    const now = Date.now();
    if (Math.abs(now - this.#tickedAt) > ASLEEP_MS) onAwake();
    this.#tickedAt = now;
    this.#lastActivity = Math.min(now, Math.max(this.#lastActivity, lastSeen()));
    if (now - this.#lastActivity > openMs + 10 * TICK_MS) {
      if (now <= this.dueAt) return;
      // The alert that silence may raise has to end as well.
      this.#lastActivity = now;
    }
    onTick(now);
  }
}

/** As long as an alert or the minute of an entity may be open after its last record, ms. */
export function openAfterLast(settings: {
  readonly alerts: { readonly dedup_window: number };
  readonly anomaly: { readonly enabled: boolean };
  readonly correlation: { readonly allowed_lateness: number };
}): number {
  const { alerts, anomaly, correlation } = settings;
  const minuteOpen = anomaly.enabled ? 2 * MINUTE_MS + correlation.allowed_lateness : 0;
  return minuteOpen + alerts.dedup_window;
}
