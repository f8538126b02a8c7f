import type Database from 'better-sqlite3';
import { freeBytes } from '../../model/free-bytes.js';
import { inTransaction } from '../transaction.js';
import type { WriteAheadOptions } from '../write-ahead.js';
import { CODEC_BROTLI, checksum, compress } from './chunk-codec.js';
import type { BlockDigest, Digests } from './digests.js';
import { blockFilter, SegmentFilter } from './key-filter.js';
import { openSegmentFile } from './segment-file.js';
import { type BlockSpan, readingsOf, SegmentReader, type SegmentSummary } from './segment-reader.js';

const BLOCK_RECORDS = 1000;
/** Of long records fewer make a block: what comes in one commit under load is written once, compressed. */
const BLOCK_BYTES = 256 * 1024;

export interface StoredChunk {
  readonly seq: number;
  readonly records: number;
  readonly receivedAt: number;
  /** From encodeChunk. */
  readonly body: Buffer;
}

/** Writes one file of the event log, which segment-file.ts describes. */
export class Segment {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #insertOpen: Database.Statement;
  readonly #insertBlock: Database.Statement;
  readonly #deleteOpen: Database.Statement;
  readonly #reader: SegmentReader;
  /** Blocks whose digests have not come, in order. */
  readonly #unfiltered: BlockSpan[];
  /** null = some block never got a filter, so that nothing can stand for all. */
  #summary: Summary | null;
  #openChunks: readonly StoredChunk[];
  #bytes = 0;
  #lastSeq = 0;

  constructor(path: string, { sync = 'normal', isTended = false }: Partial<WriteAheadOptions> = {}) {
    this.path = path;
    this.#db = openSegmentFile(path, { sync, isTended });
    this.#insertOpen = this.#db.prepare(
      'INSERT INTO open (seq, records, received_at, body, crc) VALUES (?, ?, ?, ?, ?)',
    );
    this.#insertBlock = this.#db.prepare(
      'INSERT INTO blocks (first_seq, last_seq, records, t0, t1, codec, body, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#deleteOpen = this.#db.prepare('DELETE FROM open');
    this.#reader = new SegmentReader(path, this.#db);
    this.#openChunks = this.#db
      .prepare('SELECT seq, records, received_at AS receivedAt, body FROM open ORDER BY seq')
      .all() as StoredChunk[];
    const last = this.#db
      .prepare('SELECT MAX(last_seq) AS seq, TOTAL(LENGTH(body)) AS bytes FROM blocks')
      .get() as {
      seq: number | null;
      bytes: number;
    };
    this.#bytes = this.#openChunks.reduce((sum, { body }) => sum + body.length, last.bytes);
    this.#lastSeq = Math.max(last.seq ?? 0, this.#openChunks.at(-1)?.seq ?? 0);
    const filtered = this.#db.prepare('SELECT MAX(last_seq) AS seq FROM filters').get() as {
      seq: number | null;
    };
    this.#unfiltered = this.#reader.blocksBetween(filtered.seq ?? 0, Number.MAX_SAFE_INTEGER);
    this.#summary = this.#takeUpSummary(last.seq === null);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Bytes of bodies in the file, roughly its size. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds chunks, in one transaction, full blocks compressed. Bodies that are in a block then are given back. */
  commit(chunks: readonly StoredChunk[]): void {
    if (chunks.length === 0) return;
    let written: readonly StoredChunk[];
    const before = {
      chunks: this.#openChunks,
      bytes: this.#bytes,
      unfiltered: this.#unfiltered.length,
    };
    try {
      written = inTransaction(this.#db, () => this.#add(chunks));
    } catch (error) {
      this.#openChunks = before.chunks;
      this.#bytes = before.bytes;
      this.#unfiltered.length = before.unfiltered;
      throw error;
    }
    this.#lastSeq = chunks.at(-1)!.seq;
    freeBodies(written);
  }

  /** Makes a block of what is open, however little. */
  seal(): void {
    const chunks = this.#openChunks;
    if (chunks.length === 0) return;
    const before = { bytes: this.#bytes, unfiltered: this.#unfiltered.length };
    try {
      inTransaction(this.#db, () => {
        this.#writeBlock(chunks);
        this.#clearOpen();
      });
    } catch (error) {
      this.#bytes = before.bytes;
      this.#unfiltered.length = before.unfiltered;
      throw error;
    }
    this.#openChunks = [];
    freeBodies(chunks);
  }

  /** True = no block waits for digests. */
  get isSettled(): boolean {
    return this.#unfiltered.length === 0;
  }

  get reader(): SegmentReader {
    return this.#reader;
  }

  /** Gives filters to blocks whose digests have come. On a throw they stay without, which costs only time. */
  settle(digests: Digests): void {
    const ready = this.#unfiltered.findIndex(({ lastSeq }) => !digests.isComplete(lastSeq));
    const blocks = this.#unfiltered.splice(0, ready < 0 ? this.#unfiltered.length : ready);
    if (blocks.length === 0) return;
    const filters = blocks.map((block) => ({ block, digest: digests.take(block.firstSeq, block.lastSeq) }));
    if (filters.some(({ digest }) => digest === null)) this.#summary = null;
    try {
      inTransaction(this.#db, () => {
        const insert = this.#db.prepare('INSERT OR REPLACE INTO filters VALUES (?, ?, ?, ?, ?, ?, ?)');
        for (const { block, digest } of filters) {
          if (digest === null) continue;
          const { from, to } = digest.times ?? NO_TIMES;
          this.#summary?.add(block.records, from, to, digest);
          const { keys, readings } = digest;
          insert.run(
            block.firstSeq,
            block.lastSeq,
            block.records,
            from,
            to,
            blockFilter(keys),
            blobOf(readings),
          );
        }
      });
    } catch (error) {
      this.#summary = null;
      throw error;
    }
  }

  /** The last words of a file: nothing is written to it any more. A throw costs only time, when somebody searches. */
  writeSummary(): void {
    const summary = this.#summary;
    if (summary === null || !this.isSettled || this.#openChunks.length > 0) return;
    this.#db
      .prepare('INSERT INTO summary VALUES (?, ?, ?, ?, ?)')
      .run(summary.records, summary.from, summary.to, summary.keys.folded(), blobOf(summary.readings));
  }

  /** Receive time of the newest chunk, ms; null when empty. */
  newest(): number | null {
    const open = this.#openChunks.at(-1);
    if (open !== undefined) return open.receivedAt;
    const last = this.#db.prepare('SELECT t1 AS t FROM blocks ORDER BY first_seq DESC LIMIT 1').get();
    return (last as { readonly t: number } | undefined)?.t ?? null;
  }

  close(): void {
    this.#db.close();
  }

  /** Returns those that are in a block now. */
  #add(chunks: readonly StoredChunk[]): readonly StoredChunk[] {
    const stored = this.#openChunks.length;
    const { blocks, rest } = inBlocks([...this.#openChunks, ...chunks]);
    for (const block of blocks) this.#writeBlock(block);
    if (blocks.length > 0 && stored > 0) this.#clearOpen();
    for (const chunk of blocks.length > 0 ? rest : chunks) {
      this.#insertOpen.run(chunk.seq, chunk.records, chunk.receivedAt, chunk.body, checksum(chunk.body));
      this.#bytes += chunk.body.length;
    }
    this.#openChunks = rest;
    return blocks.flat();
  }

  #writeBlock(chunks: readonly StoredChunk[]): void {
    const body = compressed(chunks);
    const first = chunks[0]!;
    const last = chunks.at(-1)!;
    const records = recordsOf(chunks);
    this.#insertBlock.run(
      first.seq,
      last.seq,
      records,
      first.receivedAt,
      last.receivedAt,
      CODEC_BROTLI,
      body,
      checksum(body),
    );
    this.#bytes += body.length;
    freeBytes(body);
    this.#unfiltered.push({ firstSeq: first.seq, lastSeq: last.seq, records });
  }

  #clearOpen(): void {
    this.#deleteOpen.run();
    for (const { body } of this.#openChunks) this.#bytes -= body.length;
  }

  /** The summary that the last writer left goes: it is not true any more once something is written. */
  #takeUpSummary(isEmpty: boolean): Summary | null {
    if (isEmpty) return new Summary();
    const row = this.#reader.summary();
    // A full disk takes no page: a process that was killed left none, and must be able to start.
    if (row === null) return null;
    this.#db.exec('DELETE FROM summary');
    return new Summary(row);
  }
}

