import type { Progress, SavedWindow, SilentWindow, WindowHit, WindowSetting } from './correlation-kind.js';
import type { Threshold } from './threshold.js';

interface Watched {
  readonly event: number;
  readonly time: number;
  count: number;
  /** Distinct values; null where events are counted. */
  readonly values: Set<string> | null;
}

type SavedWatched = readonly [event: number, time: number, count: number, values: readonly string[] | null];

/**
 * Counts events, or distinct values, from the hit that opens a watch to the end of its timespan, both ends and the hit
 * included. The first hit after that opens the next watch: no two overlap. What lies before or between them counts in
 * none.
 */
export class SilentCount implements SilentWindow {
  overflowed = false;
  readonly ended: readonly number[] = [];
  readonly #timespan: number;
  readonly #threshold: Threshold;
  readonly #countsValues: boolean;
  /** Ascending by time. */
  #watched: Watched[] = [];
  /** End of the newest watch that ever was. */
  #until = Number.NEGATIVE_INFINITY;

  constructor(
    { timespanMs }: WindowSetting,
    threshold: Threshold,
    countsValues: boolean,
    saved: SavedWindow | null,
  ) {
    this.#timespan = timespanMs;
    this.#threshold = threshold;
    this.#countsValues = countsValues;
    if (saved === null) return;
    this.#until = saved[0] as number;
    this.#watched = (saved[1] as readonly SavedWatched[]).map(([event, time, count, values]) => ({
      ...{ event, time, count },
      values: values === null ? null : new Set(values),
    }));
  }

  place(hit: WindowHit, room: boolean): boolean {
    const { time, event } = hit;
    this.overflowed = false;
    if (time <= this.#until) {
      const watched = this.#watched.findLast((one) => one.time <= time);
      if (watched !== undefined && time - watched.time <= this.#timespan) this.#count(watched, hit);
      return false;
    }
    if (!room) {
      this.overflowed = true;
      return false;
    }
    const watched = { event, time, count: 0, values: this.#countsValues ? new Set<string>() : null };
    this.#count(watched, hit);
    this.#watched.push(watched);
    this.#until = time + this.#timespan;
    return true;
  }

  judge(event: number): number {
    const at = this.#watched.findIndex((watched) => watched.event === event);
    const [watched] = this.#watched.splice(at, 1);
    const count = countOf(watched!);
    return this.#threshold.holds(count) ? count : Number.NaN;
  }

  progress(): Progress {
    const [oldest] = this.#watched;
    return { observed: oldest === undefined ? null : countOf(oldest), places: [] };
  }

  save(): SavedWindow {
    const watched = this.#watched.map(
      ({ event, time, count, values }): SavedWatched => [
        event,
        time,
        count,
        values === null ? null : [...values],
      ],
    );
    return [this.#until, watched];
  }

  /** Above `enough` all numbers are alike. */
  #count(watched: Watched, { repeat, value }: WindowHit): void {
    if (watched.values === null) watched.count += repeat;
    else if (watched.values.size < this.#threshold.enough) watched.values.add(value);
  }
}

function countOf({ values, count }: Watched): number {
  return values?.size ?? count;
}
