import type { RawBatch, RawChunk } from '../model/raw-chunk.js';

/**
 * The bounded queue between the sources and the threads. It counts a chunk from `push` until `release`, so bytes
 * that are being logged and detected still weigh: everything we hold is within `maxBytes` (plus one read per
 * connection, which is what a socket had in hand when it was told to stop).
 *
 * Order of `seq` is order of arrival here, and with that log order.
 */
export class BoundedQueue {
  readonly #maxBytes: number;
  readonly #maxRecords: number;
  readonly #waiting: RawChunk[] = [];
  #head = 0;
  #nextSeq: number;
  #heldBytes = 0;
  #heldRecords = 0;
  #peakBytes = 0;
  readonly #held = new Map<number, { bytes: number; records: number }>();
  #ready: { promise: Promise<void>; resolve: () => void } | null = null;
  #onItem: (() => void) | null = null;

  constructor(options: { maxBytes: number; maxRecords: number; firstSeq: number }) {
    this.#maxBytes = options.maxBytes;
    this.#maxRecords = options.maxRecords;
    this.#nextSeq = options.firstSeq;
  }

  /** Takes the batch whatever the fill; false = full, stop reading until `ready` resolves. */
  push(batch: RawBatch): boolean {
    const chunk: RawChunk = { ...batch, seq: this.#nextSeq++ };
    const bytes = batch.bytes.byteLength;
    this.#held.set(chunk.seq, { bytes, records: batch.records });
    this.#heldBytes += bytes;
    this.#heldRecords += batch.records;
    if (this.#heldBytes > this.#peakBytes) this.#peakBytes = this.#heldBytes;
    this.#waiting.push(chunk);
    this.#onItem?.();
    return !this.isFull;
  }

  /** Takes the batch only if there is room. */
  tryPush(batch: RawBatch): boolean {
    if (this.isFull) return false;
    this.push(batch);
    return true;
  }

  /** Next chunk in order, or null. */
  take(): RawChunk | null {
    const chunk = this.#waiting[this.#head];
    if (chunk === undefined) return null;
    this.#head++;
    if (this.#head === this.#waiting.length || this.#head > 1024) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  /** The chunk is stored and applied; its weight is gone. */
  release(seq: number): void {
    const held = this.#held.get(seq);
    if (held === undefined) return;
    this.#held.delete(seq);
    this.#heldBytes -= held.bytes;
    this.#heldRecords -= held.records;
    if (this.#ready !== null && this.#hasRoom) {
      this.#ready.resolve();
      this.#ready = null;
    }
  }

  ready(): Promise<void> {
    if (this.#hasRoom) return Promise.resolve();
    if (this.#ready === null) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#ready = { promise, resolve };
    }
    return this.#ready.promise;
  }

  /** Place in the log of the newest batch. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  onItem(listener: () => void): void {
    this.#onItem = listener;
  }

  get isFull(): boolean {
    return this.#heldBytes >= this.#maxBytes || this.#heldRecords >= this.#maxRecords;
  }

  /** Nothing waits and nothing is in flight. */
  get isIdle(): boolean {
    return this.#held.size === 0;
  }

  get fill(): { bytes: number; maxBytes: number } {
    return { bytes: this.#heldBytes, maxBytes: this.#maxBytes };
  }

  stats(): { chunks: number; bytes: number; records: number; peakBytes: number; maxBytes: number } {
    return {
      chunks: this.#held.size,
      bytes: this.#heldBytes,
      records: this.#heldRecords,
      peakBytes: this.#peakBytes,
      maxBytes: this.#maxBytes,
    };
  }

  /** Room for senders to go on: below three quarters, so that they do not stop and go on every chunk. */
  get #hasRoom(): boolean {
    return this.#heldBytes < this.#maxBytes * 0.75 && this.#heldRecords < this.#maxRecords * 0.75;
  }
}
