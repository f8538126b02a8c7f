import type { CorrelationRule } from '../../model/rule.js';
import type {
  CorrelationKind,
  GroupWindow,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { Occurrences } from './occurrences.js';
import { SilentCount } from './silent-count.js';
import { countFault, keptCount, needsSilence, type Threshold, thresholdOf } from './threshold.js';

/** How many distinct values, or tuples of several fields' values, hit. */
export const valueCount: CorrelationKind = {
  type: 'value_count',
  fault: valueCountFault,
  compile(rule, setting) {
    const threshold = thresholdOf(rule, 1);
    const onlyNew = rule.refire === 'new';
    const kept = Math.max(keptCount(threshold, setting), onlyNew ? KEPT_TO_TELL_NEW : 0);
    return (saved) => new DistinctWindow({ ...setting, threshold, kept, onlyNew }, saved);
  },
  watch(rule, setting) {
    if (!needsSilence(rule)) return null;
    const threshold = thresholdOf(rule, 1);
    return (saved) => new SilentCount(setting, threshold, true, saved);
  },
};

/** What was forgotten would be new again. */
const KEPT_TO_TELL_NEW = 1000;

interface DistinctSetting extends WindowSetting {
  readonly threshold: Threshold;
  /** Values remembered of a group. */
  readonly kept: number;
  /** Only a value that is in no window of the hit yet completes one. */
  readonly onlyNew: boolean;
}

function valueCountFault(rule: CorrelationRule): string | null {
  if ((rule.condition?.fields.length ?? 0) === 0) return 'value_count needs "field" in its condition.';
  return countFault(rule);
}

class DistinctWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #threshold: Threshold;
  readonly #kept: number;
  readonly #onlyNew: boolean;
  /** Least recently seen value first. */
  readonly #values = new Map<string, Occurrences>();
  #newest = Number.NEGATIVE_INFINITY;
  /** The value seen last. */
  #last: string | null = null;
  /** No hit came late, so that the values are in order of their newest time. */
  #isOrdered = true;

  constructor(setting: DistinctSetting, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#threshold = setting.threshold;
    this.#kept = setting.kept;
    this.#onlyNew = setting.onlyNew;
    if (saved !== null) {
      this.#newest = saved[0] as number;
      for (const [value, times] of saved[1] as readonly (readonly [string, readonly number[]])[]) {
        this.#values.set(value, new Occurrences(...times));
      }
      this.#isOrdered = false;
    }
  }

  place({ time, value }: WindowHit): number {
    const seen = this.#values.get(value);
    const isKnown = this.#onlyNew && seen !== undefined && this.#isKnown(seen, time);
    if (seen === undefined) this.#values.set(value, new Occurrences(time));
    else {
      seen.add(time, this.#timespan);
      // Of values that seldom change, such as hours, the one before is the last already.
      if (value !== this.#last) {
        this.#values.delete(value);
        this.#values.set(value, seen);
      }
    }
    this.#last = value;
    if (time < this.#newest) {
      this.#isOrdered = false;
      this.#forget();
      return isKnown || this.#values.size < this.#threshold.lowest ? Number.NaN : this.#search(time, value);
    }
    this.#newest = time;
    this.#forget();
    if (isKnown || this.#values.size < this.#threshold.lowest) return Number.NaN;
    const count = this.#countNewest();
    this.end = time;
    return this.#threshold.holds(count) ? count : Number.NaN;
  }

  clear(): void {
    this.#values.clear();
    this.#isOrdered = true;
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  save(): SavedWindow {
    return [this.#newest, [...this.#values].map(([value, { times }]) => [value, [...times]])];
  }

  /** Seen in a window that holds the time, and not so long ago that it may be forgotten already. */
  #isKnown(seen: Occurrences, time: number): boolean {
    const oldest = Math.max(this.#newest, time) - this.#retention;
    return seen.anyWithin(Math.max(time - this.#timespan, oldest), time + this.#timespan);
  }

  #forget(): void {
    const oldest = this.#newest - this.#retention;
    for (const [value, seen] of this.#values) {
      if (seen.newest >= oldest && this.#values.size <= this.#kept) {
        seen.forget(oldest);
        return;
      }
      this.#values.delete(value);
    }
  }

  #countNewest(): number {
    const oldest = this.#newest - this.#timespan;
    let left = 0;
    for (const { newest } of this.#values.values()) {
      if (newest < oldest) left++;
      else if (this.#isOrdered) break;
    }
    return this.#values.size - left;
  }

  /** The first window that holds the hit and meets the threshold. */
  #search(time: number, value: string): number {
    const entries: [time: number, value: string][] = [[time, value]];
    const oldest = this.#newest - this.#retention;
    for (const [other, seen] of this.#values) {
      seen.forget(oldest);
      const { times } = seen;
      for (const at of times) {
        if (Math.abs(at - time) <= this.#timespan && (at !== time || other !== value))
          entries.push([at, other]);
      }
    }
    entries.sort(([a], [b]) => a - b);
    const inside = new Map<string, number>();
    let first = 0;
    for (const [last, [end, entered]] of entries.entries()) {
      inside.set(entered, (inside.get(entered) ?? 0) + 1);
      for (; entries[first]![0] < end - this.#timespan; first++) {
        const left = entries[first]![1];
        const rest = inside.get(left)! - 1;
        if (rest === 0) inside.delete(left);
        else inside.set(left, rest);
      }
      const isLastOfItsTime = entries[last + 1]?.[0] !== end;
      if (end >= time && isLastOfItsTime && this.#threshold.holds(inside.size)) {
        this.end = end;
        return inside.size;
      }
    }
    return Number.NaN;
  }
}
