import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { backtest } from '../../src/backtest/backtest.js';
import type { BacktestOutcome } from '../../src/backtest/messages.js';
import { timedLines } from '../../src/cli/rules/samples.js';
import { loadConfig } from '../../src/config/load.js';
import type { AlertChange } from '../../src/model/alert.js';
import { MAIN, sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder } from '../helpers/run-daemon.js';
import { lengthOf, ownNames, shippedTimelines } from '../helpers/timelines.js';

/** A log of a real daemon with the timelines of all shipped counts and chains, and the alerts that it made of it. */
let folder: { path: string; remove: () => void };
let live: readonly AlertChange[] = [];
let records = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  const daemon = new TestDaemon(folder.path, tcpConfig());
  const [port] = await daemon.ports();
  for (const [k, { timeline }] of shippedTimelines().entries()) {
    const lines = timedLines(timeline, Date.now() - lengthOf(timeline));
    await sendTcp(port!, lines.map(({ line }) => `${ownNames(line, k)}\n`).join(''));
    records += lines.length;
    await daemon.processed(records);
    if (k % 10 > 0) continue;
    // Blocks of nothing but noise, for filters to skip.
    const noise = Array.from({ length: 1200 }, (_, i) => appLine(`request ${i} took ${k} ms`, i));
    await sendTcp(port!, `${noise.join('\n')}\n`);
    records += noise.length;
    await daemon.processed(records);
  }
  expect(await daemon.stop()).toBe(0);
  live = daemon.alertLines().filter(({ alert }) => alert.status === 'opened');
}, 300_000);
afterAll(() => folder.remove());

