import type Database from 'better-sqlite3';

export interface AuditEntry {
  readonly at: string;
  readonly by: string;
  /** What was done, e.g. `incident.close`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** Older entries go. */
const KEPT = 100_000;
const LONGEST_DETAIL = 2000;

export class AuditTable {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  add({ at, by, action, subject, detail }: AuditEntry): void {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO audit (at, by, action, subject, detail) VALUES (?, ?, ?, ?, ?)')
      .run(at, by, action, subject, detail.slice(0, LONGEST_DETAIL));
    this.#db.prepare('DELETE FROM audit WHERE number <= ?').run(Number(lastInsertRowid) - KEPT);
  }

  /** Newest first. */
  list(limit: number, offset: number): AuditEntry[] {
    return this.#db
      .prepare('SELECT at, by, action, subject, detail FROM audit ORDER BY number DESC LIMIT ? OFFSET ?')
      .all(limit, offset) as AuditEntry[];
  }
}
