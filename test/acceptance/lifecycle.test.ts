import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askDaemon } from '../../src/daemon/control-socket.js';
import type { OpenCorrelation } from '../../src/model/open-group.js';
import {
  openTcp,
  sendTcp,
  sshdLine,
  TestDaemon,
  tcpConfig,
  temporaryFolder,
  until,
} from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestDaemon | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await daemon?.kill();
  daemon = null;
  folder.remove();
});

function start(config = tcpConfig(), args: readonly string[] = []): TestDaemon {
  daemon = new TestDaemon(folder.path, config, args);
  return daemon;
}

const guesses = (count: number, from = '203.0.113.7'): string =>
  `${Array.from({ length: count }, (_, i) => sshdLine(`Failed password for root from ${from} port ${40000 + i} ssh2`)).join('\n')}\n`;

/** A daemon that had five guesses in its log. */
async function killedAfterGuesses(): Promise<void> {
  const running = start();
  const [port] = await running.ports();
  await sendTcp(port!, guesses(5));
  const { process } = await running.processed(5);
  await until(
    async () => ((await running.stats()).log.committedSeq >= process.applied_seq ? true : null),
    'the log to be committed',
  );
  await running.kill();
}

describe('daemon', () => {
  test('counts guesses over TCP into one alert line with its evidence', async () => {
    const running = start();
    const [port] = await running.ports();
    await sendTcp(port!, guesses(12));
    const alert = await until(
      () => running.alertLines().find((line) => line.rule.name === 'SSH Brute Force') ?? null,
      'the alert',
    );
    expect(alert).toMatchObject({
      'event.kind': 'alert',
      severity: 'medium',
      entity: '203.0.113.7',
      source: { ip: '203.0.113.7' },
      alert: { status: 'opened', revision: 1 },
    });
    expect(alert.evidence[0]!.original).toContain('Failed password for root');
    // Of twelve the first eight fired; four count on.
    const open = (await askDaemon(join(folder.path, 'data'), 'correlations')) as readonly OpenCorrelation[];
    expect(open.find(({ title }) => title === 'SSH Brute Force')!.open).toMatchObject([
      { group: [['source.ip', '203.0.113.7']], events: 12, observed: 4 },
    ]);
    expect(alert.threat.technique.map((technique) => technique.id)).toContain('T1110.001');
    expect(await running.stop()).toBe(0);
  });

  test('does not alert on one failure followed by a success', async () => {
    const running = start();
    const [port] = await running.ports();
    await sendTcp(
      port!,
      `${sshdLine('Failed password for alice from 192.0.2.9 port 5000 ssh2')}\n${sshdLine('Accepted password for alice from 192.0.2.9 port 5000 ssh2')}\n`,
    );
    await running.processed(2);
    expect(await running.stop()).toBe(0);
    expect(running.alertLines()).toEqual([]);
  });

  test('SIGTERM in the middle of a burst: lines read = lines processed + lines counted', async () => {
    const running = start();
    const [port] = await running.ports();
    const line = sshdLine('Connection closed by 192.0.2.1 port 4000 [preauth]');
    const socket = await openTcp(port!);
    const burst = Buffer.from(`${line}\n`.repeat(200_000));
    socket.write(burst);
    await running.processed(1000);
    expect(await running.stop()).toBe(0);
    socket.destroy();
    const { detection, sources } = running.lastStats();
    expect(sources.tcp!.records).toBeGreaterThan(1000);
    expect(detection.records).toBe(sources.tcp!.records);
  });

  test('a second process on one data_dir exits 78 and names the first', async () => {
    const running = start();
    await running.listening();
    const second = new TestDaemon(folder.path, tcpConfig());
    expect(await second.exited).toBe(78);
    await second.told(String(running.child.pid));
    expect(running.child.exitCode).toBeNull();
  });

  test('a port in use is one clear line and exit code 74', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const port = await until(() => (server.address() as { port: number } | null)?.port ?? null, 'a port');
    const running = start(tcpConfig().replace('127.0.0.1:0', `127.0.0.1:${port}`));
    expect(await running.exited).toBe(74);
    await running.told(new RegExp(`${port}.*in use`));
    expect(running.messages).not.toContain('Stopping');
    server.close();
  });

  test('a folder where its socket belongs is one clear line and exit code 74', async () => {
    const socket = join(folder.path, 'data', 'control.sock');
    mkdirSync(socket, { recursive: true });
    const running = start();
    expect(await running.exited).toBe(74);
    await running.told(`unlink '${socket}'. Move it away, or name another file.`);
  });

  test('faults of the config are all named with their lines, and the exit code is 78', async () => {
    const running = start(
      'data_dir: ./data\nsorces: []\nalerts: { min_severity: hgh }\nsources:\n  - { type: syslog-tpc, listen: ":1" }\n',
    );
    expect(await running.exited).toBe(78);
    await running.told('config.yaml:2: sorces: unknown key; did you mean "sources"?');
    await running.told('config.yaml:3: alerts.min_severity');
    await running.told(/config\.yaml:5: sources\.0\.type: .*did you mean "syslog-tcp"/);
  });

  test('a bad rule is refused with file and line, the others load', async () => {
    const rules = join(folder.path, 'rules');
    mkdirSync(rules);
    writeFileSync(
      join(rules, 'bad.yml'),
      'title: bad\nlogsource: {product: linux}\ndetection:\n  a: {x: 1}\n  condition: b\nlevel: low\n',
    );
    writeFileSync(
      join(rules, 'good.yml'),
      'title: good\nid: 6f1c1c0e-9a1f-4c76-9d2f-1d1f5b1c0a01\nlogsource: {product: linux}\ndetection:\n  a:\n    event.action: ssh_login\n  condition: a\nlevel: high\n',
    );
    const running = start(tcpConfig('rules: { builtin: false, paths: [./rules] }\n'));
    const [port] = await running.ports();
    await running.told(/bad\.yml:\d+/);
    await sendTcp(port!, guesses(1));
    await until(() => running.alertLines().find((line) => line.rule.name === 'good') ?? null, 'the alert');
    expect((await running.stats()).rules).toEqual({ loaded: 1, refused: 1, former: [] });
  });

  test('SIGHUP takes up new rules; a broken config keeps the old ones', async () => {
    const rules = join(folder.path, 'rules');
    mkdirSync(rules);
    const rule = (title: string, action: string): string =>
      `title: ${title}\nlogsource: {product: linux}\ndetection:\n  a:\n    event.action: ${action}\n  condition: a\nlevel: high\n`;
    writeFileSync(join(rules, 'one.yml'), rule('one', 'nothing'));
    const config = tcpConfig('rules: { builtin: false, paths: [./rules] }\n');
    const running = start(config);
    const [port] = await running.ports();
    writeFileSync(join(rules, 'two.yml'), rule('two', 'ssh_login'));
    running.signal('SIGHUP');
    await running.told('Rules reloaded.');
    await sendTcp(port!, guesses(1));
    await until(
      () => running.alertLines().find((line) => line.rule.name === 'two') ?? null,
      'the alert of the new rule',
    );
    writeFileSync(join(folder.path, 'config.yaml'), `${config}nonsense: true\n`);
    running.signal('SIGHUP');
    await running.told('was not reloaded');
    await sendTcp(port!, guesses(1, '203.0.113.8'));
    await until(
      () => running.alertLines().find((line) => line.entity === '203.0.113.8') ?? null,
      'the alert after it',
    );
  });

  test('kill -9 and restart: what reached the log is detected, and no alert comes twice', async () => {
    await killedAfterGuesses();
    const second = start();
    const [again] = await second.ports();
    await sendTcp(again!, guesses(5));
    const alert = await until(
      () => second.alertLines().find((line) => line.rule.name === 'SSH Brute Force') ?? null,
      'the alert over both lives',
    );
    expect(alert.alert.count).toBe(1);
    await second.kill();
    const third = start();
    await third.listening();
    await third.stop();
    const keys = third.alertLines().map((line) => `${line.alert.id} ${line.alert.revision}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('kill -9, and the log that it left is gone: what cannot be run again is counted and told', async () => {
    const events = join(folder.path, 'data', 'events');
    await killedAfterGuesses();
    rmSync(events, { recursive: true });
    const second = start();
    await second.listening();
    expect((await second.stats()).detection.counts['log.damaged']).toBe(1);
    await second.told(/"firstSeq":1,"lastSeq":\d+,.*Chunks are missing\. Look at the disk\./);
    expect(await second.stop()).toBe(0);
    // What has been applied to the last, and is in a snapshot, is needed no more.
    rmSync(events, { recursive: true });
    const third = start();
    await third.listening();
    expect(await third.stop()).toBe(0);
    expect(third.lastStats().detection.counts['log.damaged']).toBeUndefined();
  });

  test('is stopped as soon as it is up, and says nothing but that', async () => {
    const running = start();
    await running.listening();
    expect(await running.stop()).toBe(0);
    expect(running.messages).not.toMatch(/"level":"(warn|error|fatal)"/);
    expect(running.lastStats().detection.records).toBe(0);
  });

  test('a snapshot that cannot be read costs open windows and alerts, not the start; what was told has ended', async () => {
    const first = start();
    const [before] = await first.ports();
    await sendTcp(before!, guesses(12, '203.0.113.8'));
    const opened = await until(() => first.alertLines()[0] ?? null, 'an alert');
    expect(await first.stop()).toBe(0);
    const state = new Database(join(folder.path, 'data', 'state.db'));
    state.prepare('UPDATE snapshot SET body = ?').run(serialize({ of: 'another version' }));
    state.close();
    const second = start();
    const [port] = await second.ports();
    await second.told('cannot be read; starting without it');
    const ended = await until(
      () => second.alertLines().find(({ alert }) => alert.status === 'ended') ?? null,
      'its end',
    );
    expect(ended).toMatchObject({
      '@timestamp': opened.alert.last_seen,
      alert: { id: opened.alert.id, revision: opened.alert.revision + 1 },
      evidence: opened.evidence,
    });
    await sendTcp(port!, guesses(12));
    await until(() => second.alertLines().find(({ entity }) => entity === '203.0.113.7') ?? null, 'an alert');
    expect(await second.stop()).toBe(0);
    const third = start();
    await third.listening();
    expect(third.messages).not.toContain('have ended');
  });

  test('events and alerts on stdout are JSON lines in log order', async () => {
    const running = start(tcpConfig(), ['--events', '-', '--alerts', '-']);
    const [port] = await running.ports();
    await sendTcp(port!, guesses(20));
    await until(() => (running.stdout.includes('"event.kind":"alert"') ? true : null), 'the alert on stdout');
    await running.stop();
    const lines = running.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, string>>);
    const events = lines.filter((line) => line.event?.kind === 'event');
    expect(events).toHaveLength(20);
    expect(events.map((event) => event.source!.port)).toEqual(
      Array.from({ length: 20 }, (_, i) => 40000 + i),
    );
    expect(
      lines.filter((line) => (line as Record<string, unknown>)['event.kind'] === 'alert').length,
    ).toBeGreaterThan(0);
  });
});
