import { lostRecords } from '../telemetry/losses.js';
import type { DaemonStats } from './stats.js';

/** ms between two points. */
export const STEP_MS = 5000;
/** An hour. */
const POINTS = 720;
/** Rates are those of the last so many points. */
const RATE_POINTS = 2;

export interface HistoryPoint {
  /** ms. */
  readonly at: number;
  /** Records a second since the point before. */
  readonly events: number;
  /** Alerts opened since then. */
  readonly alerts: number;
  /** Records lost since then. */
  readonly drops: number;
  readonly rss: number;
}

interface Totals {
  readonly at: number;
  readonly records: number;
  readonly alerts: number;
  readonly drops: number;
  readonly bySource: ReadonlyMap<string, number>;
}

/** How the figures moved in the last hour, for those who come later. */
export class History {
  readonly #points: HistoryPoint[] = [];
  readonly #totals: Totals[] = [];

  add(stats: DaemonStats): void {
    const now = totalsOf(stats);
    const before = this.#totals.at(-1);
    this.#totals.push(now);
    if (this.#totals.length > RATE_POINTS + 1) this.#totals.shift();
    if (before === undefined || now.at <= before.at) return;
    this.#points.push({
      at: now.at,
      events: Math.round(((now.records - before.records) * 10_000) / (now.at - before.at)) / 10,
      alerts: now.alerts - before.alerts,
      drops: now.drops - before.drops,
      rss: stats.process.rss_bytes,
    });
    if (this.#points.length > POINTS) this.#points.shift();
  }

  get points(): readonly HistoryPoint[] {
    return this.#points;
  }

  /** Records a second of late: of a source, or of all. */
  rate(source?: string): number {
    const [first] = this.#totals;
    const last = this.#totals.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    const of = ({ records, bySource }: Totals): number =>
      source === undefined ? records : (bySource.get(source) ?? 0);
    return Math.round(((of(last) - of(first)) * 10_000) / (last.at - first.at)) / 10;
  }
}

function totalsOf({ at, detection, alerts, sources }: DaemonStats): Totals {
  const counts = [detection.counts, ...Object.values(sources).map((source) => source.counts)];
  return {
    at: Date.parse(at),
    records: detection.records,
    alerts: alerts.opened,
    drops: counts.reduce((sum, of) => sum + lostRecords(of), 0),
    bySource: new Map(Object.entries(sources).map(([name, source]) => [name, source.records])),
  };
}
