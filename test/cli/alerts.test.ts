import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { StateStore } from '../../src/storage/state.js';
import { alertChange } from '../helpers/alerts.js';
import { asNobody } from '../helpers/as-nobody.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const HOUR = 3_600_000;

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

const CHANGES: readonly AlertChange[] = [
  alertChange({
    severity: 'low',
    entity: 'old',
    alert: { id: 'aaaa1111-0000-5000-8000-000000000001', last_seen: ago(30 * HOUR) },
  }),
  alertChange({
    severity: 'high',
    entity: 'evil\x1b[2J',
    alert: { id: 'aaaa2222-0000-5000-8000-000000000002', last_seen: ago(HOUR) },
  }),
  alertChange({
    severity: 'critical',
    entity: 'done',
    alert: { id: 'bbbb3333-0000-5000-8000-000000000003', status: 'ended', last_seen: ago(0) },
  }),
];

const NEW = { state: 'new', verdict: null, reason: '', by: '', at: null, notes: [] };

describe('alerts', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'data'));
    const state = new StateStore(join(cwd, 'data', 'state.db'));
    state.commit({ appliedSeq: 1, changes: CHANGES, cursors: [] });
    state.close();
  });

  async function entities(...args: string[]): Promise<string[]> {
    const { code, out } = await runCommand(['alerts', 'list', '--json', ...args], { cwd });
    expect(code).toBe(0);
    return jsonLines<AlertChange>(out).map(({ entity }) => entity);
  }

  it('says when there may be more, and when nobody may look', async () => {
    expect((await runCommand(['alerts', '-n', '2'], { cwd })).err).toBe(
      'There may be more: --limit 2 of them are shown.\n',
    );
    expect((await runCommand(['alerts'], { cwd })).err).toBe('');
    chmodSync(join(cwd, 'data'), 0o700);
    const { code, err } = await asNobody(() => runCommand(['alerts'], { cwd, env: {} }));
    expect([code, err]).toEqual([
      74,
      expect.stringMatching(/state\.db: this user may not do that \(EACCES\)/),
    ]);
  });

  it('marks what the demo played', async () => {
    const state = new StateStore(join(cwd, 'data', 'state.db'));
    const played = alertChange({
      labels: { demo: true },
      alert: { id: 'cccc0000-0000-5000-8000-000000000004', last_seen: ago(0) },
    });
    state.commit({ appliedSeq: 2, changes: [played], cursors: [] });
    state.close();
    const lines = (await runCommand(['alerts'], { cwd })).out.split('\n');
    expect(lines.filter((line) => line.endsWith(' (demo)')).map((line) => line.slice(0, 8))).toEqual([
      'cccc0000',
    ]);
  });

  it('lists the newest first, as a table in which a terminal obeys nothing', async () => {
    const { code, out } = await runCommand(['alerts'], { cwd });
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^ID +LAST SEEN \(UTC\) +SEVERITY +STATUS +COUNT +ENTITY +RULE$/);
    expect(
      out
        .split('\n')
        .slice(1, 4)
        .map((line) => line.slice(0, 8)),
    ).toEqual(['bbbb3333', 'aaaa2222', 'aaaa1111']);
    expect(out).toContain('evil\\x1b[2J');
    expect(out).not.toContain('\x1b');
  });

  it('prints the alert lines as they were, with what people said', async () => {
    const { out } = await runCommand(['alerts', 'list', '--json', '--data-dir', 'data'], { cwd });
    expect(jsonLines(out)).toEqual([...CHANGES].reverse().map((change) => ({ ...change, workflow: NEW })));
  });

  it('selects by status, severity, age and number', async () => {
    expect(await entities('--status', 'ended')).toEqual(['done']);
    expect(await entities('--status', 'open')).toEqual(['evil\x1b[2J', 'old']);
    expect(await entities('--min-severity', 'high')).toEqual(['done', 'evil\x1b[2J']);
    expect(await entities('--last', '6h')).toEqual(['done', 'evil\x1b[2J']);
    expect(await entities('-n', '1')).toEqual(['done']);
    expect((await runCommand(['alerts', 'list', '--status', 'updated'], { cwd })).out).toBe('No alerts.\n');
  });

  it.each([
    [['-n', '0'], '--limit: expected a positive number, not "0".\n'],
    [['--last', '6'], '--last: expected a duration such as 30m, 6h or 7d, not "6".\n'],
  ])('refuses %j', async (args, err) => {
    expect(await runCommand(['alerts', 'list', ...args], { cwd })).toEqual({ code: 2, out: '', err });
  });

  it('shows one by the beginning of its id', async () => {
    const { code, out } = await runCommand(['alerts', 'show', 'bbbb'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('CRITICAL  SSH password guessing');
    expect(out).toContain('bbbb3333-0000-5000-8000-000000000003');
    expect(jsonLines((await runCommand(['alerts', 'show', 'bbbb', '--json'], { cwd })).out)).toEqual([
      { ...CHANGES[2], workflow: NEW },
    ]);
  });

  it('shows one as a STIX bundle', async () => {
    const { code, out } = await runCommand(['alerts', 'show', 'bbbb', '--stix'], { cwd });
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ type: 'bundle' })]);
  });

  it.each([
    [6, /state\.db was written by an older version \(format 6\)\. Restart the daemon/],
    [8, /state\.db was written by a newer version \(format 8\)/],
  ])('tells that state.db is of format %i', async (format, told) => {
    const db = new Database(join(cwd, 'data', 'state.db'));
    db.pragma(`user_version = ${format}`);
    db.close();
    const { code, err } = await runCommand(['alerts'], { cwd });
    expect([code, err]).toEqual([74, expect.stringMatching(told)]);
  });

  it.each([
    ['ffff', 'No alert begins with "ffff".\n'],
    ['aaaa', 'More than one alert begins with "aaaa"; give more of it.\n'],
    ['%', 'No alert begins with "%".\n'],
    ['\x1b[2J', 'No alert begins with "\\x1b[2J".\n'],
  ])('says so when %j is not one alert', async (id, err) => {
    expect(await runCommand(['alerts', 'show', id], { cwd })).toEqual({ code: 2, out: '', err });
  });

  it('exits 74 where no daemon has run', async () => {
    const { code, err } = await runCommand(['alerts', '--data-dir', 'other'], { cwd });
    expect([code, err]).toEqual([
      74,
      `${join(cwd, 'other')} holds no state.db: no daemon has run there yet.\n`,
    ]);
  });
});
