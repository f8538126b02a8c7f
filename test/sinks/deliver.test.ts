import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createDelivery, type DeliveryOptions } from '../../src/sinks/deliver.js';
import { ndjson } from '../../src/sinks/ndjson.js';
import { DeliveryError, type OutboxItem, type Sink, type SinkState } from '../../src/sinks/sink.js';
import { Counters } from '../../src/telemetry/counters.js';
import { outboxItem, outboxItems } from '../helpers/alerts.js';
import { FakeClock, settle } from '../helpers/fake-clock.js';
import { MemoryOutbox } from '../helpers/outbox.js';
import { sinkContext } from '../helpers/sink-context.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const HOUR = 3600_000;

describe('delivery to a sink', () => {
  it('delivers the outbox in order and commits the state the sink returns', async () => {
    const { outbox, sink, delivery } = start({ items: outboxItems(3) });
    await settle();
    expect(sink.delivered).toEqual([1, 2, 3]);
    expect(outbox.position('test')).toEqual({ position: 3, state: { count: 3 } });
    expect(delivery.status()).toMatchObject({ state: 'idle', position: 3, delivered: 3, deadLettered: 0 });
  });

  it('goes on after the committed position and hands its state to open', async () => {
    const outbox = new MemoryOutbox();
    outbox.items.push(...outboxItems(3));
    outbox.commit('test', 2, { count: 40 });
    const { sink } = start({ outbox });
    await settle();
    expect(sink.opened).toEqual([{ count: 40 }]);
    expect(sink.delivered).toEqual([3]);
  });

  it('delivers at most batchSize items at once', async () => {
    const { sink } = start({ items: outboxItems(7), batchSize: 3 });
    await settle();
    expect(sink.batches).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('delivers what comes later once it is woken', async () => {
    const { outbox, sink, delivery } = start({ items: [] });
    await settle();
    outbox.items.push(outboxItem(1));
    delivery.wake();
    await settle();
    expect(sink.delivered).toEqual([1]);
  });

  it('lets a sink rest after a delivery, and then delivers the newest revisions of all that came', async () => {
    const { outbox, sink, clock, delivery } = start({ items: outboxItems(2), sink: new RestingSink() });
    await settle();
    const revision = (position: number, revision: number) =>
      outboxItem(position, { alert: { id: 'again', revision } });
    for (const item of [revision(3, 1), outboxItem(4), revision(5, 2)]) {
      outbox.items.push(item);
      delivery.wake();
      await clock.advance(1_500);
    }
    expect(sink.batches).toEqual([[1, 2]]);
    await clock.advance(500);
    expect(sink.batches).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(outbox.position('test')?.position).toBe(5);
  });

  it('lets a sink that rests take a tenth of the time at most', async () => {
    const { outbox, sink, clock, delivery } = start({
      items: outboxItems(1),
      sink: new RestingSink({ hang: true }),
    });
    await settle();
    await clock.advance(2_000);
    sink.release();
    await settle();
    outbox.items.push(outboxItem(2));
    delivery.wake();
    await clock.advance(17_500);
    expect(sink.calls).toBe(1);
    await clock.advance(1_000);
    expect(sink.calls).toBe(2);
  });

  it('lets no sink rest while more waits than one delivery holds, nor at the end', async () => {
    const { outbox, sink, clock, delivery } = start({
      items: outboxItems(5),
      sink: new RestingSink(),
      batchSize: 1,
    });
    await settle();
    expect(sink.batches).toEqual([[1, 2, 3, 4], [5]]);
    outbox.items.push(outboxItem(6));
    void delivery.stop(clock.now() + 60_000);
    await settle();
    expect(sink.delivered.at(-1)).toBe(6);
    expect(delivery.status().state).toBe('stopped');
  });

  it('lets a sink that rests take a fifth of the time at most while more waits than one delivery holds', async () => {
    const { sink, clock } = start({
      items: outboxItems(5),
      sink: new RestingSink({ hang: true }),
      batchSize: 1,
    });
    await settle();
    await clock.advance(2_000);
    sink.release();
    await settle();
    await clock.advance(7_500);
    expect(sink.calls).toBe(1);
    await clock.advance(1_000);
    expect(sink.calls).toBe(2);
  });

  it('passes over alerts below min_severity and does not count them as delivered', async () => {
    const items = [outboxItem(1, { severity: 'low' }), outboxItem(2), outboxItem(3, { severity: 'medium' })];
    const { outbox, sink, delivery } = start({ items, minSeverity: 'high' });
    await settle();
    expect(sink.delivered).toEqual([2]);
    expect(outbox.position('test')?.position).toBe(3);
    expect(delivery.status().delivered).toBe(1);
  });

  it('tries again after 1, 2, 4 … seconds, then every 60, and loses nothing', async () => {
    const { sink, clock, counters } = start({ items: outboxItems(2), sink: new TestSink({ failing: 9 }) });
    const begin = clock.now();
    await clock.advance(10 * 60_000);
    const pauses = sink.attempts.slice(1).map((at, i) => (at - (sink.attempts[i] ?? begin)) / 1000);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(sink.delivered).toEqual([1, 2]);
    expect(counters.get('sink.retry')).toBe(9);
    expect(counters.get('sink.dead_letter')).toBe(0);
  });

  it('waits for as long as a destination asks, and no less than it would anyhow', async () => {
    const sink = new TestSink({ failing: 4, retryAfter: 20_000 });
    const { clock } = start({ items: outboxItems(1), sink });
    await clock.advance(10 * 60_000);
    expect(sink.attempts.slice(1).map((at, i) => (at - sink.attempts[i]!) / 1000)).toEqual([20, 20, 20, 20]);
    const eager = new TestSink({ failing: 3, retryAfter: 1 });
    const other = start({ items: outboxItems(1), sink: eager });
    await other.clock.advance(60_000);
    expect(eager.attempts.slice(1).map((at, i) => (at - eager.attempts[i]!) / 1000)).toEqual([1, 2, 4]);
  });

  it('tries an open that fails again', async () => {
    const sink = new TestSink({ failingOpens: 2 });
    const { clock } = start({ items: outboxItems(1), sink });
    await clock.advance(5_000);
    expect(sink.delivered).toEqual([1]);
  });

  it('sets aside only the item that can never be delivered', async () => {
    const { outbox, sink, counters, delivery } = start({
      items: outboxItems(5),
      sink: new TestSink({ poison: [3] }),
    });
    await settle();
    expect(sink.delivered).toEqual([1, 2, 4, 5]);
    expect(outbox.deadLetters).toEqual([{ sink: 'test', position: 3, reason: 'item 3 is refused' }]);
    expect(outbox.position('test')?.position).toBe(5);
    expect(counters.get('sink.dead_letter')).toBe(1);
    expect(delivery.status()).toMatchObject({ delivered: 4, deadLettered: 1 });
  });

  it('delivers in batches again once the bad batch is behind', async () => {
    const sink = new TestSink({ poison: [2] });
    start({ items: outboxItems(9), sink, batchSize: 3 });
    await settle();
    expect(sink.batches).toEqual([[1], [3], [4, 5, 6], [7, 8, 9]]);
  });

  it('gives up a batch that has failed for giveUpAfterMs, one last try for each item', async () => {
    const sink = new TestSink({ failing: Number.POSITIVE_INFINITY });
    const { outbox, clock } = start({ items: outboxItems(3), sink, giveUpAfterMs: 24 * HOUR });
    await clock.advance(24 * HOUR - 60_000);
    expect(outbox.deadLetters).toEqual([]);
    sink.failing = 0;
    sink.unlucky.add(2);
    await clock.advance(2 * 60_000);
    expect(outbox.deadLetters.map(({ position }) => position)).toEqual([2]);
    expect(sink.delivered).toEqual([1, 3]);
  });

  it('gives the next batch its own time after one was given up', async () => {
    const sink = new TestSink({ failing: Number.POSITIVE_INFINITY });
    const { outbox, clock } = start({ items: outboxItems(2), sink, giveUpAfterMs: HOUR, batchSize: 1 });
    await clock.advance(HOUR + 60_000);
    expect(outbox.deadLetters.map(({ position }) => position)).toEqual([1]);
    await clock.advance(HOUR + 120_000);
    expect(outbox.deadLetters.map(({ position }) => position)).toEqual([1, 2]);
  });

  it('does not overtake a call that hangs, and counts its result when it comes', async () => {
    const sink = new TestSink({ hang: true });
    const { outbox, clock, counters, delivery } = start({ items: outboxItems(2), sink, timeoutMs: 30_000 });
    await clock.advance(HOUR);
    expect(sink.calls).toBe(1);
    expect(delivery.status().state).toBe('stalled');
    expect(counters.get('sink.stalled')).toBe(1);
    expect(outbox.position('test')).toBeNull();
    sink.release();
    await settle();
    expect(sink.batches).toEqual([[1, 2]]);
    expect(outbox.position('test')?.position).toBe(2);
  });

  it('commits a delivery once when the outbox fails, without delivering it again', async () => {
    const outbox = new MemoryOutbox();
    outbox.items.push(...outboxItems(2));
    outbox.failingCommits = 3;
    const { sink, clock } = start({ outbox });
    await clock.advance(20_000);
    expect(sink.batches).toEqual([[1, 2]]);
    expect(outbox.commits).toEqual([{ position: 2, state: { count: 2 } }]);
  });

  it('commits what prepare returns at the old position before it delivers', async () => {
    const sink = new TestSink({ prepared: { offset: 7 } });
    const { outbox } = start({ items: outboxItems(1), sink });
    await settle();
    expect(outbox.commits).toEqual([
      { position: 0, state: { offset: 7 } },
      { position: 1, state: { count: 1 } },
    ]);
  });

  it('reopens between deliveries', async () => {
    const { sink, delivery } = start({ items: outboxItems(1) });
    await settle();
    delivery.reopen();
    await settle();
    expect(sink.reopened).toBe(1);
  });
});

it('a sink that cannot write does not hold up another', async () => {
  const folder = temporaryFolder();
  const blocked = join(folder, 'file');
  writeFileSync(blocked, '');
  const outbox = new MemoryOutbox();
  outbox.items.push(...outboxItems(3));
  const run = (name: string, dir: string) => {
    const sink = ndjson.create(ndjson.options.parse({ type: 'ndjson', dir }), sinkContext({ name }));
    return start({ outbox, sink, name });
  };
  const bad = run('bad', join(blocked, 'alerts'));
  const good = run('good', join(folder, 'alerts'));
  await vi.waitFor(() => expect(good.delivery.status()).toMatchObject({ state: 'idle', position: 3 }));
  await vi.waitFor(() =>
    expect(bad.delivery.status()).toMatchObject({ state: 'retrying', position: 0, delivered: 0 }),
  );
  expect(bad.delivery.status().lastError).toContain('ENOTDIR');
  expect(bad.counters.get('sink.dead_letter')).toBe(0);
});

it('ndjson has each alert once, however often and wherever the process is stopped', async () => {
  const base = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(9), fc.nat(12), fc.nat(2)), { maxLength: 6 }),
      async (lives) => {
        const dir = mkdtempSync(join(base, 'run-'));
        const outbox = new MemoryOutbox();
        for (const [newItems, ticks, failingCommits] of lives) {
          const next = outbox.items.length + 1;
          for (let i = 0; i < newItems; i++) outbox.items.push(outboxItem(next + i));
          outbox.failingCommits = failingCommits;
          const { clock, delivery } = startNdjson(outbox, dir);
          for (let i = 0; i < ticks; i++) await new Promise((resolve) => setImmediate(resolve));
          await Promise.all([delivery.stop(clock.now()), clock.advance(0)]);
          await vi.waitFor(() => expect(delivery.status().state).toBe('stopped'), { interval: 1 });
        }
        outbox.failingCommits = 0;
        outbox.items.push(outboxItem(outbox.items.length + 1));
        const { clock, delivery } = startNdjson(outbox, dir);
        await delivery.stop(clock.now() + 1_000);
        const lines = readFileSync(join(dir, 'alerts-2026-11-20.ndjson'), 'utf8').trimEnd().split('\n');
        expect(lines).toEqual(outbox.items.map(({ change }) => JSON.stringify(change)));
      },
    ),
    { numRuns: 40 },
  );
});

