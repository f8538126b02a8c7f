import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncidentChange } from '../../src/model/incident.js';
import type { ScannedAlert } from '../../src/model/scan-result.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { value, windowsEvent } from '../helpers/evtx-events.js';
import { evtxFile, type XmlElement } from '../helpers/evtx-writer.js';
import { MAIN, sshdLine, temporaryFolder } from '../helpers/run-daemon.js';
import { launch, open } from '../web/browser.js';

const START = Date.UTC(2026, 10, 20, 10);

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

/** A log file that was last written to a day after what it tells. */
function logFile(name: string, lines: readonly string[]): void {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  utimesSync(path, START / 1000 + 86_400, START / 1000 + 86_400);
}

function scan(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'scan', ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    input: '',
    maxBuffer: 256 * 1024 ** 2,
    env: { ...process.env, TMPDIR: folder.path },
  });
  return { status, out: stdout, err: stderr };
}

interface Told {
  readonly scan: Readonly<Record<string, unknown>>;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly incidents: readonly IncidentChange[];
  readonly alerts: readonly ScannedAlert[];
}

const guesses = (from: string, at: number): string[] =>
  Array.from({ length: 12 }, (_, i) =>
    sshdLine(`Failed password for root from ${from} port ${40000 + i} ssh2`, { at: at + i * 1000 }),
  );

function evidence(): void {
  logFile('logs/auth.log', [
    ...guesses('203.0.113.7', START),
    sshdLine('Accepted password for deploy from 203.0.113.7 port 41000 ssh2', { at: START + 60_000 }),
    'nobody knows this',
  ]);
  logFile('logs/old/auth.log.1.gz', guesses('198.51.100.9', START - 86_400_000));
  logFile('logs/wtmp', ['\x07\0\0\0']);
}

