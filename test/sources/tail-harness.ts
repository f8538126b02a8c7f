import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawBatch } from '../../src/model/raw-chunk.js';
import { Follower, type FollowerOptions } from '../../src/sources/tail/follower.js';
import { Counters } from '../../src/telemetry/counters.js';
import { createLogger } from '../../src/telemetry/log.js';

/** A folder of logs, a follower polled by hand, a clock that stands still, and what a keeper would have committed. */
export class Harness {
  readonly dir = mkdtempSync(join(tmpdir(), 'vedette-tail-'));
  readonly counters = new Counters();
  batches: RawBatch[] = [];
  committed = new Map<string, string>();
  /** Lines of batches kept for good by earlier restarts. */
  kept: string[] = [];
  now = Date.now();
  full = false;
  makeRoom: () => void = () => {};
  #options: Partial<FollowerOptions>;
  #follower: Follower;

  constructor(options: Partial<FollowerOptions> = {}) {
    this.#options = options;
    this.#follower = this.#start();
  }

  get follower(): Follower {
    return this.#follower;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  async poll(): Promise<string[]> {
    const before = this.batches.length;
    while (await this.#follower.poll()) {}
    return this.batches.slice(before).flatMap(linesOf);
  }

  /** Polls after the time that rotated files are watched. */
  async pollLater(): Promise<string[]> {
    this.now += 60_000;
    return this.poll();
  }

  lines(): string[] {
    return [...this.kept, ...this.batches.flatMap(linesOf)];
  }

  /** Ends the follower as a crash would: of what it pushed, `keep` batches and their cursors are committed. */
  restart(keep = this.batches.length, options = this.#options): void {
    this.#follower.stop();
    this.#follower.close();
    for (const { cursor, ...batch } of this.batches.slice(0, keep)) {
      this.kept.push(...linesOf({ cursor, ...batch }));
      if (cursor === null) continue;
      if (cursor.value === '') this.committed.delete(cursor.key);
      else this.committed.set(cursor.key, cursor.value);
    }
    this.batches = [];
    this.#options = options;
    this.#follower = this.#start();
  }

  end(): void {
    this.#follower.stop();
    this.#follower.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #start(): Follower {
    const { paths = ['app.log'], exclude = [], ...options } = this.#options;
    return new Follower(
      {
        paths: paths.map((path) => this.path(path)),
        exclude: exclude.map((path) => (path.includes('/') ? this.path(path) : path)),
        from: 'start',
        backfillGz: false,
        maxDecompressed: 1024 ** 3,
        maxMessage: 64 * 1024,
        rotateWait: 5000,
        once: false,
        ...options,
      },
      {
        name: 'file',
        counters: this.counters,
        log: createLogger({ level: 'silent' }),
        now: () => this.now,
        cursors: new Map(this.committed),
        committed: async () => true,
        out: {
          push: (batch) => {
            this.batches.push(batch);
            return !this.full;
          },
          tryPush: () => false,
          ready: () => new Promise((resolve) => (this.makeRoom = resolve)),
          fill: { bytes: 0, maxBytes: 1 },
        },
      },
    );
  }
}

/** The records of a batch in the "lines" layout, checked against its count. */
export function linesOf(batch: RawBatch): string[] {
  const lines = Buffer.from(batch.bytes)
    .toString()
    .split('\n')
    .map((line) => line.replace(/[\r\0]+$/, ''))
    .filter((line) => line !== '');
  if (lines.length !== batch.records)
    throw new Error(`${batch.records} records counted, ${lines.length} there`);
  if (batch.bytes.byteLength !== batch.bytes.buffer.byteLength)
    throw new Error('bytes do not own their buffer');
  return lines;
}
