import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RawChunk } from '../../src/model/raw-chunk.js';
import { decodeChunks, encodeChunk } from '../../src/storage/log/chunk-codec.js';
import { EventLog, type EventLogOptions } from '../../src/storage/log/event-log.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import { chunkOf, textOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
const open: EventLog[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  for (const log of open.splice(0)) log.close();
  folder.remove();
});

function openLog(options: Partial<EventLogOptions> = {}): EventLog {
  const log = new EventLog({ dir: folder.path, maxAgeMs: 1e12, maxBytes: 1e12, ...options });
  open.push(log);
  return log;
}

function read(log: EventLog, after = 0): RawChunk[] {
  return [...log.read(after, (path, error) => expect.fail(`${path}: ${error}`))];
}

const lines = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `line ${from + i}`);

/** What the only segment holds. */
function held(): { readonly blocks: number; readonly open: number; readonly bytes: number } {
  const [file] = readdirSync(folder.path).filter((name) => name.endsWith('.db'));
  const db = new Database(join(folder.path, file!), { readonly: true });
  const count = (table: string): { n: number; bytes: number } =>
    db.prepare(`SELECT COUNT(*) AS n, TOTAL(LENGTH(body)) AS bytes FROM ${table}`).get() as {
      n: number;
      bytes: number;
    };
  const [blocks, rows] = [count('blocks'), count('open')];
  db.close();
  return { blocks: blocks.n, open: rows.n, bytes: blocks.bytes + rows.bytes };
}

