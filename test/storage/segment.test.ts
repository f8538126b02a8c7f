import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeChunk } from '../../src/storage/log/chunk-codec.js';
import { Segment, type StoredChunk } from '../../src/storage/log/segment.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let segment: Segment;

beforeEach(() => {
  folder = temporaryFolder();
  segment = new Segment(join(folder.path, '1.db'));
});

afterEach(() => {
  segment.close();
  folder.remove();
});

function stored(seq: number, kilobytes: number): StoredChunk {
  const chunk = chunkOf(seq, ['x'.repeat(kilobytes * 1024)]);
  return { seq, records: chunk.records, receivedAt: chunk.receivedAt, body: encodeChunk(chunk) };
}

const lengths = (chunks: readonly StoredChunk[]): number[] => chunks.map(({ body }) => body.byteLength >> 10);

test('bodies are given back once they are in a block, and only then', () => {
  const chunks = [stored(1, 100), stored(2, 100), stored(3, 200)];
  segment.commit(chunks.slice(0, 1));
  segment.commit(chunks.slice(1, 2));
  expect(lengths(chunks)).toEqual([100, 100, 200]);
  segment.commit(chunks.slice(2));
  expect(lengths(chunks)).toEqual([0, 0, 0]);
  const last = [stored(4, 100)];
  segment.commit(last);
  segment.seal();
  expect(lengths(last)).toEqual([0]);
  const read = [...segment.reader.readAfter(0, () => expect.fail())];
  expect(read.map(({ seq, bytes }) => [seq, bytes.byteLength >> 10])).toEqual([
    [1, 100],
    [2, 100],
    [3, 200],
    [4, 100],
  ]);
});

test('a commit that fails gives nothing back: it is tried again', () => {
  segment.commit([stored(1, 300)]);
  const chunks = [stored(1, 300), stored(2, 300)];
  expect(() => segment.commit(chunks)).toThrow(/UNIQUE/);
  expect(lengths(chunks)).toEqual([300, 300]);
});
