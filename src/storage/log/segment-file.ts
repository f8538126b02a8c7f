import { renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ClearError } from '../../telemetry/outside-fault.js';
import { inTransaction } from '../transaction.js';
import { type WriteAheadOptions, writeAhead } from '../write-ahead.js';
import { deleteSegment } from './segment-files.js';

/**
 * One file of the event log: SQLite, four tables.
 *
 *   open     one row per chunk as it came: the tail of the log, less than a block
 *   blocks   many chunks as one compressed body: what `open` is rewritten to
 *   filters  what the events of a block can be found by: its times and a Bloom filter of keys. It comes when the detectors are
 *            done with the block; one without is read whenever somebody looks for something
 *   summary  one row: the same of all blocks together, in a file that is closed and whose blocks all have filters
 *
 * Every write happens in a transaction, so a reader sees each chunk exactly once, in `open` or in `blocks`.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS open (
    seq INTEGER PRIMARY KEY, records INTEGER NOT NULL, received_at INTEGER NOT NULL, body BLOB NOT NULL, crc INTEGER
  );
  CREATE TABLE IF NOT EXISTS blocks (
    first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, records INTEGER NOT NULL,
    t0 INTEGER NOT NULL, t1 INTEGER NOT NULL, codec INTEGER NOT NULL, body BLOB NOT NULL, crc INTEGER
  );
  CREATE TABLE IF NOT EXISTS filters (
    first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, records INTEGER NOT NULL,
    from_time INTEGER NOT NULL, to_time INTEGER NOT NULL, keys BLOB NOT NULL, readings BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS summary (
    records INTEGER NOT NULL, from_time INTEGER NOT NULL, to_time INTEGER NOT NULL, keys BLOB NOT NULL, readings BLOB NOT NULL
  );
`;

/**
 * Bump when a table or a codec is added or changes; an older file is migrated or refused by name. 1: blocks are deflated.
 * 2: those written since are in Brotli. 3: filters, checksums.
 */
const FORMAT = 3;

/** Opens the file to write it, making or migrating it if need be. */
export function openSegmentFile(path: string, options: WriteAheadOptions): Database.Database {
  const db = new Database(path);
  try {
    db.pragma('page_size = 8192');
    writeAhead(db, options);
    // KiB. Nothing is written twice and reads go through it once: more pages would only be kept.
    db.pragma('cache_size = -1024');
    const format = db.pragma('user_version', { simple: true }) as number;
    if (format > FORMAT) throw new ClearError(`${path} was written by a newer version (format ${format}).`);
    if (format < FORMAT) migrate(db, format);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Makes a file without chunks, as a whole or not at all. */
export function makeSegmentFile(path: string): void {
  const unfinished = `${path}.unfinished`;
  deleteSegment(unfinished);
  openSegmentFile(unfinished, { sync: 'normal', isTended: false }).close();
  renameSync(unfinished, path);
}

function migrate(db: Database.Database, format: number): void {
  inTransaction(db, () => {
    db.exec(SCHEMA);
    if (format === 1 || format === 2)
      db.exec('ALTER TABLE open ADD COLUMN crc INTEGER; ALTER TABLE blocks ADD COLUMN crc INTEGER');
    db.pragma(`user_version = ${FORMAT}`);
  });
}
