import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valueKey } from '../../src/model/event-keys.js';
import { EventLog, type EventLogOptions } from '../../src/storage/log/event-log.js';
import { mayHoldKey } from '../../src/storage/log/key-filter.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import { SegmentReader } from '../../src/storage/log/segment-reader.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let dir: string;
let log: EventLog;

beforeEach(() => {
  dir = join(temporaryFolder(), 'events');
  log = openLog();
});
afterEach(() => log.close());

function openLog(options: Partial<EventLogOptions> = {}): EventLog {
  return new EventLog({ dir, maxAgeMs: 1e12, maxBytes: 1e12, ...options });
}

const userKey = (seq: number): number => valueKey('user.name', `user${seq}`)!;

function append(seq: number, records = 600): void {
  log.append(
    chunkOf(
      seq,
      Array.from({ length: records }, (_, i) => `line ${seq} ${i} ${Math.random()}`),
    ),
  );
}

/** One user and one time for each chunk. */
function digest(seq: number): void {
  log.addDigest(seq, {
    times: { from: seq * 1000, to: seq * 1000 + 500 },
    keys: Uint32Array.of(userKey(seq)),
    reading: 5,
  });
}

function filters(path = listSegments(dir).at(-1)!) {
  const reader = SegmentReader.open(path);
  const found = [...reader.filters()].map(({ firstSeq, lastSeq, records, from, to, keys }) => {
    const users = Array.from({ length: 40 }, (_, seq) => seq).filter((seq) => mayHoldKey(keys, userKey(seq)));
    return { firstSeq, lastSeq, records, from, to, users };
  });
  const summary = reader.summary();
  reader.close();
  return { found, summary };
}

describe('filters of the event log', () => {
  it('come to a block once the digests of all its chunks have come', () => {
    for (const seq of [1, 2, 3]) {
      append(seq);
      log.commit();
    }
    expect(filters().found).toEqual([]);
    digest(1);
    log.commit();
    expect(filters().found).toEqual([]);
    digest(2);
    log.commit();
    expect(filters().found).toEqual([
      { firstSeq: 1, lastSeq: 2, records: 1200, from: 1000, to: 2500, users: [1, 2] },
    ]);
  });

  it('are there for all when the log ends, with one for the whole file, and go on at the next start', () => {
    for (const seq of [1, 2, 3]) {
      append(seq);
      digest(seq);
      log.commit();
    }
    log.finish();
    expect(filters().found.map(({ users }) => users)).toEqual([[1, 2], [3]]);
    expect(filters().summary).toMatchObject({ records: 1800, from: 1000, to: 3500 });
    log = openLog();
    expect(filters().summary).toBeNull();
    append(4, 1000);
    log.commit();
    digest(4);
    log.finish();
    const { found, summary } = filters();
    expect(found.map(({ users }) => users)).toEqual([[1, 2], [3], [4]]);
    expect(summary).toMatchObject({ records: 2800, from: 1000, to: 4500 });
    for (const seq of [1, 2, 3, 4]) expect(mayHoldKey(summary!.keys, userKey(seq))).toBe(true);
    expect(mayHoldKey(summary!.keys, userKey(5))).toBe(false);
  });

  it('come to a closed segment, too, whose detectors were behind', () => {
    log.close();
    log = openLog({ segmentBytes: 1, maxBytes: 1e12 });
    append(1, 1500);
    log.commit();
    append(2, 100);
    log.commit();
    expect(listSegments(dir)).toHaveLength(2);
    digest(1);
    digest(2);
    log.commit();
    const [closed] = listSegments(dir);
    expect(filters(closed).found.map(({ users }) => users)).toEqual([[1]]);
    expect(filters(closed).summary).toMatchObject({ records: 1500 });
  });

  it('come to a full file with the commit that begins the next, and the next commit closes it', () => {
    log.close();
    log = openLog({ segmentBytes: 1 });
    for (const seq of [1, 2]) {
      append(seq, 1200);
      digest(seq);
      log.commit();
    }
    const [full] = listSegments(dir);
    expect(existsSync(`${full}-wal`)).toBe(true);
    expect(filters(full).found.map(({ users }) => users)).toEqual([[1]]);
    log.commit();
    expect(existsSync(`${full}-wal`)).toBe(false);
    expect(filters(full).summary).toMatchObject({ records: 1200 });
  });

  it('come after a crash with the digests of the run that is repeated', () => {
    for (const seq of [1, 2]) append(seq);
    log.commit();
    log.close();
    log = openLog();
    digest(1);
    digest(2);
    log.commit();
    expect(filters().found).toHaveLength(1);
  });

  it('stay away, and nothing stands for the file, when a digest never comes', () => {
    for (const seq of [1, 2, 3, 4]) append(seq);
    log.commit();
    log.addDigest(1, null);
    for (const seq of [2, 3, 4]) digest(seq);
    log.finish();
    expect(filters().found.map(({ users }) => users)).toEqual([[3, 4]]);
    expect(filters().summary).toBeNull();
  });

  it('are asked for no times where there are no events', () => {
    append(1, 1200);
    log.commit();
    log.addDigest(1, { times: null, keys: new Uint32Array(0), reading: 0 });
    log.commit();
    const [filter] = filters().found;
    expect(filter!.from).toBeGreaterThan(filter!.to);
  });
});

describe('room on the disk', () => {
  it('is made by dropping oldest segments, none that a restart needs', () => {
    let free = 0;
    log.close();
    log = openLog({
      segmentBytes: 1,
      keepFree: 100,
      freeBytes: () => free + 30 * (4 - listSegments(dir).length),
    });
    for (const seq of [1, 2, 3, 4]) {
      append(seq, 1200);
      log.commit();
    }
    // 0, then 30 with a file less: not even half of what is wanted.
    expect(log.makeRoom(1)).toBe(false);
    expect(listSegments(dir)).toHaveLength(3);
    expect(log.makeRoom(1)).toBe(false);
    expect(listSegments(dir)).toHaveLength(3);
    free = 40;
    expect(log.makeRoom(99)).toBe(true);
    expect(listSegments(dir)).toHaveLength(2);
    expect(log.makeRoom(99)).toBe(true);
    expect(listSegments(dir)).toHaveLength(2);
    expect([...log.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq)).toEqual([3, 4]);
  });
});
