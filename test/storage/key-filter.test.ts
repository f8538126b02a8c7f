import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockFilter, mayHoldKey, SegmentFilter } from '../../src/storage/log/key-filter.js';

const keyLists = fc.array(fc.uint32Array({ maxLength: 200 }), { maxLength: 4 });

function spread(count: number, seed: number): Uint32Array {
  return Uint32Array.from(
    { length: count },
    (_, i) => Math.imul(i + seed * 1_000_003, 0x9e3779b1) ^ (i >>> 3),
  );
}

/** Share of keys that are not there and are thought to be. */
function wrongly(filter: Uint8Array, others: Uint32Array): number {
  return others.filter((key) => mayHoldKey(filter, key)).length / others.length;
}

describe('filters of keys', () => {
  it('of a block hold every key that was put in', () => {
    fc.assert(
      fc.property(keyLists, (lists) => {
        const filter = blockFilter(lists);
        for (const keys of lists) for (const key of keys) expect(mayHoldKey(filter, key)).toBe(true);
      }),
    );
    expect(mayHoldKey(blockFilter([]), 1)).toBe(false);
  });

  it('of a segment hold every key, folded and gone on with', () => {
    fc.assert(
      fc.property(keyLists, keyLists, (before, after) => {
        const first = new SegmentFilter();
        for (const keys of before) first.add(keys);
        const second = new SegmentFilter(first.folded());
        for (const keys of after) second.add(keys);
        const filter = second.folded();
        for (const keys of [...before, ...after])
          for (const key of keys) expect(mayHoldKey(filter, key)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('are seldom wrong, and small when there is little', () => {
    const others = spread(100_000, 7);
    for (const count of [10, 100, 1000, 1638])
      expect(wrongly(blockFilter([spread(count, 1)]), others)).toBeLessThan(0.012);
    const few = new SegmentFilter();
    few.add(spread(1000, 1));
    expect(few.folded().length).toBeLessThanOrEqual(4096);
    expect(wrongly(few.folded(), others)).toBeLessThan(0.03);
    const many = new SegmentFilter();
    many.add(spread(400_000, 1));
    expect(wrongly(many.folded(), others)).toBeLessThan(0.03);
  });
});
