import type { RawBatch, RawChunk } from '../model/raw-chunk.js';

/** What senders that can wait may fill. */
const WAITING_SHARE = 1 / 8;
/** Room for senders to go on: below three quarters, so that they do not stop and go on every chunk. */
const GO_ON = 3 / 4;

interface Weight {
  readonly bytes: number;
  readonly records: number;
  /** Its sender can wait. */
  readonly waits: boolean;
}

/**
 * The bounded queue between the sources and the threads. It counts a chunk from `push` until `release`, so bytes
 * that are being logged and detected still weigh: everything we hold is within `maxBytes` (plus one read per
 * connection, which is what a socket had in hand when it was told to stop).
 *
 * Senders that can wait (`push`) are told to at an eighth of it: more would make nothing faster, while those that
 * cannot (`tryPush`) lose what finds no room, and need it for their bursts.
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
  /** Of those that can wait. */
  #waitingBytes = 0;
  #waitingRecords = 0;
  readonly #held = new Map<number, Weight>();
  #ready: { promise: Promise<void>; resolve: () => void } | null = null;
  #onItem: (() => void) | null = null;

  constructor(options: { maxBytes: number; maxRecords: number; firstSeq: number }) {
    this.#maxBytes = options.maxBytes;
    this.#maxRecords = options.maxRecords;
    this.#nextSeq = options.firstSeq;
  }

  /** Takes the batch whatever the fill; false = enough, stop reading until `ready` resolves. */
  push(batch: RawBatch): boolean {
    this.#add(batch, true);
    return this.#hasRoom(1);
  }

  /** For senders that cannot wait: takes the batch only if there is room. */
  tryPush(batch: RawBatch): boolean {
    if (this.isFull) return false;
    this.#add(batch, false);
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
    if (held.waits) {
      this.#waitingBytes -= held.bytes;
      this.#waitingRecords -= held.records;
    }
    if (this.#ready !== null && this.#hasRoom(GO_ON)) {
      this.#ready.resolve();
      this.#ready = null;
    }
  }

  ready(): Promise<void> {
    if (this.#hasRoom(GO_ON)) return Promise.resolve();
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

  #add(batch: RawBatch, waits: boolean): void {
    const chunk: RawChunk = { ...batch, seq: this.#nextSeq++ };
    const { records } = batch;
    const bytes = batch.bytes.byteLength;
    this.#held.set(chunk.seq, { bytes, records, waits });
    this.#heldBytes += bytes;
    this.#heldRecords += records;
    if (waits) {
      this.#waitingBytes += bytes;
      this.#waitingRecords += records;
    }
    if (this.#heldBytes > this.#peakBytes) this.#peakBytes = this.#heldBytes;
    this.#waiting.push(chunk);
    this.#onItem?.();
  }

  /** Room for senders that can wait, within this part of what they may fill. */
  #hasRoom(part: number): boolean {
    const most = part * WAITING_SHARE;
    return (
      this.#waitingBytes < this.#maxBytes * most &&
      this.#waitingRecords < this.#maxRecords * most &&
      this.#heldBytes < this.#maxBytes * part &&
      this.#heldRecords < this.#maxRecords * part
    );
  }
}
