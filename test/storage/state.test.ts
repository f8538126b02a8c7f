import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { type Change, identityOf } from '../../src/model/change.js';
import type { IncidentChange } from '../../src/model/incident.js';
import { CaseReader } from '../../src/storage/case-reader.js';
import { StateStore } from '../../src/storage/state.js';
import { incidentChange } from '../helpers/alerts.js';
import { temporaryFolder } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let state: StateStore;
/** When what comes is stored. */
let now: number;

beforeEach(() => {
  now = 0;
  folder = temporaryFolder();
  state = new StateStore(join(folder.path, 'state.db'), { now: () => now });
});

afterEach(() => {
  state.close();
  folder.remove();
});

function change(
  id: string,
  revision: number,
  overrides: { lastSeen?: string; status?: 'opened' | 'ended' } = {},
): AlertChange {
  const lastSeen = overrides.lastSeen ?? '2026-11-20T10:00:00.000Z';
  return {
    '@timestamp': lastSeen,
    'event.kind': 'alert',
    alert: {
      id,
      revision,
      status: overrides.status ?? 'opened',
      count: revision,
      first_seen: lastSeen,
      last_seen: lastSeen,
    },
    severity: 'high',
    rule: { id: 'r', name: 'rule', level: 'high', version: 'v', file: 'f.yml' },
    threat: { tactic: [], technique: [] },
    entity: '203.0.113.7',
    reason: 'because',
    evidence: [],
  };
}

const row = (body: string, more = false) => ({ body: Buffer.from(body), more });

const commit = (changes: Change[], seq = 1, snapshot?: Buffer[]): void =>
  state.commit({ appliedSeq: seq, changes, cursors: [], ...(snapshot && { snapshot }) });

/** What readers see, the newest alerts first and incidents by risk. */
function stored(): { alerts: AlertChange[]; incidents: IncidentChange[] } {
  const cases = new CaseReader(join(folder.path, 'state.db'), null);
  const all = { limit: 100, offset: 0 };
  try {
    return { alerts: cases.newestAlerts(all), incidents: [...cases.incidents(all, 'risk').items] };
  } finally {
    cases.close();
  }
}

const alertIds = (): string[] => stored().alerts.map(({ alert }) => alert.id);

/** All that is too old or too much. Returns in how many steps. */
function retain(options: Parameters<StateStore['retain']>[0]): number {
  return [...state.retain(options)].length;
}

