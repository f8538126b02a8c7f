import { expect, it } from 'vitest';
import { type ChunkDigest, Digests } from '../../src/storage/log/digests.js';

const digest = (time: number): ChunkDigest => ({
  times: { from: time, to: time + 1 },
  keys: Uint32Array.of(time),
  reading: 1,
});

it('digests of chunks that were given up are forgotten, whatever their number', () => {
  const digests = new Digests();
  for (let seq = 1; seq <= 4; seq++) digests.add(seq, digest(seq));
  digests.forget(2);
  expect(digests.take(2, 2)).toBeNull();
  expect(digests.take(3, 4)).toEqual({
    times: { from: 3, to: 5 },
    keys: [Uint32Array.of(3), Uint32Array.of(4)],
    readings: [1],
  });
});
