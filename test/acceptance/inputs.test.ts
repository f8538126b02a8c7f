import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { openSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MAIN,
  openTcp,
  sendTcp,
  sshdLine,
  TestDaemon,
  temporaryFolder,
  until,
} from '../helpers/run-daemon.js';
import { storedLines } from '../helpers/stored-lines.js';

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

const config = (source: string, more = ''): string => `data_dir: ./data
sources:
  - { name: in, ${source} }
sinks:
  - { type: ndjson, dir: ./alerts }
${more}`;

function start(text: string, args: readonly string[] = []): TestDaemon {
  daemon = new TestDaemon(folder.path, text, args);
  return daemon;
}

const guesses = (count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    sshdLine(`Failed password for root from 203.0.113.7 port ${40_000 + i} ssh2`),
  );

function sendUdp(type: 'udp4' | 'udp6', port: number, lines: readonly string[], from: string): Promise<void> {
  const socket = createSocket(type);
  return new Promise((resolve, reject) => {
    socket.bind(0, from, () => {
      const sends = lines.map(
        (line) =>
          new Promise<void>((sent, failed) =>
            socket.send(line, port, from === '::1' ? '::1' : '127.0.0.1', (error) =>
              error ? failed(error) : sent(),
            ),
          ),
      );
      Promise.all(sends)
        .then(() => socket.close(() => resolve()))
        .catch(reject);
    });
  });
}

const bruteForce = (running: TestDaemon) =>
  until(() => running.alertLines().find((line) => line.rule.name === 'SSH Brute Force') ?? null, 'the alert');

const events = (running: TestDaemon): Record<string, unknown>[] =>
  running.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('inputs of the daemon', () => {
  test('standard input is read to its end, all of it is processed, and the daemon ends by itself with 0', async () => {
    const count = 50_000;
    const lines = Array.from({ length: count - 10 }, (_, i) => sshdLine(`Server listening, line ${i}`));
    writeFileSync(join(folder.path, 'input'), [...lines, ...guesses(10)].join('\n'));
    writeFileSync(join(folder.path, 'config.yaml'), config('type: stdin'));
    const child = spawn(process.execPath, [MAIN, 'run', '-c', 'config.yaml'], {
      cwd: folder.path,
      stdio: [openSync(join(folder.path, 'input'), 'r'), 'ignore', 'ignore'],
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    const stored = storedLines(folder.path, 'in');
    expect(stored).toEqual([...lines, ...stored.slice(-10)]);
    const probe = Object.create(TestDaemon.prototype, { folder: { value: folder.path } }) as TestDaemon;
    expect(probe.alertLines().map((line) => line.rule.name)).toContain('SSH Brute Force');
    expect(probe.lastStats().detection.records).toBe(count);
  });

  test('JSON over TCP becomes events with its fields', async () => {
    const running = start(config('type: json-tcp, listen: "127.0.0.1:0"'), ['--events', '-']);
    const [port] = await running.ports();
    const sent = { '@timestamp': new Date().toISOString(), message: 'hello', user: { name: 'ann' }, n: 3 };
    await sendTcp(port!, `${JSON.stringify(sent)}\n{"broken": \n`);
    await running.processed(2);
    const [first, second] = await until(
      () => (events(running).length >= 2 ? events(running) : null),
      'events',
    );
    expect(first).toMatchObject({
      '@timestamp': sent['@timestamp'],
      message: 'hello',
      user: { name: 'ann' },
    });
    expect(JSON.stringify(second)).toContain('broken');
    expect((await running.stats()).detection.counts).toMatchObject({ 'parse.bad_json': 1 });
  });

  test.runIf(hasIpv6)('UDP over IPv6 is detected and names its sender', async () => {
    const running = start(config('type: syslog-udp, listen: "[::1]:0"'));
    expect((await running.listening())[0]).toMatch(/^\[::1\]:\d+\/udp$/);
    const [port] = await running.ports();
    await sendUdp('udp6', port!, guesses(12), '::1');
    expect(await bruteForce(running)).toMatchObject({ source: { ip: '203.0.113.7' } });
    const { in: source } = (await running.stats()).sources;
    expect(source).toMatchObject({ records: 12, counts: {} });
    // A record takes its length and a byte that ends it.
    expect(source!.bytes).toBe(guesses(12).join('\n').length + 1);
    expect(Object.keys(source!)).not.toContain('lastSeen');
  });

  test.each(['syslog-udp', 'syslog-tcp'])(
    '%s: senders outside `allow` are counted and not read',
    async (type) => {
      const running = start(config(`type: ${type}, listen: "127.0.0.1:0", allow: ["127.0.0.8/29"]`));
      const [port] = await running.ports();
      const deliver = async (from: string, count: number): Promise<void> => {
        if (type === 'syslog-udp') return await sendUdp('udp4', port!, guesses(count), from);
        const socket = await openTcp(port!, from);
        socket.end(`${guesses(count).join('\n')}\n`);
      };
      await deliver('127.0.0.2', 12);
      const denied = await until(
        async () => (await running.stats()).sources.in!.counts['source.denied'] ?? null,
        'the refusal',
      );
      expect(denied).toBeGreaterThan(0);
      await deliver('127.0.0.9', 5);
      const stats = await running.processed(5);
      expect(stats.sources.in!.records).toBe(5);
      await running.told('"peer":"127.0.0.2"');
      expect(await running.stop()).toBe(0);
      expect(running.alertLines()).toEqual([]);
    },
  );

  test('extractors of the config give rules their fields', async () => {
    const more = `extractors:
  - { name: doors, pattern: 'door=(?P<door>\\w+) opened by (?P<who>\\w+)', fields: { who: user.name } }
rules: { builtin: false, paths: [./rules.yml] }
`;
    writeFileSync(
      join(folder.path, 'rules.yml'),
      'title: vault opened\nlogsource: {product: doors}\ndetection:\n  a:\n    door: vault\n  condition: a\nlevel: high\n',
    );
    const running = start(
      config('type: syslog-tcp, listen: "127.0.0.1:0", logsource: { product: doors }', more),
    );
    const [port] = await running.ports();
    await sendTcp(
      port!,
      '<13>Nov 20 18:00:00 gate acs: door=lobby opened by ann\n<13>Nov 20 18:00:00 gate acs: door=vault opened by bob\n',
    );
    const alert = await until(() => running.alertLines()[0] ?? null, 'the alert');
    expect(alert).toMatchObject({ rule: { name: 'vault opened' }, user: { name: 'bob' } });
    expect(running.alertLines()).toHaveLength(1);
  });
});
