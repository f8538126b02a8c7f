import Database from 'better-sqlite3';
import { CODEC_BROTLI, CODEC_STORED, compress } from './chunk-codec.js';

/**
 * One file of the event log: SQLite, two tables.
 *
 *   open    one row per chunk as it came: the tail of the log, at most about BLOCK_RECORDS records
 *   blocks  many chunks as one compressed body: what `open` is rewritten to
 *
 * Every write happens in the transaction of `commit`, so a reader sees each chunk exactly once, in one of the two.
 */
const BLOCK_RECORDS = 1000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS open (
    seq INTEGER PRIMARY KEY, records INTEGER NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS blocks (
    first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, records INTEGER NOT NULL,
    t0 INTEGER NOT NULL, t1 INTEGER NOT NULL, codec INTEGER NOT NULL, body BLOB NOT NULL
  );
`;

/**
 * Bump when a table or a codec is added or changes; an older file is migrated or refused by name. 1: blocks are deflated.
 * 2: those written since are in Brotli.
 */
const FORMAT = 2;

export interface StoredChunk {
  readonly seq: number;
  readonly records: number;
  readonly receivedAt: number;
  /** From encodeChunk. */
  readonly body: Buffer;
}

export interface StoredBlock {
  readonly lastSeq: number;
  readonly codec: number;
  readonly body: Uint8Array;
}

export class Segment {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #insertOpen: Database.Statement;
  readonly #insertBlock: Database.Statement;
  readonly #deleteOpen: Database.Statement;
  #openChunks: StoredChunk[];
  #openRecords = 0;
  #bytes = 0;
  #lastSeq = 0;

  constructor(path: string) {
    this.path = path;
    this.#db = new Database(path);
    this.#db.pragma('page_size = 16384');
    this.#db.pragma('journal_mode = WAL');
    // NORMAL: a process that dies loses nothing; a power cut may lose the last commits, never the file.
    this.#db.pragma('synchronous = NORMAL');
    // KiB. Nothing is written twice and reads go through it once: more pages would only be kept.
    this.#db.pragma('cache_size = -1024');
    const format = this.#db.pragma('user_version', { simple: true }) as number;
    if (format > FORMAT) throw new Error(`${path} was written by a newer version (format ${format}).`);
    this.#db.exec(SCHEMA);
    this.#db.pragma(`user_version = ${FORMAT}`);
    this.#insertOpen = this.#db.prepare('INSERT INTO open VALUES (?, ?, ?, ?)');
    this.#insertBlock = this.#db.prepare('INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#deleteOpen = this.#db.prepare('DELETE FROM open');
    this.#openChunks = this.#db
      .prepare('SELECT seq, records, received_at AS receivedAt, body FROM open ORDER BY seq')
      .all() as StoredChunk[];
    for (const chunk of this.#openChunks) this.#openRecords += chunk.records;
    const last = this.#db
      .prepare('SELECT MAX(last_seq) AS seq, TOTAL(LENGTH(body)) AS bytes FROM blocks')
      .get() as {
      seq: number | null;
      bytes: number;
    };
    this.#bytes = last.bytes;
    this.#lastSeq = Math.max(last.seq ?? 0, this.#openChunks.at(-1)?.seq ?? 0);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Bytes of bodies in the file, roughly its size. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds chunks, in one transaction, full blocks compressed. */
  commit(chunks: readonly StoredChunk[]): void {
    if (chunks.length === 0) return;
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const before = { chunks: this.#openChunks, records: this.#openRecords, bytes: this.#bytes };
      try {
        this.#add(chunks);
        this.#db.exec('COMMIT');
      } catch (error) {
        this.#openChunks = before.chunks;
        this.#openRecords = before.records;
        this.#bytes = before.bytes;
        throw error;
      }
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#lastSeq = chunks.at(-1)!.seq;
  }

  /** Blocks and open rows that hold chunks after `seq`, in order. */
  *readAfter(seq: number): Generator<StoredBlock> {
    const blocks = this.#db.prepare(
      'SELECT first_seq AS firstSeq, last_seq AS lastSeq, codec, body FROM blocks WHERE last_seq > ? ORDER BY first_seq LIMIT 1',
    );
    let at = seq;
    for (let row = blocks.get(at); row !== undefined; row = blocks.get(at)) {
      const block = row as StoredBlock;
      yield block;
      at = block.lastSeq;
    }
    for (const chunk of this.#openChunks) {
      if (chunk.seq > seq) yield { lastSeq: chunk.seq, codec: CODEC_STORED, body: chunk.body };
    }
  }

  /** Receive time of the newest chunk, ms; null when empty. */
  newest(): number | null {
    const open = this.#openChunks.at(-1);
    if (open !== undefined) return open.receivedAt;
    return (this.#db.prepare('SELECT MAX(t1) AS t FROM blocks').get() as { t: number | null }).t;
  }

  close(): void {
    this.#db.close();
  }

  #add(chunks: readonly StoredChunk[]): void {
    let open = this.#openChunks;
    let openRecords = this.#openRecords;
    let stored = open.length;
    for (const chunk of chunks) {
      open = open.length === 0 ? [chunk] : [...open, chunk];
      openRecords += chunk.records;
      if (openRecords < BLOCK_RECORDS) continue;
      this.#writeBlock(open, openRecords);
      if (stored > 0) this.#deleteOpen.run();
      open = [];
      openRecords = 0;
      stored = 0;
    }
    for (const chunk of open.slice(stored)) {
      this.#insertOpen.run(chunk.seq, chunk.records, chunk.receivedAt, chunk.body);
      this.#bytes += chunk.body.length;
    }
    this.#openChunks = open;
    this.#openRecords = openRecords;
  }

  #writeBlock(chunks: readonly StoredChunk[], records: number): void {
    const body = compress(
      chunks.length === 1 ? chunks[0]!.body : Buffer.concat(chunks.map((chunk) => chunk.body)),
    );
    const first = chunks[0]!;
    const last = chunks.at(-1)!;
    this.#insertBlock.run(
      first.seq,
      last.seq,
      records,
      first.receivedAt,
      last.receivedAt,
      CODEC_BROTLI,
      body,
    );
    this.#bytes += body.length;
  }
}
