import type Database from 'better-sqlite3';
import type { Silence, SilenceMatcher } from '../../model/silence.js';

/** A silence and its story. Times are ISO 8601. */
export interface SilenceEntry {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  readonly by: string;
  readonly created: string;
  readonly expires: string;
  /** When somebody ended it before its time. */
  readonly removed: string | null;
}

/** At once in force: each is tried on each change of an alert. */
export const MOST_SILENCES = 500;

export class SilenceTable {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Newest first. */
  list(limit = 1000): SilenceEntry[] {
    const rows = this.#db.prepare('SELECT * FROM silences ORDER BY created DESC, id LIMIT ?').all(limit);
    return (rows as Row[]).map(entryOf);
  }

  get(id: string): SilenceEntry | null {
    const row = this.#db.prepare('SELECT * FROM silences WHERE id = ?').get(id) as Row | undefined;
    return row === undefined ? null : entryOf(row);
  }

  add({ id, matcher, reason, by, created, expires }: SilenceEntry): void {
    this.#db
      .prepare('INSERT INTO silences VALUES (?, ?, ?, ?, ?, ?, NULL)')
      .run(id, JSON.stringify(matcher), reason, by, created, expires);
  }

  remove(id: string, at: string): void {
    this.#db.prepare('UPDATE silences SET removed = ? WHERE id = ? AND removed IS NULL').run(at, id);
  }

  /** Those in force at `now`, ms, in a fixed order. */
  inForce(now: number): Silence[] {
    const rows = this.#db
      .prepare('SELECT * FROM silences WHERE removed IS NULL AND expires > ? ORDER BY created, id LIMIT ?')
      .all(new Date(now).toISOString(), MOST_SILENCES) as Row[];
    return rows.map((row) => {
      const { id, matcher, reason, expires } = entryOf(row);
      return { id, matcher, reason, expires: Date.parse(expires) };
    });
  }
}

/** `now`: ms. */
export function isInForce({ removed, expires }: SilenceEntry, now: number): boolean {
  return removed === null && Date.parse(expires) > now;
}

type Row = Omit<SilenceEntry, 'matcher'> & { readonly matcher: string };

function entryOf({ matcher, ...row }: Row): SilenceEntry {
  return { ...row, matcher: JSON.parse(matcher) as SilenceMatcher };
}