describe('a backtest', () => {
  it('of all rules opens the alerts of the live run, also without skipping', {
    timeout: 300_000,
  }, async () => {
    const ids = idsOf(live);
    expect(ids.length).toBeGreaterThan(100);
    for (const skip of [true, false]) {
      const { outcome, opened } = await tryRules({ files: [], names: ruleIds() }, { skip });
      expect(idsOf(opened)).toEqual(ids);
      expect(outcome.stopped).toBe(false);
      expect(outcome.rules.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(ids.length);
    }
  });

  it('of one rule opens its alerts of the live run, and skipping changes nothing', {
    timeout: 240_000,
  }, async () => {
    let skipped = 0;
    // Enough of them to have hits without a source, sums of others, and logsources of their own among them.
    for (const id of [...ruleIds().filter((_, i) => i % 12 === 0), ...NEEDING_USERS]) {
      const { outcome, opened } = await tryRules({ files: [], names: [id] }, { skip: true });
      const plain = await tryRules({ files: [], names: [id] }, { skip: false });
      expect(opened).toEqual(plain.opened);
      expect(outcome.rules).toEqual(plain.outcome.rules);
      expect(plain.outcome.skipped).toBe(0);
      expect(idsOf(opened, id)).toEqual(idsOf(live, id));
      skipped += outcome.skipped;
    }
    expect(skipped).toBeGreaterThan(noiseLines());
  });

  it('counts only what lies in the time asked for', { timeout: 150_000 }, async () => {
    const all = await tryRules({ files: [NOISE_RULE], names: [] }, { skip: true });
    const times = [...Array(3).keys()].map((i) => until(all.outcome, i / 2));
    const parts = [];
    for (const [i, from] of times.slice(0, -1).entries()) {
      const range = { from: i === 0 ? null : from, until: i === 1 ? null : times[i + 1]! };
      parts.push((await tryRules({ files: [NOISE_RULE], names: [] }, { skip: true, ...range })).outcome);
    }
    const hits = parts.map(({ rules }) => rules[0]!.hits);
    expect(hits.every((n) => n > 0)).toBe(true);
    expect(hits.reduce((sum, n) => sum + n, 0)).toBe(all.outcome.rules[0]!.hits);
  });

  it('of a rule brings the correlations over it, and what these need', { timeout: 150_000 }, async () => {
    const { outcome } = await tryRules({ files: [], names: ['ssh_failed_login'] }, { skip: true });
    const [asked, ...others] = outcome.rules;
    expect(asked).toMatchObject({
      asked: true,
      kind: 'detection',
      silent: 'counted_by_correlation',
      alerts: 0,
    });
    expect(asked!.hits).toBeGreaterThan(0);
    expect(asked!.entities.length).toBeGreaterThan(0);
    const chains = others.filter(({ kind }) => kind === 'correlation');
    expect(chains.length).toBeGreaterThan(0);
    for (const { id, alerts, silent } of chains)
      if (silent === null) expect(alerts).toBe(idsOf(live, id).length);
    expect(chains.some(({ alerts }) => alerts > 0)).toBe(true);
  });

  it('that is stopped gives what was found so far', { timeout: 150_000 }, async () => {
    const controller = new AbortController();
    const { outcome, opened } = await tryRules(
      { files: [], names: ruleIds() },
      { skip: false, signal: controller.signal, onOpened: () => controller.abort() },
    );
    expect(outcome.stopped).toBe(true);
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.length).toBeLessThan(live.length);
    expect(outcome.rules.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(opened.length);
  });
});

describe('vedette rules backtest', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'rules', 'backtest', ...args, '-c', join(folder.path, 'config.yaml')],
      { encoding: 'utf8', cwd: folder.path, maxBuffer: 1e8 },
    );
    return { code: status, out: stdout, err: stderr };
  };

  it('tries a rule that is not loaded yet, beside a daemon that runs', { timeout: 300_000 }, async () => {
    writeFileSync(join(folder.path, 'new.yml'), NOISE_RULE.text);
    const daemon = new TestDaemon(folder.path, tcpConfig());
    try {
      const [port] = await daemon.ports();
      await sendTcp(port!, `${appLine('request 1 \u001b[31mred', 1)}\n${sshdLine('order 9')}\n`);
      await daemon.processed(2);
      await daemon.stats();
      const json = run('new.yml', '--json', '--samples', '2');
      expect(json.code, json.err).toBe(0);
      const { rules, stopped, records: looked } = JSON.parse(json.out) as BacktestOutcome;
      expect(stopped).toBe(false);
      expect(looked).toBeGreaterThan(0);
      const noisy = noiseLines();
      expect(rules).toMatchObject([
        { title: 'App noise', asked: true, silent: null, kind: 'detection', entity_count: 3 },
      ]);
      expect(rules[0]!.hits).toBeGreaterThan(noisy);
      expect(
        rules[0]!.entities
          .slice(0, 3)
          .map(({ entity }) => entity)
          .sort(),
      ).toEqual(['web-00', 'web-01', 'web-02']);
      expect(rules[0]!.samples).toHaveLength(2);
      expect(rules[0]!.samples[1]!.evidence[0]!.original).toContain('request');
      expect(rules[0]!.entities[0]!.hits).toBeGreaterThan(noisy / 4);

      const text = run('new.yml', '--samples', '1');
      expect(text.out).toMatch(
        /MEDIUM {2}App noise\n {9}would have matched [\d,]+ times and opened \d alerts/,
      );
      expect(text.out).toContain('records looked at');
      expect(text.out).not.toContain('\u001b');

      const lines = run('new.yml', '--alerts').out.trim().split('\n');
      const alerts = lines.map((line) => JSON.parse(line) as AlertChange);
      expect(alerts.filter(({ alert }) => alert.status === 'opened')).toHaveLength(rules[0]!.alerts);
    } finally {
      await daemon.stop();
    }
  });

  it('names what is wrong', () => {
    writeFileSync(join(folder.path, 'bad.yml'), 'title: Bad\nlogsource: {}\ndetection: {}\n');
    expect(run('bad.yml')).toMatchObject({
      code: 78,
      out: '',
      err: expect.stringContaining('bad.yml:2: "logsource" is empty'),
    });
    expect(run('no such rule')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/There is no rule "no such rule" among the \d+ that load/),
    });
    expect(run('new.yml', '--last', 'yesterday').code).toBe(2);
    expect(run('new.yml', '--last', '1h', '--from', '2026-11-20').code).toBe(2);
    expect(run('new.yml', '--data-dir', 'elsewhere')).toMatchObject({
      code: 74,
      err: expect.stringContaining('There is no event log in'),
    });
  });

  it('gives what it has found when Ctrl-C comes', { timeout: 150_000 }, async () => {
    const args = [MAIN, 'rules', 'backtest', 'new.yml', '--alerts', '-c', join(folder.path, 'config.yaml')];
    const child = spawn(process.execPath, args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.on('data', (data: Buffer) => {
      out += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(out.split('\n').length).toBeGreaterThan(1);
    // It may have been done already.
    expect([0, 1]).toContain(code);
    if (code === 1) expect(err).toContain('Stopped: newer events were not looked at.');
  });
});

/** Rules of an account by name, which noise has not: an SSH login as root, a service account at sudo. */
const NEEDING_USERS = ['b61e6ba5-3682-4dd6-b804-69b84b2d451c', 'b1c0a1de-5f6c-4b7a-9a53-8f2d4f0f6e11'];

function noiseLines(): number {
  return Math.ceil(shippedTimelines().length / 10) * 1200;
}

const NOISE_RULE = {
  path: 'new.yml',
  text: 'title: App noise\nlevel: medium\nlogsource: { product: linux }\ndetection:\n  app: { process.name: noised }\n  condition: app\n',
};

/** Of one of three hosts. */
function appLine(message: string, i: number): string {
  return sshdLine(message, { host: `web-0${i % 3}` }).replace('sshd[', 'noised[');
}

/** A share of the way from the first to the last hit. */
function until({ rules }: BacktestOutcome, share: number): number {
  const [first, last] = [rules[0]!.first_seen!, rules[0]!.last_seen!].map((time) => Date.parse(time));
  return Math.round(first! + share * (last! - first!));
}

/** In no order: sinks write a file for each day. */
function idsOf(alerts: readonly AlertChange[], rule?: string): string[] {
  const own = rule === undefined ? alerts : alerts.filter((change) => change.rule.id === rule);
  return own.map(({ alert }) => alert.id).sort();
}

/** Tried by the program as it is shipped. */
async function tryRules(
  rules: { readonly files: { path: string; text: string }[]; readonly names: readonly string[] },
  {
    onOpened,
    ...options
  }: {
    readonly skip: boolean;
    readonly from?: number | null;
    readonly until?: number | null;
    readonly signal?: AbortSignal;
    readonly onOpened?: () => void;
  },
): Promise<{ outcome: BacktestOutcome; opened: AlertChange[] }> {
  const module = (await import(join(process.cwd(), 'dist', 'backtest', 'backtest.js'))) as {
    backtest: typeof backtest;
  };
  const { config } = loadConfig({ file: join(folder.path, 'config.yaml'), cwd: folder.path, env: {} });
  const opened: AlertChange[] = [];
  const outcome = await module.backtest({
    ...{ config, rules, dir: join(folder.path, 'data', 'events'), threads: 2, samples: 3 },
    ...{ from: null, until: null, ...options },
    onAlerts: (alerts) => {
      opened.push(...alerts.filter(({ alert }) => alert.status === 'opened'));
      onOpened?.();
    },
  });
  return { outcome, opened };
}

function ruleIds(): string[] {
  return [...new Set(live.map(({ rule }) => rule.id))];
}
