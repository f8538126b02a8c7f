import { createHash, randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';

export const ROLES = ['read', 'write', 'ingest'] as const;
/** `read` looks, `write` does everything, `ingest` only hands in events. */
export type Role = (typeof ROLES)[number];

export interface TokenEntry {
  readonly name: string;
  readonly role: Role;
  readonly created: string;
  /** When it was last used, to the minute. */
  readonly used: string | null;
}

/** Who asks. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
}

export interface SessionEntry extends Identity {
  readonly expires: string;
}

const SESSION_MS = 30 * 86_400_000;
const MOST_SESSIONS = 1000;

/**
 * Tokens and sessions are 256 random bits, and only their SHA-256 is kept: nothing can be guessed from it, so it needs no
 * slow hash.
 */
export class TokenTable {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  list(): TokenEntry[] {
    return this.#db
      .prepare('SELECT name, role, created, used FROM tokens ORDER BY name')
      .all() as TokenEntry[];
  }

  /** The token, which is shown once; null = there is one of this name. */
  create(name: string, role: Role, now: number): string | null {
    const token = `vdt_${secret()}`;
    const added = this.#db
      .prepare('INSERT OR IGNORE INTO tokens VALUES (?, ?, ?, ?, NULL)')
      .run(name, role, hashOf(token), isoOf(now));
    return added.changes === 1 ? token : null;
  }

  /** With it end the sessions that it opened. False = there is none. */
  revoke(name: string): boolean {
    this.#db.prepare('DELETE FROM sessions WHERE token = ?').run(name);
    return this.#db.prepare('DELETE FROM tokens WHERE name = ?').run(name).changes === 1;
  }

  find(token: string, now: number): Identity | null {
    const row = this.#db.prepare('SELECT name, role, used FROM tokens WHERE hash = ?').get(hashOf(token)) as
      | TokenEntry
      | undefined;
    if (row === undefined) return null;
    const minute = `${isoOf(now).slice(0, 16)}:00.000Z`;
    if (row.used !== minute) this.#noteUse(row.name, minute);
    return { name: row.name, role: row.role };
  }

  /** A disk that is full keeps nobody from looking. */
  #noteUse(name: string, minute: string): void {
    try {
      this.#db.prepare('UPDATE tokens SET used = ? WHERE name = ?').run(minute, name);
    } catch {
      // The next use notes it.
    }
  }

  /** `token`: name of the one that opened it; null = a login by the link that the daemon showed. */
  openSession(who: Identity, token: string | null, now: number): { id: string; session: SessionEntry } {
    const id = secret();
    const expires = isoOf(now + SESSION_MS);
    this.#db.prepare('DELETE FROM sessions WHERE expires <= ?').run(isoOf(now));
    this.#db
      .prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)')
      .run(hashOf(id), who.name, who.role, token, isoOf(now), expires);
    this.#db
      .prepare(
        'DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions ORDER BY created DESC LIMIT -1 OFFSET ?)',
      )
      .run(MOST_SESSIONS);
    return { id, session: { ...who, expires } };
  }

  session(id: string, now: number): SessionEntry | null {
    const row = this.#db
      .prepare('SELECT name, role, expires FROM sessions WHERE hash = ? AND expires > ?')
      .get(hashOf(id), isoOf(now)) as SessionEntry | undefined;
    return row ?? null;
  }

  closeSession(id: string): void {
    this.#db.prepare('DELETE FROM sessions WHERE hash = ?').run(hashOf(id));
  }
}

/** For what is given away once and never stored. */
export function secret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
