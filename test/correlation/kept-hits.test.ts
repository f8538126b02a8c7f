import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_PER_STEP, KeptHits } from '../../src/correlation/types/kept-hits.js';

type Kept = readonly [time: number, step: number, event: number];

const STEPS = 4;
const ROOM = 2 * KEPT_PER_STEP;

/** The same, said plainly. */
function plainly(kept: readonly Kept[], hit: Kept, retention: number): readonly Kept[] {
  const all = [...kept, hit].sort(([a], [b]) => a - b);
  const oldest = all.at(-1)![0] - retention;
  const inside = all.filter(([time]) => time >= oldest);
  if (inside.length < all.length || inside.length < ROOM) return inside;
  return inside.filter(([, step], i) => {
    const same = (others: readonly Kept[]): number => others.filter(([, other]) => other === step).length;
    return same(inside.slice(0, i)) === 0 || same(inside.slice(i)) < KEPT_PER_STEP;
  });
}

describe('the hits that an ordered chain keeps', () => {
  it.each([
    ['that stay in the window', 1e9],
    ['that leave the window', 60],
  ])('are in order and no more than needed, of hits %s', (_, retention) => {
    const hit = fc.tuple(fc.constantFrom(3, 2, 1, 0, -1, -5), fc.constantFrom(0, 0, 0, 1, 3));
    fc.assert(
      fc.property(fc.array(hit, { minLength: 100, maxLength: 300 }), (history) => {
        let hits = new KeptHits(STEPS);
        let plain: readonly Kept[] = [];
        for (const [i, [later, step]] of history.entries()) {
          const time = i + later;
          const late = hits.add(time, step, i);
          hits.limit(retention, ROOM);
          expect(late).toBe(plain.some(([other]) => other > time));
          plain = plainly(plain, [time, step, i], retention);
          if (i % 50 === 0) hits = new KeptHits(STEPS, structuredClone(hits.save()));
          const seen: Kept[] = [];
          hits.forEach((time, step, event) => {
            seen.push([time, step, event]);
          });
          expect(seen).toEqual(plain);
        }
      }),
      { numRuns: 30 },
    );
  });
});
