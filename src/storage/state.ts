import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { AlertChange } from '../model/alert.js';
import { type Change, identityOf, isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import type { Cursor } from '../model/raw-chunk.js';
import { ClearError } from '../telemetry/outside-fault.js';
import { type SnapshotRow, SnapshotRows } from './snapshot-rows.js';
import { inTransaction } from './transaction.js';
import { writeAhead } from './write-ahead.js';

/**
 * state.db: what the keeper knows, in one file and, per commit, one transaction. Never ahead of the event log: the
 * keeper commits the log first.
 *
 * Indexes hold all that lists are chosen by: a body is long, and whoever counts must not read it.
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

export type SinkStateJson = Record<string, string | number | null>;

export interface StateCommit {
  /** Seq of the last chunk whose effects are in this commit. */
  readonly appliedSeq: number;
  readonly changes: readonly Change[];
  readonly cursors: readonly { readonly source: string; readonly cursor: Cursor }[];
  /** State of the keeper's core at `appliedSeq`, when it is time for one. */
  readonly snapshot?: Iterable<Uint8Array>;
}

/** A snapshot and where it is. */
export interface SnapshotPlace {
  readonly seq: number;
  /** Position of the outbox at `seq`. */
  readonly outbox: number;
  /** Numbers of its first row and after its last. */
  readonly from: number;
  readonly to: number;
}

/** Which alerts or incidents to list. */
export interface ListFilter {
  readonly limit: number;
  /** `open` = not ended. */
  readonly status?: string;
  readonly severities?: readonly string[];
  /** ISO 8601: last seen then or later. */
  readonly since?: string;
  /** Also alerts that a silence hides. */
  readonly silenced?: boolean;
}

/** Rows dropped at once. */
const LOT = 100;

export class StateStore {
  readonly #db: Database.Database;
  readonly #statements: Map<string, Database.Statement> = new Map();
  readonly #snapshotRows: SnapshotRows;
  readonly #now: () => number;

