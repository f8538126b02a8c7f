import Database from 'better-sqlite3';
import type { RawChunk } from '../../model/raw-chunk.js';
import { checksum, decodeChunks } from './chunk-codec.js';

/** Chunks that cannot be read: from `firstSeq` to `lastSeq`, null where nobody knows. */
export interface Lost {
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly records: number | null;
}

export type OnDamage = (path: string, error: unknown, lost: Lost) => void;

export interface BlockSpan {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly records: number;
}

export interface StoredFilter extends BlockSpan {
  /** Event times, ms; `from` is after `to` when there are no events. */
  readonly from: number;
  readonly to: number;
  readonly keys: Uint8Array;
  /** How its records were read (config/reading.ts), u32 in the machine's order. */
  readonly readings: Uint8Array;
}

export type SegmentSummary = Omit<StoredFilter, 'firstSeq' | 'lastSeq'>;

interface BlockRow {
  readonly codec: number;
  readonly body: Uint8Array;
  readonly crc: number | null;
}

/** Reads one file of the event log, of any format, also while a daemon writes it. */
export class SegmentReader {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #format: number;
  #block: Database.Statement | null = null;

  constructor(path: string, db: Database.Database) {
    this.path = path;
    this.#db = db;
    this.#format = db.pragma('user_version', { simple: true }) as number;
  }

  get format(): number {
    return this.#format;
  }

