import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Harness } from './tail-harness.js';

const FILES = 2000;
// Generous, for machines that do other things too: reading the folder once per log took a minute at a stretch.
const TOTAL_MS = 10_000;
const STRETCH_MS = 400;

let harness: Harness;

afterEach(() => harness.end());

/** The longest that the loop was held up while `work` ran, and how long it took in all, ms. */
async function timed(work: () => Promise<unknown>): Promise<{ longest: number; total: number }> {
  const from = performance.now();
  let longest = 0;
  let last = from;
  let running = true;
  const beat = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(beat);
  };
  setImmediate(beat);
  await work();
  running = false;
  beat();
  return { longest, total: performance.now() - from };
}

describe('thousands of logs in one folder', () => {
  it('are begun, taken up again and found after rotation within seconds, holding up nobody', async () => {
    harness = new Harness({ paths: ['*.log'] });
    const names = Array.from({ length: FILES }, (_, i) => `host-${i}.log`);
    for (const name of names) writeFileSync(harness.path(name), `${name} one\n`);
    const begin = await timed(() => harness.poll());
    expect(harness.lines()).toHaveLength(FILES);
    harness.restart();
    for (const name of names) appendFileSync(harness.path(name), `${name} two\n`);
    const again = await timed(() => harness.poll());
    expect(harness.lines()).toHaveLength(2 * FILES);
    harness.restart();
    for (const name of names) {
      renameSync(harness.path(name), harness.path(`${name}.1`));
      writeFileSync(harness.path(name), `${name} three\n`);
    }
    const rotated = await timed(() => harness.poll());
    harness.restart();
    for (const name of names) renameSync(harness.path(name), harness.path(`moved ${name} away`));
    const moved = await timed(() => harness.poll());
    for (const { longest, total } of [begin, again, rotated, moved]) {
      expect(longest).toBeLessThan(STRETCH_MS);
      expect(total).toBeLessThan(TOTAL_MS);
    }
    expect(harness.lines().sort()).toEqual(
      names.flatMap((name) => [`${name} one`, `${name} two`, `${name} three`]).sort(),
    );
  });
});