  constructor(path: string, options: { readonly?: boolean; isTended?: boolean; now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
    this.#db = new Database(path, { readonly: options.readonly ?? false });
    this.#snapshotRows = new SnapshotRows(this.#db);
    if (options.readonly) return;
    writeAhead(this.#db, { sync: 'normal', isTended: options.isTended ?? false });
    // KiB. Most pages are those of snapshots, which nobody reads while we run.
    this.#db.pragma('cache_size = -2048');
    const format = this.#db.pragma('user_version', { simple: true }) as number;
    if (format > FORMAT) throw new ClearError(`${path} was written by a newer version (format ${format}).`);
    if (format > 0 && format < 3) this.#db.exec('ALTER TABLE outbox RENAME COLUMN alert_id TO id');
    if (format > 0 && format < 4) this.#db.exec('ALTER TABLE alerts ADD COLUMN silenced TEXT');
    if (format > 0 && format < 7) for (const table of ['alerts', 'incidents']) this.#addStored(table);
    // A snapshot is read by the version that wrote it alone.
    if (format < 6) this.#db.exec('DROP TABLE IF EXISTS snapshot');
    this.#db.exec(SCHEMA);
    this.#db.pragma(`user_version = ${FORMAT}`);
    if (this.#meta('installation') === undefined) this.#putMeta('installation', randomUUID());
  }

  /** Tells this state from any other: positions of the outbox begin at 1 in each. */
  get installation(): string {
    return String(this.#meta('installation'));
  }

  /** Everything or nothing. A change whose (id, revision) is known is ignored: replay repeats them. */
  commit(commit: StateCommit): void {
    inTransaction(this.#db, () => {
      for (const change of commit.changes) this.#putChange(change);
      for (const { source, cursor } of commit.cursors) this.#putCursor(source, cursor);
      this.#putMeta('applied_seq', commit.appliedSeq);
      if (commit.snapshot === undefined) return;
      const to = this.#snapshotRows.replace(commit.snapshot);
      this.#useSnapshot({ seq: commit.appliedSeq, outbox: this.#lastPosition(), from: 0, to });
    });
  }

  /** A snapshot that is written a few parts at a time, of what is committed now. */
  beginSnapshot(): SnapshotPlace {
    const seq = this.appliedSeq();
    const from = this.#snapshotRows.next;
    return { seq, outbox: this.#lastPosition(), from, to: from };
  }

  /** Adds rows; they count for nothing until `endSnapshot`. Returns the place with them. */
  addRows(place: SnapshotPlace, rows: Iterable<SnapshotRow>): SnapshotPlace {
    let { to } = place;
    inTransaction(this.#db, () => {
      to = this.#snapshotRows.add(place.to, rows);
    });
    return { ...place, to };
  }

  /** All rows are there: from now on this is the snapshot. */
  endSnapshot(place: SnapshotPlace): void {
    inTransaction(this.#db, () => this.#useSnapshot(place));
  }

  /** Removes some of the rows that count no longer, oldest first. False when there are none; not while one is written. */
  dropRows(): boolean {
    return this.#snapshotRows.dropBefore(Number(this.#meta('snapshot_from') ?? 0));
  }

  /** Where the log has to be re-run from, and the core's state there. */
  snapshot(): { readonly seq: number; readonly parts: Uint8Array[] } | null {
    const seq = this.#meta('snapshot_seq') as number | undefined;
    if (seq === undefined) return null;
    const from = Number(this.#meta('snapshot_from') ?? 0);
    const to = Number(this.#meta('snapshot_to') ?? Number.MAX_SAFE_INTEGER);
    return { seq, parts: this.#snapshotRows.parts(from, to) };
  }

  appliedSeq(): number {
    return Number(this.#meta('applied_seq') ?? 0);
  }

  cursors(): { source: string; key: string; value: string }[] {
    return this.#prepare('SELECT source, key, value FROM cursors').all() as {
      source: string;
      key: string;
      value: string;
    }[];
  }

  readOutbox(after: number, limit: number, newestOnly = false): { position: number; change: Change }[] {
    const rows = this.#prepare(
      'SELECT position, id FROM outbox WHERE position > ? ORDER BY position LIMIT ?',
    ).all(after, limit) as { position: number; id: string }[];
    const newest = newestOnly ? new Map(rows.map(({ id, position }) => [id, position])) : null;
    const wanted = newest === null ? rows : rows.filter(({ id, position }) => newest.get(id) === position);
    const body = this.#prepare('SELECT body FROM outbox WHERE position = ?').pluck();
    return wanted.map(({ position }) => ({
      position,
      change: JSON.parse(body.get(position) as string) as Change,
    }));
  }

  sinkPosition(name: string): { position: number; state: SinkStateJson | null } | null {
    const row = this.#prepare('SELECT position, state FROM sinks WHERE name = ?').get(name) as
      | { position: number; state: string | null }
      | undefined;
    if (row === undefined) return null;
    return {
      position: row.position,
      state: row.state === null ? null : (JSON.parse(row.state) as SinkStateJson),
    };
  }

  /** A sink seen for the first time gets what happens from now on, not what older sinks still wait for. */
  ensureSink(name: string): void {
    this.#prepare('INSERT OR IGNORE INTO sinks VALUES (?, ?, NULL)').run(name, this.#lastPosition());
  }

  commitSink(name: string, position: number, state: SinkStateJson | null): void {
    this.#prepare('INSERT OR REPLACE INTO sinks VALUES (?, ?, ?)').run(
      name,
      position,
      state === null ? null : JSON.stringify(state),
    );
  }

  deadLetter(sink: string, position: number, change: Change, reason: string): void {
    this.#prepare('INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?)').run(
      sink,
      position,
      reason,
      JSON.stringify(change),
    );
  }

  /**
   * Drops outbox rows that all named sinks are past, sinks no longer configured, and alerts and incidents beyond the ring: some at
   * each step, until there is nothing left to drop.
   */
  *retain(options: {
    sinks: readonly string[];
    now: number;
    maxCount: number;
    maxAgeMs: number;
  }): Generator<void, void> {
    this.#dropSinksBut(options.sinks);
    // Rows since the snapshot stay even when delivered: a restart re-runs that part of the log, and their
    // (id, revision) keeps the repeated changes out.
    const upTo = Math.min(this.#deliveredTo(options.sinks), Number(this.#meta('snapshot_outbox') ?? 0));
    yield* this.#inLots('DELETE FROM outbox WHERE position <= ? ORDER BY position LIMIT ?', upTo);
    const oldest = new Date(options.now - options.maxAgeMs).toISOString();
    for (const table of ['alerts', 'incidents']) {
      yield* this.#inLots(
        `DELETE FROM ${table} WHERE last_seen < ? AND stored < ? ORDER BY last_seen LIMIT ?`,
        oldest,
        oldest,
      );
      for (let left = this.#rowsOf(table) - options.maxCount; left > 0; left -= LOT) {
        this.#prepare(`DELETE FROM ${table} ORDER BY last_seen LIMIT ?`).run(Math.min(left, LOT));
        yield;
      }
    }
  }

  /** Alerts and incidents of the demo. */
  forgetDemo(): void {
    inTransaction(this.#db, () => {
      for (const table of ['alerts', 'incidents'])
        this.#prepare(`DELETE FROM ${table} WHERE json_extract(body, '$.labels.demo')`).run();
    });
  }

  /** Newest revision of each alert and incident that has not ended, in order of ids. */
  *open(): Generator<Change> {
    for (const table of ['alerts', 'incidents']) {
      const rows = this.#prepare(`SELECT body FROM ${table} WHERE status <> 'ended'`).iterate();
      for (const { body } of rows as Iterable<{ body: string }>) yield JSON.parse(body) as Change;
    }
  }

  /** Newest first. */
  listAlerts(filter: ListFilter): AlertChange[] {
    return this.#list('alerts', 'last_seen DESC', filter) as AlertChange[];
  }

  /** By risk, the highest first. */
  listIncidents(filter: ListFilter): IncidentChange[] {
    return this.#list('incidents', 'risk DESC, last_seen DESC', filter) as IncidentChange[];
  }

  /** Alerts whose id starts with `prefix`, at most two: enough to tell "one" from "ambiguous". */
  findAlerts(prefix: string): AlertChange[] {
    return this.#find('alerts', prefix) as AlertChange[];
  }

  /** The same of incidents. */
  findIncidents(prefix: string): IncidentChange[] {
    return this.#find('incidents', prefix) as IncidentChange[];
  }

  counts(): { alerts: number; incidents: number; outbox: number; deadLetters: number } {
    return {
      alerts: this.#rowsOf('alerts'),
      incidents: this.#rowsOf('incidents'),
      outbox: this.#rowsOf('outbox'),
      deadLetters: this.#rowsOf('dead_letters'),
    };
  }

  close(): void {
    this.#db.close();
  }

  #rowsOf(table: string): number {
    return (this.#prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n;
  }

  #dropSinksBut(configured: readonly string[]): void {
    this.#prepare('DELETE FROM sinks WHERE name NOT IN (SELECT value FROM json_each(?))').run(
      JSON.stringify(configured),
    );
  }

  /** Position of the outbox that all of these sinks are past. */
  #deliveredTo(sinks: readonly string[]): number {
    return Math.min(...sinks.map((name) => this.sinkPosition(name)?.position ?? 0), Number.MAX_SAFE_INTEGER);
  }

