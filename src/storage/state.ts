import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { AlertChange } from '../model/alert.js';
import { type Change, identityOf, isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import type { Cursor } from '../model/raw-chunk.js';
import { type SnapshotRow, SnapshotRows } from './snapshot-rows.js';
import { upgradeFormat } from './state-format.js';
import { inTransaction } from './transaction.js';
import { writeAhead } from './write-ahead.js';

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

/** Rows dropped at once. */
const LOT = 100;
/** Of what sinks did not take: a receiver that is gone for good must not fill the disk. */
const MOST_DEAD_LETTERS = 10_000;

/**
 * state.db: what the keeper knows, in one file and, per commit, one transaction. Never ahead of the event log: the keeper
 * commits the log first.
 */
export class StateStore {
  readonly #db: Database.Database;
  readonly #statements: Map<string, Database.Statement> = new Map();
  readonly #snapshotRows: SnapshotRows;
  readonly #now: () => number;

  constructor(path: string, options: { isTended?: boolean; now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
    this.#db = new Database(path);
    this.#snapshotRows = new SnapshotRows(this.#db);
    writeAhead(this.#db, { sync: 'normal', isTended: options.isTended ?? false });
    // KiB. Most pages are those of snapshots, which nobody reads while we run.
    this.#db.pragma('cache_size = -2048');
    upgradeFormat(this.#db, path);
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
   * Drops outbox rows that all named sinks are past, sinks no longer configured, the oldest of what was set aside, and alerts and
   * incidents beyond the ring: some at each step, until there is nothing left to drop.
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
    const beyond = this.#prepare('SELECT position FROM dead_letters ORDER BY position DESC LIMIT 1 OFFSET ?')
      .pluck()
      .get(MOST_DEAD_LETTERS) as number | undefined;
    yield* this.#inLots('DELETE FROM dead_letters WHERE position <= ? LIMIT ?', beyond ?? 0);
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
