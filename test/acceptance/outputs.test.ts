import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { HAS_NAMESPACES, inNamespace } from '../helpers/namespaces.js';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';
import { startReceiver } from '../helpers/webhook-receiver.js';

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

function start(config: string, command?: readonly string[]): TestDaemon {
  daemon = new TestDaemon(folder.path, config, [], command);
  return daemon;
}

const guesses = (from: string, pid = 999): string =>
  `${Array.from({ length: 12 }, (_, i) => sshdLine(`Failed password for root from ${from} port ${40000 + i} ssh2`, { pid })).join('\n')}\n`;

const alertOf = (running: TestDaemon, entity: string) =>
  until(
    () =>
      running.alertLines().find((line) => line.rule.name === 'SSH Brute Force' && line.entity === entity) ??
      null,
    `the alert of ${entity}`,
  );

interface SinkStats {
  readonly sinks: Record<string, { state: string; delivered: number; last_error?: string }>;
}

describe('standard output', () => {
  test('that is a file on a full disk ends the daemon with 74; the next one prints what it did not take', async () => {
    const config = tcpConfig();
    const full = ['sh', '-c', 'exec "$0" "$@" > /dev/full', process.execPath];
    const first = new TestDaemon(folder.path, config, ['--alerts', '-'], full);
    daemon = first;
    const [port] = await first.ports();
    await sendTcp(port!, guesses('203.0.113.7'));
    expect(await first.exited).toBe(74);
    await first.told('ENOSPC: no space left on device, write. Make room on that disk.');
    const second = new TestDaemon(folder.path, config, ['--alerts', '-']);
    daemon = second;
    await until(() => (second.stdout.includes('SSH Brute Force') ? true : null), 'the alert');
    expect(await second.stop()).toBe(0);
  });
});

describe('a reader of standard output that does not read', () => {
  test('does not keep the daemon from ending when it is told to', { timeout: 60_000 }, async () => {
    const running = new TestDaemon(folder.path, `${tcpConfig()}shutdown_timeout: 2s\n`, ['--events', '-']);
    daemon = running;
    running.child.stdout!.pause();
    const [port] = await running.ports();
    const flood = new Promise<void>((resolve) => {
      const socket = connect(port!, '127.0.0.1', () => socket.write(guesses('203.0.113.7').repeat(1000)));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
    });
    await until(
      async () =>
        ((await running.stats()) as unknown as { queue: { bytes: number } }).queue.bytes > 0 ? true : null,
      'records to wait',
    );
    running.signal('SIGTERM');
    await running.told('"Stopped."');
    await until(() => (running.child.exitCode === null ? null : true), 'the end of the process', 15_000);
    expect(running.child.exitCode).toBe(0);
    await flood;
    running.child.stdout!.resume();
  });
});