  /** @param sql drops rows at most as its last value says */
  *#inLots(sql: string, ...values: readonly (string | number)[]): Generator<void, void> {
    while (this.#prepare(sql).run(...values, LOT).changes > 0) yield;
  }

  #list(table: 'alerts' | 'incidents', order: string, filter: ListFilter): Change[] {
    const where: string[] = [];
    const values: (string | number)[] = [];
    if (filter.status !== undefined) {
      where.push(filter.status === 'open' ? "status <> 'ended'" : 'status = ?');
      if (filter.status !== 'open') values.push(filter.status);
    }
    if (filter.severities !== undefined) {
      where.push(`severity IN (${filter.severities.map(() => '?').join(', ')})`);
      values.push(...filter.severities);
    }
    if (filter.since !== undefined) {
      where.push('last_seen >= ?');
      values.push(filter.since);
    }
    // Not by the column, which a state.db of an older version has not.
    if (table === 'alerts' && !filter.silenced) where.push("json_extract(body, '$.silenced') IS NULL");
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    const rows = this.#db
      .prepare(`SELECT body FROM ${table} ${condition} ORDER BY ${order}, id LIMIT ?`)
      .all(...values, filter.limit) as { body: string }[];
    return rows.map((row) => JSON.parse(row.body) as Change);
  }

  #find(table: 'alerts' | 'incidents', prefix: string): Change[] {
    const rows = this.#prepare(`SELECT body FROM ${table} WHERE substr(id, 1, length(?)) = ? LIMIT 2`).all(
      prefix,
      prefix,
    ) as { body: string }[];
    return rows.map((row) => JSON.parse(row.body) as Change);
  }

  #putChange(change: Change): void {
    const body = JSON.stringify(change);
    const { id, revision } = identityOf(change);
    const added = this.#prepare('INSERT OR IGNORE INTO outbox (id, revision, body) VALUES (?, ?, ?)').run(
      id,
      revision,
      body,
    );
    if (added.changes === 0) return;
    if (isIncident(change)) this.#putIncident(change, body);
    else this.#putAlert(change, body);
  }

  #putAlert(change: AlertChange, body: string): void {
    const { id, revision, status, first_seen, last_seen } = change.alert;
    this.#prepare('INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      revision,
      status,
      change.severity,
      change.rule.id,
      change.entity,
      first_seen,
      last_seen,
      body,
      change.silenced?.id ?? null,
      this.#isoNow(),
    );
  }

  #putIncident(change: IncidentChange, body: string): void {
    const { id, revision, status, risk, first_seen, last_seen } = change.incident;
    this.#prepare('INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      revision,
      status,
      change.severity,
      risk,
      change.entity,
      first_seen,
      last_seen,
      body,
      this.#isoNow(),
    );
  }

  #isoNow(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Tables of the first formats are made by SCHEMA, with it. */
  #addStored(table: string): void {
    const columns = this.#db.pragma(`table_info(${table})`) as { name: string }[];
    if (columns.length > 0 && !columns.some(({ name }) => name === 'stored'))
      this.#db.exec(`ALTER TABLE ${table} ADD COLUMN stored TEXT NOT NULL DEFAULT ''`);
  }

  /** An empty value says that the source has no more use for this key. */
  #putCursor(source: string, { key, value }: Cursor): void {
    if (value === '') this.#prepare('DELETE FROM cursors WHERE source = ? AND key = ?').run(source, key);
    else this.#prepare('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)').run(source, key, value);
  }

  #useSnapshot({ seq, outbox, from, to }: SnapshotPlace): void {
    // Where it was in format 1.
    this.#prepare("DELETE FROM meta WHERE name = 'snapshot'").run();
    this.#putMeta('snapshot_seq', seq);
    this.#putMeta('snapshot_outbox', outbox);
    this.#putMeta('snapshot_from', from);
    this.#putMeta('snapshot_to', to);
  }

  #meta(name: string): unknown {
    return (
      this.#prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: unknown } | undefined
    )?.value;
  }

  #putMeta(name: string, value: number | string): void {
    this.#prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
  }

  #lastPosition(): number {
    return (
      (this.#prepare('SELECT MAX(position) AS position FROM outbox').get() as { position: number | null })
        .position ?? 0
    );
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
