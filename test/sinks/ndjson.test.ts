import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { ndjson } from '../../src/sinks/ndjson.js';
import type { OutboxItem, Sink, SinkState } from '../../src/sinks/sink.js';
import { handOver } from '../contracts/sink-contract.js';
import { incidentChange, outboxItem } from '../helpers/alerts.js';
import { asNobody } from '../helpers/as-nobody.js';
import { sinkContext } from '../helpers/sink-context.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const TODAY = 'alerts-2026-11-20.ndjson';

describe('ndjson files', () => {
  it('are named for the UTC day of the change', async () => {
    const dir = temporaryFolder();
    const sink = await opened(dir);
    await handOver(sink, [
      on('2026-11-20T23:59:59.999Z', 1),
      on('2026-11-21T00:00:00.000Z', 2),
      on('nonsense/../x', 3),
    ]);
    expect(readdirSync(dir).sort()).toEqual([TODAY, 'alerts-2026-11-21.ndjson', 'alerts-undated.ndjson']);
    expect(positionsIn(dir, TODAY)).toEqual([1]);
  });

  it('of incidents are others than those of alerts', async () => {
    const dir = temporaryFolder();
    await handOver(await opened(dir), [outboxItem(1), { position: 2, change: incidentChange() }]);
    expect(readdirSync(dir).sort()).toEqual([TODAY, 'incidents']);
    expect(readFileSync(join(dir, 'incidents', 'incidents-2026-11-20.ndjson'), 'utf8')).toBe(
      `${JSON.stringify(incidentChange())}\n`,
    );
  });

  it('hold the whole change as one line of JSON', async () => {
    const dir = temporaryFolder();
    const item = outboxItem(1, { entity: 'a\nb\u001b[31m' });
    await handOver(await opened(dir), [item]);
    const text = readFileSync(join(dir, TODAY), 'utf8');
    expect(text).toBe(`${JSON.stringify(item.change)}\n`);
    expect(text).not.toContain('\u001b');
  });

  it('can be read by owner and group only', async () => {
    const dir = temporaryFolder();
    await handOver(await opened(dir), [outboxItem(1)]);
    expect(statSync(join(dir, TODAY)).mode & 0o007).toBe(0);
  });

  it('of two sinks in one folder are two files', async () => {
    const dir = temporaryFolder();
    await handOver(await opened(dir, null, 'ndjson'), [outboxItem(1)]);
    await handOver(await opened(dir, null, 'ndjson-2'), [outboxItem(1)]);
    expect(readdirSync(dir).sort()).toEqual([TODAY, 'alerts-ndjson-2-2026-11-20.ndjson']);
  });
});

describe('ndjson after a crash', () => {
  it('has each line once, wherever the process died', async () => {
    const base = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(anyDays, fc.array(anyStep, { maxLength: 12 }), async (days, steps) => {
        await expectExactness(mkdtempSync(join(base, 'run-')), days, steps);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what was told after the backup that the state is of', async () => {
    const dir = temporaryFolder();
    const { state } = await handOver(await opened(dir), [outboxItem(1)]);
    await handOver(await opened(dir, state), [outboxItem(2), outboxItem(3)]);
    const restored = await opened(dir, state);
    expect(positionsIn(dir, TODAY)).toEqual([1, 2, 3]);
    await handOver(restored, [outboxItem(7)]);
    expect(positionsIn(dir, TODAY)).toEqual([1, 2, 3, 7]);
  });

  it('takes away the NULs that a power failure left', async () => {
    const dir = temporaryFolder();
    const { state } = await handOver(await opened(dir), [outboxItem(1)]);
    appendFileSync(join(dir, TODAY), Buffer.alloc(300));
    await handOver(await opened(dir, state), [outboxItem(2)]);
    expect(positionsIn(dir, TODAY)).toEqual([1, 2]);
  });

  it('leaves alone a file that the state does not name', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, TODAY), '{"old":1}\n');
    const sink = await opened(dir, { 'alerts-2026-11-19.ndjson': 0 });
    await handOver(sink, [outboxItem(1)]);
    expect(readFileSync(join(dir, TODAY), 'utf8')).toMatch(/^{"old":1}\n{"@timestamp"/);
  });

  it('does not write a line onto one that somebody else left unfinished', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, TODAY), '{"torn":');
    await handOver(await opened(dir), [outboxItem(1), outboxItem(2)]);
    const [torn, ...lines] = readFileSync(join(dir, TODAY), 'utf8').trimEnd().split('\n');
    expect(torn).toBe('{"torn":');
    expect(lines.map((line) => (JSON.parse(line) as AlertChange).alert.count)).toEqual([12, 12]);
  });

  it('never makes a file longer to reach the length in the state', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, TODAY), 'short\n');
    await opened(dir, { [TODAY]: 4096 });
    expect(readFileSync(join(dir, TODAY), 'utf8')).toBe('short\n');
  });
});

describe('ndjson and log rotation', () => {
  it('starts a new file when the old one was renamed, and cuts neither', async () => {
    const dir = temporaryFolder();
    const sink = await opened(dir);
    const { state } = await handOver(sink, [outboxItem(1), outboxItem(2)]);
    renameSync(join(dir, TODAY), join(dir, `${TODAY}.1`));
    const { prepared } = await handOver(sink, [outboxItem(3)]);
    expect(positionsIn(dir, `${TODAY}.1`)).toEqual([1, 2]);
    expect(positionsIn(dir, TODAY)).toEqual([3]);
    expect(prepared).toEqual({ [TODAY]: 0 });
    expect(state).not.toEqual(prepared);
  });

  it('goes on at the new end of a file that was emptied in place', async () => {
    const dir = temporaryFolder();
    const sink = await opened(dir);
    await handOver(sink, [outboxItem(1), outboxItem(2)]);
    truncateSync(join(dir, TODAY), 0);
    await handOver(sink, [outboxItem(3)]);
    expect(positionsIn(dir, TODAY)).toEqual([3]);
  });
});

