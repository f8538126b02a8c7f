import { describe, expect, it } from 'vitest';
import { DayCount } from '../../src/keep/day-count.js';

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

describe('records of the day', () => {
  it('are those since midnight UTC, by receipt', () => {
    const count = new DayCount();
    count.add(5, at('20T23:59:59.999'));
    expect(count.recordsAt(at('20T23:59:59.999'))).toBe(5);
    expect(count.recordsAt(at('21T00:00:00'))).toBe(0);
    count.add(2, at('21T00:00:00'));
    count.add(3, at('21T10:00:00'));
    expect(count.recordsAt(at('21T12:00:00'))).toBe(5);
  });

  it('go on from a snapshot, and leave out what came the day before', () => {
    const count = new DayCount();
    count.add(5, at('21T10:00:00'));
    const next = new DayCount();
    next.restore(structuredClone(count.snapshot()));
    next.add(7, at('20T23:00:00'));
    next.add(1, at('21T10:00:01'));
    expect(next.recordsAt(at('21T10:00:01'))).toBe(6);
  });
});