describe('event log', () => {
  test('what is committed is read back whole, by another process too', () => {
    const log = openLog();
    const chunk = chunkOf(1, ['a', 'b'], {
      cursor: { key: 'file', value: '{"offset":4}' },
      peers: [{ address: '192.0.2.1' }, { address: '2001:db8::1', identity: 'CN=web' }],
      ends: Uint32Array.from([2, 4]),
      peerRuns: Uint32Array.from([2, 0, 4, 1]),
      truncated: Uint32Array.from([4]),
    });
    log.append(chunk);
    log.commit();
    expect(read(openLog())).toEqual([chunk]);
  });

  test('what was appended and not committed is gone after a crash', () => {
    const log = openLog();
    log.append(chunkOf(1, ['kept']));
    log.commit();
    log.append(chunkOf(2, ['lost']));
    expect(read(openLog()).map(textOf)).toEqual(['kept\n']);
    expect(openLog().lastSeq).toBe(1);
  });

  test('small chunks are gathered into compressed blocks and read once each', () => {
    const log = openLog();
    for (let seq = 1; seq <= 250; seq++) {
      log.append(chunkOf(seq, lines(seq * 10, 10)));
      if (seq % 7 === 0) log.commit();
    }
    log.commit();
    expect(read(log).map((chunk) => chunk.seq)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    expect(held()).toMatchObject({ blocks: 2, open: 40 });
  });

  test('long records make a block with fewer of them, and all that comes in one commit is written once', () => {
    const log = openLog();
    const long = (seq: number): RawChunk => chunkOf(seq, Array(100).fill(`${seq} `.repeat(200)));
    for (let seq = 1; seq <= 8; seq++) log.append(long(seq));
    log.commit();
    expect(held()).toMatchObject({ blocks: 1, open: 0 });
    log.append(long(9));
    log.commit();
    expect(held()).toMatchObject({ blocks: 1, open: 1 });
    expect(read(log).map((chunk) => chunk.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('its size is that of what it holds, however often it was written', () => {
    const log = openLog();
    for (let seq = 1; seq <= 250; seq++) {
      log.append(chunkOf(seq, lines(seq * 10, 10)));
      log.commit();
      expect(log.bytes).toBe(held().bytes);
    }
    expect(openLog().bytes).toBe(held().bytes);
    log.finish();
  });

  test('reading starts behind any position', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
        fc.nat(20),
        (sizes, after) => {
          const own = temporaryFolder();
          const log = new EventLog({ dir: own.path, maxAgeMs: 1e12, maxBytes: 1e12 });
          try {
            sizes.forEach((size, i) => {
              log.append(chunkOf(i + 1, lines(0, size)));
              if (size % 2 === 0) log.commit();
            });
            log.commit();
            const expected = sizes.map((_, i) => i + 1).filter((seq) => seq > after);
            expect(read(log, after).map((chunk) => chunk.seq)).toEqual(expected);
          } finally {
            log.close();
            own.remove();
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('whole segments leave by age, never one that a restart needs', () => {
    const log = openLog({ maxAgeMs: 3600_000 });
    const start = Date.now() - 10 * 3600_000;
    for (let seq = 1; seq <= 4; seq++) {
      log.append(chunkOf(seq, lines(seq, 5), { receivedAt: start + seq * 2 * 3600_000 }));
      log.commit();
    }
    expect(log.stats().segments).toBe(4);
    expect(log.retain(Date.now(), 1)).toHaveLength(1);
    expect(read(log).map((chunk) => chunk.seq)).toEqual([2, 3, 4]);
    log.retain(Date.now(), 4);
    expect(read(log).map((chunk) => chunk.seq)).toEqual([4]);
  });

  test('whole segments leave by size, oldest first', () => {
    const log = openLog({ maxBytes: 3 * 1024 ** 2, segmentBytes: 1024 ** 2 });
    const noise = (seq: number): string[] =>
      Array.from(
        { length: 1200 },
        () => `${seq} ${Math.random()} ${Math.random()} ${Math.random()} ${Math.random()}`,
      );
    for (let seq = 1; seq <= 120; seq++) {
      log.append(chunkOf(seq, noise(seq)));
      log.commit();
    }
    const before = log.bytes;
    log.retain(Date.now(), 120);
    expect(before).toBeGreaterThan(3 * 1024 ** 2);
    expect(log.bytes).toBeLessThanOrEqual(3 * 1024 ** 2);
    expect(read(log).at(-1)!.seq).toBe(120);
    expect(log.stats().segmentsDropped).toBeGreaterThan(0);
  });

  test('what was received while the clock was ahead does not keep what came behind it from growing old', () => {
    const log = openLog({ segmentBytes: 1, maxAgeMs: 1000 });
    for (const [seq, receivedAt] of [1000, 9e12, 3000, 4000, 5000].entries()) {
      log.append(chunkOf(seq + 1, lines(seq + 1, 10), { receivedAt }));
      log.commit();
    }
    expect(log.retain(4500, 5)).toHaveLength(3);
    expect(read(log).map(({ seq }) => seq)).toEqual([4, 5]);
  });

  test('what was received while the clock was behind does not make older what came before it', () => {
    const log = openLog({ segmentBytes: 1, maxAgeMs: 1000 });
    for (const [seq, receivedAt] of [4000, 1, 4100, 4200].entries()) {
      log.append(chunkOf(seq + 1, lines(seq + 1, 10), { receivedAt }));
      log.commit();
    }
    expect(log.retain(4500, 5)).toEqual([]);
    expect(log.retain(400, 5)).toEqual([]);
  });

  test('a segment that leaves before all its digests came is not kept open', () => {
    const log = openLog({ segmentBytes: 1, maxAgeMs: 1000 });
    for (const seq of [1, 2, 3]) {
      log.append(chunkOf(seq, lines(seq, 1200), { receivedAt: seq * 10_000 }));
      log.commit();
    }
    const opened = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)];
        } catch {
          return [];
        }
      });
    const second = listSegments(folder.path)[1]!;
    expect(opened()).toContain(second);
    expect(log.retain(25_000, 2)).toHaveLength(2);
    expect(opened().filter((path) => path.startsWith(second))).toEqual([]);
    for (const seq of [1, 2, 3]) log.addDigest(seq, null);
    log.commit();
    expect(read(log).map(({ seq }) => seq)).toEqual([3]);
  });

  test('what waits to be taken over into the file stays small, so that nothing waits long for that', () => {
    const log = openLog();
    let most = 0;
    for (let seq = 1; seq <= 60; seq++) {
      log.append(chunkOf(seq, [randomBytes(200_000).toString('hex')]));
      log.commit();
      const [wal] = readdirSync(folder.path).filter((name) => name.endsWith('-wal'));
      most = Math.max(most, statSync(join(folder.path, wal!)).size);
    }
    expect(log.bytes).toBeGreaterThan(10 * 1024 ** 2);
    expect(most).toBeLessThan(3 * 1024 ** 2);
  });

  test('a damaged block is reported and skipped, the rest is read', () => {
    const log = openLog();
    for (let seq = 1; seq <= 3; seq++) log.append(chunkOf(seq, lines(seq, 1000)));
    log.commit();
    log.close();
    const [file] = readdirSync(folder.path).filter((name) => name.endsWith('.db'));
    const db = new Database(join(folder.path, file!));
    db.prepare('UPDATE blocks SET body = ? WHERE first_seq = 2').run(Buffer.from('damage'));
    db.close();
    const damaged: string[] = [];
    const seqs = [...openLog().read(0, (path) => damaged.push(path))].map((chunk) => chunk.seq);
    expect(seqs).toEqual([1, 3]);
    expect(damaged).toHaveLength(1);
  });

  test('a file of the format before, with deflated blocks, is read and written on', () => {
    const log = openLog();
    const old = chunkOf(1, lines(0, 1500));
    log.append(old);
    log.commit();
    log.close();
    const [file] = readdirSync(folder.path).filter((name) => name.endsWith('.db'));
    const db = new Database(join(folder.path, file!));
    const deflated = deflateRawSync(encodeChunk(old), { level: 1 });
    db.prepare('UPDATE blocks SET codec = 1, body = ?').run(deflated);
    db.exec(
      'ALTER TABLE blocks DROP COLUMN crc; ALTER TABLE open DROP COLUMN crc; DROP TABLE filters; DROP TABLE summary',
    );
    db.pragma('user_version = 1');
    db.close();
    const newer = openLog();
    newer.append(chunkOf(2, lines(1500, 1500)));
    newer.commit();
    expect(read(newer).map(textOf)).toEqual([textOf(old), textOf(chunkOf(2, lines(1500, 1500)))]);
  });

  test('a block of a codec that nobody knows is damage, not text', () => {
    expect(() => decodeChunks(encodeChunk(chunkOf(1, ['a'])), 9)).toThrow(/unknown codec 9/);
  });

  test('a file of a newer format is refused by name', () => {
    const log = openLog();
    log.append(chunkOf(1, ['a']));
    log.commit();
    log.close();
    const [file] = readdirSync(folder.path).filter((name) => name.endsWith('.db'));
    const db = new Database(join(folder.path, file!));
    db.pragma('user_version = 99');
    db.close();
    expect(() => openLog()).toThrow(/newer version \(format 99\)/);
  });

  test('what cannot be written stays pending until it is given up', () => {
    const log = openLog();
    log.append(chunkOf(1, ['a', 'b']));
    expect(log.pendingBytes).toBeGreaterThan(0);
    expect(log.discardPending()).toBe(2);
    expect(log.pendingBytes).toBe(0);
    log.append(chunkOf(2, ['c']));
    log.commit();
    expect(read(log).map((chunk) => chunk.seq)).toEqual([2]);
  });
});