describe('ndjson beside somebody else', () => {
  it('keeps what was appended to its file between two deliveries', async () => {
    const dir = temporaryFolder();
    const sink = await opened(dir);
    await handOver(sink, [outboxItem(1)]);
    appendFileSync(join(dir, TODAY), `${JSON.stringify(outboxItem(7).change)}\n`);
    await handOver(sink, [outboxItem(2)]);
    expect(positionsIn(dir, TODAY)).toEqual([1, 7, 2]);
  });
});

describe('ndjson without room', () => {
  it('reports a full disk as something that may pass', async () => {
    const dir = temporaryFolder();
    symlinkSync('/dev/full', join(dir, TODAY));
    const sink = await opened(dir);
    await expect(handOver(sink, [outboxItem(1)])).rejects.toMatchObject({
      name: 'DeliveryError',
      retryable: true,
      message: expect.stringContaining('ENOSPC'),
    });
    await expect(handOver(sink, [outboxItem(1)])).rejects.toThrow(
      `cannot write to ${join(dir, TODAY)}: no room is left on the disk (ENOSPC). Make room on that disk.`,
    );
  });

  it('names the file that this user may not write', async () => {
    const dir = temporaryFolder();
    chmodSync(dir, 0o755);
    writeFileSync(join(dir, TODAY), '', { mode: 0o600 });
    const sink = await opened(dir);
    await expect(asNobody(() => handOver(sink, [outboxItem(1)]))).rejects.toThrow(
      `cannot write to ${join(dir, TODAY)}: this user may not do that (EACCES). Give the user`,
    );
  });

  it('reports a folder that cannot be made when it opens', async () => {
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    await expect(opened(join(blocked, 'alerts'))).rejects.toMatchObject({
      name: 'DeliveryError',
      retryable: true,
    });
  });

  it('takes back what a failed delivery wrote, also when fewer items follow', async () => {
    const dir = temporaryFolder();
    const [first, second] = [on('2026-11-20T10:00:00Z', 1), on('2026-11-20T10:00:01Z', 2)];
    const other = on('2026-11-21T10:00:00Z', 3);
    symlinkSync(join(dir, 'gone', 'x'), join(dir, 'alerts-2026-11-21.ndjson'));
    const sink = await opened(dir);
    await expect(handOver(sink, [first, second, other])).rejects.toThrow('ENOENT');
    expect(positionsIn(dir, TODAY)).toEqual([1, 2]);
    await handOver(sink, [first]);
    expect(positionsIn(dir, TODAY)).toEqual([1]);
  });
});

/** A batch of the outbox, and what happens to the process during it. */
interface Step {
  readonly items: number;
  readonly fate: 'committed' | 'dies after prepare' | 'dies while writing' | 'dies before commit';
  /** How much of what it wrote was on disk, 0 to 1. */
  readonly share: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  items: fc.integer({ min: 1, max: 4 }),
  fate: fc.constantFrom('committed', 'dies after prepare', 'dies while writing', 'dies before commit'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
/** Of the changes in the outbox. */
const anyDays = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 60, maxLength: 60 });

/** Runs the steps as deliver.ts would, with restarts, then what was not committed, and compares the files. */
async function expectExactness(dir: string, days: readonly number[], steps: readonly Step[]): Promise<void> {
  const outbox = days.map((day, i) => on(`2026-11-0${day}T10:00:00.000Z`, 1 + i));
  let committed: SinkState | null = null;
  let position = 0;
  /** The outbox only grows: the next batch begins with the one that died. */
  let least = 0;
  let sink = await opened(dir, committed);
  const expected = new Map<string, number[]>();
  for (const { items: count, fate, share } of [
    ...steps,
    { items: 3, fate: 'committed', share: 1 } as const,
  ]) {
    const items = outbox.slice(position, position + Math.max(count, least));
    committed = (await sink.prepare?.(items)) ?? committed;
    if (fate === 'committed') {
      committed = await sink.deliver(items);
      position += items.length;
      least = 0;
      for (const { position: at, change } of items) {
        const file = `alerts-${change['@timestamp'].slice(0, 10)}.ndjson`;
        expected.set(file, [...(expected.get(file) ?? []), at]);
      }
      continue;
    }
    least = items.length;
    const before = new Map(readdirSync(dir).map((file) => [file, statSync(join(dir, file)).size]));
    if (fate !== 'dies after prepare') await sink.deliver(items);
    if (fate === 'dies while writing') {
      for (const file of readdirSync(dir)) {
        const [from, to] = [before.get(file) ?? 0, statSync(join(dir, file)).size];
        truncateSync(join(dir, file), from + Math.floor((to - from) * share));
      }
    }
    sink = await opened(dir, committed);
  }
  for (const [file, positions] of expected) expect(positionsIn(dir, file)).toEqual(positions);
}

async function opened(dir: string, state: SinkState | null = null, name = 'ndjson'): Promise<Sink> {
  const options = ndjson.options.parse({ type: 'ndjson', dir, fsync: 'never' });
  const sink = ndjson.create(options, sinkContext({ name }));
  await sink.open(state);
  return sink;
}

function on(timestamp: string, position: number): OutboxItem {
  return outboxItem(position, { '@timestamp': timestamp });
}

function positionsIn(dir: string, file: string): number[] {
  const lines = readFileSync(join(dir, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Number((JSON.parse(line) as AlertChange).alert.id.slice(-12)));
}
