import { describe, expect, it } from 'vitest';
import { Replay } from '../../src/keeper/replay.js';
import type { RawChunk } from '../../src/model/raw-chunk.js';

const chunks = (...seqs: readonly number[]): RawChunk[] => seqs.map((seq) => ({ seq }) as RawChunk);

/** Lets everything go on that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Replay', () => {
  it('has at most eight chunks in flight, and is done when all are applied', async () => {
    const sent: number[] = [];
    const replay = new Replay(4, { send: ({ seq }) => sent.push(seq), skipTo: () => {} });
    let done = false;
    const running = replay.run(chunks(...Array.from({ length: 20 }, (_, i) => i + 5))).then(() => {
      done = true;
    });
    await settle();
    expect(sent).toHaveLength(8);
    replay.applied(7);
    await settle();
    expect(sent).toHaveLength(11);
    replay.applied(15);
    await settle();
    expect(sent).toHaveLength(19);
    replay.applied(23);
    await settle();
    expect([sent.length, done]).toEqual([20, false]);
    replay.applied(24);
    await running;
  });

  it('goes on behind a gap only when all before it is applied', async () => {
    const steps: string[] = [];
    const replay = new Replay(0, {
      send: ({ seq }) => steps.push(`send ${seq}`),
      skipTo: (seq) => steps.push(`skip to ${seq}`),
    });
    const running = replay.run(chunks(1, 2, 7));
    await settle();
    expect(steps).toEqual(['send 1', 'send 2']);
    replay.applied(2);
    await settle();
    expect(steps.slice(2)).toEqual(['skip to 7', 'send 7']);
    replay.applied(7);
    await running;
  });

  it('takes what is applied while it is sent', async () => {
    const replay: Replay = new Replay(0, { send: ({ seq }) => replay.applied(seq), skipTo: () => {} });
    await replay.run(chunks(1, 2, 3));
  });
});
