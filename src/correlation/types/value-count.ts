import type { CorrelationRule } from '../../model/rule.js';
import type { CorrelationKind, GroupWindow, Progress, SavedWindow, WindowHit } from './correlation-kind.js';
import { type SeenSetting, type SeenTimes, SeenValues } from './seen-values.js';
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
    const retentionMs = setting.timespanMs + setting.allowedLatenessMs;
    const distinct = { timespanMs: setting.timespanMs, retentionMs, threshold, kept, onlyNew };
    return (saved) => new DistinctWindow(distinct, saved);
  },
  watch(rule, setting) {
    if (!needsSilence(rule)) return null;
    const threshold = thresholdOf(rule, 1);
    return (saved) => new SilentCount(setting, threshold, true, saved);
  },
};

/** What was forgotten would be new again. */
const KEPT_TO_TELL_NEW = 1000;

interface DistinctSetting extends SeenSetting {
  readonly threshold: Threshold;
  /** Only a value that is in no window of the hit yet completes one. */
  readonly onlyNew: boolean;
}

function valueCountFault(rule: CorrelationRule): string | null {
  if ((rule.condition?.fields.length ?? 0) === 0) return 'value_count needs "field" in its condition.';
  return countFault(rule);
}

class DistinctWindow implements GroupWindow {
  end = 0;
  readonly #setting: DistinctSetting;
  readonly #values: SeenValues;

  constructor(setting: DistinctSetting, saved: SavedWindow | null) {
    this.#setting = setting;
    const [newest, values] = (saved ?? []) as [newest?: number, values?: readonly SeenTimes[]];
    this.#values = new SeenValues(setting, values, newest);
  }

  place({ time, value }: WindowHit): number {
    const { onlyNew, threshold } = this.#setting;
    const values = this.#values;
    const isKnown = onlyNew && this.#isKnown(value, time);
    const isLate = time < values.newest;
    values.see(value, time);
    if (isKnown || values.size < threshold.lowest) return Number.NaN;
    const count = isLate ? values.countAt(time) : values.count();
    if (!threshold.holds(count)) return isLate ? this.#search(time) : Number.NaN;
    this.end = time;
    return count;
  }

  progress(): Progress {
    return { observed: this.#values.count(), places: [] };
  }

  clear(): void {
    this.#values.clear();
  }

  save(): SavedWindow {
    return [this.#values.newest, this.#values.entries()];
  }

  /** Seen in a window that holds the time, and not so long ago that it may be forgotten already. */
  #isKnown(value: string, time: number): boolean {
    const { timespanMs, retentionMs } = this.#setting;
    const oldest = Math.max(this.#values.newest, time) - retentionMs;
    return this.#values.anyWithin(value, Math.max(time - timespanMs, oldest), time + timespanMs);
  }

  /** The first window that holds a late hit, ends later and meets the threshold. */
  #search(time: number): number {
    const end = this.#values.firstEnd(time, this.#setting.threshold);
    if (Number.isNaN(end)) return Number.NaN;
    this.end = end;
    return this.#values.countAt(end);
  }
}
