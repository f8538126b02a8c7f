import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventLog } from '../../src/storage/log/event-log.js';
import { readLog } from '../../src/storage/log/read-log.js';
import { firstSeqOf } from '../../src/storage/log/segment-files.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/run-daemon.js';

const LINES = Array.from({ length: 300 }, (_, i) => `line ${i}`);

let folder: ReturnType<typeof temporaryFolder>;
let log: EventLog;
let seq = 0;

beforeEach(() => {
  folder = temporaryFolder();
  seq = 0;
  log = new EventLog({ dir: folder.path, maxAgeMs: 1e12, maxBytes: 1e12, segmentBytes: 6000 });
});

afterEach(() => {
  log.close();
  folder.remove();
});

/** Three tenths of a block each. */
function write(chunks: number): void {
  for (let i = 0; i < chunks; i++) {
    log.append(chunkOf(++seq, LINES));
    log.commit();
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('readLog', () => {
  test('misses nothing while what it reads is rewritten to blocks and goes on in other files', () => {
    write(6);
    for (const pause of [1, 2, 4, 5, 6]) {
      const from = seq;
      const chunks = readLog(folder.path, (path, error) => expect.fail(`${path}: ${error}`));
      const seqs = Array.from({ length: pause }, () => chunks.next().value!.seq as number);
      write(5);
      for (const chunk of chunks) seqs.push(chunk.seq);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
      expect(seqs.length).toBeGreaterThanOrEqual(from);
    }
  });

  test('goes on behind files that are dropped meanwhile', () => {
    write(40);
    const names = readdirSync(folder.path).filter((name) => name.endsWith('.db'));
    const [oldest, second, third] = names.sort();
    const told: unknown[] = [];
    const chunks = readLog(folder.path, (_, error, { firstSeq }) => told.push([String(error), firstSeq]));
    expect(chunks.next().value!.seq).toBe(1);
    for (const name of [oldest, second]) rmSync(join(folder.path, name!));
    const rest = [...chunks].map((chunk) => chunk.seq);
    const next = firstSeqOf(third!);
    expect(rest).toEqual([...range(2, firstSeqOf(second!)), ...range(next, 41)]);
    expect(told).toEqual([['RangeError: Chunks are missing', firstSeqOf(second!)]]);
  });

  test('finds nothing where no log is', () => {
    expect([...readLog(join(folder.path, 'events'), () => {})]).toEqual([]);
  });
});
