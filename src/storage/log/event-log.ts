import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RawChunk } from '../../model/raw-chunk.js';
import { decodeChunks, encodeChunk } from './chunk-codec.js';
import { Segment, type StoredChunk } from './segment.js';

/**
 * The event log: what people search, what backtests read, and the spool that a restart re-runs, in one. Chunks are
 * appended in `seq` order, become durable with `commit`, and leave with whole segment files.
 */
export interface EventLogOptions {
  readonly dir: string;
  /** Segments whose newest chunk is older are dropped, ms. */
  readonly maxAgeMs: number;
  /** Oldest segments are dropped beyond this many bytes in all. */
  readonly maxBytes: number;
  /** A segment is closed at this size or after an hour of records, whichever comes first. */
  readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 256 * 1024 ** 2;
const SEGMENT_MS = 3600_000;
const NAME = /^events-(\d{15})\.db$/;

interface Closed {
  readonly path: string;
  readonly firstSeq: number;
  readonly newest: number;
  readonly bytes: number;
}

export class EventLog {
  readonly #options: EventLogOptions;
  #closed: Closed[] = [];
  #active: Segment | null = null;
  #activeFirstSeq = 0;
  #activeSince = 0;
  #pending: StoredChunk[] = [];
  #pendingBytes = 0;
  #lastSeq = 0;
  #committedSeq = 0;
  #dropped = 0;

  constructor(options: EventLogOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true, mode: 0o750 });
    const names = readdirSync(options.dir)
      .filter((name) => NAME.test(name))
      .sort();
    for (const name of names.slice(0, -1)) this.#closed.push(this.#describe(join(options.dir, name)));
    const last = names.at(-1);
    if (last !== undefined) {
      this.#active = new Segment(join(options.dir, last));
      this.#activeFirstSeq = firstSeqOf(last);
      this.#activeSince = this.#active.newest() ?? 0;
      this.#lastSeq = Math.max(this.#active.lastSeq, this.#activeFirstSeq - 1);
      this.#committedSeq = this.#lastSeq;
    }
  }

  /** Seq of the newest chunk appended; 0 = empty log. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get committedSeq(): number {
    return this.#committedSeq;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  append(chunk: RawChunk): void {
    if (chunk.seq <= this.#lastSeq)
      throw new RangeError(`Chunk ${chunk.seq} appended after ${this.#lastSeq}`);
    const body = encodeChunk(chunk);
    this.#pending.push({ seq: chunk.seq, records: chunk.records, receivedAt: chunk.receivedAt, body });
    this.#pendingBytes += body.length;
    this.#lastSeq = chunk.seq;
  }

  /** Makes everything appended durable. On a throw nothing is lost: the chunks stay pending. */
  commit(): void {
    const chunks = this.#pending;
    const first = chunks[0];
    if (first === undefined) return;
    const active = this.#segmentFor(first);
    active.commit(chunks);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#committedSeq = this.#lastSeq;
  }

  /** Gives up what could not be written, so that memory stays bounded while the disk is full. Returns the records lost. */
  discardPending(): number {
    const records = this.#pending.reduce((sum, chunk) => sum + chunk.records, 0);
    this.#pending = [];
    this.#pendingBytes = 0;
    return records;
  }

  /** Committed chunks after `seq`, in order. A damaged block is reported and skipped. */
  *read(after: number, onDamage: (path: string, error: unknown) => void): Generator<RawChunk> {
    const closed = this.#closed.filter(
      (_, i) => (this.#closed[i + 1]?.firstSeq ?? this.#activeFirstSeq) - 1 > after,
    );
    for (const { path } of closed) {
      const segment = new Segment(path);
      try {
        yield* chunksOf(segment, after, onDamage);
      } finally {
        segment.close();
      }
    }
    if (this.#active !== null) yield* chunksOf(this.#active, after, onDamage);
  }

  /** Drops whole segments that are too old or too many, but none with chunks after `keepAfter`. */
  retain(now: number, keepAfter: number): string[] {
    const removed: string[] = [];
    let total = this.bytes;
    for (let i = 0; i < this.#closed.length; i++) {
      const segment = this.#closed[i]!;
      const lastSeq = (this.#closed[i + 1]?.firstSeq ?? this.#activeFirstSeq) - 1;
      const expired = now - segment.newest > this.#options.maxAgeMs || total > this.#options.maxBytes;
      if (!expired || lastSeq > keepAfter) break;
      for (const suffix of ['', '-wal', '-shm']) rmSync(segment.path + suffix, { force: true });
      removed.push(segment.path);
      total -= segment.bytes;
    }
    this.#closed = this.#closed.slice(removed.length);
    this.#dropped += removed.length;
    return removed;
  }

  get bytes(): number {
    return this.#closed.reduce((sum, segment) => sum + segment.bytes, 0) + (this.#active?.bytes ?? 0);
  }

  stats(): {
    segments: number;
    bytes: number;
    lastSeq: number;
    committedSeq: number;
    segmentsDropped: number;
  } {
    return {
      segments: this.#closed.length + (this.#active === null ? 0 : 1),
      bytes: this.bytes,
      lastSeq: this.#lastSeq,
      committedSeq: this.#committedSeq,
      segmentsDropped: this.#dropped,
    };
  }

  close(): void {
    this.#active?.close();
    this.#active = null;
  }

  #segmentFor(first: StoredChunk): Segment {
    const active = this.#active;
    const limit = Math.min(
      this.#options.segmentBytes ?? SEGMENT_BYTES,
      Math.max(this.#options.maxBytes / 4, 1024 ** 2),
    );
    if (active !== null && active.bytes < limit && first.receivedAt - this.#activeSince < SEGMENT_MS)
      return active;
    if (active !== null) {
      const newest = active.newest() ?? first.receivedAt;
      this.#closed.push({ path: active.path, firstSeq: this.#activeFirstSeq, newest, bytes: active.bytes });
      active.close();
    }
    const made = new Segment(join(this.#options.dir, `events-${String(first.seq).padStart(15, '0')}.db`));
    this.#active = made;
    this.#activeFirstSeq = first.seq;
    this.#activeSince = first.receivedAt;
    return made;
  }

  #describe(path: string): Closed {
    // A closed file's times are those of the file: opening each SQLite file at start would cost more than it tells.
    const { mtimeMs, size } = statSync(path);
    return { path, firstSeq: firstSeqOf(path), newest: mtimeMs, bytes: size };
  }
}

function* chunksOf(
  segment: Segment,
  after: number,
  onDamage: (path: string, error: unknown) => void,
): Generator<RawChunk> {
  for (const block of segment.readAfter(after)) {
    let chunks: RawChunk[];
    try {
      chunks = decodeChunks(block.body, block.codec);
    } catch (error) {
      onDamage(segment.path, error);
      continue;
    }
    for (const chunk of chunks) if (chunk.seq > after) yield chunk;
  }
}

function firstSeqOf(path: string): number {
  return Number(/(\d{15})\.db$/.exec(path)?.[1] ?? 0);
}