describe('stopping a delivery', () => {
  it('delivers what is left, then closes the sink', async () => {
    const { outbox, sink, clock, delivery } = start({ items: [] });
    await settle();
    outbox.items.push(...outboxItems(600));
    await delivery.stop(clock.now() + 5_000);
    expect(sink.delivered).toHaveLength(600);
    expect(sink.closed).toBe(1);
    expect(delivery.status().state).toBe('stopped');
  });

  it('tries a failing sink once more and leaves the rest in the outbox', async () => {
    const sink = new TestSink({ failing: Number.POSITIVE_INFINITY });
    const { outbox, clock, delivery } = start({ items: outboxItems(2), sink });
    await settle();
    await delivery.stop(clock.now() + 5_000);
    expect(sink.calls).toBe(2);
    expect(sink.closed).toBe(1);
    expect(outbox.position('test')).toBeNull();
  });

  it('does not wait beyond the deadline for a call that hangs, nor touch the outbox afterwards', async () => {
    const sink = new TestSink({ hang: true });
    const { outbox, clock, delivery } = start({ items: outboxItems(2), sink });
    await settle();
    const stopped = delivery.stop(clock.now() + 5_000);
    await clock.advance(5_000);
    await stopped;
    sink.release();
    await settle();
    expect(outbox.commits).toEqual([]);
    expect(sink.closed).toBe(1);
  });
});

