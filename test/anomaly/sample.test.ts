import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_COUNT } from '../../src/anomaly/features.js';
import { quantile, robustQuantile } from '../../src/anomaly/quantile.js';
import { FairSample, type Sampled } from '../../src/anomaly/sample.js';
import { hashText } from '../../src/anomaly/sketch.js';

const CAPACITY = 256;

function offered(owner: string, minute: number, isFirst = false): Sampled {
  const vector = new Float32Array(FEATURE_COUNT).fill(minute % 7);
  return { vector, hash: hashText(owner, minute), owner, minute, isFirst };
}

function countOf(sample: FairSample, owner: string): number {
  return sample.snapshot().owners.filter((one) => one === owner).length;
}

describe('FairSample', () => {
  it('takes those with the lowest hashes, in whatever order they come', () => {
    const all = Array.from({ length: 2000 }, (_, i) => offered(`host ${i % 100}`, i));
    const sample = new FairSample(CAPACITY);
    for (const one of all) sample.offer(one);
    const lowest = all.map(({ hash }) => hash).sort((a, b) => a - b);
    expect(sample.size).toBe(CAPACITY);
    expect(sample.snapshot().hashes).toEqual(lowest.slice(0, CAPACITY));
  });

  it('gives nobody more than his share when there are many', () => {
    const sample = new FairSample(CAPACITY);
    for (let i = 0; i < 500; i++) sample.offer(offered(`host ${i % 100}`, i));
    for (let i = 0; i < 20_000; i++) sample.offer(offered('flood', i));
    expect(countOf(sample, 'flood')).toBeLessThanOrEqual(CAPACITY / 32);
  });

  it('lets a flood of new names have a quarter', () => {
    const sample = new FairSample(CAPACITY);
    for (let i = 0; i < 20_000; i++) sample.offer(offered(`name ${i}`, i, true));
    expect(sample.size).toBe(CAPACITY / 4);
    for (let i = 0; i < 2000; i++) sample.offer(offered(`host ${i % 100}`, i));
    expect(sample.size).toBe(CAPACITY);
  });

  it('is filled by few owners where there are few', () => {
    const sample = new FairSample(CAPACITY);
    for (let i = 0; i < 5000; i++) sample.offer(offered(`host ${i % 3}`, i));
    expect(sample.size).toBe(CAPACITY);
  });

  it('goes on after a restart as if there had been none', () => {
    const OFFERS = fc.array(fc.tuple(fc.nat(40), fc.nat(500), fc.boolean()), {
      minLength: 50,
      maxLength: 900,
    });
    fc.assert(
      fc.property(OFFERS, fc.nat(900), (offers, cut) => {
        const whole = new FairSample(64);
        let split = new FairSample(64);
        offers.forEach(([owner, minute, isFirst], i) => {
          if (i === cut) {
            const snapshot = structuredClone(split.snapshot());
            split = new FairSample(64);
            split.restore(snapshot);
          }
          whole.offer(offered(`o${owner}`, minute, isFirst));
          split.offer(offered(`o${owner}`, minute, isFirst));
        });
        expect(split.snapshot()).toEqual(whole.snapshot());
      }),
    );
  });

  it('forgets what is older than two weeks', () => {
    const sample = new FairSample(CAPACITY);
    const day = 1440;
    for (let d = 0; d < 30; d++) sample.offer(offered('host', d * day));
    expect(Math.min(...sample.learningSet(30 * day).minutes)).toBe(16 * day);
    expect(sample.size).toBe(14);
  });
});

describe('robustQuantile', () => {
  const SCORES = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 300 });

  it('is not raised by what one owner puts in', () => {
    fc.assert(
      fc.property(
        SCORES,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
        (others, own) => {
          const owners = others.map((_, i) => `host ${i % 7}`);
          const clean = quantile(
            [...others].sort((a, b) => a - b),
            0.99,
          );
          const mixed = robustQuantile([...others, ...own], [...owners, ...own.map(() => 'attacker')], 0.99);
          expect(mixed).toBeLessThanOrEqual(clean);
        },
      ),
    );
  });

  it('is the plain one where there is one owner', () => {
    expect(robustQuantile([0.1, 0.2, 0.3, 0.4], ['a', 'a', 'a', 'a'], 0.75)).toBe(0.3);
  });
});