/**
 * Cuts chunks into full blocks, in order. What does not fill one is the rest, or, after a full one, part of that: it would
 * have to be written again with the next.
 */
function inBlocks(chunks: readonly StoredChunk[]): {
  readonly blocks: readonly (readonly StoredChunk[])[];
  readonly rest: readonly StoredChunk[];
} {
  const blocks: StoredChunk[][] = [];
  let block: StoredChunk[] = [];
  let records = 0;
  let bytes = 0;
  for (const chunk of chunks) {
    block.push(chunk);
    records += chunk.records;
    bytes += chunk.body.length;
    if (records < BLOCK_RECORDS && bytes < BLOCK_BYTES) continue;
    blocks.push(block);
    block = [];
    records = 0;
    bytes = 0;
  }
  const last = blocks.at(-1);
  if (last === undefined) return { blocks, rest: block };
  last.push(...block);
  return { blocks, rest: [] };
}

function compressed(chunks: readonly StoredChunk[]): Buffer {
  if (chunks.length === 1) return compress(chunks[0]!.body);
  const whole = Buffer.concat(chunks.map(({ body }) => body));
  const body = compress(whole);
  freeBytes(whole);
  return body;
}

/** They are most of what this thread uses up: left to the collector, under full load they made it look through all that lives every second. */
function freeBodies(chunks: readonly StoredChunk[]): void {
  for (const { body } of chunks) freeBytes(body);
}

function recordsOf(chunks: readonly StoredChunk[]): number {
  return chunks.reduce((sum, { records }) => sum + records, 0);
}

function blobOf(readings: Iterable<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(readings).buffer);
}

const NO_TIMES = { from: Number.MAX_SAFE_INTEGER, to: Number.MIN_SAFE_INTEGER };

/** Of all blocks together. */
class Summary {
  records: number;
  from: number;
  to: number;
  readonly keys: SegmentFilter;
  readonly readings: Set<number>;

  constructor(row?: SegmentSummary) {
    this.records = row?.records ?? 0;
    this.from = row?.from ?? NO_TIMES.from;
    this.to = row?.to ?? NO_TIMES.to;
    this.keys = new SegmentFilter(row?.keys);
    this.readings = new Set(row === undefined ? [] : readingsOf(row.readings));
  }

  add(records: number, from: number, to: number, { keys, readings }: BlockDigest): void {
    this.records += records;
    this.from = Math.min(this.from, from);
    this.to = Math.max(this.to, to);
    for (const list of keys) this.keys.add(list);
    for (const reading of readings) this.readings.add(reading);
  }
}
