import type Database from 'better-sqlite3';
import { ClearError } from '../telemetry/outside-fault.js';

/**
 * What is in state.db. Indexes hold all that lists are chosen by: a body is long, and whoever counts must not read it.
 *
 *   alerts    newest revision of each alert (the SQLite ring: bounded by count and age); `silenced` names the silence that hides it,
 *             `stored` is when it came here: what it says of its time, attackers write
 *   incidents newest revision of each incident, bounded in the same way
 *   outbox    every change, by position, until all sinks are past it
 *   sinks     how far each sink is, and what it needs to be exact
 *   cursors   how far each resumable source is
 *   snapshot  parts of the core's state at `snapshot_seq`, in order: rows from `snapshot_from` to `snapshot_to`. Others are of one
 *             that is being written, or was, or counts no longer. `more` = the part goes on in the next row
 *   meta      applied log position, what is said of the snapshot
 */
const FORMAT = 7;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS alerts (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, status TEXT NOT NULL, severity TEXT NOT NULL, rule_id TEXT NOT NULL,
    entity TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, body TEXT NOT NULL, silenced TEXT,
    stored TEXT NOT NULL DEFAULT ''
  ) WITHOUT ROWID;
  DROP INDEX IF EXISTS alerts_last_seen;
  CREATE INDEX IF NOT EXISTS alerts_seen ON alerts (last_seen, first_seen, silenced, severity, status, rule_id, entity);
  CREATE INDEX IF NOT EXISTS alerts_silenced ON alerts (silenced) WHERE silenced IS NOT NULL;
  CREATE INDEX IF NOT EXISTS alerts_demo ON alerts (id) WHERE json_extract(body, '$.labels.demo');
  CREATE TABLE IF NOT EXISTS incidents (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, status TEXT NOT NULL, severity TEXT NOT NULL, risk INTEGER NOT NULL,
    entity TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, body TEXT NOT NULL,
    stored TEXT NOT NULL DEFAULT ''
  ) WITHOUT ROWID;
  DROP INDEX IF EXISTS incidents_last_seen;
  CREATE INDEX IF NOT EXISTS incidents_seen ON incidents (last_seen, severity, status, risk, entity);
  CREATE TABLE IF NOT EXISTS outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (id, revision)
  );
  CREATE TABLE IF NOT EXISTS sinks (name TEXT PRIMARY KEY, position INTEGER NOT NULL, state TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dead_letters (
    sink TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (sink, position)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cursors (
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS snapshot (row INTEGER PRIMARY KEY, body BLOB NOT NULL, more INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
`;

/** Makes the tables, or takes over those of an older version. Throws ClearError for a newer one. */
export function upgradeFormat(db: Database.Database, path: string): void {
  const format = formatOf(db);
  refuseNewer(format, path);
  if (format > 0 && format < 3) db.exec('ALTER TABLE outbox RENAME COLUMN alert_id TO id');
  if (format > 0 && format < 4) db.exec('ALTER TABLE alerts ADD COLUMN silenced TEXT');
  if (format > 0 && format < 7) for (const table of ['alerts', 'incidents']) addStored(db, table);
  // A snapshot is read by the version that wrote it alone.
  if (format < 6) db.exec('DROP TABLE IF EXISTS snapshot');
  db.exec(SCHEMA);
  // A full disk takes no page, not even one that says what stands there.
  if (format < FORMAT) db.pragma(`user_version = ${FORMAT}`);
}

/** Throws ClearError when whoever only reads cannot read it. */
export function checkFormat(db: Database.Database, path: string): void {
  const format = formatOf(db);
  refuseNewer(format, path);
  if (format < FORMAT)
    throw new ClearError(
      `${path} was written by an older version (format ${format}). Restart the daemon with this one, which takes it over.`,
    );
}

function formatOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function refuseNewer(format: number, path: string): void {
  if (format > FORMAT) throw new ClearError(`${path} was written by a newer version (format ${format}).`);
}

/** Tables of the first formats are made by SCHEMA, with it. */
function addStored(db: Database.Database, table: string): void {
  const columns = db.pragma(`table_info(${table})`) as { name: string }[];
  if (columns.length > 0 && !columns.some(({ name }) => name === 'stored'))
    db.exec(`ALTER TABLE ${table} ADD COLUMN stored TEXT NOT NULL DEFAULT ''`);
}