describe('state', () => {
  test('a repeated (id, revision) is ignored: replay changes nothing', () => {
    commit([change('a', 1), change('a', 2)]);
    commit([change('a', 1), change('a', 2), change('a', 3)], 2);
    expect(state.readOutbox(0, 10).map((item) => identityOf(item.change).revision)).toEqual([1, 2, 3]);
    expect(stored().alerts.map(({ alert }) => alert.revision)).toEqual([3]);
  });

  test('of what waits a reader can have the newest revision of each alone', () => {
    commit([change('a', 1), change('b', 1), change('a', 2), change('c', 1), change('a', 3)]);
    const newest = (after: number, limit: number) =>
      state.readOutbox(after, limit, true).map((item) => [item.position, identityOf(item.change).id]);
    expect(newest(0, 10)).toEqual([
      [2, 'b'],
      [4, 'c'],
      [5, 'a'],
    ]);
    expect(newest(0, 3)).toEqual([
      [2, 'b'],
      [3, 'a'],
    ]);
  });

  test('incidents are kept beside alerts, in one order of delivery, and listed by risk', () => {
    const low = incidentChange({ incident: { id: 'i-1', risk: 20 } });
    const high = incidentChange({ incident: { id: 'i-2', risk: 90 } });
    commit([change('a', 1), low, high, change('a', 2), high]);
    expect(state.readOutbox(0, 10).map((item) => identityOf(item.change).id)).toEqual([
      'a',
      'i-1',
      'i-2',
      'a',
    ]);
    expect(stored().incidents).toEqual([high, low]);
    expect(state.counts()).toMatchObject({ alerts: 1, incidents: 2 });
    retain({ sinks: [], now: Date.parse('2026-11-21T00:00:00Z'), maxCount: 1, maxAgeMs: 1e12 });
    expect(stored().incidents).toHaveLength(1);
  });

  test('of what sinks did not take the newest 10,000 are kept', () => {
    for (let i = 1; i <= 10_150; i++) state.deadLetter(i % 2 ? 'a' : 'b', i, change('x', i), 'gone');
    retain({ sinks: [], now: 0, maxCount: 100, maxAgeMs: 1e15 });
    expect(state.counts().deadLetters).toBe(10_000);
    const db = new Database(join(folder.path, 'state.db'), { readonly: true });
    expect(db.prepare('SELECT MIN(position), MAX(position) FROM dead_letters').raw().get()).toEqual([
      151, 10_150,
    ]);
    db.close();
  });

  test('a state.db of format 2 is taken over with what sinks still wait for', () => {
    commit([change('a', 1)]);
    state.close();
    const path = join(folder.path, 'state.db');
    const old = new Database(path);
    old.exec(
      'ALTER TABLE outbox RENAME COLUMN id TO alert_id; DROP TABLE incidents; DROP INDEX alerts_seen; DROP INDEX alerts_silenced; ALTER TABLE alerts DROP COLUMN silenced; ALTER TABLE alerts DROP COLUMN stored',
    );
    old.pragma('user_version = 2');
    old.close();
    state = new StateStore(path);
    commit([change('a', 1), change('a', 2), incidentChange()], 2);
    const waiting = state.readOutbox(0, 10).map(({ change }) => identityOf(change));
    expect(waiting.map(({ id, revision }) => `${id} ${revision}`)).toEqual([
      'a 1',
      'a 2',
      '7f777bd5-6c90-549c-8f8b-d2c93d552452 1',
    ]);
  });

  test('a state.db of format 6 is taken over with its alerts, which go by their own time', () => {
    commit([change('a', 1, { lastSeen: '2026-11-01T00:00:00.000Z' }), incidentChange()]);
    state.close();
    const path = join(folder.path, 'state.db');
    const old = new Database(path);
    old.exec('ALTER TABLE alerts DROP COLUMN stored; ALTER TABLE incidents DROP COLUMN stored');
    old.pragma('user_version = 6');
    old.close();
    state = new StateStore(path);
    const kept = state.installation;
    expect(alertIds()).toHaveLength(1);
    retain({ sinks: [], now: Date.parse('2026-11-21T00:00:00Z'), maxCount: 5, maxAgeMs: 86400e3 });
    expect(alertIds()).toEqual([]);
    commit([change('b', 1)], 2);
    expect(alertIds()).toHaveLength(1);
    state.close();
    state = new StateStore(path);
    expect(state.installation).toBe(kept);
  });

  test('a commit is everything or nothing', () => {
    // Fails while it is being written, after the first one was.
    const broken = { ...change('b', 1), reason: 1n as unknown as string };
    expect(() => state.commit({ appliedSeq: 9, changes: [change('a', 1), broken], cursors: [] })).toThrow();
    expect(state.readOutbox(0, 10)).toEqual([]);
    expect(state.appliedSeq()).toBe(0);
  });

  test('cursors are kept by source and key, an empty value forgets one', () => {
    const put = (key: string, value: string): void =>
      state.commit({ appliedSeq: 1, changes: [], cursors: [{ source: 's', cursor: { key, value } }] });
    put('one', '1');
    put('two', '2');
    put('one', '3');
    put('two', '');
    expect(state.cursors()).toEqual([{ source: 's', key: 'one', value: '3' }]);
  });

  test('the snapshot comes back with its position', () => {
    expect(state.snapshot()).toBeNull();
    commit([], 5, [Buffer.from('older'), Buffer.from('and'), Buffer.from('longer')]);
    commit([], 7, [Buffer.from('co'), Buffer.from('re')]);
    commit([], 9);
    expect(state.snapshot()).toEqual({ seq: 7, parts: [Buffer.from('co'), Buffer.from('re')] });
    expect(state.appliedSeq()).toBe(9);
  });

  test('a snapshot written in pieces counts when it is whole, and is of where it was begun', () => {
    const reopen = (): void => {
      state.close();
      state = new StateStore(join(folder.path, 'state.db'));
    };
    commit([], 5, [Buffer.from('old'), Buffer.from('er')]);
    const older = { seq: 5, parts: [Buffer.from('old'), Buffer.from('er')] };
    commit([change('a', 1)], 7);
    let place = state.beginSnapshot();
    place = state.addRows(place, [row('ne'), row('w')]);
    commit([change('b', 1)], 9);
    // A crash here leaves parts that nobody reads, then or later.
    reopen();
    expect(state.snapshot()).toEqual(older);
    place = state.beginSnapshot();
    expect(place.seq).toBe(9);
    place = state.addRows(place, [row('n', true), row('ew')]);
    commit([change('c', 1)], 11);
    place = state.addRows(place, [row('er')]);
    expect(state.snapshot()).toEqual(older);
    state.endSnapshot(place);
    const newer = { seq: 9, parts: [Buffer.from('new'), Buffer.from('er')] };
    expect(state.snapshot()).toEqual(newer);
    reopen();
    expect(state.snapshot()).toEqual(newer);
    while (state.dropRows());
    expect(state.snapshot()).toEqual(newer);
    const db = new Database(join(folder.path, 'state.db'), { readonly: true });
    expect(db.prepare('SELECT COUNT(*) AS n FROM snapshot').get()).toEqual({ n: 3 });
    db.close();
    // What came after it stays in the outbox: the log is re-run from there.
    retain({ sinks: [], now: 0, maxCount: 100, maxAgeMs: 1e15 });
    expect(state.readOutbox(0, 10).map(({ change }) => identityOf(change).id)).toEqual(['c']);
    commit([], 12, [Buffer.from('whole')]);
    expect(state.snapshot()).toEqual({ seq: 12, parts: [Buffer.from('whole')] });
  });

  test('a new sink begins with what comes next; positions survive', () => {
    commit([change('a', 1)]);
    state.ensureSink('late');
    commit([change('a', 2)], 2);
    const at = state.sinkPosition('late')!;
    expect(state.readOutbox(at.position, 10).map((item) => identityOf(item.change).revision)).toEqual([2]);
    state.commitSink('late', 2, { file: 'x', offset: 10 });
    expect(state.sinkPosition('late')).toEqual({ position: 2, state: { file: 'x', offset: 10 } });
  });

  test('the outbox drops only what all sinks have and no replay can repeat', () => {
    state.ensureSink('fast');
    state.ensureSink('slow');
    commit([change('a', 1), change('b', 1)], 1, [Buffer.from('s')]);
    commit([change('c', 1)], 2);
    state.commitSink('fast', 3, null);
    state.commitSink('slow', 1, null);
    const dropOld = (): number =>
      retain({
        sinks: ['fast', 'slow'],
        now: Date.parse('2026-11-20T10:00:00Z'),
        maxCount: 100,
        maxAgeMs: 1e12,
      });
    dropOld();
    expect(state.readOutbox(0, 10).map((item) => item.position)).toEqual([2, 3]);
    state.commitSink('slow', 3, null);
    dropOld();
    expect(state.readOutbox(0, 10).map((item) => item.position)).toEqual([3]);
  });

  test('much is dropped in small steps, and others write in between', () => {
    const many = Array.from({ length: 450 }, (_, i) =>
      change(`a${String(i).padStart(3, '0')}`, 1, {
        lastSeen: `2026-11-20T10:00:00.${String(i).padStart(3, '0')}Z`,
      }),
    );
    commit(many, 1, [Buffer.from('s')]);
    const dropping = state.retain({ sinks: [], now: 0, maxCount: 7, maxAgeMs: 1e15 });
    dropping.next();
    expect(state.readOutbox(0, 1000)).toHaveLength(350);
    commit([change('new', 1)], 2);
    const steps = [...dropping].length;
    expect(steps).toBeGreaterThan(6);
    expect(steps).toBeLessThan(12);
    expect(state.readOutbox(0, 10).map((item) => identityOf(item.change).id)).toEqual(['new']);
    expect(alertIds()).toHaveLength(7);
    expect(retain({ sinks: [], now: 0, maxCount: 7, maxAgeMs: 1e15 })).toBe(0);
  });

  test('a sink that is no longer configured holds nothing back', () => {
    state.ensureSink('gone');
    commit([change('a', 1)], 1, [Buffer.from('s')]);
    retain({ sinks: [], now: 0, maxCount: 100, maxAgeMs: 1e15 });
    expect(state.readOutbox(0, 10)).toEqual([]);
    expect(state.sinkPosition('gone')).toBeNull();
  });

  test('the ring of alerts is bounded by count and by age', () => {
    commit(
      Array.from({ length: 20 }, (_, i) =>
        change(`a${i}`, 1, { lastSeen: `2026-11-${String(i + 1).padStart(2, '0')}T00:00:00.000Z` }),
      ),
    );
    retain({ sinks: [], now: Date.parse('2026-11-21T00:00:00Z'), maxCount: 5, maxAgeMs: 3 * 86400e3 });
    expect(alertIds()).toEqual(['a19', 'a18', 'a17']);
    retain({ sinks: [], now: Date.parse('2026-11-21T00:00:00Z'), maxCount: 2, maxAgeMs: 1e12 });
    expect(alertIds()).toEqual(['a19', 'a18']);
  });

  test('what says that it is old, which an attacker may write, is kept as long as all that came with it', () => {
    now = Date.parse('2026-11-20T00:00:00Z');
    commit([change('a', 1, { lastSeen: '1970-01-01T00:00:00.000Z' })]);
    const dropped = (at: string) => {
      retain({ sinks: [], now: Date.parse(at), maxCount: 5, maxAgeMs: 3 * 86400e3 });
      return alertIds().length === 0;
    };
    expect([dropped('2026-11-22T23:59:59Z'), dropped('2026-11-23T00:00:01Z')]).toEqual([false, true]);
  });
});
