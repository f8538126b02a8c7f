import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Occurrences } from '../../src/correlation/types/occurrences.js';
import { SeenValues } from '../../src/correlation/types/seen-values.js';

const TIMESPAN = 10;

/** The same, said plainly: a map in the order of last sight. */
class PlainValues {
  readonly values = new Map<string, Occurrences>();

  see(value: string, time: number): void {
    const seen = this.values.get(value) ?? new Occurrences();
    seen.add(time, TIMESPAN);
    this.values.delete(value);
    this.values.set(value, seen);
  }

  forget(oldest: number, most: number): void {
    for (const [value, seen] of this.values) {
      if (seen.newest >= oldest && this.values.size <= most) {
        seen.forget(oldest);
        return;
      }
      this.values.delete(value);
    }
  }

  countSince(oldest: number): number {
    return [...this.values.values()].filter(({ newest }) => newest >= oldest).length;
  }

  entries(): (readonly [string, readonly number[]])[] {
    return [...this.values].map(([value, { times }]) => [value, [...times]]);
  }
}

const time = fc.integer({ min: 0, max: 60 });
const step = fc.oneof(
  { weight: 40, arbitrary: fc.record({ see: fc.integer({ min: 0, max: 45 }), time }) },
  { weight: 6, arbitrary: fc.record({ forget: time, most: fc.integer({ min: 1, max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ forgetTimes: time }) },
  { weight: 2, arbitrary: fc.constant('save' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);

it('are those of a map of occurrences, be they few or many', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, isTight) => {
      let values = new SeenValues();
      const plain = new PlainValues();
      for (const one of steps) {
        if (one === 'clear') {
          values.clear();
          plain.values.clear();
        } else if (one === 'save') values = new SeenValues([...values.entries()]);
        else if ('see' in one) {
          const value = `value ${isTight ? one.see % 5 : one.see}`;
          const known = plain.values.get(value);
          expect(values.anyWithin(value, one.time - 3, one.time + 3)).toBe(
            known?.anyWithin(one.time - 3, one.time + 3) ?? false,
          );
          values.see(value, one.time, TIMESPAN);
          plain.see(value, one.time);
        } else if ('forget' in one) {
          values.forget(one.forget, one.most);
          plain.forget(one.forget, one.most);
        } else {
          values.forgetTimes(one.forgetTimes);
          for (const seen of plain.values.values()) seen.forget(one.forgetTimes);
        }
        expect([...values.entries()]).toEqual(plain.entries());
        expect(values.size).toBe(plain.values.size);
        expect(values.countSince(30, false)).toBe(plain.countSince(30));
      }
    }),
    { numRuns: 300 },
  );
});
