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

/** Which alert or incident somebody said something of, at this place of the trail. */
export interface SaidOf {
  readonly number: number;
  readonly kind: 'alert' | 'incident';
  readonly id: string;
}

export class AuditTable {
  readonly #db: Database.Database;
  readonly #last: Database.Statement;
  readonly #said: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#last = db.prepare('SELECT coalesce(max(number), 0) FROM audit').pluck();
    this.#said = db.prepare(
      `SELECT number, substr(action, 1, instr(action, '.') - 1) AS kind, subject AS id FROM audit
       WHERE number > ? AND (action LIKE 'alert.%' OR action LIKE 'incident.%') ORDER BY number LIMIT ?`,
    );
  }

  /** Number of the newest entry. */
  last(): number {
    return this.#last.get() as number;
  }

  /** Of which alerts and incidents somebody said something after this entry, in order. */
  saidAfter(number: number, limit: number): SaidOf[] {
    return this.#said.all(number, limit) as SaidOf[];
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
