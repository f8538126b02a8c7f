import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SnapshotClock } from '../../src/keeper/snapshot-clock.js';

const START = Date.UTC(2026, 10, 20);

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => vi.useRealTimers());

/** The first second after the start in which one is due. */
function firstDue(clock: SnapshotClock, canRerun: boolean): number {
  for (let second = 0; second < 120; second++) {
    vi.setSystemTime(START + second * 1000);
    if (clock.isDue(7, canRerun)) return second;
  }
  return Number.POSITIVE_INFINITY;
}

describe('SnapshotClock', () => {
  it('lets ten seconds pass, one where the log cannot be re-run', () => {
    expect(firstDue(new SnapshotClock(3), true)).toBe(10);
    vi.setSystemTime(START);
    expect(firstDue(new SnapshotClock(3), false)).toBe(1);
  });

  it('lets nothing be taken twice at the same place', () => {
    expect(firstDue(new SnapshotClock(7), true)).toBe(Number.POSITIVE_INFINITY);
  });

  it('lets a hundred times as much pass as the last one took', () => {
    const clock = new SnapshotClock(3);
    vi.setSystemTime(START + 400);
    clock.taken(5, 400);
    expect(clock.seq).toBe(5);
    expect(firstDue(clock, false)).toBe(41);
  });
});