describe('a webhook', () => {
  test('has every change once its server is up again, though the daemon was killed meanwhile', async () => {
    const receiver = await startReceiver();
    writeFileSync(join(folder.path, 'secret.txt'), 's3cret\n');
    const config = `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
sinks:
  - { type: ndjson, dir: ./alerts }
  - { type: webhook, url: "${receiver.url}", allow_private: ["127.0.0.1"], secret_file: ./secret.txt }
`;
    receiver.answer = { status: 503 };
    const first = start(config);
    const [port] = await first.ports();
    await sendTcp(port!, guesses('203.0.113.7'));
    await alertOf(first, '203.0.113.7');
    await until(() => (receiver.requests > 0 ? true : null), 'the first try');
    await first.kill();
    receiver.answer = { status: 200 };
    const second = start(config);
    // The file was cut back at the start if the kill fell between its last line and the state that names it.
    await alertOf(second, '203.0.113.7');
    const wanted = second.alertLines().map(({ alert }) => `${alert.id}/${alert.revision}`);
    await until(() => (receiver.taken.length >= wanted.length ? true : null), 'all changes');
    const taken = receiver.taken.map(
      ({ body }) => (JSON.parse(body) as { changes: AlertChange[] }).changes[0]!.alert,
    );
    const keys = taken.map(({ id, revision }) => `${id}/${revision}`);
    expect(new Set(keys)).toEqual(new Set([...wanted, ...keys]));
    for (const { headers } of receiver.taken)
      expect(headers['x-vedette-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    expect(`${first.messages}${second.messages}`).not.toMatch(/s3cret|T0KEN/);
  });
});

describe('a sink that fails', () => {
  test('delays no other, is seen in stats, and catches up when it can', async () => {
    writeFileSync(join(folder.path, 'file'), 'not a folder');
    const running = start(`data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
sinks:
  - { type: ndjson, name: good, dir: ./alerts }
  - { type: ndjson, name: bad, dir: ./file/alerts }
  - { type: stix, name: worse, dir: ./file/stix }
`);
    const [port] = await running.ports();
    await sendTcp(port!, guesses('203.0.113.7'));
    await alertOf(running, '203.0.113.7');
    const sinks = async (): Promise<SinkStats['sinks']> =>
      ((await running.stats()) as unknown as SinkStats).sinks;
    const before = await sinks();
    expect(before.good).not.toHaveProperty('last_error');
    for (const name of ['bad', 'worse']) {
      expect(before[name]).toMatchObject({ state: 'retrying', delivered: 0 });
      expect(before[name]!.last_error).toContain('cannot write to');
    }
    await running.told(
      `cannot write to ${join(folder.path, 'file', 'alerts')}: what stands above it is not a folder (ENOTDIR). Move`,
    );
    expect(running.messages).not.toContain('"stack"');
    rmSync(join(folder.path, 'file'));
    await until(async () => {
      const { bad, worse, good } = await sinks();
      const all = good!.delivered;
      return all > 0 && bad!.delivered === all && worse!.delivered === all ? true : null;
    }, 'the others to catch up');
    expect(readdirSync(join(folder.path, 'file')).sort()).toEqual(['alerts', 'stix']);
    expect(await running.stop()).toBe(0);
  });
});

describe('without an event log', () => {
  test('kill -9 with a tail: alerts come once, and a guess before counts with those after', async () => {
    const path = join(folder.path, 'auth.log');
    writeFileSync(path, '');
    const config = `data_dir: ./data
sources:
  - { type: file, name: tail, paths: [./auth.log], poll_interval: 20ms }
sinks:
  - { type: ndjson, dir: ./alerts }
storage: { events: { enabled: false } }
`;
    for (let life = 0; life < 4; life++) {
      const running = start(config);
      await running.listening();
      appendFileSync(path, guesses(`203.0.113.${life}`, life));
      if (life % 2 === 0) await alertOf(running, `203.0.113.${life}`);
      await running.kill();
    }
    const last = start(config);
    for (let life = 0; life < 4; life++) await alertOf(last, `203.0.113.${life}`);
    expect(await last.stop()).toBe(0);
    const lines = last.alertLines();
    const keys = lines.map((line) => `${line.alert.id} ${line.alert.revision}`);
    expect(new Set(keys).size).toBe(keys.length);
    const opened = lines.filter(
      (line) => line.rule.name === 'SSH Brute Force' && line.alert.status === 'opened',
    );
    expect(opened.map((line) => line.entity).sort()).toEqual([0, 1, 2, 3].map((n) => `203.0.113.${n}`));
    expect(readdirSync(join(folder.path, 'data'))).not.toContain('events');
  });
});

describe('a damaged block of the event log', () => {
  test('between others is skipped and counted at the next start, and the rest is detected', async () => {
    const first = start(tcpConfig());
    const [port] = await first.ports();
    for (let n = 0; n < 12; n++) {
      await sendTcp(port!, guesses(`203.0.113.${n}`, n));
      await first.processed((n + 1) * 12);
    }
    await until(async () => {
      const { log, process } = await first.stats();
      return log.committedSeq >= process.applied_seq ? true : null;
    }, 'the log to be committed');
    await first.kill();
    const [segment] = readdirSync(join(folder.path, 'data', 'events')).filter((name) => name.endsWith('.db'));
    const database = new Database(join(folder.path, 'data', 'events', segment!));
    const { seq } = database
      .prepare('SELECT seq FROM open WHERE records > 0 ORDER BY seq LIMIT 1 OFFSET 5')
      .get() as {
      seq: number;
    };
    database.prepare("UPDATE open SET body = x'ff' WHERE seq = ?").run(seq);
    database.close();
    const second = start(tcpConfig());
    await second.listening();
    const stats = await second.stats();
    expect(stats.detection.counts['log.damaged']).toBe(1);
    await second.told('A part of the event log is damaged and was skipped.');
    expect(second.messages).not.toContain('"stack"');
    expect(stats.detection.records).toBe(11 * 12);
    expect(await second.stop()).toBe(0);
  });
});

describe.runIf(HAS_NAMESPACES)('a full disk under the event log (needs root)', () => {
  test('is counted, detection goes on, and alerts are written', async () => {
    const events = join(folder.path, 'data', 'events');
    mkdirSync(events, { recursive: true });
    const command = [...inNamespace(`mount -t tmpfs -o size=256k tmpfs "${events}"`), process.execPath];
    const running = start(tcpConfig(), command);
    const [port] = await running.ports();
    // Too many and too unlike each other for what there is.
    const filler = Array.from({ length: 20_000 }, (_, i) =>
      sshdLine(`Server listening ${i} ${Math.imul(i, 0x9e3779b1) >>> 0}${Math.imul(i, 0x85ebca6b) >>> 0}`),
    );
    await sendTcp(port!, `${filler.join('\n')}\n`);
    await until(
      async () => ((await running.stats()).unwritable.includes('log') ? true : null),
      'the failure to be seen',
    );
    await sendTcp(port!, guesses('203.0.113.7'));
    await alertOf(running, '203.0.113.7');
    expect((await running.stats()).detection.records).toBe(20_012);
    expect(running.child.exitCode).toBeNull();
    await running.told(/Make room on that disk\..*The event log cannot be written/);
    expect(running.messages.match(/The event log cannot be written/g)).toHaveLength(1);
    await running.told(`"path":${JSON.stringify(events)}`);
    expect(running.messages).not.toContain('"stack"');
    expect(await running.stop()).toBe(0);
    await running.told(/"records":\d+,"msg":"Records are detected but missing in the event log/);
  });

  test('where nothing at all can be kept: alerts are told by webhooks and the log, and the end is no success', async () => {
    const data = join(folder.path, 'data');
    mkdirSync(data, { recursive: true });
    const full = join(folder.path, 'full');
    const command = [
      ...inNamespace(
        `mount -t tmpfs -o size=64m tmpfs "${data}"
        (until [ -e "${full}.wanted" ]; do sleep 0.05; done
        dd if=/dev/zero of="${data}/filler" bs=4k || true; touch "${full}") 2>/dev/null &`,
      ),
      process.execPath,
    ];
    const receiver = await startReceiver();
    const running = start(
      tcpConfig(`  - { type: webhook, url: "${receiver.url}", allow_private: [127.0.0.0/8] }\n`),
      command,
    );
    const [port] = await running.ports();
    writeFileSync(`${full}.wanted`, '');
    await until(() => (existsSync(full) ? true : null), 'the disk to be full');
    await sendTcp(port!, guesses('203.0.113.7'));
    await running.told('An alert waits for state.db');
    await running.told(/"entity":"203\.0\.113\.7","msg":"An alert waits/);
    await until(() => (receiver.taken.length > 0 ? true : null), 'the webhook to be told');
    expect(JSON.parse(receiver.taken[0]!.body)).toMatchObject({ changes: [{ entity: '203.0.113.7' }] });
    expect(receiver.taken[0]!.headers['x-vedette-delivery']).toMatch(/^[0-9a-f]{16}-unstored-.*-1$/);
    expect(await running.stop()).toBe(74);
    expect(receiver.taken).toHaveLength(1);
    await running.told(/"alerts":1,"msg":"Alerts are lost/);
  });
});
