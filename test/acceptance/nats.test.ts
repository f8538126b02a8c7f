import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { addStream, type NatsServer, startNats } from '../helpers/nats-server.js';
import { sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
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

/** As docs/reference/nats.md has it: NATS deals the senders out. */
const PARTITIONS = `mappings = { "logs.*": "part.{{partition(2,1)}}.{{wildcard(1)}}" }`;

const partitionConfig = ({ address }: NatsServer, partition: number): string => `data_dir: ./data
sources:
  - { type: nats, name: bus, servers: ["${address}"], stream: PART, subject: part.${partition}.> }
sinks:
  - { type: nats, servers: ["${address}"], subject: siem.vienna }
`;

const config = ({ address }: NatsServer): string => `data_dir: ./data
sources:
  - { type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }
  - { type: nats, name: bus, servers: ["${address}"], stream: LOGS }
sinks:
  - { type: nats, servers: ["${address}"], subject: siem.vienna }
`;

const failed = (from: string, port: number): string =>
  sshdLine(`Failed password for root from ${from} port ${port} ssh2`, { pid: port });

async function serverWithStreams(): Promise<NatsServer> {
  const server = await startNats();
  const client = await server.client();
  await addStream(client, { name: 'LOGS' });
  await addStream(client, { name: 'ALERTS', subjects: ['siem.>'] });
  return server;
}

async function alertsIn(server: NatsServer): Promise<{ subject: string; change: AlertChange }[]> {
  const client = await server.client();
  return (await client.messages('ALERTS'))
    .filter(({ subject }) => subject.startsWith('siem.vienna.alert.'))
    .map(({ subject, text }) => ({ subject, change: JSON.parse(text) as AlertChange }));
}

describeWithTools('with NATS', ['nats-server'], () => {
  test('a stream in, alerts out; a daemon that is killed reads each message once and tells each change once', {
    timeout: 300_000,
  }, async () => {
    const server = await serverWithStreams();
    const client = await server.client();
    const published: string[] = [];
    for (let life = 0; life < 4; life++) {
      daemon = new TestDaemon(folder.path, config(server));
      await daemon.listening();
      for (let i = 0; i < 40; i++) {
        const lines = Array.from({ length: 25 }, (_, n) =>
          failed(`203.0.113.${life}`, published.length + n + 1),
        );
        published.push(...lines);
        await client.publish('logs.web-01', lines.join('\n'));
      }
      // Somewhere in the middle of it, and the last time at its end.
      if (life < 3) await daemon.kill();
    }
    await until(() => (storedLines(folder.path, 'bus').length >= published.length ? true : null), 'the rest');
    expect(await daemon!.stop()).toBe(0);
    expect(storedLines(folder.path, 'bus')).toEqual(published);
    const told = (await alertsIn(server)).filter(({ change }) => change.rule.name === 'SSH Brute Force');
    expect(new Set(told.map(({ change }) => change.entity))).toEqual(
      new Set(['203.0.113.0', '203.0.113.1', '203.0.113.2', '203.0.113.3']),
    );
    const keys = told.map(({ change }) => `${change.alert.id} ${change.alert.revision}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { change, subject } of told) expect(subject).toBe(`siem.vienna.alert.${change.severity}`);
  });

  test('servers that are away at the start keep nobody else out; when they come, all is read and told', async () => {
    const server = await serverWithStreams();
    const client = await server.client();
    await client.publish(
      'logs.web-01',
      Array.from({ length: 12 }, (_, i) => failed('203.0.113.9', i + 1)).join('\n'),
    );
    await server.kill();
    daemon = new TestDaemon(folder.path, config(server));
    const running = daemon;
    const [port] = await running.ports();
    await sendTcp(
      port!,
      `${Array.from({ length: 12 }, (_, i) => failed('203.0.113.7', i + 1)).join('\n')}\n`,
    );
    await running.processed(12);
    const { sources } = await running.stats();
    expect(sources).toMatchObject({
      tcp: { up: true },
      bus: { up: false, last_error: expect.stringContaining('cannot connect to NATS') },
    });
    await running.told(`cannot connect to NATS at ${server.address}: it cannot be reached`);
    await server.start();
    const entities = await until(async () => {
      const told = new Set((await alertsIn(server)).map(({ change }) => change.entity));
      return told.size >= 2 ? told : null;
    }, 'both alerts');
    expect(entities).toEqual(new Set(['203.0.113.7', '203.0.113.9']));
    expect(await running.stop()).toBe(0);
  });

  test('two daemons share one stream: each sender belongs to one of them, and all alerts come out', async () => {
    const server = await startNats(PARTITIONS);
    const client = await server.client();
    await addStream(client, { name: 'PART' });
    await addStream(client, { name: 'ALERTS', subjects: ['siem.>'] });
    const folders = [folder, temporaryFolder()];
    const daemons = folders.map(({ path }, at) => new TestDaemon(path, partitionConfig(server, at)));
    try {
      await Promise.all(daemons.map((one) => one.listening()));
      const hosts = Array.from({ length: 8 }, (_, i) => `host-${i}`);
      for (const [at, host] of hosts.entries())
        for (let i = 1; i <= 12; i++) await client.publish(`logs.${host}`, failed(`203.0.113.${at}`, i));
      const entities = await until(async () => {
        const told = (await alertsIn(server)).map(({ change }) => change.entity);
        return new Set(told).size >= hosts.length ? told : null;
      }, 'an alert for each attacker');
      expect(new Set(entities)).toEqual(new Set(hosts.map((_, at) => `203.0.113.${at}`)));
      const read = await Promise.all(daemons.map(async (one) => (await one.stats()).sources.bus!.records));
      expect(read[0]! + read[1]!).toBe(hosts.length * 12);
      expect(Math.min(...read)).toBeGreaterThan(0);
    } finally {
      for (const one of daemons) await one.kill();
      folders[1]!.remove();
    }
  });
});
