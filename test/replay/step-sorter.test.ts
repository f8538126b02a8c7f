import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareSteps, type Step } from '../../src/replay/step.js';
import { StepSorter } from '../../src/replay/step-sorter.js';

let folder: string;
const before = process.env.TMPDIR;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-test-'));
  process.env.TMPDIR = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

/** `n` tells apart those that compare equal. */
const step = (time: number, file: number, index: number, n: number): Step => ({
  ...{ time, file, index },
  ...{ signal: null, minutes: { count: 0, rows: Uint32Array.of(n), texts: [], skipped: 0 } },
});

describe('StepSorter', () => {
  it('gives what a stable sort of all gives, whatever fits into memory, and leaves nothing behind', () => {
    const parts = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(2), fc.nat(3));
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (all, most) => {
        const steps = all.map(([time, file, index], n) => step(time, file, index, n));
        const sorter = new StepSorter(most);
        for (const one of steps) sorter.add(one);
        expect([...sorter.sorted()]).toEqual([...steps].sort(compareSteps));
        expect(readdirSync(folder).length).toBe(steps.length >= most ? 1 : 0);
        sorter.close();
        expect(readdirSync(folder)).toEqual([]);
      }),
    );
  });

  it('bears runs of many batches', () => {
    const sorter = new StepSorter(1500);
    for (let n = 0; n < 4000; n++) sorter.add(step((n * 7919) % 4001, 1, n, n));
    const times = [...sorter.sorted()].map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times).toHaveLength(4000);
    sorter.close();
  });
});
