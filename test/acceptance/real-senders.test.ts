import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificates } from '../helpers/certificates.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { type DaemonStats, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
import {
  type ForwardTarget,
  type RunningSender,
  runLogger,
  startRsyslog,
  startSyslogNg,
} from '../helpers/senders.js';
import { storedLines } from '../helpers/stored-lines.js';

/** What a real sender hands over goes through the whole daemon: sources, log, detection, alert. */
const LINES = 20_000;
const ATTACK = 10;
/** Over UDP nobody waits for anybody: few enough for any receive buffer. */
const DATAGRAMS = 200;
const HOST = 'bastion-07';

const pem = await certificates();
const TLS = `cert: ${pem.serverCert}, key: ${pem.serverKey}, client_ca: ${pem.ca}`;

async function start(transport: ForwardTarget['transport']): Promise<{
  daemon: TestDaemon;
  target: ForwardTarget;
}> {
  const folder = temporaryFolder();
  const tls = transport === 'tls' ? `, ${TLS}` : '';
  const daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources:
  - { type: syslog-${transport}, name: from, listen: "127.0.0.1:0"${tls} }
sinks:
  - { type: ndjson, dir: ./alerts }
`,
  );
  onTestFinished(async () => {
    await daemon.kill();
    folder.remove();
  });
  const [port] = await daemon.ports();
  const credentials = transport === 'tls' ? { ca: pem.ca, cert: pem.clientCert, key: pem.clientKey } : {};
  return { daemon, target: { port: port!, transport, program: 'sshd', host: HOST, ...credentials } };
}

/** Messages of sshd: an attack in the middle of what an sshd says all day. Each is unique. */
function messages(count: number): string[] {
  const quiet = Array.from(
    { length: count - ATTACK },
    (_, i) => `Received disconnect from 192.0.2.${i % 200} port ${10_000 + i}:11: disconnected by user`,
  );
  const guesses = Array.from(
    { length: ATTACK },
    (_, i) => `Failed password for root from 203.0.113.7 port ${40_000 + i} ssh2`,
  );
  return [...quiet.slice(0, count / 2), ...guesses, ...quiet.slice(count / 2)];
}

/** Every message once and in order in the log, none counted as anything else, and the attack told. */
async function expectWhole(daemon: TestDaemon, sent: readonly string[], host = HOST): Promise<void> {
  const stats = await daemon.processed(sent.length);
  const alert = await until(
    () => daemon.alertLines().find((line) => line.rule.name === 'SSH Brute Force') ?? null,
    'the alert',
  );
  expect(alert).toMatchObject({ source: { ip: '203.0.113.7' }, host: { name: host } });
  expect(await daemon.stop()).toBe(0);
  expect(daemon.lastStats().detection.records).toBe(sent.length);
  expectNothingCounted(stats);
  expectNothingCounted(daemon.lastStats());
  const stored = storedLines(daemon.folder, 'from');
  expect(stored.map((line) => line.slice(line.search(/Received disc|Failed pass/)).trimEnd())).toEqual(sent);
}

function expectNothingCounted(stats: DaemonStats): void {
  expect(stats.sources.from!.counts).toEqual({});
  expect(stats.detection.counts).toEqual({});
}

async function send(sender: RunningSender, lines: readonly string[]): Promise<void> {
  onTestFinished(() => sender.stop());
  await sender.log(lines);
}

describeWithTools('rsyslogd through the daemon', ['rsyslogd'], () => {
  it.each([
    ['udp', undefined, undefined, DATAGRAMS],
    ['tcp', undefined, undefined, LINES],
    ['tcp', 'RSYSLOG_SyslogProtocol23Format', 'octet-counted', LINES],
    ['tls', undefined, undefined, LINES],
  ] as const)('over %s, template %s, framing %s', async (transport, template, framing, count) => {
    const { daemon, target } = await start(transport);
    const shape = { ...(template && { template }), ...(framing && { framing }) };
    const program = template === undefined ? 'sshd[999]:' : 'sshd[999]';
    await send(await startRsyslog({ ...target, ...shape, program }), messages(count));
    await expectWhole(daemon, messages(count));
  });
});

describeWithTools('syslog-ng through the daemon', ['syslog-ng'], () => {
  it.each([
    ['network', 'tcp'],
    ['syslog', 'tcp'],
    ['syslog', 'tls'],
  ] as const)('%s() over %s', async (driver, transport) => {
    const { daemon, target } = await start(transport);
    await send(await startSyslogNg({ ...target, driver }), messages(LINES));
    await expectWhole(daemon, messages(LINES));
  });

  it('without a certificate is refused, counted and named; with one it is let in', async () => {
    const { daemon, target } = await start('tls');
    const { cert, key, ...bare } = target;
    const stranger = await startSyslogNg({ ...bare, driver: 'syslog' });
    await send(stranger, messages(20));
    const refused = await until(async () => {
      const { counts } = (await daemon.stats()).sources.from!;
      return counts['source.tls_refused'] === undefined ? null : counts['source.tls_refused'];
    }, 'the refusal');
    expect(refused).toBeGreaterThanOrEqual(1);
    const line = daemon.messages.split('\n').find((text) => text.includes('source.tls_refused'));
    expect(JSON.parse(line!)).toMatchObject({ source: 'from', peer: '127.0.0.1' });
    await stranger.stop();
    expect((await daemon.stats()).detection.records).toBe(0);
    await send(await startSyslogNg({ ...bare, cert: cert!, key: key!, driver: 'syslog' }), messages(20));
    expect((await daemon.processed(20)).detection.records).toBe(20);
  });
});

describe('a TLS client of another authority', () => {
  it('is refused and counted, and nothing of it is read', async () => {
    const { daemon, target } = await start('tls');
    const socket = connect({
      port: target.port,
      host: '127.0.0.1',
      ca: readFileSync(pem.ca),
      cert: readFileSync(pem.strangerCert),
      key: readFileSync(pem.strangerKey),
    });
    socket.on('error', () => {});
    socket.write('<13>not to be read\n');
    await until(
      async () => ((await daemon.stats()).sources.from!.counts['source.tls_refused'] === 1 ? true : null),
      'the refusal',
    );
    socket.destroy();
    expect(await daemon.stop()).toBe(0);
    expect(daemon.lastStats().sources.from!.records).toBe(0);
  });
});

describeWithTools('util-linux logger through the daemon', ['logger'], () => {
  it.each([
    ['one message a line', []],
    ['octet-counted', ['--octet-count']],
  ] as const)('%s', async (_, options) => {
    const { daemon, target } = await start('tcp');
    const sent = messages(5000);
    await runLogger({ port: target.port, transport: 'tcp' }, ['--tag', 'sshd', '--id=999', ...options], sent);
    await expectWhole(daemon, sent, hostname());
  });
});
