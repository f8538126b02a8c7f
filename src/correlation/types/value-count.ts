import type { CorrelationRule } from '../../model/rule.js';
import type {
  CorrelationKind,
  GroupWindow,
  Progress,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { SeenValues } from './seen-values.js';
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

type SavedValues = readonly (readonly [value: string, times: readonly number[]])[];

class DistinctWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #threshold: Threshold;
  readonly #kept: number;
  readonly #onlyNew: boolean;
  readonly #values: SeenValues;
  #newest = Number.NEGATIVE_INFINITY;
  /** No hit came late, so that the values are in order of their newest time. */
  #isOrdered = true;

  constructor(setting: DistinctSetting, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#threshold = setting.threshold;
    this.#kept = setting.kept;
    this.#onlyNew = setting.onlyNew;
    this.#values = new SeenValues(saved?.[1] as SavedValues | undefined);
    if (saved !== null) {
      this.#newest = saved[0] as number;
      this.#isOrdered = false;
    }
  }

  place({ time, value }: WindowHit): number {
    const isKnown = this.#onlyNew && this.#isKnown(value, time);
    this.#values.see(value, time, this.#timespan);
    const isLate = time < this.#newest;
    if (isLate) this.#isOrdered = false;
    else this.#newest = time;
    this.#values.forget(this.#newest - this.#retention, this.#kept);
    if (isKnown || this.#values.size < this.#threshold.lowest) return Number.NaN;
    if (isLate) return this.#search(time, value);
    const count = this.#values.countSince(time - this.#timespan, this.#isOrdered);
    if (!this.#threshold.holds(count)) return Number.NaN;
    this.end = time;
    return count;
  }

  progress(): Progress {
    return { observed: this.#values.countSince(this.#newest - this.#timespan, this.#isOrdered), places: [] };
  }

  clear(): void {
    this.#values.clear();
    this.#isOrdered = true;
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  save(): SavedWindow {
    return [this.#newest, [...this.#values.entries()].map(([value, times]) => [value, [...times]])];
  }

  /** Seen in a window that holds the time, and not so long ago that it may be forgotten already. */
  #isKnown(value: string, time: number): boolean {
    const oldest = Math.max(this.#newest, time) - this.#retention;
    return this.#values.anyWithin(value, Math.max(time - this.#timespan, oldest), time + this.#timespan);
  }

  /** The first window that holds the hit and meets the threshold. */
  #search(time: number, value: string): number {
    const entries: [time: number, value: string][] = [[time, value]];
    this.#values.forgetTimes(this.#newest - this.#retention);
    for (const [other, times] of this.#values.entries()) {
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