  /** Opens the file without changing it. Throws when it is no segment. */
  static open(path: string): SegmentReader {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      db.pragma('cache_size = -1024');
      return new SegmentReader(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Chunks after `seq`, in order; damage is told and skipped. */
  *readAfter(seq: number, onDamage: OnDamage): Generator<RawChunk> {
    for (const span of this.blocksAfter(seq, onDamage)) {
      const chunks = this.tryBlock(span, onDamage);
      for (const chunk of chunks) if (chunk.seq > seq) yield chunk;
    }
    yield* this.openChunks(seq, onDamage);
  }

  /** The same of the file as it is at one moment, whatever a daemon writes meanwhile. */
  *readFrozen(seq: number, onDamage: OnDamage): Generator<RawChunk> {
    this.#db.exec('BEGIN');
    try {
      yield* this.readAfter(seq, onDamage);
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** Blocks that hold chunks after `seq`, in order. */
  blocksAfter(seq: number, onDamage: OnDamage): BlockSpan[] {
    const spans: BlockSpan[] = [];
    const ask = (order: 'ASC' | 'DESC'): Database.Statement =>
      this.#db.prepare(
        `SELECT first_seq AS firstSeq, last_seq AS lastSeq, records FROM blocks WHERE last_seq > ? ORDER BY first_seq ${order}`,
      );
    try {
      for (const span of ask('ASC').iterate(seq)) spans.push(span as BlockSpan);
      return spans;
    } catch (error) {
      const last = spans.at(-1)?.lastSeq ?? seq;
      const behind = this.#blocksBehind(last, () => ask('DESC'));
      const next = behind[0]?.firstSeq ?? null;
      onDamage(this.path, error, {
        firstSeq: last + 1,
        lastSeq: next === null ? null : next - 1,
        records: null,
      });
      return [...spans, ...behind];
    }
  }

  /** Blocks within (after, before), both excluded, in order. */
  blocksBetween(after: number, before: number): BlockSpan[] {
    return this.#db
      .prepare(
        'SELECT first_seq AS firstSeq, last_seq AS lastSeq, records FROM blocks WHERE first_seq > ? AND first_seq < ? ORDER BY first_seq',
      )
      .all(after, before) as BlockSpan[];
  }

  /** Of blocks that have one, in order. */
  filters(): IterableIterator<StoredFilter> {
    if (this.#format < 3) return [].values();
    return this.#db
      .prepare(
        'SELECT first_seq AS firstSeq, last_seq AS lastSeq, records, from_time AS "from", to_time AS "to", keys, readings FROM filters ORDER BY first_seq',
      )
      .iterate() as IterableIterator<StoredFilter>;
  }

  /** What stands for all blocks of a file that is complete; null when there is none. */
  summary(): SegmentSummary | null {
    if (this.#format < 3) return null;
    const row = this.#db
      .prepare('SELECT records, from_time AS "from", to_time AS "to", keys, readings FROM summary')
      .get();
    return (row as SegmentSummary | undefined) ?? null;
  }

  /** Throws when it is damaged. */
  block(firstSeq: number): RawChunk[] {
    this.#block ??= this.#db.prepare(
      `SELECT codec, body, ${this.#format < 3 ? 'NULL AS crc' : 'crc'} FROM blocks WHERE first_seq = ?`,
    );
    const row = this.#block.get(firstSeq) as BlockRow | undefined;
    if (row === undefined) throw new RangeError(`There is no block ${firstSeq}`);
    if (row.crc !== null && row.crc !== checksum(row.body)) throw new RangeError('The checksum does not fit');
    return decodeChunks(row.body, row.codec);
  }

  tryBlock(span: BlockSpan, onDamage: OnDamage): RawChunk[] {
    try {
      return this.block(span.firstSeq);
    } catch (error) {
      onDamage(this.path, error, span);
      return [];
    }
  }

  /** Chunks after `seq` that are in no block yet, in order. */
  openChunks(seq: number, onDamage: OnDamage): RawChunk[] {
    const chunks: RawChunk[] = [];
    let last = seq;
    try {
      const rows = this.#db.prepare('SELECT seq, records, body FROM open WHERE seq > ? ORDER BY seq');
      for (const row of rows.iterate(seq) as IterableIterator<{
        seq: number;
        records: number;
        body: Buffer;
      }>) {
        last = row.seq;
        try {
          chunks.push(...decodeChunks(row.body, 0));
        } catch (error) {
          onDamage(this.path, error, { firstSeq: row.seq, lastSeq: row.seq, records: row.records });
        }
      }
    } catch (error) {
      onDamage(this.path, error, { firstSeq: last + 1, lastSeq: null, records: null });
    }
    return chunks;
  }

  /** Chunks after `seq` that are in no block yet: the last of them, and their records; null = none. */
  openSpan(seq: number): { readonly upTo: number; readonly records: number } | null {
    const row = this.#db
      .prepare('SELECT MAX(seq) AS upTo, TOTAL(records) AS records FROM open WHERE seq > ?')
      .get(seq) as { upTo: number | null; records: number };
    return row.upTo === null ? null : { upTo: row.upTo, records: row.records };
  }

  /** What SQLite finds wrong with the file, null when nothing. */
  structuralFault(): string | null {
    const [row] = this.#db.pragma('quick_check(1)') as { readonly quick_check: string }[];
    return row === undefined || row.quick_check === 'ok' ? null : row.quick_check;
  }

  /** Chunks after `seq`, in order, of the file as it is at one moment; damage is told and skipped. */
  allAfter(seq: number, onDamage: OnDamage): RawChunk[] {
    try {
      return this.atOnce(() => [...this.readAfter(seq, onDamage)]);
    } catch (error) {
      onDamage(this.path, error, { firstSeq: seq + 1, lastSeq: null, records: null });
      return [];
    }
  }

  /** Reads all that `read` reads as it is at one moment, whatever a daemon writes meanwhile. */
  atOnce<T>(read: () => T): T {
    this.#db.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    this.#db.close();
  }

  /** What can be reached from the end, in order. */
  #blocksBehind(after: number, ask: () => Database.Statement): BlockSpan[] {
    const spans: BlockSpan[] = [];
    try {
      for (const span of ask().iterate(after)) spans.push(span as BlockSpan);
    } catch {
      // This is the damage again, from its other side.
    }
    return spans.reverse();
  }
}

export function readingsOf(blob: Uint8Array): number[] {
  return [...new Uint32Array(Uint8Array.from(blob).buffer)];
}