function startNdjson(outbox: MemoryOutbox, dir: string) {
  const options = ndjson.options.parse({ type: 'ndjson', dir, fsync: 'never' });
  return start({
    outbox,
    sink: ndjson.create(options, sinkContext({ name: 'ndjson' })),
    name: 'ndjson',
    batchSize: 3,
  });
}

function start<S extends Sink = TestSink>(
  options: Partial<DeliveryOptions> & { items?: OutboxItem[]; sink?: S; outbox?: MemoryOutbox },
) {
  const { items = [], outbox = new MemoryOutbox(), sink = new TestSink({}), ...rest } = options;
  outbox.items.push(...items);
  const clock = new FakeClock();
  const counters = new Counters();
  if (sink instanceof TestSink) sink.now = () => clock.now();
  const log = pino({ level: 'silent' });
  const given = {
    name: 'test',
    minSeverity: 'informational',
    sink,
    outbox,
    clock,
    counters,
    log,
    ...rest,
  } as const;
  return { outbox, sink: sink as S, clock, counters, delivery: createDelivery(given) };
}

interface Faults {
  /** The first so many deliveries fail, retryable. */
  failing?: number;
  failingOpens?: number;
  /** What those that fail ask for, ms. */
  retryAfter?: number;
  /** Positions that are refused for good. */
  poison?: number[];
  hang?: boolean;
  prepared?: SinkState;
}

