import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import type { ControlRecord, RawChunk } from '../../src/model/raw-chunk.js';
import type { SenderStatsBySource } from '../../src/protocol.js';
import { SILENCE_RULE } from '../../src/senders/rule.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { chunkOf } from '../helpers/chunks.js';
import { runCommand } from '../helpers/run-cli.js';
import { sendTcp, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

/** A log of thirty hours up to now, as a daemon would have written it: real daemons only have to run it again. */
const STEP = 5 * 60_000;
const STEPS = 30 * 12;
const QUIET_FROM = STEPS - 6;
const BEGIN = Math.floor(Date.now() / STEP) * STEP - STEPS * STEP;
const folders = Array.from({ length: 4 }, () => temporaryFolder());
const [log] = folders;

beforeAll(() => {
  const events = new EventLog({ dir: join(log!.path, 'events'), maxAgeMs: 1e12, maxBytes: 1e12 });
  let seq = 0;
  const control = (record: ControlRecord, at: number): RawChunk => ({
    ...chunkOf(++seq, [], { source: 'vedette', transport: 'control', receivedAt: at, clock: at }),
    bytes: new Uint8Array(Buffer.from(JSON.stringify(record))),
  });
  events.append(control({ kind: 'listening', sources: ['tcp'] }, BEGIN));
  for (let step = 0; step < STEPS; step++) {
    const at = BEGIN + step * STEP;
    const hosts = step < QUIET_FROM ? ['db-01', 'web-01'] : ['db-01'];
    const lines = hosts.map((host) => sshdLine('Server listening on 0.0.0.0 port 22.', { host, at }));
    const peers = [{ address: '127.0.0.1' }];
    events.append(chunkOf(++seq, lines, { source: 'tcp', receivedAt: at, clock: at, peers }));
    events.append(control({ kind: 'tick', now: at + 1000 }, at + 1000));
  }
  events.commit();
  events.close();
});

afterAll(() => {
  for (const { remove } of folders) remove();
});

/** A daemon that finds the log in its data_dir and nothing else. */
async function daemonOn(folder: string, detectors: number): Promise<TestDaemon> {
  cpSync(log!.path, join(folder, 'data'), { recursive: true });
  const daemon = new TestDaemon(folder, tcpConfig(`engine: { detectors: ${detectors} }\n`));
  await daemon.listening();
  return daemon;
}

function silencesOf(daemon: TestDaemon): AlertChange[] {
  return daemon.alertLines().filter(({ rule }) => rule.id === SILENCE_RULE.id);
}

async function senders(daemon: TestDaemon): Promise<SenderStatsBySource> {
  const { out } = await runCommand(['stats', '--senders', '--json', '--data-dir', './data'], {
    cwd: daemon.folder,
  });
  return JSON.parse(out) as SenderStatsBySource;
}

test('the same log raises the same alert with one detector and with four', async () => {
  const lines = [];
  for (const [i, detectors] of [1, 4].entries()) {
    const daemon = await daemonOn(folders[1 + i]!.path, detectors);
    await until(() => (silencesOf(daemon).length > 0 ? true : null), 'the alert');
    expect(await daemon.stop()).toBe(0);
    lines.push(JSON.stringify(silencesOf(daemon)));
  }
  expect(lines[0]).toBe(lines[1]);
  expect(JSON.parse(lines[0]!)).toMatchObject([
    {
      reason: 'web-01 (127.0.0.1 over tcp) was heard at least every 5m, nothing for 15m1s',
      alert: { status: 'opened' },
    },
  ]);
});

test('senders and the alert outlive kill -9, and the alert ends with the next word', {
  timeout: 60_000,
}, async () => {
  const first = await daemonOn(folders[3]!.path, 1);
  await until(() => (silencesOf(first).length > 0 ? true : null), 'the alert');
  await first.kill();
  const daemon = new TestDaemon(folders[3]!.path, tcpConfig('engine: { detectors: 1 }\n'));
  const [port] = await daemon.ports();
  const before = (await senders(daemon)).tcp!;
  expect(before).toMatchObject({
    total: 2,
    senders: [
      { host: 'db-01', records: STEPS, quiet: false, formats: { rfc3164: STEPS } },
      { host: 'web-01', quiet: true, first_seen: new Date(BEGIN).toISOString() },
    ],
  });
  await sendTcp(port!, `${sshdLine('Server listening on 0.0.0.0 port 22.')}\n`);
  const [opened, ended] = await until(() => {
    const found = silencesOf(daemon);
    return found.length > 1 ? found : null;
  }, 'the end of the alert');
  expect(ended!.alert).toMatchObject({ id: opened!.alert.id, status: 'ended', revision: 2 });
  const after = (await senders(daemon)).tcp!;
  expect(after.senders[0]).toMatchObject({ host: 'web-01', quiet: false, records: QUIET_FROM + 1 });
  expect(await daemon.stop()).toBe(0);
});

test('a sender is shown within seconds of its first word, with what nobody recognised', async () => {
  const folder = temporaryFolder();
  folders.push(folder);
  const daemon = new TestDaemon(folder.path, tcpConfig());
  const [port] = await daemon.ports();
  await sendTcp(port!, 'what is \u001b[2Jthis\n');
  const sentAt = Date.now();
  const sender = await until(async () => (await senders(daemon)).tcp?.senders[0] ?? null, 'the sender');
  expect(Date.now() - sentAt).toBeLessThan(5000);
  expect(sender).toMatchObject({
    address: '127.0.0.1',
    records: 1,
    unrecognized: 1,
    sample: 'what is \u001b[2Jthis',
  });
  const { out } = await runCommand(['stats', '--senders', '--data-dir', './data'], { cwd: folder.path });
  expect(out).toContain('tcp: 1\n');
  expect(out).toContain('not recognised, of 127.0.0.1: what is \\x1b[2Jthis');
  expect(await daemon.stop()).toBe(0);
  const gone = await runCommand(['stats', '--senders', '--data-dir', './data'], { cwd: folder.path });
  expect(gone).toMatchObject({ code: 74, err: expect.stringContaining('No daemon answers') });
});
