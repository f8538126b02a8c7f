import type { CorrelationRule } from '../../model/rule.js';
import type { Progress, SavedWindow, SilentWindow, WindowHit, WindowSetting } from './correlation-kind.js';
import { Occurrences } from './occurrences.js';

interface Watched {
  readonly event: number;
  readonly time: number;
}

/** What is observed of a rule that should have hit and did not. */
const NEVER = 0;

/** What is wrong with a rule that has `absent`, in words; null = nothing. */
export function absenceFault({ rules, absent, condition }: CorrelationRule): string | null {
  if (condition !== null)
    return 'A correlation with "absent" takes no condition; remove it, the timespan says how long to wait.';
  if (rules.length <= 2 && rules.at(-1) === absent) return null;
  return 'A correlation with "absent" names one rule, which must come again, or two, of which "absent" is the second; a longer beginning goes into a correlation of its own, named as the first.';
}

/**
 * Hits of the first rule that none of the last has followed within the timespan: at a later event time, or at the same
 * one and later in the log. Of a single rule each hit follows those before.
 */
export class Absence implements SilentWindow {
  overflowed = false;
  readonly ended: number[] = [];
  readonly #setting: WindowSetting;
  #watched: Watched[] = [];
  readonly #followers: Occurrences;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(setting: WindowSetting, saved: SavedWindow | null) {
    this.#setting = setting;
    const [newest, followers, watched] = (saved ?? [Number.NEGATIVE_INFINITY, [], []]) as [
      number,
      readonly number[],
      readonly (readonly [event: number, time: number])[],
    ];
    this.#newest = newest;
    this.#followers = new Occurrences(...followers);
    this.#watched = watched.map(([event, time]) => ({ event, time }));
  }

  place({ time, step, event }: WindowHit, room: boolean): boolean {
    const { timespanMs, allowedLatenessMs, steps } = this.#setting;
    this.overflowed = false;
    this.ended.length = 0;
    if (step === steps.at(-1)) {
      this.#endAll((one) => one.event !== event && one.time <= time && time - one.time <= timespanMs);
      this.#followers.add(time, timespanMs);
    }
    if (time > this.#newest) this.#newest = time;
    this.#followers.forget(this.#newest - timespanMs - allowedLatenessMs);
    if (step !== steps[0] || this.#followers.anyAfter(time, time + timespanMs)) return false;
    this.overflowed = !room;
    if (room) this.#watched.push({ event, time });
    return room;
  }

  judge(event: number, resets: boolean): number {
    this.ended.length = 0;
    const at = this.#watched.findIndex((watched) => watched.event === event);
    const [{ time }] = this.#watched.splice(at, 1) as [Watched];
    const { timespanMs } = this.#setting;
    if (resets) this.#endAll((one) => one.time >= time && one.time - time <= timespanMs);
    return NEVER;
  }

  progress(): Progress {
    return { observed: null, places: this.#watched.length > 0 ? [0] : [] };
  }

  save(): SavedWindow {
    return [
      this.#newest,
      [...this.#followers.times],
      this.#watched.map(({ event, time }) => [event, time] as const),
    ];
  }

  #endAll(isOver: (watched: Watched) => boolean): void {
    if (this.#watched.length === 0) return;
    this.#watched = this.#watched.filter((watched) => {
      if (!isOver(watched)) return true;
      this.ended.push(watched.event);
      return false;
    });
  }
}
