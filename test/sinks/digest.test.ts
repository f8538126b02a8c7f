import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createDelivery } from '../../src/sinks/deliver.js';
import {
  DeliveryError,
  type Digest,
  type OutboxItem,
  type Sink,
  type SinkState,
} from '../../src/sinks/sink.js';
import { Counters } from '../../src/telemetry/counters.js';
import { outboxItem } from '../helpers/alerts.js';
import { FakeClock, settle } from '../helpers/fake-clock.js';
import { MemoryOutbox } from '../helpers/outbox.js';

const MINUTE = 60_000;
const PAUSE = 10 * MINUTE;

/** Tells at most every ten minutes, but what is high at once. */
class DigestSink implements Sink {
  readonly messages: { at: number; positions: number[]; noted: number }[] = [];
  readonly digest: Digest = {
    waitMs: (items) => {
      if (items.some(({ change }) => change.severity === 'high')) return 0;
      if (items.length === 0 && this.#noted === 0) return Number.POSITIVE_INFINITY;
      return Math.max(0, this.#sentAt + PAUSE - this.now());
    },
    note: (items) => {
      this.#noted += items.length;
      return this.#state();
    },
  };
  now: () => number = () => 0;
  failing = 0;
  refuses = false;
  #sentAt = 0;
  #noted = 0;

  async open(state: SinkState | null): Promise<void> {
    this.#sentAt = Number(state?.sent_at ?? 0);
    this.#noted = Number(state?.noted ?? 0);
  }

  async deliver(items: readonly OutboxItem[]): Promise<SinkState> {
    if (this.refuses) throw new DeliveryError('bad', { retryable: false });
    if (this.failing-- > 0) throw new DeliveryError('down', { retryable: true });
    const positions = items.map(({ position }) => position);
    this.messages.push({ at: this.now(), positions, noted: this.#noted });
    this.#noted = 0;
    this.#sentAt = this.now();
    return this.#state();
  }

  async reopen(): Promise<void> {}
  async close(): Promise<void> {}

  #state(): SinkState {
    return { sent_at: this.#sentAt, noted: this.#noted };
  }
}

function start(outbox = new MemoryOutbox(), clock = new FakeClock()) {
  const sink = new DigestSink();
  sink.now = () => clock.now();
  const counters = new Counters();
  const delivery = createDelivery({
    ...{ sink, outbox, clock, counters, name: 'test', minSeverity: 'low', batchSize: 4 },
    log: pino({ level: 'silent' }),
  });
  const add = async (...severities: ('high' | 'low' | 'informational')[]): Promise<void> => {
    for (const severity of severities) outbox.items.push(outboxItem(outbox.items.length + 1, { severity }));
    delivery.wake();
    await settle();
  };
  return { sink, outbox, clock, counters, delivery, add };
}

describe('a sink that collects', () => {
  it('tells the first at once, the rest together when its time has come', async () => {
    const { sink, clock, outbox, delivery, add } = start();
    await add('low');
    await clock.advance(MINUTE);
    await add('low');
    await add('low');
    await clock.advance(8 * MINUTE);
    expect(sink.messages).toHaveLength(1);
    expect(outbox.position('test')?.position).toBe(1);
    expect(delivery.status().state).toBe('idle');
    await clock.advance(MINUTE);
    expect(sink.messages.map(({ positions }) => positions)).toEqual([[1], [2, 3]]);
  });

  it('tells what is important at once, with what waited', async () => {
    const { sink, clock, add } = start();
    await add('low');
    await add('low', 'low');
    await add('high');
    expect(sink.messages.map(({ positions }) => positions)).toEqual([[1], [2, 3, 4]]);
    await clock.advance(MINUTE);
    expect(sink.messages).toHaveLength(2);
  });

  it('notes what is more than a batch, and tells of it though nothing follows', async () => {
    const { sink, clock, outbox, add } = start();
    await add('low');
    await add(...new Array<'low'>(8).fill('low'));
    expect(outbox.position('test')).toMatchObject({ position: 9, state: { noted: 8 } });
    await clock.advance(PAUSE);
    expect(sink.messages.at(-1)).toMatchObject({ positions: [], noted: 8 });
    await clock.advance(10 * PAUSE);
    expect(sink.messages).toHaveLength(2);
  });

  it('is not kept waiting by what it does not want', async () => {
    const { sink, clock, outbox, add } = start();
    await add('low');
    await add(...new Array<'informational'>(9).fill('informational'));
    expect(outbox.position('test')?.position).toBe(10);
    await clock.advance(10 * PAUSE);
    expect(sink.messages).toHaveLength(1);
  });

  it('tries again when only what was noted cannot be told', async () => {
    const { sink, clock, counters, add } = start();
    await add('low');
    await add(...new Array<'low'>(4).fill('low'));
    sink.refuses = true;
    await clock.advance(PAUSE + MINUTE);
    expect(counters.get('sink.retry')).toBeGreaterThan(2);
    sink.refuses = false;
    await clock.advance(2 * MINUTE);
    expect(sink.messages.at(-1)).toMatchObject({ noted: 4 });
  });

  it('leaves what waits in the outbox when the process stops, and goes on after it', async () => {
    const first = start();
    await first.add('low');
    await first.add('low');
    await first.delivery.stop(first.clock.now() + 1000);
    expect(first.sink.messages).toHaveLength(1);
    const second = start(first.outbox, first.clock);
    await second.clock.advance(MINUTE);
    expect(second.sink.messages).toEqual([]);
    await second.clock.advance(PAUSE);
    expect(second.sink.messages.map(({ positions }) => positions)).toEqual([[2]]);
  });

  it('tells of each exactly once, what is high at once, and seldom else', async () => {
    const step = fc.record({
      severities: fc.array(fc.constantFrom('low', 'low', 'low', 'informational', 'high'), { maxLength: 12 }),
      minutes: fc.integer({ min: 0, max: 15 }),
      failing: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { sink, clock, outbox, add } = start();
        for (const { severities, minutes, failing } of steps) {
          sink.failing = failing;
          await add(...(severities as ('high' | 'low' | 'informational')[]));
          await clock.advance(minutes * MINUTE);
        }
        await clock.advance(3 * PAUSE);
        const wanted = outbox.items.filter(({ change }) => change.severity !== 'informational');
        const told = sink.messages.reduce((sum, { positions, noted }) => sum + positions.length + noted, 0);
        expect(told).toBe(wanted.length);
        const listed = sink.messages.flatMap(({ positions }) => positions);
        const high = wanted
          .filter(({ change }) => change.severity === 'high')
          .map(({ position }) => position);
        expect(high.filter((position) => !listed.includes(position))).toEqual([]);
        sink.messages.forEach(({ at, positions }, i) => {
          const before = sink.messages[i - 1]?.at ?? 0;
          if (!positions.some((position) => high.includes(position)))
            expect(at - before).toBeGreaterThanOrEqual(PAUSE);
        });
      }),
      { numRuns: 60 },
    );
  });
});
