import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { START, timedLines } from '../../src/cli/rules/samples.js';
import type { AlertChange } from '../../src/model/alert.js';
import { type Change, isIncident } from '../../src/model/change.js';
import { MAIN, sshdLine, temporaryFolder } from '../helpers/run-daemon.js';
import { ownNames, shippedTimelines } from '../helpers/timelines.js';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

/** A log file that was last written to an hour after the timelines begin. */
function logFile(name: string, lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(join(folder.path, name), name.endsWith('.gz') ? gzipSync(text) : text);
  const changed = (START + 86_400_000) / 1000;
  utimesSync(join(folder.path, name), changed, changed);
  return name;
}

function run(args: readonly string[], { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'replay', ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    input,
    maxBuffer: 256 * 1024 ** 2,
    env: { ...process.env, TMPDIR: folder.path, ...env },
  });
  return { status, out: stdout, err: stderr };
}

function changes(out: string): Change[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Change);
}

/** Without what tells where a record stands. */
function stories(out: string): unknown[] {
  return changes(out).map((change) =>
    isIncident(change)
      ? [change['@timestamp'], change.incident.status, change.incident.title, change.incident.risk]
      : [change['@timestamp'], change.alert.status, change.rule.name, change.entity, change.reason],
  );
}

const guesses = (from: string): string[] =>
  Array.from({ length: 12 }, (_, i) =>
    sshdLine(`Failed password for root from ${from} port ${40000 + i} ssh2`, { at: START + i * 1000 }),
  );

describe('replay', { timeout: 300_000 }, () => {
  test('finds in files, in whatever order they stand, what all timelines of the shipped rules say', () => {
    const timelines = shippedTimelines();
    const lines = timelines
      .flatMap(({ timeline }, k) =>
        timedLines(timeline).map(({ at, line }) => ({ at, line: ownNames(line, k) })),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line);
    const third = (n: number): string[] => lines.filter((_, i) => i % 3 === n);
    const apart = [
      logFile('a.log', third(0).reverse()),
      logFile('b.log.gz', third(1)),
      logFile('c.log', third(2).reverse()),
    ];
    const { status, out, err } = run(['--json', ...apart]);
    expect({ status, err }).toMatchObject({ status: 0 });
    expect(err).toContain(`${lines.length.toLocaleString('en-US')} lines of 3 files`);
    const opened = changes(out).filter(
      (change): change is AlertChange => !isIncident(change) && change.alert.status === 'opened',
    );
    const missed = timelines.flatMap(({ title, timeline }, k) => {
      // Records of one second have no order of their own when they stand in several files.
      const titles = opened.filter((change) => placeOf(change) === k).map(({ rule }) => rule.name);
      const isSame = JSON.stringify(titles.sort()) === JSON.stringify([...timeline.alerts].sort());
      return isSame ? [] : [{ title, timeline: timeline.name, titles, wanted: timeline.alerts }];
    });
    expect(missed).toEqual([]);
    const times = opened.map((change) => change['@timestamp']);
    expect(times).toEqual([...times].sort());
    expect(
      changes(out).filter((change) => !isIncident(change) && change.alert.status === 'ended'),
    ).toHaveLength(opened.length);
    expect(run(['--json', ...apart]).out).toBe(out);
    expect(readdirSync(folder.path).sort()).toEqual(['a.log', 'b.log.gz', 'c.log']);
  });

  test('tells the same of one file and of its parts, with anomalies on, too', () => {
    const lines = [...guesses('203.0.113.7'), ...guesses('198.51.100.9')];
    const env = { VEDETTE_ANOMALY__ENABLED: 'true', VEDETTE_ANOMALY__MAX_SHARE: '0.1' };
    const whole = run(['--json', logFile('whole.log', lines)], { env });
    const parts = [logFile('2.log', lines.slice(0, 9)), logFile('1.log', lines.slice(9))];
    expect(stories(run(['--json', ...parts], { env }).out)).toEqual(stories(whole.out));
    expect(stories(whole.out).length).toBeGreaterThan(3);
  });

  test('reads standard input, and shows people alerts, then incidents', () => {
    const lines = [
      ...guesses('203.0.113.7'),
      sshdLine('Accepted password for root from 203.0.113.7 port 50000 ssh2', { at: START + 60_000 }),
    ];
    const { status, out, err } = run(['--tz', 'UTC', '-'], { input: `${lines.join('\n')}\nwhat is this\n` });
    expect(status).toBe(0);
    expect(out.match(/SSH Brute Force/g)!.length).toBeGreaterThan(1);
    expect(out.indexOf('guessed passwords, logged in')).toBeGreaterThan(out.indexOf('SSH Brute Force'));
    expect(err).toMatch(/^14 lines of 1 file, .*: 3 alerts, 1 incident\.\n1 line nobody recognised\.\n/);
  });

  test('takes rules of its own, and says what it could not read', () => {
    writeFileSync(
      join(folder.path, 'own.yml'),
      'title: Odd Word\nid: 3f0a1c58-1a26-4c39-9d3f-0d6f0f4f6a11\nlevel: high\nlogsource: { product: linux, service: sshd }\ndetection: { words: [xyzzy], condition: words }\n',
    );
    logFile('good.log', [sshdLine('Connection closed by xyzzy', { at: START })]);
    const { status, out, err } = run(['--json', '-r', 'own.yml', 'missing.log', 'good.log', '.']);
    expect(changes(out)[0]).toMatchObject({ rule: { name: 'Odd Word' } });
    expect(status).toBe(74);
    expect(err).toMatch(/missing\.log could not be read whole: ENOENT/);
    expect(err).toMatch(/could not be read whole: it is a folder\./);
    expect(readFileSync(join(folder.path, 'good.log'), 'utf8')).toContain('xyzzy');
  });

  test('wants a time zone that there is', () => {
    expect(run(['--tz', 'Mars', 'x.log'])).toMatchObject({ status: 2, out: '' });
  });
});

function placeOf(change: AlertChange): number {
  const { original } = change.evidence[0]!;
  const host = /-k(\d+)\b/.exec(original);
  const address = /\b(?:203|198|193)\.(\d+)\.(?:113|100|2)\.\d+/.exec(original);
  return host !== null ? Number(host[1]) : Number(address?.[1]);
}