describe('scan', { timeout: 300_000 }, () => {
  test('shows of each attack records of its own, though one file holds them all', () => {
    const attack = (at: number): string[] => [
      ...guesses('203.0.113.7', at),
      sshdLine('Accepted password for root from 203.0.113.7 port 41000 ssh2', { at: at + 60_000 }),
    ];
    logFile('auth.log', [...attack(START - 2 * 86_400_000), ...attack(START)]);
    const { alerts } = JSON.parse(scan('auth.log', '--format', 'json').out) as Told;
    const days = alerts.map(({ alert }) => alert.first_seen.slice(0, 10));
    expect([...new Set(days)]).toEqual(['2026-11-18', '2026-11-20']);
    for (const { alert, evidence } of alerts) {
      const isFirst = alert.first_seen.startsWith('2026-11-18');
      expect(Date.parse(alert.first_seen)).toBeGreaterThanOrEqual(isFirst ? START - 2 * 86_400_000 : START);
      for (const { record } of evidence) expect(record <= 13).toBe(isFirst);
    }
  });

  test('tells all that the logs of a folder say as one JSON object, the same each time', () => {
    evidence();
    const { status, out, err } = scan('logs', '--format', 'json');
    expect(status).toBe(1);
    const told = JSON.parse(out) as Told;
    const at = (name: string): string => join(folder.path, 'logs', name);
    expect(told.scan).toEqual({
      ...{
        records: 26,
        unrecognized: 1,
        alerts_left_out: 0,
        incidents_left_out: 0,
        unreadable: [],
        counts: { 'parse.unparsed': 1 },
      },
      ...{ first: '2026-11-19T10:00:00.000Z', last: '2026-11-21T10:00:00.000Z' },
      files: [
        { path: at('auth.log'), records: 14, unrecognized: 1 },
        { path: at('old/auth.log.1.gz'), records: 12, unrecognized: 0 },
      ],
      skipped: [{ path: at('wtmp'), reason: 'not text' }],
    });
    expect(told.rules.map(({ name, level, alerts, entities }) => [name, level, alerts, entities])).toEqual([
      ['SSH Brute Force Followed by a Login', 'critical', 1, ['203.0.113.7']],
      ['SSH Brute Force', 'medium', 2, ['198.51.100.9', '203.0.113.7']],
    ]);
    expect(told.incidents.map(({ entity, incident }) => [entity, incident.status])).toEqual([
      ['203.0.113.7', 'ended'],
    ]);
    const places = told.alerts.map((alert) => [
      alert.rule.name,
      ...[alert.evidence.at(-1)?.file, alert.evidence.at(-1)?.record, alert.alert.status],
    ]);
    expect(places).toEqual([
      ['SSH Brute Force', at('old/auth.log.1.gz'), 8, 'ended'],
      ['SSH Brute Force', at('auth.log'), 8, 'ended'],
      ['SSH Brute Force Followed by a Login', at('auth.log'), 13, 'ended'],
    ]);
    expect(err).toContain('26 lines of 2 files');
    expect(err).toContain('wtmp: not text');
    expect(scan('logs', '--format', 'json').out).toBe(out);
  });

  test('reads event logs of Windows, compressed ones too, and says what of them is damaged', () => {
    const [cleared, other] = [1102, 4688].map((eventId) =>
      windowsEvent({
        ...{ provider: 'Microsoft-Windows-Eventlog', channel: 'Security', eventId, time: START },
        data: {
          name: 'UserData',
          content: [
            { name: 'LogFileCleared', content: [{ name: 'SubjectUserName', content: [value.text('bob')] }] },
          ],
        },
      }),
    ) as [XmlElement, XmlElement];
    const log = evtxFile([other, cleared, other]);
    mkdirSync(join(folder.path, 'logs'));
    const at = (name: string): string => join(folder.path, 'logs', name);
    writeFileSync(at('Security.evtx'), log);
    writeFileSync(at('old.evtx.gz'), gzipSync(log));
    const { status, out } = scan('logs', '--format', 'json');
    expect(status).toBe(1);
    const told = JSON.parse(out) as Told;
    expect(told.scan).toMatchObject({ records: 6, unreadable: [], first: '2026-11-20T10:00:00.000Z' });
    expect(
      told.alerts.map(({ rule, evidence }) => [rule.name, evidence[0]?.file, evidence[0]?.record]),
    ).toEqual([['Windows Event Log Cleared', at('Security.evtx'), 2]]);
    expect(told.alerts[0]?.alert.count).toBe(2);
    writeFileSync(at('Security.evtx'), log.subarray(0, log.readUInt32LE(4096 + 48) + 4000));
    const torn = scan('logs/Security.evtx', '--format', 'json');
    expect(torn.status).toBe(74);
    expect((JSON.parse(torn.out) as Told).scan).toMatchObject({
      records: 2,
      unreadable: [
        { path: at('Security.evtx'), error: expect.stringContaining('1 record or chunk is damaged') },
      ],
    });
  });

  test('tells people stories and rules, a spreadsheet alerts, and a file what was asked for', () => {
    evidence();
    const text = scan('logs');
    expect(text.status).toBe(1);
    expect(text.out).toContain('203.0.113.7 guessed passwords, logged in');
    expect(text.out).toMatch(/medium +SSH Brute Force +2 /);
    const csv = scan('logs', '--format', 'csv');
    expect(csv.out.split('\n')[0]).toContain('first_seen,last_seen,severity,rule');
    expect(csv.out.trimEnd().split('\n')).toHaveLength(4);
    const { out, status } = scan('logs', '--format', 'csv', '-o', 'found.csv');
    expect({ out, status }).toEqual({ out: '', status: 1 });
    expect(readFileSync(join(folder.path, 'found.csv'), 'utf8')).toBe(csv.out);
  });

  test('finds only what happened when and as grave as is asked for; nothing is exit 0', () => {
    evidence();
    expect(JSON.parse(scan('logs', '--format', 'json', '--to', '2026-11-19').out).rules).toMatchObject([
      { name: 'SSH Brute Force', alerts: 1, entities: ['198.51.100.9'] },
    ]);
    expect(JSON.parse(scan('logs', '--format', 'json', '--min-severity', 'high').out).rules).toMatchObject([
      { name: 'SSH Brute Force Followed by a Login' },
    ]);
    const { status, out, err } = scan('logs', '--last', '1h');
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain('0 alerts');
  });

  test('goes on past what cannot be read, and says so by exit 74', () => {
    evidence();
    const { status, out, err } = scan('logs', 'nowhere');
    expect(status).toBe(74);
    expect(out).toContain('203.0.113.7');
    expect(err).toMatch(/nowhere could not be read whole: ENOENT/);
    logFile('logs/torn.gz', guesses('192.0.2.99', START));
    const torn = join(folder.path, 'logs', 'torn.gz');
    writeFileSync(torn, readFileSync(torn).subarray(0, 60));
    expect(scan('logs')).toMatchObject({
      status: 74,
      err: expect.stringContaining('torn.gz could not be read'),
    });
    // Nothing but the checksum is missing, and the last line's end.
    writeFileSync(torn, gzipSync(guesses('192.0.2.99', START).join('\n')).subarray(0, -8));
    const found = scan('logs');
    expect(found).toMatchObject({ status: 74, err: expect.stringContaining('torn.gz could not be read') });
    expect(found.out).toContain('192.0.2.99');
  });

  test('says that nothing can be written there before it reads anything', () => {
    logFile('logs/auth.log', [sshdLine('Connection closed by 203.0.113.7', { at: START })]);
    writeFileSync(join(folder.path, 'broken.yml'), 'title: [');
    const { status, err } = scan('logs', '-r', 'broken.yml', '-o', 'absent/report.html');
    expect(status).toBe(74);
    expect(err).toContain('report.html');
    expect(err).not.toContain('broken.yml');
  });

  test('makes nothing of what the logs hold but text', () => {
    const name = `<img src=x onerror=alert(1)>`;
    logFile(
      'app.log',
      Array.from({ length: 12 }, (_, i) =>
        sshdLine(
          `Failed password for invalid user ${name}${'\x1b[31m\u202e'} from 203.0.113.7 port ${i + 1} ssh2`,
          {
            at: START + i * 1000,
          },
        ),
      ),
    );
    const html = scan('app.log', '--format', 'html').out;
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;\\x1b[31m\\u202e');
    expect(html).not.toContain(name);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    const text = scan('app.log').out;
    expect(text).not.toMatch(/[\x1b\u202e]/);
  });
});

describeWithTools('the page of a scan', ['chromium'], () => {
  test('opens from a file, runs nothing, loads nothing', { timeout: 300_000 }, async () => {
    evidence();
    scan('logs', '--format', 'html', '-o', 'report.html');
    const browser = await launch();
    try {
      const { page, troubles } = await open(browser, pathToFileURL(join(folder.path, 'report.html')).href);
      expect(await page.title()).toBe('Vedette scan');
      const alert = page.locator('details', { hasText: 'SSH Brute Force Followed by a Login' });
      expect(await alert.locator('code').first().isVisible()).toBe(false);
      await alert.locator('summary').click();
      expect(await alert.locator('code').last().innerText()).toContain('Accepted password for deploy from');
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
