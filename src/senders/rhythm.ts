const DAY_MS = 86_400_000;
/** What is remembered is between one and two of these old: a rhythm of weeks is never forgotten. */
const TURN_MS = 8 * DAY_MS;
/** Who is regular was never silent for longer than this part of the time it takes to learn. */
const REGULAR_PART = 12;
/** Silence of so many times the longest known is no chance. */
const FACTOR = 3;

export interface RhythmOptions {
  /** How long one must have been heard before it is missed, ms. */
  readonly learnMs: number;
  /** No silence shorter than this is told of, ms. */
  readonly atLeastMs: number;
}

/**
 * How often a sender is heard, as far as silence goes. Plain data. Averages would not do: whoever sends much in a burst a
 * day has short gaps on average, and the longest is what is usual.
 */
export interface Rhythm {
  /** Time between the first and the last word, without what nobody could have heard, ms. */
  observed: number;
  /** Longest gaps, ms: of this turn and the one before. */
  longest: number;
  longestBefore: number;
  /** Longest gaps that were told of as silence, the same way. */
  outage: number;
  outageBefore: number;
  /** When this turn began, ms. */
  turnedAt: number;
}

export function newRhythm(now: number): Rhythm {
  return { observed: 0, longest: 0, longestBefore: 0, outage: 0, outageBefore: 0, turnedAt: now };
}

/** It was heard again at `now` after `gap` ms; `told`: the silence was told of. */
export function learnGap(rhythm: Rhythm, gap: number, now: number, told: boolean): void {
  if (now - rhythm.turnedAt >= TURN_MS) turn(rhythm, now);
  rhythm.observed += gap;
  if (!told) {
    if (gap > rhythm.longest) rhythm.longest = gap;
    return;
  }
  // One outage is no habit, two are: of those that come back every weekend nobody wants to hear.
  const habit = Math.min(gap, Math.max(rhythm.outage, rhythm.outageBefore));
  if (habit > rhythm.longest) rhythm.longest = habit;
  if (gap > rhythm.outage) rhythm.outage = gap;
}

/** Longest gap known, ms. */
export function longestGap({ longest, longestBefore }: Rhythm): number {
  return Math.max(longest, longestBefore);
}

/** Whether it would be missed. */
export function isRegular(rhythm: Rhythm, { learnMs }: RhythmOptions): boolean {
  return rhythm.observed >= learnMs && longestGap(rhythm) * REGULAR_PART <= learnMs;
}

/** Silence beyond this is told of, ms. */
export function quietLimit(rhythm: Rhythm, { atLeastMs }: RhythmOptions): number {
  return Math.max(atLeastMs, FACTOR * longestGap(rhythm));
}

function turn(rhythm: Rhythm, now: number): void {
  rhythm.longestBefore = rhythm.longest;
  rhythm.longest = 0;
  rhythm.outageBefore = rhythm.outage;
  rhythm.outage = 0;
  rhythm.turnedAt = now;
}
