import type Database from 'better-sqlite3';

const MIB = 1024 ** 2;
/** Bytes of a write-ahead log that whoever writes takes over into the file at once: a disk takes about as long for them as for nothing. */
const CHECKPOINT_BYTES = 2 * MIB;
/** The same of a caretaker. Nobody waits for it, and a log that begins anew makes its writer wait for the disk: seldom. */
export const TENDED_BYTES = 8 * MIB;
/** A caretaker that is so far behind is gone: whoever writes does its work. */
const MOST_BYTES = 32 * MIB;

export type Sync = 'normal' | 'full';

export interface WriteAheadOptions {
  /**
   * normal: a process that dies loses nothing; a power cut may lose the last commits, never the file. full: not those
   * either.
   */
  readonly sync: Sync;
  /** A caretaker takes the log over into the file. Otherwise some commits do it, which wait for the disk, as does the close. */
  readonly isTended: boolean;
}

/** Lets commits go to a write-ahead log beside the file first. */
export function writeAhead(db: Database.Database, { sync, isTended }: WriteAheadOptions): void {
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${sync}`);
  const pageBytes = db.pragma('page_size', { simple: true }) as number;
  db.pragma(`wal_autocheckpoint = ${(isTended ? MOST_BYTES : CHECKPOINT_BYTES) / pageBytes}`);
}
