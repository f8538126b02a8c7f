import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RawChunk } from '../../model/raw-chunk.js';
import type { Caretaker } from '../caretaker.js';
import { isDamage } from '../damage.js';
import type { Sync } from '../write-ahead.js';
import { encodeChunk } from './chunk-codec.js';
import { type ChunkDigest, Digests } from './digests.js';
import { DroppedFiles } from './dropped-files.js';
import { Gaps } from './gaps.js';
import { readSegment } from './read-log.js';
import { Segment, type StoredChunk } from './segment.js';
import {
  DROPPED,
  firstSeqOf,
  listDropped,
  listSegments,
  NEXT,
  SIDE_FILES,
  segmentName,
} from './segment-files.js';
import { type OnDamage, SegmentReader } from './segment-reader.js';

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
  /** `full`: a commit survives a power cut, too. */
  readonly sync?: Sync;
  /** Bytes of the disk that are left to others, to alerts above all: see `makeRoom`. */
  readonly keepFree?: number;
  /** Bytes of the disk that nobody uses. */
  readonly freeBytes?: () => number;
  readonly onDamage?: OnDamage;
  /** Does what waits for the disk; without one the log does it itself. */
  readonly caretaker?: Pick<Caretaker, 'tend' | 'leave' | 'prepare'>;
}

