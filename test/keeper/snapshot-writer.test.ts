import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SnapshotWriter, type WrittenSnapshot } from '../../src/keeper/snapshot-writer.js';
import { StateStore } from '../../src/storage/state.js';
import { temporaryFolder } from '../helpers/run-daemon.js';
import { until } from '../helpers/until.js';

let folder: ReturnType<typeof temporaryFolder>;
let state: StateStore;
const written: WrittenSnapshot[] = [];
const failed: unknown[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  state = new StateStore(join(folder.path, 'state.db'));
  written.length = 0;
  failed.length = 0;
});

afterEach(() => {
  state.close();
  folder.remove();
});

const newWriter = (): SnapshotWriter =>
  new SnapshotWriter({
    state,
    onWritten: (snapshot) => written.push(snapshot),
    onFailed: (error) => failed.push(error),
  });

const commit = (appliedSeq: number): void => state.commit({ appliedSeq, changes: [], cursors: [] });
const partsThere = (): unknown[] | undefined =>
  state.snapshot()?.parts.map((part) => deserialize(part) as unknown);
const isDone = (writer: SnapshotWriter): Promise<void> =>
  until(() => !writer.isBusy, 'the end of the snapshot');

/** Each piece but the first ones takes as long as a turn may. */
function* slowly(count: number, ...first: readonly unknown[]): Generator<unknown, void> {
  yield* first;
  for (let n = 0; n < count; n++) {
    const until = performance.now() + 6;
    while (performance.now() < until);
    yield n;
  }
}

function* watched(parts: Generator<unknown, void>, onEnd: () => void): Generator<unknown, void> {
  try {
    yield* parts;
  } finally {
    onEnd();
  }
}

describe('SnapshotWriter', () => {
  it('lets others have their turn, and tells the position where it began', async () => {
    const writer = newWriter();
    commit(3);
    writer.begin(slowly(10, 'core', null));
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
      commit(3 + turns);
    }, 0);
    await isDone(writer);
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(written).toMatchObject([{ seq: 3 }]);
    expect(written[0]!.costMs).toBeGreaterThan(50);
    expect(state.snapshot()!.seq).toBe(3);
    expect(partsThere()).toEqual(['core', null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(failed).toEqual([]);
  });

  it('leaves the one before as it is when it is abandoned or cannot be written', async () => {
    const writer = newWriter();
    commit(1);
    writer.begin(slowly(1, 'first'));
    await isDone(writer);
    let returned = false;
    commit(2);
    writer.begin(
      watched(slowly(1000, 'second'), () => {
        returned = true;
      }),
    );
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(writer.isBusy).toBe(true);
    writer.abandon();
    expect(writer.isBusy).toBe(false);
    expect(returned).toBe(true);
    expect(partsThere()).toEqual(['first', 0]);
    writer.begin(slowly(1, 'third', () => {}));
    await until(() => failed.length === 1, 'what cannot be written down');
    expect(writer.isBusy).toBe(false);
    expect(partsThere()).toEqual(['first', 0]);
    commit(4);
    writer.begin(slowly(2, 'fourth'));
    await isDone(writer);
    expect(partsThere()).toEqual(['fourth', 0, 1]);
    expect(written.map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it('writes a large part in several rows', async () => {
    const writer = newWriter();
    commit(1);
    const large = randomBytes(3 * 1024 ** 2);
    writer.begin(
      (function* () {
        yield large;
        yield 'after';
      })(),
    );
    await isDone(writer);
    const [first, ...rest] = partsThere()!;
    expect(large.equals(first as Buffer)).toBe(true);
    expect(rest).toEqual(['after']);
    const db = new Database(join(folder.path, 'state.db'), { readonly: true });
    const { most } = db.prepare('SELECT MAX(LENGTH(body)) AS most FROM snapshot').get() as { most: number };
    db.close();
    expect(most).toBeLessThanOrEqual(256 * 1024);
  });

  it('can be waited for, until a deadline', async () => {
    const writer = newWriter();
    commit(1);
    writer.begin(slowly(3));
    await writer.ended(Date.now() + 60_000);
    expect(partsThere()).toEqual([0, 1, 2]);
    commit(2);
    writer.begin(slowly(1000));
    await writer.ended(Date.now() + 30);
    expect(writer.isBusy).toBe(false);
    expect(partsThere()).toEqual([0, 1, 2]);
    expect(written.map(({ seq }) => seq)).toEqual([1]);
  });
});
