import Database from 'better-sqlite3';
import { ClearError } from '../../telemetry/outside-fault.js';

/**
 * desk.db: what people say and set while the daemon runs, as opposed to what the log gives (state.db). Nothing in it can be
 * made again from the log, so every write is on the disk before it is answered.
 *
 *   workflow       what somebody said of an alert or incident: acknowledged, closed with a verdict
 *   notes          what they wrote beside it
 *   silences       alerts nobody wants to be told of; those removed and expired stay, to explain what they hid
 *   rule_switches  rules turned on or off beside the configuration
 *   tokens         who may use the API, by hash
 *   sessions       browsers that are logged in, by hash
 *   marks          numbers by name: where in the log the demo was forgotten
 *   audit          every change that came over the API
 */
const FORMAT = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workflow (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, verdict TEXT, reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS notes (
    number INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS notes_subject ON notes (subject);
  CREATE TABLE IF NOT EXISTS silences (
    id TEXT PRIMARY KEY, matcher TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, created TEXT NOT NULL,
    expires TEXT NOT NULL, removed TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_switches (
    rule TEXT PRIMARY KEY, enabled INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tokens (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created TEXT NOT NULL, used TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, token TEXT, created TEXT NOT NULL, expires TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    detail TEXT NOT NULL
  );
`;

export function openDesk(path: string): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -1024');
  const format = db.pragma('user_version', { simple: true }) as number;
  if (format > FORMAT) throw new ClearError(`${path} was written by a newer version (format ${format}).`);
  db.exec(SCHEMA);
  // A full disk takes no page, not even one that says what stands there.
  if (format < FORMAT) db.pragma(`user_version = ${FORMAT}`);
  return db;
}
