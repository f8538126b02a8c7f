import { join } from 'node:path';
import { deserialize } from 'node:v8';
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

/** Each piece takes as long as a turn may. */
function* slowly(count: number, onEnd = (): void => {}): Generator<number, void> {
  try {
    for (let n = 0; n < count; n++) {
      const until = performance.now() + 6;
      while (performance.now() < until);
      yield n;
    }
  } finally {
    onEnd();
  }
}

describe('SnapshotWriter', () => {
  it('lets others have their turn, and tells the position where it began', async () => {
    const writer = newWriter();
    commit(3);
    writer.begin({ now: ['core', null], later: slowly(10) });
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
    writer.begin({ now: ['first'], later: slowly(1) });
    await isDone(writer);
    let returned = false;
    commit(2);
    writer.begin({
      now: ['second'],
      later: slowly(1000, () => {
        returned = true;
      }),
    });
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(writer.isBusy).toBe(true);
    writer.abandon();
    expect(writer.isBusy).toBe(false);
    expect(returned).toBe(true);
    expect(partsThere()).toEqual(['first', 0]);
    writer.begin({ now: ['third', () => {}], later: slowly(1) });
    expect(failed).toHaveLength(1);
    expect(writer.isBusy).toBe(false);
    expect(partsThere()).toEqual(['first', 0]);
    commit(4);
    writer.begin({ now: ['fourth'], later: slowly(2) });
    await isDone(writer);
    expect(partsThere()).toEqual(['fourth', 0, 1]);
    expect(written.map(({ seq }) => seq)).toEqual([1, 4]);
  });
});
