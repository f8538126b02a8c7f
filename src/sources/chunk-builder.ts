import type { Peer, RawBatch, Transport } from '../model/raw-chunk.js';

/** Where framed records go. The bytes are copied before the call returns. */
export interface RecordSink {
  /**
   * A run of whole lines, bytes[start, end), the last byte an LF. Holds exactly `records` lines, none of which is
   * empty after trimming; the run is copied at once.
   */
  lines(peer: Peer, bytes: Uint8Array, start: number, end: number, records: number): void;
  /** One trimmed, non-empty record, bytes[start, end). `multiline`: it holds LF. */
  record(peer: Peer, bytes: Uint8Array, start: number, end: number, cut: RecordShape): void;
}

export interface RecordShape {
  readonly multiline: boolean;
  readonly truncated: boolean;
}

export interface ChunkBuilderOptions {
  readonly source: string;
  readonly transport: Transport;
  readonly now: () => number;
  /** Takes each finished batch. */
  readonly emit: (batch: RawBatch) => void;
}

/**
 * A batch is handed on once it holds this much; with the last read it may hold up to one read more. Each costs five messages
 * between threads: of half the size, a line without hits took 4.0 instead of 3.4 µs of the whole daemon's CPU.
 */
const TARGET_BYTES = 128 * 1024;
/**
 * Largest wait of a record for company. Nobody notices it, as what is found is committed every 200 ms; and each batch wakes three
 * threads: with 25 ms 50 lines a second took 7 % of a core instead of 4.
 */
const MAX_WAIT_MS = 100;
const LF = 10;
const NOTHING = new Uint8Array(0);

/**
 * Collects the records of all connections of a source into RawBatches (layouts: model/raw-chunk.ts). Records keep the order in
 * which they were given. A batch starts in the layout its first record needs; the first record with LF in a batch of lines
 * starts a new one, and a batch of records takes lines too, so that senders of both kinds do not cut each
 * other's batches to single records.
 */
export class ChunkBuilder implements RecordSink {
  readonly #options: ChunkBuilderOptions;
  #bytes = Buffer.allocUnsafeSlow(TARGET_BYTES);
  #length = 0;
  #records = 0;
  #receivedAt = 0;
  /** Record ends of the "records" layout; null = "lines". */
  #ends: number[] | null = null;
  readonly #peers = new Map<Peer, number>();
  #peer: Peer | null = null;
  /** Finished runs as pairs (end, peer index); the run of `#peer` is still open. */
  #peerRuns: number[] = [];
  #truncated: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** Largest batch so far that is not handed on; beyond any while records are given that belong together. */
  #enough = TARGET_BYTES;

  constructor(options: ChunkBuilderOptions) {
    this.#options = options;
  }

  lines(peer: Peer, bytes: Uint8Array, start: number, end: number, records: number): void {
    if (this.#ends !== null) {
      this.#addEach(peer, bytes, start, end);
      return;
    }
    // A run that fills the batch is copied straight into it.
    const isLast = this.#length + end - start >= this.#enough;
    this.#begin(peer, isLast ? 0 : end - start);
    this.#records += records;
    if (isLast) this.#finish(bytes.subarray(start, end));
    else this.#copy(bytes, start, end);
  }

  record(peer: Peer, bytes: Uint8Array, start: number, end: number, shape: RecordShape): void {
    if (shape.multiline && this.#ends === null) {
      this.flush();
      this.#ends = [];
    }
    this.#begin(peer, end - start + 1);
    this.#copy(bytes, start, end);
    if (shape.truncated) this.#truncated.push(this.#length);
    if (this.#ends !== null) this.#ends.push(this.#length);
    else this.#bytes[this.#length++] = LF;
    this.#records++;
    if (this.#length >= this.#enough) this.#finish(NOTHING);
  }

  /**
   * No batch ends among the records that `give` adds, so that a position that it moves on at its end never falls between them. It adds
   * records without LF, or one.
   */
  together(give: () => void): void {
    this.#enough = Number.POSITIVE_INFINITY;
    try {
      give();
    } finally {
      this.#enough = TARGET_BYTES;
    }
    if (this.#length >= TARGET_BYTES) this.#finish(NOTHING);
  }

  /** Emits what is pending, if anything. */
  flush(): void {
    if (this.#records > 0) this.#finish(NOTHING);
    this.#ends = null;
  }

  #begin(peer: Peer, size: number): void {
    if (this.#records === 0) {
      this.#receivedAt = this.#options.now();
      this.#timer = setTimeout(() => this.flush(), MAX_WAIT_MS);
    }
    if (this.#length + size > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.#length + size);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    if (peer === this.#peer) return;
    if (this.#peer !== null) this.#peerRuns.push(this.#length, this.#peers.get(this.#peer)!);
    if (!this.#peers.has(peer)) this.#peers.set(peer, this.#peers.size);
    this.#peer = peer;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    this.#bytes.set(part, this.#length);
    this.#length += end - start;
  }

  /** Lines into a batch of records: the same records, found one by one. */
  #addEach(peer: Peer, bytes: Uint8Array, start: number, end: number): void {
    const shape = { multiline: false, truncated: false };
    for (let from = start; from < end; ) {
      const lf = bytes.indexOf(LF, from);
      this.record(peer, bytes, from, trimmedEnd(bytes, from, lf), shape);
      from = lf + 1;
    }
  }

  #finish(lastRun: Uint8Array): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const batch = this.#take(lastRun);
    this.#reset();
    this.#options.emit(batch);
  }

  #take(lastRun: Uint8Array): RawBatch {
    const bytes = Buffer.allocUnsafeSlow(this.#length + lastRun.length);
    bytes.set(this.#bytes.subarray(0, this.#length));
    bytes.set(lastRun, this.#length);
    if (this.#peerRuns.length > 0) this.#peerRuns.push(bytes.length, this.#peers.get(this.#peer!)!);
    return {
      source: this.#options.source,
      transport: this.#options.transport,
      receivedAt: this.#receivedAt,
      clock: this.#receivedAt,
      cursor: null,
      records: this.#records,
      bytes: new Uint8Array(bytes.buffer),
      ends: this.#ends === null ? null : Uint32Array.from(this.#ends),
      peers: [...this.#peers.keys()],
      peerRuns: this.#peerRuns.length === 0 ? null : Uint32Array.from(this.#peerRuns),
      truncated: this.#truncated.length === 0 ? null : Uint32Array.from(this.#truncated),
    };
  }

  #reset(): void {
    this.#timer = null;
    if (this.#bytes.length > 2 * TARGET_BYTES) this.#bytes = Buffer.allocUnsafeSlow(TARGET_BYTES);
    this.#length = 0;
    this.#records = 0;
    this.#ends = null;
    this.#peers.clear();
    this.#peer = null;
    if (this.#peerRuns.length > 0) this.#peerRuns = [];
    if (this.#truncated.length > 0) this.#truncated = [];
  }
}

/** End of bytes[start, end) without trailing CR, LF and NUL. */
export function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const byte = bytes[at - 1]!;
    if (byte !== 0 && byte !== 10 && byte !== 13) break;
    at--;
  }
  return at;
}