const SEGMENT_BYTES = 256 * 1024 ** 2;
const SEGMENT_MS = 3600_000;

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
  /** The file before it, while it waits for the digests of its last blocks. */
  #settling: Segment | null = null;
  readonly #digests = new Digests();
  readonly #freeBytes: () => number;
  #activeFirstSeq = 0;
  #activeSince = 0;
  #pending: StoredChunk[] = [];
  #pendingBytes = 0;
  #lastSeq = 0;
  #committedSeq = 0;
  #dropped = 0;
  readonly #droppedFiles = new DroppedFiles();

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#freeBytes = options.freeBytes ?? (() => freeBytesOf(options.dir));
    mkdirSync(options.dir, { recursive: true, mode: 0o750 });
    for (const path of listDropped(options.dir)) this.#droppedFiles.add(path);
    const paths = listSegments(options.dir);
    for (const path of paths.slice(0, -1)) this.#closed.push(this.#describe(path));
    const last = paths.at(-1);
    if (last !== undefined) this.#goOnWith(last);
    this.#prepareNext();
  }

  /** Where its segments are. */
  get dir(): string {
    return this.#options.dir;
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
    const before = this.#active;
    if (first !== undefined) {
      this.#write(first, chunks);
      this.#pending = [];
      this.#pendingBytes = 0;
      this.#committedSeq = this.#lastSeq;
    }
    this.#settle();
    // Beginning a file and closing one take a while each: one of them at a time.
    if (this.#active === before) this.#closeSettled();
  }

  /** What a detector says of a chunk, in log order; null = it says nothing. */
  addDigest(seq: number, digest: ChunkDigest | null): void {
    this.#digests.add(seq, digest);
  }

  /**
   * Drops the oldest segment, none with chunks after `keepAfter`, when less than `keepFree` bytes of the disk are. False when that is
   * not enough: then nothing may be written. Called again and again.
   */
  makeRoom(keepAfter: number): boolean {
    const wanted = this.keepFree;
    if (this.#freeBytes() >= wanted) return true;
    const [oldest] = this.#closed;
    if (oldest === undefined || this.#lastSeqOf(0) > keepAfter) return false;
    // It is free a little later: meanwhile half of what is kept free may be used.
    this.#remove(1);
    return this.#freeBytes() >= wanted / 2;
  }

  /** Bytes of the disk that are not for the log. */
  get keepFree(): number {
    return this.#options.keepFree ?? 0;
  }

  /** Gives up what could not be written, so that memory stays bounded while the disk is full. Returns the records lost. */
  discardPending(): number {
    const records = this.#pending.reduce((sum, chunk) => sum + chunk.records, 0);
    this.#digests.forget(this.#lastSeq);
    this.#pending = [];
    this.#pendingBytes = 0;
    return records;
  }

  /**
   * Committed chunks after `after`, in order. What is damaged or missing is told and skipped.
   *
   * @param through the last that is known to have been committed; `retain` kept those from `after` to it
   */
  *read(after: number, onDamage: OnDamage, through = after): Generator<RawChunk> {
    // Without a snapshot everything is wanted that is there.
    const gaps = new Gaps(after, onDamage, after > 0 && through > after ? this.dir : undefined);
    const closed = this.#closed.filter((_, i) => this.#lastSeqOf(i) > after);
    for (const { path } of closed) yield* readSegment(path, after, gaps);
    if (this.#active !== null) {
      gaps.begin(this.#active.path, this.#activeFirstSeq);
      yield* gaps.watch(this.#active.reader.readAfter(after, gaps.onDamage));
    }
    gaps.end(through, this.dir);
  }

  /** Drops whole segments that are too old or too many, but none with chunks after `keepAfter`. */
  retain(now: number, keepAfter: number): string[] {
    let count = 0;
    let total = this.bytes;
    const newest = this.#newestOfClosed(now);
    for (const segment of this.#closed) {
      const expired = now - newest[count]! > this.#options.maxAgeMs || total > this.#options.maxBytes;
      if (!expired || this.#lastSeqOf(count) > keepAfter) break;
      total -= segment.bytes;
      count++;
    }
    return this.#remove(count);
  }

  /** Receive times of the newest chunks; of those from a time that has yet to come, when a clock was ahead, that of what came behind. */
  #newestOfClosed(now: number): number[] {
    const all: number[] = [];
    let behind = now;
    for (const { newest } of this.#closed.toReversed()) {
      if (newest <= now) behind = newest;
      all.push(behind);
    }
    return all.reverse();
  }

  /** Receive time of the newest chunk, ms; null = there is none. */
  get receivedUntil(): number | null {
    return this.#active?.newest() ?? this.#closed.at(-1)?.newest ?? null;
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

  /** Ends for good: the next start finds all blocks with their filters. */
  finish(): void {
    this.#active?.seal();
    this.#settle();
    this.#closeSettled();
    this.#active?.writeSummary();
    this.close();
  }

  close(): void {
    if (this.#settling !== null) this.#leave(this.#settling);
    this.#settling = null;
    if (this.#active !== null) this.#leave(this.#active);
    this.#active = null;
  }

  /** A file that cannot be written on any more stays as it is, for whoever can read some of it. */
  #goOnWith(path: string): void {
    const firstSeq = firstSeqOf(path);
    try {
      this.#active = this.#open(path);
      this.#activeFirstSeq = firstSeq;
      this.#activeSince = this.#active.newest() ?? 0;
      this.#lastSeq = Math.max(this.#active.lastSeq, firstSeq - 1);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#options.onDamage?.(path, error, { firstSeq, lastSeq: null, records: null });
      this.#closed.push(this.#describe(path));
      this.#lastSeq = lastReadableSeq(path);
      this.#activeFirstSeq = this.#lastSeq + 1;
    }
    this.#committedSeq = this.#lastSeq;
  }

  /** A file in which SQLite finds damage while it is written is closed as it is, and a new one begun. */
  #write(first: StoredChunk, chunks: readonly StoredChunk[]): void {
    try {
      this.#segmentFor(first).commit(chunks);
    } catch (error) {
      const active = this.#active;
      if (active === null || !isDamage(error)) throw error;
      const damaged = { firstSeq: this.#activeFirstSeq, lastSeq: null, records: null };
      this.#options.onDamage?.(active.path, error, damaged);
      this.#closed.push({
        path: active.path,
        firstSeq: this.#activeFirstSeq,
        newest: first.receivedAt,
        bytes: active.bytes,
      });
      this.#leave(active);
      this.#begin(first).commit(chunks);
    }
  }

  #settle(): void {
    this.#settling?.settle(this.#digests);
    this.#active?.settle(this.#digests);
  }

  #closeSettled(): void {
    if (this.#settling?.isSettled) this.#closeSettling();
  }

  #closeSettling(): void {
    const settling = this.#settling;
    this.#settling = null;
    if (settling === null) return;
    try {
      settling.writeSummary();
    } finally {
      this.#leave(settling);
    }
  }

  #segmentFor(first: StoredChunk): Segment {
    const active = this.#active;
    const limit = Math.min(
      this.#options.segmentBytes ?? SEGMENT_BYTES,
      Math.max(this.#options.maxBytes / 4, 1024 ** 2),
    );
    if (active === null) return this.#begin(first);
    if (active.bytes < limit && first.receivedAt - this.#activeSince < SEGMENT_MS) return active;
    active.seal();
    this.#closeSettling();
    this.#settling = active;
    const newest = active.newest() ?? first.receivedAt;
    this.#closed.push({ path: active.path, firstSeq: this.#activeFirstSeq, newest, bytes: active.bytes });
    return this.#begin(first);
  }

  #begin(first: StoredChunk): Segment {
    this.#active = null;
    const path = join(this.#options.dir, segmentName(first.seq));
    if (!existsSync(path)) this.#takeNext(path);
    const made = this.#open(path);
    this.#prepareNext();
    this.#active = made;
    this.#activeFirstSeq = first.seq;
    this.#activeSince = first.receivedAt;
    return made;
  }

  #open(path: string): Segment {
    const { sync = 'normal', caretaker } = this.#options;
    const segment = new Segment(path, { sync, isTended: caretaker !== undefined });
    caretaker?.tend(path);
    return segment;
  }

  #leave(segment: Segment): void {
    segment.close();
    this.#options.caretaker?.leave(segment.path);
  }

  #prepareNext(): void {
    this.#options.caretaker?.prepare(join(this.#options.dir, NEXT));
  }

  /** Where none is prepared, one is made. */
  #takeNext(path: string): void {
    try {
      renameSync(join(this.#options.dir, NEXT), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** The oldest `count`. */
  #remove(count: number): string[] {
    const removed = this.#closed.slice(0, count).map(({ path }) => path);
    for (const path of removed) this.#drop(path);
    this.#closed = this.#closed.slice(count);
    this.#dropped += count;
    return removed;
  }

  /** Freeing the blocks of a large file takes a while, in which the keeper goes on: here it only loses its name. */
  #drop(path: string): void {
    if (this.#settling?.path === path) {
      this.#leave(this.#settling);
      this.#settling = null;
    }
    for (const suffix of SIDE_FILES) rmSync(path + suffix, { force: true });
    const dropped = `${path}${DROPPED}`;
    try {
      renameSync(path, dropped);
    } catch (error) {
      // Somebody else was faster.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.#droppedFiles.add(dropped);
  }

  /** Of a closed segment: there are no gaps between them. */
  #lastSeqOf(index: number): number {
    return (this.#closed[index + 1]?.firstSeq ?? this.#activeFirstSeq) - 1;
  }

  #describe(path: string): Closed {
    // A closed file's times are those of the file: opening each SQLite file at start would cost more than it tells.
    const { mtimeMs, size } = statSync(path);
    return { path, firstSeq: firstSeqOf(path), newest: mtimeMs, bytes: size };
  }
}

function lastReadableSeq(path: string): number {
  let last = firstSeqOf(path);
  try {
    const reader = SegmentReader.open(path);
    for (const { seq } of reader.readAfter(last, () => {})) last = seq;
    reader.close();
  } catch {
    // Nothing of it can be read.
  }
  return last;
}

function freeBytesOf(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
