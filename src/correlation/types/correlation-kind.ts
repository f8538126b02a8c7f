import type { CorrelationRule, CorrelationType } from '../../model/rule.js';

/** One type of correlation: a file in this folder and a line in `registry.ts`. */
export interface CorrelationKind {
  readonly type: CorrelationType;
  /** What is wrong with a rule of this type, in words; null = it can run. */
  fault(rule: CorrelationRule): string | null;
  /** Prepares a rule that has no fault. Returns what makes the window of one group, new or as it was saved. */
  compile(rule: CorrelationRule, setting: WindowSetting): (saved: SavedWindow | null) => GroupWindow;
  /** The same of a rule without fault that only silence completes; null = hits alone decide, see `compile`. */
  watch?(rule: CorrelationRule, setting: WindowSetting): ((saved: SavedWindow | null) => SilentWindow) | null;
  /** Whether one hit of an event can take away what another gave: then only the whole event is judged. Absent = no. */
  judgesWholeEvents?(rule: CorrelationRule): boolean;
}

export interface WindowSetting {
  readonly timespanMs: number;
  /** How much older than the newest window a hit may be and still be placed. */
  readonly allowedLatenessMs: number;
  /** For every place in the rule's list, the first place of the same rule: `[a, b, a]` gives `[0, 1, 0]`. */
  readonly steps: readonly number[];
}

/** A hit as a window sees it. */
export interface WindowHit {
  /** Event time, ms; never older than the newest one placed − timespan − allowed lateness. */
  readonly time: number;
  readonly repeat: number;
  /** Which of the rule's references hit: one of `steps`. */
  readonly step: number;
  /** Value or joined values of the condition's fields, '' when it has none. */
  readonly value: string;
  /** Number of the event among those that hit the group. */
  readonly event: number;
}

/** What a window has seen. */
export interface Progress {
  /** What is counted or computed in the newest window; null where nothing is. */
  readonly observed: number | null;
  /** Places of the rule's list that are met in it, ascending; of what counts none. */
  readonly places: readonly number[];
}

/**
 * What one group remembers. Hits are placed by event time; the window slides, both ends included, and every window
 * that holds the new hit counts, so that a hit out of order completes what it belongs to. Memory is bounded by what
 * the condition needs.
 */
export interface GroupWindow {
  /** Places a hit. Returns what is observed in a window that holds it and meets the condition, NaN when none does. */
  place(hit: WindowHit): number;
  /** End of the window that `place` found, ms. */
  readonly end: number;
  /** How far the newest window is. */
  progress(): Progress;
  /** Forgets all hits. */
  clear(): void;
  /** The hits as structured-cloneable data. */
  save(): SavedWindow;
}

/**
 * What one group remembers where only silence can meet the condition. A hit may open a watch, which lasts for one
 * timespan of event time from it; others count in open watches or end them. Who holds the window judges a watch once
 * receive time says that nothing more can come. A watch is known by the number of the event that opened it.
 */
export interface SilentWindow {
  /** Places a hit. True when it opens a watch; `room` = whether it may. */
  place(hit: WindowHit, room: boolean): boolean;
  /** A watch was not opened for want of room by the last `place`. */
  readonly overflowed: boolean;
  /** Watches that the last `place` or `judge` ended without a judgement. */
  readonly ended: readonly number[];
  /**
   * Ends a watch. Returns what was observed in it, NaN when the condition is not met. When it `resets`, others that
   * began within its timespan are over too.
   */
  judge(event: number, resets: boolean): number;
  /** What the oldest open watch has seen. */
  progress(): Progress;
  save(): SavedWindow;
}

/** Only the type that saved it can read it. */
export type SavedWindow = readonly unknown[];
