import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** `demo_forgotten`: seq of the log up to which events of the demo are not shown. */
export type Mark = 'demo_forgotten';

export class MarkTable {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  get(name: Mark): number {
    const row = this.#db.prepare('SELECT value FROM marks WHERE name = ?').get(name) as
      | { value: number }
      | undefined;
    return row?.value ?? 0;
  }

  put(name: Mark, value: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO marks VALUES (?, ?)').run(name, value);
  }
}

/** Of a desk.db that a daemon may be using; 0 where there is none, or none that can be read: the log can be without it. */
export function storedMark(deskPath: string, name: Mark): number {
  if (!existsSync(deskPath)) return 0;
  let db: Database.Database | null = null;
  try {
    db = new Database(deskPath, { readonly: true });
    return new MarkTable(db).get(name);
  } catch {
    return 0;
  } finally {
    db?.close();
  }
}
