import type { RawBatch } from '../model/raw-chunk.js';
import type { BoundedQueue } from '../queue/bounded-queue.js';
import type { Commits } from './commits.js';
import type { SourceStats } from './stats.js';

/** The source of what comes over the API. */
export const INTAKE_NAME = 'http-api';

/** Events handed in over the API: taken once they are in the log and their effects in state.db. */
export class Intake {
  readonly #queue: BoundedQueue;
  readonly #commits: Commits;
  #records = 0;
  #bytes = 0;
  #lastSeen = 0;

  constructor(queue: BoundedQueue, commits: Commits) {
    this.#queue = queue;
    this.#commits = commits;
  }

  /** Something came over the API, not only the demo. */
  get isUsed(): boolean {
    return this.#records > 0;
  }

  /** Receive time of the newest, ms. */
  get lastSeen(): number {
    return this.#lastSeen;
  }

  /** Resolves when it is committed; `unstored`: it was looked at, but the disk did not take it; `full`: no room now, nothing was taken. */
  async take(batch: RawBatch): Promise<'stored' | 'unstored' | 'full'> {
    // Its bytes may be on their way to another thread, and gone here, as soon as it is pushed.
    const bytes = batch.bytes.byteLength;
    if (!this.#queue.tryPush(batch)) return 'full';
    if (batch.source === INTAKE_NAME) {
      this.#records += batch.records;
      this.#bytes += bytes;
    }
    this.#lastSeen = batch.receivedAt;
    return (await this.#commits.all()) ? 'stored' : 'unstored';
  }

  stats(reads: string): SourceStats {
    return {
      type: 'http',
      reads,
      up: true,
      records: this.#records,
      bytes: this.#bytes,
      last_seen: this.#lastSeen === 0 ? null : new Date(this.#lastSeen).toISOString(),
      counts: {},
    };
  }
}
