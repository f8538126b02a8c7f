import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordChunk } from '../../src/cli/record-chunk.js';
import { createDesk } from '../../src/storage/desk/desk.js';
import { encodeChunk } from '../../src/storage/log/chunk-codec.js';
import { Segment } from '../../src/storage/log/segment.js';
import { StateStore } from '../../src/storage/state.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/** A full segment of the event log, opened. */
function segment(path: string): Segment {
  const opened = new Segment(path);
  if (opened.lastSeq > 0) return opened;
  const records = Array.from({ length: 1000 }, (_, i) => Buffer.from(`record ${i}`));
  const chunk = recordChunk(records, 1, 1, 'tcp');
  opened.commit([{ seq: 1, records: 1000, receivedAt: 1, body: encodeChunk(chunk) }]);
  return opened;
}

// A disk that is full takes not one page: whoever was killed there must come up again all the same, and detect.
it.each([
  ['state.db', (path: string) => new StateStore(path)],
  ['desk.db', (path: string) => createDesk(path)],
  ['a segment', segment],
])('%s that a killed process left is opened without a write', (_, open) => {
  const folder = temporaryFolder();
  const [running, left] = [join(folder, 'running'), join(folder, 'left')];
  const opened = open(running);
  for (const suffix of ['', '-wal', '-shm']) copyFileSync(running + suffix, left + suffix);
  opened.close();
  const before = readFileSync(`${left}-wal`);
  const again = open(left);
  const after = readFileSync(`${left}-wal`);
  again.close();
  expect(before.length).toBeGreaterThan(0);
  expect(after.equals(before)).toBe(true);
});
