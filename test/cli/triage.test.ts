import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { alertChange, incidentChange } from '../helpers/alerts.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const ENV = { SUDO_USER: 'anna\x1b[2J' };
const ALERT = alertChange({ alert: { id: 'aaaa1111-0000-5000-8000-000000000001' } });
const OTHER = alertChange({ entity: 'other', alert: { id: 'aaaa2222-0000-5000-8000-000000000002' } });
const INCIDENT = incidentChange({ incident: { id: 'cccc1111-0000-5000-8000-000000000003' } });

describe.each(['alerts', 'incidents'])('what people say of %s', (what) => {
  const id = what === 'alerts' ? 'aaaa1' : 'cccc1';
  const whole = what === 'alerts' ? ALERT.alert.id : INCIDENT.incident.id;
  let cwd: string;

  beforeEach(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'data'));
    const state = new StateStore(join(cwd, 'data', 'state.db'));
    state.commit({ appliedSeq: 1, changes: [ALERT, OTHER, INCIDENT], cursors: [] });
    state.close();
  });

  const vedette = (...args: string[]) => runCommand([what, ...args], { cwd, env: ENV });
  const close = (...ids: string[]) =>
    vedette('close', ...ids, '--verdict', 'benign', '--reason', ' our own scanner ');

  it('is noted, shown, and told in the trail with who said it', async () => {
    expect(await vedette('ack', id, '--note', 'on it')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^....1111 {2}acknowledged {2}.+\n$/),
      err: '',
    });
    expect((await vedette('list')).out).toMatch(/....1111.* acknowledged /);
    expect((await vedette('note', id, 'asked', 'the', 'owner')).code).toBe(0);
    expect((await close(id)).out).toContain('closed as benign');
    const { out } = await vedette('show', id);
    expect(out).toMatch(/ said +closed as benign by anna\\x1b\[2J .+ UTC: our own scanner\n/);
    expect(out).toMatch(/ note +anna.+: on it\n +note +anna.+: asked the owner\n$/);
    expect(out).not.toContain('\x1b');
    const desk = createDesk(join(cwd, 'data', 'desk.db'));
    const kind = what.slice(0, -1);
    expect(desk.audit.list(9, 0).map(({ action, subject, detail }) => [action, subject, detail])).toEqual([
      [`${kind}.close`, whole, 'benign: our own scanner'],
      [`${kind}.note`, whole, 'asked the owner'],
      [`${kind}.acknowledge`, whole, 'on it'],
    ]);
    desk.close();
  });

  it('takes what is closed out of the list, which says so', async () => {
    await close(id);
    const { out, err } = await vedette();
    expect(out).not.toContain('1111');
    expect(err).toBe('1 more is closed: --workflow all\n');
    expect((await vedette('--workflow', 'closed')).out).toMatch(/1111.* closed /);
    const [all] = jsonLines<{ workflow: object }>((await vedette('--workflow', 'all', '--json')).out).filter(
      (line) => JSON.stringify(line).includes(whole),
    );
    expect(all!.workflow).toMatchObject({ state: 'closed', verdict: 'benign', reason: 'our own scanner' });
  });

  it('keeps the verdict that is there until it is opened again', async () => {
    await close(id);
    for (const late of [close(id), vedette('acknowledge', id)])
      expect(await late).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/1111: This \w+ was closed by anna.*; open it again first\.\n/),
      });
    expect((await vedette('reopen', id)).out).toContain('  new  ');
    const [said] = jsonLines<{ id: string; workflow: { state: string } }>(
      (await vedette('ack', id, '--json')).out,
    );
    expect(said).toMatchObject({ id: whole, workflow: { state: 'acknowledged' } });
  });

  it('is nobody else’s to acknowledge, unless they take it over', async () => {
    await vedette('ack', id);
    const bert = (...args: string[]) => runCommand([what, ...args], { cwd, env: { SUDO_USER: 'bert' } });
    expect(await bert('ack', id)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/1111: This \w+ was acknowledged by anna.*UTC: take it over/),
    });
    expect((await vedette('show', id)).out).toContain('acknowledged by anna');
    expect(await bert('ack', id, '--take-over')).toMatchObject({ code: 0, err: '' });
    expect((await vedette('show', id)).out).toContain('acknowledged by bert');
  });

  it.each([
    [['close', 'ffff', '--verdict', 'benign', '--reason', 'x'], /^No \w+ begins with "ffff"\.\n$/],
    [['close', id, '--reason', 'x'], /required option '--verdict <verdict>'/],
    [
      ['close', id, '--verdict', 'maybe', '--reason', 'x'],
      /Allowed choices are true_positive, false_positive/,
    ],
    [['close', id, '--verdict', 'benign', '--reason', ' '], /^--reason: expected some words\.\n$/],
    [['ack', id, '--note', 'x'.repeat(10_001)], /^--note: .+10000/],
  ])('refuses %j and says nothing', async (args, told) => {
    expect(await vedette(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(told) });
    expect(
      existsSync(join(cwd, 'data', 'desk.db')) && (await vedette('show', id)).out.includes(' said '),
    ).toBe(false);
  });
});

it('closes several alerts at once, or none when one of them is not known', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'data'));
  const state = new StateStore(join(cwd, 'data', 'state.db'));
  state.commit({ appliedSeq: 1, changes: [ALERT, OTHER], cursors: [] });
  state.close();
  const close = (...ids: string[]) =>
    runCommand(['alerts', 'close', ...ids, '--verdict', 'benign', '--reason', 'x'], { cwd });
  expect((await close('aaaa1', 'ffff')).code).toBe(2);
  expect((await runCommand(['alerts'], { cwd })).err).toBe('');
  expect((await close('aaaa1', 'aaaa2')).out.split('\n')).toHaveLength(3);
  expect(await runCommand(['alerts'], { cwd })).toEqual({
    code: 0,
    out: 'No alerts.\n',
    err: '2 more are closed: --workflow all\n',
  });
});