class TestSink implements Sink {
  readonly opened: (SinkState | null)[] = [];
  readonly delivered: number[] = [];
  readonly batches: number[][] = [];
  readonly attempts: number[] = [];
  readonly unlucky = new Set<number>();
  failing: number;
  calls = 0;
  reopened = 0;
  closed = 0;
  now: () => number = () => 0;
  release: () => void = () => {};
  readonly #faults: Faults;
  #failingOpens: number;

  constructor(faults: Faults) {
    this.#faults = faults;
    this.failing = faults.failing ?? 0;
    this.#failingOpens = faults.failingOpens ?? 0;
  }

  async open(state: SinkState | null): Promise<void> {
    if (this.#failingOpens-- > 0) throw new DeliveryError('not there yet', { retryable: true });
    this.opened.push(state);
  }

  async prepare(): Promise<SinkState | null> {
    return this.#faults.prepared ?? null;
  }

  async deliver(items: readonly OutboxItem[]): Promise<SinkState | null> {
    this.calls += 1;
    this.attempts.push(this.now());
    if (this.#faults.hang) await new Promise<void>((resolve) => (this.release = resolve));
    if (this.failing-- > 0)
      throw new DeliveryError('try later', { retryable: true, retryAfterMs: this.#faults.retryAfter });
    for (const { position } of items) {
      if (this.#faults.poison?.includes(position)) {
        throw new DeliveryError(`item ${position} is refused`, { retryable: false });
      }
      if (this.unlucky.has(position)) throw new DeliveryError(`item ${position} fails`, { retryable: true });
    }
    this.batches.push(items.map(({ position }) => position));
    this.delivered.push(...items.map(({ position }) => position));
    return { count: this.delivered.length };
  }

  async reopen(): Promise<void> {
    this.reopened += 1;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

class RestingSink extends TestSink {
  readonly newestOnly = { restMs: 5_000 };

  constructor(faults: Faults = {}) {
    super(faults);
  }
}
