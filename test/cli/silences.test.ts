import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { alertChange } from '../helpers/alerts.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

const HOUR = 3_600_000;
const ALERT = alertChange({
  entity: '203.0.113.7',
  alert: { id: 'aaaa1111-0000-5000-8000-000000000001', last_seen: new Date(Date.now() - HOUR).toISOString() },
});
const OTHER = alertChange({
  entity: 'other',
  alert: { id: 'aaaa2222-0000-5000-8000-000000000002', last_seen: new Date(Date.now() - HOUR).toISOString() },
});

interface Told {
  readonly id: string;
  readonly matcher: object;
  readonly by: string;
  readonly expires: string;
  readonly active: boolean;
  readonly hits: number;
}

describe('silences', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'data'));
    const state = new StateStore(join(folder.path, 'data', 'state.db'));
    state.commit({ appliedSeq: 1, changes: [ALERT, OTHER], cursors: [] });
    state.close();
  });
  afterEach(() => folder.remove());

  const silences = (...args: string[]) =>
    runCommand(['silences', ...args], { cwd: folder.path, env: { SUDO_USER: 'anna' } });
  const list = async (...args: string[]) => jsonLines<Told>((await silences('list', '--json', ...args)).out);

  it('of a rule that is called by its name hide nothing, and say why', async () => {
    const misnamed = await silences('add', '--rule', 'port_scan', '--for', '1m', '--reason', 'x');
    expect(misnamed.err).toBe(
      'In the last 7d it would have hidden 0 alerts and 0 whole incidents.\nA rule is named by its id, as vedette rules list --json tells it, not by name or title.\n',
    );
  });

  it('are added, listed, ended; the trail tells by whom', async () => {
    expect((await silences()).out).toBe('No silences.\n');
    const added = await silences('add', '--like', 'aaaa1', '--for', '8h', '--reason', 'pentest');
    expect(added).toMatchObject({
      code: 0,
      out: expect.stringContaining('rule=SSH password guessing, entity=203.0.113.7\n'),
      err: 'In the last 7d it would have hidden 1 alert and 0 whole incidents.\n',
    });
    const [entry] = await list();
    expect(entry).toMatchObject({
      matcher: { rule: ALERT.rule.id, entity: '203.0.113.7' },
      by: 'anna',
      active: true,
      hits: 0,
    });
    const left = Date.parse(entry!.expires) - Date.now();
    expect([left > 7.9 * HOUR, left <= 8 * HOUR]).toEqual([true, true]);
    expect((await silences()).out).toMatch(
      /anna +rule=SSH password guessing, entity=203\.0\.113\.7 +pentest\n$/,
    );
    expect((await silences('end', entry!.id.slice(0, 6))).code).toBe(0);
    expect(await list()).toEqual([]);
    expect(await list('--all')).toMatchObject([{ id: entry!.id, active: false }]);
    expect(await silences('end', entry!.id)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^No silence in force begins with/),
    });
    const desk = createDesk(join(folder.path, 'data', 'desk.db'));
    expect(desk.audit.list(9, 0).map(({ action, by }) => `${action} ${by}`)).toEqual([
      'silence.end anna',
      'silence.add anna',
    ]);
    desk.close();
  });

  it('end by the beginning of their id, and no other does', async () => {
    for (const entity of ['x', 'y'])
      await silences('add', '--entity', entity, '--for', '8h', '--reason', 'known');
    const [one, other] = (await list()) as [Told, Told];
    expect((await silences('end', `${other.id.slice(0, 8)}-nothing`)).code).toBe(2);
    expect((await silences('end', one.id.slice(0, 13))).code).toBe(0);
    expect(await list()).toMatchObject([{ id: other.id }]);
  });

  it('tell before what they would hide', async () => {
    expect((await silences('preview', '--entity', 'OTH*')).out).toMatch(
      /^1 alert and 0 whole incidents\naaaa2222 .+ other /,
    );
    expect((await silences('preview', '--entity', 'other', '--last', '5m')).out).toBe(
      '0 alerts and 0 whole incidents\n',
    );
    const json = (await silences('preview', '--host', 'web1', '--json')).out;
    expect(JSON.parse(json)).toMatchObject({ alerts: 2, partial: false });
    expect(await list('--all')).toEqual([]);
  });

  const why = ['--reason', 'x'];
  it.each([
    [['add', '--for', '8h', ...why], /^expected at least one of rule, entity,/],
    [['add', '--like', 'ffff', '--for', '8h', ...why], /^No alert begins with "ffff"/],
    [['add', '--entity', 'x', ...why], /^Say either --for, such as 8h, or --until\.\n$/],
    [['add', '--entity', 'x', '--for', '8', ...why], /^--for: expected a duration/],
    [['add', '--entity', 'x', '--for', '400d', ...why], /^--for: expected a year at most/],
    [['add', '--entity', 'x', '--until', '2020-01-01', ...why], /^--until: expected a time to come\.\n$/],
    [
      ['add', '--source-ip', '10.0.0.0/33', '--for', '8h', ...why],
      /^--source-ip: expected an (IP )?address/i,
    ],
    [['add', '--entity', 'x', '--for', '8h'], /required option '--reason <text>'/],
    [['add', '--entity', 'x', '--for', '8h', '--reason', ''], /^--reason: expected some words/],
  ])('refuse %j', async (args, told) => {
    expect(await silences(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(told) });
    expect(await list('--all')).toEqual([]);
  });
});

describe('a silence of a daemon that serves no page', () => {
  const folder = temporaryFolder();
  let daemon: TestDaemon;
  let port: number;

  beforeAll(async () => {
    daemon = new TestDaemon(folder.path, tcpConfig());
    [port] = (await daemon.ports()) as [number];
  });
  afterAll(async () => {
    await daemon.stop();
    folder.remove();
  });

  const silences = (...args: string[]) => runCommand(['silences', ...args], { cwd: folder.path });
  const guessing = (address: string): string =>
    Array.from({ length: 12 }, () =>
      sshdLine(`Failed password for root from ${address} port 40022 ssh2`).concat('\n'),
    ).join('');
  const alertsAbout = async (entity: string, ...args: string[]): Promise<object[]> =>
    jsonLines<{ entity: string; silenced?: object }>(
      (await runCommand(['alerts', '--json', ...args], { cwd: folder.path })).out,
    ).filter((alert) => alert.entity === entity);

  it('hides alerts from the next one on, and no more once it is ended', async () => {
    await silences('add', '--source-ip', '203.0.113.0/24', '--for', '1h', '--reason', 'pentest');
    await sendTcp(port, guessing('203.0.113.7'));
    const [hidden] = await until(async () => {
      const found = await alertsAbout('203.0.113.7', '--silenced');
      return found.length > 0 ? found : null;
    }, 'the silenced alert');
    expect(hidden).toMatchObject({ silenced: { reason: 'pentest' } });
    expect(await alertsAbout('203.0.113.7')).toEqual([]);
    const [{ id, hits }] = jsonLines<Told>((await silences('list', '--json')).out) as [Told];
    expect(hits).toBeGreaterThan(0);
    await silences('end', id);
    await sendTcp(port, guessing('203.0.113.8'));
    await until(async () => ((await alertsAbout('203.0.113.8')).length > 0 ? true : null), 'the alert');
  });
});
