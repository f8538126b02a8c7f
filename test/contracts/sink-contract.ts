import { expect, it } from 'vitest';
import { identityOf } from '../../src/model/change.js';
import type { OutboxItem, Sink, SinkState } from '../../src/sinks/sink.js';
import { outboxItem, outboxItems } from '../helpers/alerts.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';

/** One destination as the contract sees it; made anew for each test. */
export interface SinkHarness {
  /** A sink on the same destination each time, as after a restart of the process. */
  create(): Sink;
  /** `<alert id>/<revision>` of what arrived, in the order of arrival. */
  arrived(): Promise<string[]>;
  /** Makes deliveries fail with something that may pass, until the returned function is called. */
  break(): Promise<() => Promise<void>>;
}

export interface SinkPromise {
  /** `exact`: each line once, whatever the crash. `latest`: newest revision per alert. `repeats`: at least once. */
  readonly keeps: 'exact' | 'latest' | 'repeats';
  readonly setUp: () => Promise<SinkHarness>;
  /** Programs that it takes. */
  readonly tools?: readonly string[];
  /** Settings without a default. */
  readonly needs?: Readonly<Record<string, unknown>>;
}

/** What every sink owes to deliver.ts (src/sinks/sink.ts). */
export function sinkContract(type: string, { keeps, setUp, tools = [] }: SinkPromise): void {
  describeWithTools(`${type}, as a sink`, tools, () => {
    it('has what it was given once deliver resolves', async () => {
      const harness = await setUp();
      const sink = harness.create();
      await sink.open(null);
      await handOver(sink, outboxItems(3));
      expect(await harness.arrived()).toEqual(keysOf(outboxItems(3)));
      await sink.close();
    });

    it('goes on after a restart with the state of the last commit', async () => {
      const harness = await setUp();
      const first = harness.create();
      await first.open(null);
      const { state } = await handOver(first, outboxItems(2));
      await first.close();
      const second = harness.create();
      await second.open(asStored(state));
      await handOver(second, [outboxItem(3)]);
      expect(await harness.arrived()).toEqual(keysOf(outboxItems(3)));
    });

    it('loses nothing when the process dies between a delivery and its commit', async () => {
      const harness = await setUp();
      const first = harness.create();
      await first.open(null);
      const { prepared } = await handOver(first, outboxItems(3));
      const second = harness.create();
      await second.open(asStored(prepared));
      await handOver(second, outboxItems(3));
      const arrived = await harness.arrived();
      if (keeps === 'repeats') expect(new Set(arrived)).toEqual(new Set(keysOf(outboxItems(3))));
      else expect(arrived).toEqual(keysOf(outboxItems(3)));
    });

    it('fails with a retryable DeliveryError, then takes the same items', async () => {
      const harness = await setUp();
      const sink = harness.create();
      await sink.open(null);
      await handOver(sink, [outboxItem(1)]);
      const mend = await harness.break();
      const failure = handOver(sink, [outboxItem(2), outboxItem(3)]);
      await expect(failure).rejects.toMatchObject({ name: 'DeliveryError', retryable: true });
      await mend();
      await handOver(sink, [outboxItem(2), outboxItem(3)]);
      expect(await harness.arrived()).toEqual(keysOf(outboxItems(3)));
    });

    it('takes hostile text without harm to what comes after', async () => {
      const harness = await setUp();
      const sink = harness.create();
      await sink.open(null);
      const hostile = {
        entity: '\u001b[2J\n\r\u0000\ud800"\\',
        reason: '__proto__',
        host: { name: '../../etc/passwd' },
      };
      await handOver(sink, [outboxItem(1, hostile), outboxItem(2)]);
      expect(await harness.arrived()).toEqual(keysOf(outboxItems(2)));
    });

    it('delivers after reopen as before', async () => {
      const harness = await setUp();
      const sink = harness.create();
      await sink.open(null);
      await handOver(sink, [outboxItem(1)]);
      await sink.reopen();
      await handOver(sink, [outboxItem(2)]);
      expect(await harness.arrived()).toEqual(keysOf(outboxItems(2)));
    });

    it('keeps a state that survives being stored as JSON', async () => {
      const harness = await setUp();
      const sink = harness.create();
      await sink.open(null);
      const { state } = await handOver(sink, outboxItems(2));
      expect(asStored(state)).toEqual(state);
    });
  });
}

/** What deliver.ts does for one batch. */
export async function handOver(
  sink: Sink,
  items: readonly OutboxItem[],
): Promise<{ prepared: SinkState | null; state: SinkState | null }> {
  const prepared = (await sink.prepare?.(items)) ?? null;
  return { prepared, state: await sink.deliver(items) };
}

export function keysOf(items: readonly OutboxItem[]): string[] {
  return items.map(({ change }) => `${identityOf(change).id}/${identityOf(change).revision}`);
}

function asStored(state: SinkState | null): SinkState | null {
  return JSON.parse(JSON.stringify(state)) as SinkState | null;
}
