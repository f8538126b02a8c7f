import type { RawBatch } from '../../src/model/raw-chunk.js';
import type { BatchSink, SourceContext } from '../../src/sources/source.js';
import { Counters } from '../../src/telemetry/counters.js';
import { createLogger } from '../../src/telemetry/log.js';
import { type ReadRecord, recordsOf } from './batches.js';

/** A queue that keeps what it is given, and is full when the test says so. */
export class CollectingSink implements BatchSink {
  readonly batches: RawBatch[] = [];
  full = false;
  fill = { bytes: 0, maxBytes: 64 * 1024 * 1024 };
  #waiting: (() => void)[] = [];

  push(batch: RawBatch): boolean {
    this.batches.push(batch);
    return !this.full;
  }

  tryPush(batch: RawBatch): boolean {
    if (this.full) return false;
    this.batches.push(batch);
    return true;
  }

  ready(): Promise<void> {
    return this.full ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** Makes room: whoever waits in `ready` goes on. */
  drain(): void {
    this.full = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get count(): number {
    return this.batches.reduce((sum, batch) => sum + batch.records, 0);
  }

  /** All records in the order in which they came; checks each batch's own count on the way. */
  records(): ReadRecord[] {
    return this.batches.flatMap((batch) => {
      const records = recordsOf(batch);
      if (records.length !== batch.records) {
        throw new Error(`a batch says it holds ${batch.records} records and holds ${records.length}`);
      }
      return records;
    });
  }

  texts(): string[] {
    return this.records().map((record) => record.text);
  }
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface TestContext extends SourceContext {
  readonly out: CollectingSink;
  readonly logged: LogLine[];
}

export function testContext(
  changes: { name?: string; cursors?: ReadonlyMap<string, string> } = {},
): TestContext {
  const logged: LogLine[] = [];
  const log = createLogger({ level: 'silent' });
  const keep =
    (level: string) =>
    (fields: Record<string, unknown>, msg: string): void => {
      logged.push({ level, msg, ...fields });
    };
  Object.assign(log, { info: keep('info'), warn: keep('warn'), error: keep('error') });
  return {
    name: changes.name ?? 'test',
    out: new CollectingSink(),
    committed: () => Promise.resolve(true),
    counters: new Counters(),
    log,
    logged,
    now: Date.now,
    cursors: changes.cursors ?? new Map(),
  };
}
