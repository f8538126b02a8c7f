import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Occurrences } from '../../src/correlation/types/occurrences.js';
import { SeenValues } from '../../src/correlation/types/seen-values.js';
import { thresholdOf } from '../../src/correlation/types/threshold.js';
import type { CorrelationRule } from '../../src/model/rule.js';

const TIMESPAN = 10;
const RETENTION = 25;

/** The same, said plainly: a map in the order of last sight. */
class PlainValues {
  readonly values = new Map<string, Occurrences>();
  readonly #kept: number;
  newest = Number.NEGATIVE_INFINITY;

  constructor(kept: number) {
    this.#kept = kept;
  }

  see(value: string, time: number): void {
    const seen = this.values.get(value) ?? new Occurrences();
    seen.add(time, TIMESPAN);
    this.values.delete(value);
    this.values.set(value, seen);
    this.newest = Math.max(this.newest, time);
    for (const [known, seen] of this.values) {
      seen.forget(this.newest - RETENTION);
      if (seen.times.length === 0) this.values.delete(known);
    }
    while (this.values.size > this.#kept) this.values.delete([...this.values.keys()][0]!);
  }

  clear(): void {
    this.values.clear();
    this.newest = Number.NEGATIVE_INFINITY;
  }

  countAt(end: number): number {
    return [...this.values.values()].filter((seen) => seen.anyWithin(end - TIMESPAN, end)).length;
  }

  firstEnd(after: number, holds: (count: number) => boolean): number {
    const times = [...this.values.values()].flatMap((seen) => seen.times).sort((a, b) => a - b);
    const isFound = (end: number) => end > after && end <= after + TIMESPAN && holds(this.countAt(end));
    return times.find(isFound) ?? Number.NaN;
  }

  entries(): (readonly [string, readonly number[]])[] {
    return [...this.values].map(([value, { times }]) => [value, [...times]]);
  }
}

const THRESHOLDS = (['gte', 'gt', 'lt', 'lte', 'eq', 'neq'] as const).map((op) =>
  thresholdOf({ condition: { bounds: [{ op, value: 9 }] } } as unknown as CorrelationRule, 1),
);

/** Time goes on by so much, and the value lies so far behind; most lie behind nothing. */
const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      value: fc.integer({ min: 0, max: 60 }),
      on: fc.constantFrom(0, 0, 0, 1, 1, 4),
      behind: fc.constantFrom(0, 0, 0, 1, 5, 11, 24),
    }),
  },
  { weight: 8, arbitrary: fc.record({ jump: fc.integer({ min: 10, max: 40 }) }) },
  { weight: 2, arbitrary: fc.constant('save' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);
const history = fc.array(step, { minLength: 1, maxLength: 300, size: 'max' });

it.each([
  ['in order', 0],
  ['out of order', 1],
])('are those of a map of occurrences, be they few or many, %s', { timeout: 300_000 }, (_, isLate) => {
  fc.assert(
    fc.property(
      history,
      fc.constantFrom(4, 40, 61),
      fc.constantFrom(8, 36, 1000),
      (steps, different, kept) => {
        const setting = { timespanMs: TIMESPAN, retentionMs: RETENTION, kept };
        let values = new SeenValues(setting);
        const plain = new PlainValues(kept);
        let now = 1000;
        for (const one of steps) {
          if (one === 'clear') {
            values.clear();
            plain.clear();
          } else if (one === 'save') values = new SeenValues(setting, values.entries(), values.newest);
          else if ('jump' in one) now += one.jump;
          else {
            now += one.on;
            const time = now - one.behind * isLate;
            if (time < plain.newest - RETENTION) continue;
            const value = `value ${one.value % different}`;
            const isBehind = time < plain.newest;
            // Older times may not be forgotten yet.
            const from = Math.max(time - 3, plain.newest - RETENTION);
            expect(values.anyWithin(value, from, time + 3)).toBe(
              plain.values.get(value)?.anyWithin(from, time + 3) ?? false,
            );
            values.see(value, time);
            plain.see(value, time);
            if (isBehind) {
              for (const end of [time, time + 4]) expect(values.countAt(end)).toBe(plain.countAt(end));
              for (const threshold of THRESHOLDS)
                expect(values.firstEnd(time, threshold)).toBe(plain.firstEnd(time, threshold.holds));
            }
          }
          expect(values.entries()).toEqual(plain.entries());
          expect(values.size).toBe(plain.values.size);
          expect(values.newest).toBe(plain.newest);
          if (plain.values.size > 0) expect(values.count()).toBe(plain.countAt(plain.newest));
        }
      },
    ),
    { numRuns: 120 },
  );
});

it('are read from snapshots that hold what nobody needs any more', () => {
  const setting = { timespanMs: TIMESPAN, retentionMs: RETENTION, kept: 10 };
  const saved = [
    ['none left', []],
    ['old', [74]],
    ['both', [74, 80]],
    ['new', [75, 100]],
  ] as const;
  const values = new SeenValues(setting, saved, 100);
  expect(values.entries()).toEqual([
    ['both', [80]],
    ['new', [75, 100]],
  ]);
  expect(values.count()).toBe(1);
});
