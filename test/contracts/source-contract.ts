import { expect, it, onTestFinished } from 'vitest';
import type { RawBatch, Transport } from '../../src/model/raw-chunk.js';
import type { Source, SourceContext } from '../../src/sources/source.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { until } from '../helpers/until.js';

/** One source as the contract sees it; made anew for each test. */
export interface SourceHarness {
  /** A source in the same place each time, as after a restart of the process: same port, same file. */
  create(context: SourceContext, options?: { readonly maxMessage?: number }): Source;
  /** A sender that has found the source. */
  connect(source: Source): Promise<Sender>;
  /** The record that a sent text becomes; the same by default. */
  recordOf?(text: string): string;
}

export interface Sender {
  /** Resolves once the texts are on their way (for a stream: accepted by the kernel, or waiting to be). */
  send(texts: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface SourcePromise {
  readonly transport: Transport;
  /** What a full queue does to senders. */
  readonly whenFull: 'waits' | 'drops';
  /** `resumes`: what was not handed over before a stop is read after the next start. */
  readonly afterStop: 'forgets' | 'resumes';
  readonly setUp: () => Promise<SourceHarness>;
  /** Programs that it takes. */
  readonly tools?: readonly string[];
}

/** What every source owes to the daemon (src/sources/source.ts). */
export function sourceContract(type: string, promise: SourcePromise): void {
  describeWithTools(`${type}, as a source`, promise.tools ?? [], () => {
    it('hands over exactly the records that were sent, in their order', async () => {
      const { source, sender, context, recordOf } = await running(promise);
      const texts = numbered(500);
      await sender.send(texts);
      await until(
        () => context.out.count >= texts.length,
        () => `500 records, ${context.out.count} came`,
      );
      expect(context.out.texts()).toEqual(texts.map(recordOf));
      expect(new Set(context.out.batches.map((batch) => batch.transport))).toEqual(
        new Set([promise.transport]),
      );
      expect(new Set(context.out.batches.map((batch) => batch.source))).toEqual(new Set([context.name]));
      await source.stop(soon());
    });

    it('fills batches whose bytes can be handed to another thread', async () => {
      const { sender, context } = await running(promise);
      await sender.send(numbered(50));
      await until(() => context.out.count >= 50, '50 records');
      for (const batch of context.out.batches) checkBatch(batch);
    });

    it('hands over a record that comes alone without waiting for more', async () => {
      const { sender, context } = await running(promise);
      await sender.send(['<13>alone']);
      await until(() => context.out.count > 0, 'the record');
      expect(Date.now() - context.out.batches[0]!.receivedAt).toBeLessThan(5000);
    });

    it('cuts records to max_message, flags them and counts them', async () => {
      const { sender, context, recordOf } = await running(promise, { maxMessage: 100 });
      const long = `<13>${'x'.repeat(400)}`;
      await sender.send([long]);
      await until(() => context.out.count > 0, 'the record');
      expect(context.out.records()).toMatchObject([{ text: recordOf(long).slice(0, 100), truncated: true }]);
      expect(context.counters.get('frame.truncated')).toBe(1);
    });

    if (promise.whenFull === 'waits') {
      it('reads no more while the queue is full, and loses nothing', async () => {
        const { sender, context, recordOf } = await running(promise);
        const texts = numbered(40_000);
        context.out.full = true;
        const sent = sender.send(texts);
        await quiet(() => context.out.count);
        expect(context.out.count).toBeLessThan(texts.length / 4);
        context.out.drain();
        await sent;
        await until(
          () => context.out.count >= texts.length,
          () => `all records, ${context.out.count} came`,
        );
        expect(context.out.texts()).toEqual(texts.map(recordOf));
      });
    } else {
      it('counts what it must drop while the queue is full', async () => {
        const { sender, context } = await running(promise);
        context.out.full = true;
        await sender.send(numbered(100));
        await until(() => context.counters.get('source.queue_full') === 100, '100 drops');
        expect(context.out.count).toBe(0);
        context.out.drain();
        await sender.send(['<13>after']);
        await until(() => context.out.count === 1, 'the record after the drops');
      });
    }

    it('hands over what was sent before stop, and nothing afterwards', async () => {
      const harness = await promise.setUp();
      const { source, sender, context } = await running(promise, {}, harness);
      const texts = numbered(2000);
      await sender.send(texts);
      await source.stop(soon());
      const count = context.out.count;
      await sender.send(['<13>too late']).catch(() => {});
      await quiet(() => context.out.count);
      expect(context.out.count).toBe(count);
      if (promise.afterStop === 'forgets') expect(count).toBe(texts.length);
      else {
        const next = await restarted(harness, context);
        const wanted = [...texts, '<13>too late'].map((text) => harness.recordOf?.(text) ?? text);
        await until(() => count + next.out.count >= wanted.length, 'the rest after a restart');
        expect([...context.out.texts(), ...next.out.texts()]).toEqual(wanted);
      }
    });

    it('starts again in the same place', async () => {
      const harness = await promise.setUp();
      const first = await running(promise, {}, harness);
      await first.sender.send(['<13>before']);
      await until(() => first.context.out.count === 1, 'the record before');
      await first.sender.close();
      await first.source.stop(soon());
      const second = await running(promise, {}, harness, cursorsOf(first.context));
      await second.sender.send(['<13>after']);
      await until(() => second.context.out.count >= 1, 'the record after');
      expect(second.context.out.texts()).toEqual([second.recordOf('<13>after')]);
    });

    it('says what it reads and how it fares', async () => {
      const { source } = await running(promise);
      expect(source.describe()).toMatch(/\S/);
      for (const value of Object.values(source.stats())) expect(value).toBeTypeOf('number');
    });
  });
}

interface Running {
  readonly source: Source;
  readonly sender: Sender;
  readonly context: TestContext;
  readonly recordOf: (text: string) => string;
}

async function running(
  promise: SourcePromise,
  options: { readonly maxMessage?: number } = {},
  given?: SourceHarness,
  cursors?: ReadonlyMap<string, string>,
): Promise<Running> {
  const harness = given ?? (await promise.setUp());
  const context = testContext(cursors === undefined ? {} : { cursors });
  const source = harness.create(context, options);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  const sender = await harness.connect(source);
  onTestFinished(() => sender.close());
  return { source, sender, context, recordOf: (text) => harness.recordOf?.(text) ?? text };
}

async function restarted(harness: SourceHarness, before: TestContext): Promise<TestContext> {
  const context = testContext({ cursors: cursorsOf(before) });
  const source = harness.create(context);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  return context;
}

/** What the daemon would have stored of the batches so far. */
function cursorsOf(context: TestContext): Map<string, string> {
  const cursors = new Map(context.cursors);
  for (const { cursor } of context.out.batches) if (cursor !== null) cursors.set(cursor.key, cursor.value);
  return cursors;
}

function checkBatch(batch: RawBatch): void {
  expect(batch.bytes.byteOffset).toBe(0);
  expect(batch.bytes.buffer.byteLength).toBe(batch.bytes.byteLength);
  expect(batch.peers.length).toBeGreaterThan(0);
  expect(() => structuredClone(batch.bytes.buffer, { transfer: [batch.bytes.buffer] })).not.toThrow();
}

/** Waits until a number has stood still for a while. */
async function quiet(read: () => number): Promise<void> {
  let last = read();
  let since = Date.now();
  await until(() => {
    if (read() !== last) {
      last = read();
      since = Date.now();
    }
    return Date.now() - since > 300;
  }, 'quiet');
}

function numbered(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) =>
      `<38>Nov 20 15:54:36 vm sshd[2253]: record ${i} User root logged in from 192.0.2.1 ${'.'.repeat(160)}`,
  );
}

function soon(): number {
  return Date.now() + 5000;
}
