import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { Caretaker } from '../../src/storage/caretaker.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { makeSegmentFile } from '../../src/storage/log/segment-file.js';
import { firstSeqOf, listSegments, NEXT } from '../../src/storage/log/segment-files.js';
import { StateStore } from '../../src/storage/state.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

const MIB = 1024 ** 2;
const BUILT = join(process.cwd(), 'dist/storage');

async function newCaretaker(failed: unknown[] = []): Promise<Caretaker> {
  const built = (await import(
    join(BUILT, 'caretaker.js')
  )) as typeof import('../../src/storage/caretaker.js');
  const caretaker = new built.Caretaker((error) => failed.push(error));
  onTestFinished(() => caretaker.stop());
  return caretaker;
}

function waiting(db: Database.Database): number {
  const [frames] = db.pragma('wal_checkpoint(NOOP)') as {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  return frames!.log - frames!.checkpointed;
}

it('takes over what somebody else commits, and leaves nothing beside a file that is done with', async () => {
  const path = join(temporaryFolder(), 'state.db');
  const caretaker = await newCaretaker();
  const state = new StateStore(path, { isTended: true });
  caretaker.tend(path);
  const others = new Database(path);
  const snapshot = Array.from({ length: 18 }, () => randomBytes(MIB / 2));
  for (let appliedSeq = 1; appliedSeq <= 3; appliedSeq++) {
    // In one commit more than the caretaker leaves.
    state.commit({ appliedSeq, changes: [], cursors: [], snapshot });
    await until(() => waiting(others) === 0, 'nothing that waits to be taken over');
  }
  expect(statSync(`${path}-wal`).size).toBeLessThan(12 * MIB);
  others.close();
  state.close();
  expect(existsSync(`${path}-wal`)).toBe(true);
  caretaker.leave(path);
  await until(() => !existsSync(`${path}-wal`), 'the end of the write-ahead log');
  const reopened = new StateStore(path);
  const { seq, parts } = reopened.snapshot()!;
  // `toEqual` takes a minute for as many bytes.
  expect([seq, Buffer.concat(parts).equals(Buffer.concat(snapshot))]).toEqual([3, true]);
  reopened.close();
});

it('closes everything when it stops, and takes back what it prepared', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'state.db');
  const caretaker = await newCaretaker();
  const state = new StateStore(path, { isTended: true });
  caretaker.tend(path);
  caretaker.prepare(join(folder, NEXT));
  await until(() => existsSync(join(folder, NEXT)), 'the prepared file');
  state.commit({ appliedSeq: 7, changes: [], cursors: [] });
  state.close();
  await caretaker.stop();
  expect(readdirSync(folder)).toEqual(['state.db']);
});

it('does without what is not there or is no database, and goes on with the rest', async () => {
  const folder = temporaryFolder();
  const failed: unknown[] = [];
  const caretaker = await newCaretaker(failed);
  writeFileSync(join(folder, 'text.db'), 'no database at all, but longer than a header of one: '.repeat(20));
  caretaker.tend(join(folder, 'nothing.db'));
  caretaker.tend(join(folder, 'text.db'));
  caretaker.leave(join(folder, 'never-seen.db'));
  caretaker.prepare(join(folder, 'no-folder', NEXT));
  caretaker.prepare(join(folder, NEXT));
  await until(() => existsSync(join(folder, NEXT)), 'the prepared file');
  expect(failed).toEqual([]);
});

it('is told of each file of the log from its first commit until after its last, and asked for the next', () => {
  const dir = temporaryFolder();
  const told: string[] = [];
  const caretaker = {
    tend: (path: string) => told.push(`tend ${firstSeqOf(path)}`),
    leave: (path: string) => {
      new Database(path).exec('BEGIN EXCLUSIVE; COMMIT');
      told.push(`leave ${firstSeqOf(path)}`);
    },
    prepare: (path: string) => told.push(`prepare ${basename(path)}`),
  };
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15, segmentBytes: 1, caretaker });
  for (let seq = 1; seq <= 3; seq++) {
    log.append(chunkOf(seq, ['line']));
    log.addDigest(seq, null);
    log.commit();
  }
  expect(told.splice(0)).toEqual([
    ...[`prepare ${NEXT}`, 'tend 1', `prepare ${NEXT}`],
    ...['tend 2', `prepare ${NEXT}`],
    ...['leave 1', 'tend 3', `prepare ${NEXT}`],
  ]);
  log.finish();
  expect(told.splice(0)).toEqual(['leave 2', 'leave 3']);
  const again = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15, caretaker });
  again.close();
  expect(told).toEqual(['tend 3', `prepare ${NEXT}`, 'leave 3']);
});

it('makes the file that the log begins next', () => {
  const dir = join(temporaryFolder(), 'events');
  mkdirSync(dir);
  makeSegmentFile(join(dir, NEXT));
  const { ino } = statSync(join(dir, NEXT));
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15, segmentBytes: 1 });
  for (let seq = 1; seq <= 2; seq++) {
    log.append(chunkOf(seq, [`line ${seq}`]));
    log.commit();
  }
  const [first, second] = listSegments(dir);
  expect(statSync(first!).ino).toBe(ino);
  expect(statSync(second!).ino).not.toBe(ino);
  expect(existsSync(join(dir, NEXT))).toBe(false);
  expect([...log.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq)).toEqual([1, 2]);
  log.close();
});

it('kill -9 at any moment loses nothing that was committed, with a caretaker or while it is gone', async () => {
  for (let round = 0; round < 8; round++) {
    const dir = join(temporaryFolder(), 'events');
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, dir]);
    let committed = 0;
    writer.stdout.on('data', (data: Buffer) => {
      committed = Number(data.toString().trim().split('\n').at(-1));
      if (committed >= 20 + round * 23) writer.kill('SIGKILL');
    });
    await once(writer, 'exit');
    const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e12 });
    const seqs = [...log.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    expect(seqs.length).toBeGreaterThanOrEqual(committed);
    expect(committed).toBeGreaterThan(0);
    log.append(chunkOf(seqs.length + 1, ['after']));
    log.commit();
    log.close();
  }
}, 300_000);

/** Commits 200 KB every few ms into files of 6 MiB. From the 120th chunk on the caretaker is gone. */
const WRITER = `
  import { randomBytes } from 'node:crypto';
  import { setTimeout } from 'node:timers/promises';
  const { EventLog } = await import('${BUILT}/log/event-log.js');
  const { Caretaker } = await import('${BUILT}/caretaker.js');
  const caretaker = new Caretaker(() => {});
  const log = new EventLog({ dir: process.argv[1], maxAgeMs: 1e15, maxBytes: 1e12, segmentBytes: 6 * ${MIB}, caretaker });
  for (let seq = 1; ; seq++) {
    const bytes = new Uint8Array(Buffer.from(randomBytes(200_000).toString('latin1').replaceAll('\\n', ' ') + '\\n', 'latin1'));
    log.append({ seq, source: 's', transport: 'tcp', receivedAt: seq, clock: seq, records: 1, cursor: null, peers: [], bytes, ends: null, peerRuns: null, truncated: null });
    log.addDigest(seq, { times: null, keys: Uint32Array.of(seq), reading: 5 });
    log.commit();
    process.stdout.write(seq + '\\n');
    if (seq === 120) await caretaker.stop();
    await setTimeout(5);
  }
`;
