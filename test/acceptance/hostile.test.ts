import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DaemonStats,
  openTcp,
  sendTcp,
  sshdLine,
  TestDaemon,
  temporaryFolder,
  until,
} from '../helpers/run-daemon.js';

/**
 * Attackers write our input: each case goes through the live listeners of one daemon, which must go on, stay small, and
 * have counted the case under its own code.
 */
const folder = temporaryFolder();
let daemon: TestDaemon;
let tcp: number;
let json: number;
let udp: number;

beforeAll(async () => {
  daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
  - { type: json-tcp, name: json, listen: "127.0.0.1:0" }
  - { type: syslog-udp, name: udp, listen: "127.0.0.1:0" }
sinks:
  - { type: ndjson, dir: ./alerts }
`,
  );
  [tcp, json, udp] = (await daemon.ports()) as [number, number, number];
});

afterAll(async () => {
  await daemon.kill();
  folder.remove();
});

/** Waits until `code` has been counted `n` times, at a source or in detection. */
async function counted(code: string, n = 1): Promise<DaemonStats> {
  return await until(async () => {
    const stats = await daemon.stats();
    const all = [stats.detection.counts, ...Object.values(stats.sources).map((source) => source.counts)];
    return all.reduce((sum, counts) => sum + (counts[code] ?? 0), 0) >= n ? stats : null;
  }, `${n} × ${code}`);
}

function residentMb(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.child.pid}/status`, 'utf8'))![1]) / 1024;
}

/** The proof that it goes on: an attack after the hostile input is found. */
async function stillDetects(from: string): Promise<void> {
  const lines = Array.from({ length: 10 }, (_, i) =>
    sshdLine(`Failed password for root from ${from} port ${5000 + i} ssh2`),
  );
  await sendTcp(tcp, `${lines.join('\n')}\n`);
  await until(() => daemon.alertLines().find((line) => line.entity === from) ?? null, `the alert on ${from}`);
}

describe('hostile input over the live listeners', () => {
  test('random binary over TCP and UDP', async () => {
    await sendTcp(tcp, randomBytes(1024 * 1024));
    const socket = createSocket('udp4');
    for (let i = 0; i < 100; i++)
      await new Promise((done) => socket.send(randomBytes(1000), udp, '127.0.0.1', done));
    socket.close();
    await counted('parse.invalid_utf8');
    await stillDetects('198.51.100.1');
  });

  test('a line of 100 MB without an end is cut, counted, and costs no memory', async () => {
    await counted('parse.unparsed');
    const before = residentMb();
    const socket = await openTcp(tcp);
    const block = Buffer.alloc(1024 * 1024, 'A');
    for (let i = 0; i < 100; i++) {
      if (!socket.write(block)) await new Promise((done) => socket.once('drain', done));
    }
    socket.end();
    const stats = await counted('frame.truncated');
    expect(stats.sources.tcp!.counts['frame.truncated']).toBe(1);
    expect(residentMb() - before).toBeLessThan(64);
    await stillDetects('198.51.100.2');
  });

  test('octet counts that lie', async () => {
    await sendTcp(tcp, '9999999 <34>1 - - - - - short');
    await counted('frame.incomplete');
    await sendTcp(tcp, '99999999999999999999 <34>1 - - - - - x\n');
    await sendTcp(tcp, '-5 <34>1 - - - - - x\n');
    await sendTcp(tcp, '5 <34>1 - - - - - longer than it says\n');
    await stillDetects('198.51.100.3');
  });

  test('JSON 100,000 deep, and fields that name the prototype', async () => {
    await sendTcp(json, `${'['.repeat(100_000)}\n${'{"a":'.repeat(10_000)}\n`);
    await counted('parse.json_too_deep');
    await sendTcp(
      json,
      '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"x":1}},"message":"hello"}\n',
    );
    await sendTcp(
      json,
      '{"message":"lone \\ud800 surrogate","n":12345678901234567890}\n{"ts":1e400}\n{"broken":\n',
    );
    await counted('parse.bad_json');
    await stillDetects('198.51.100.4');
  });

  test('a TLS handshake on a plain port is refused and counted', async () => {
    await sendTcp(tcp, Buffer.from('16030100c8010000c40303', 'hex')).catch(() => {});
    await counted('frame.tls_on_plain_port');
  });

  test('5,000 idle connections keep nobody out', async () => {
    const before = residentMb();
    const sockets: Socket[] = [];
    for (let i = 0; i < 5000; i += 250)
      sockets.push(...(await Promise.all(Array.from({ length: 250 }, () => openTcp(tcp, '127.0.0.2')))));
    await stillDetects('198.51.100.5');
    expect(residentMb() - before).toBeLessThan(150);
    for (const socket of sockets) socket.destroy();
  });

  test('terminal escapes in a log line reach neither terminal nor file unescaped', async () => {
    const lines = Array.from({ length: 10 }, (_, i) =>
      sshdLine(`Failed password for \x1b[2J\x1b]0;owned\x07root from 198.51.100.6 port ${5000 + i} ssh2`),
    );
    await sendTcp(tcp, `${lines.join('\n')}\n`);
    const alert = await until(
      () => daemon.alertLines().find((line) => line.entity === '198.51.100.6') ?? null,
      'the alert',
    );
    expect(alert.evidence[0]!.original).toContain('\x1b[2J');
    expect(daemon.messages).not.toContain('\x1b');
  });

  test('at the end it stops as if nothing had happened', async () => {
    expect(await daemon.stop()).toBe(0);
    const { detection, sources } = daemon.lastStats();
    const received = Object.values(sources).reduce((sum, source) => sum + source.records, 0);
    expect(detection.records).toBe(received);
    expect(detection.counts['event.internal'] ?? 0).toBe(0);
  });
});
