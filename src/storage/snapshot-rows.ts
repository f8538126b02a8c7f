import type Database from 'better-sqlite3';

/** A part of a snapshot, or some of one. */
export interface SnapshotRow {
  readonly body: Uint8Array;
  /** The part goes on in the next row. */
  readonly more: boolean;
}

/** They are large. */
const DROPPED_AT_ONCE = 4;

/** The table `snapshot` of state.db: parts of snapshots, each in a row or several, by number. */
export class SnapshotRows {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** The number after the last one's. */
  get next(): number {
    const { last } = this.#db.prepare('SELECT MAX(row) AS last FROM snapshot').get() as {
      last: number | null;
    };
    return (last ?? -1) + 1;
  }

  /** Adds rows that have numbers from `from` on. Returns the number after that of the last. */
  add(from: number, rows: Iterable<SnapshotRow>): number {
    const insert = this.#db.prepare('INSERT INTO snapshot VALUES (?, ?, ?)');
    let row = from;
    for (const { body, more } of rows) insert.run(row++, body, more ? 1 : 0);
    return row;
  }

  /** These parts instead of all that is there. Returns the number after that of the last row; the first is 0. */
  replace(parts: Iterable<Uint8Array>): number {
    this.#db.prepare('DELETE FROM snapshot').run();
    return this.add(0, wholeParts(parts));
  }

  /** Drops some of the rows before `from`, oldest first. False when there are none. */
  dropBefore(from: number): boolean {
    const dropped = this.#db
      .prepare('DELETE FROM snapshot WHERE row < ? ORDER BY row LIMIT ?')
      .run(from, DROPPED_AT_ONCE);
    return dropped.changes > 0;
  }

  /** The parts of rows from `from` to before `to`. */
  parts(from: number, to: number): Uint8Array[] {
    const rows = this.#db
      .prepare('SELECT body, more FROM snapshot WHERE row >= ? AND row < ? ORDER BY row')
      .iterate(from, to);
    return [...joined(rows as Iterable<{ body: Uint8Array; more: number }>)];
  }
}

function* wholeParts(parts: Iterable<Uint8Array>): Generator<SnapshotRow, void> {
  for (const body of parts) yield { body, more: false };
}

function* joined(
  rows: Iterable<{ readonly body: Uint8Array; readonly more: number }>,
): Generator<Uint8Array, void> {
  let pieces: Uint8Array[] = [];
  for (const { body, more } of rows) {
    pieces.push(body);
    if (more) continue;
    yield pieces.length === 1 ? body : Buffer.concat(pieces);
    pieces = [];
  }
}
