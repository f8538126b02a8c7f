import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nats } from '../../src/sources/nats.js';
import type { Source } from '../../src/sources/source.js';
import { certificates } from '../helpers/certificates.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { addStream, type NatsClient, type NatsServer, startNats } from '../helpers/nats-server.js';
import { createSource } from '../helpers/source-harnesses.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

interface Reading {
  readonly source: Source;
  readonly context: TestContext;
}

async function withStream(): Promise<{ server: NatsServer; client: NatsClient }> {
  const server = await startNats();
  const client = await server.client();
  await addStream(client, { name: 'LOGS' });
  return { server, client };
}

async function reading(
  server: NatsServer,
  options: Record<string, unknown> = {},
  after?: TestContext,
): Promise<Reading> {
  const made = notStarted(server, options, after);
  await made.source.start();
  return made;
}

function notStarted(server: NatsServer, options: Record<string, unknown> = {}, after?: TestContext): Reading {
  const context = testContext(after === undefined ? {} : { cursors: cursorsOf(after) });
  const source = createSource(nats, { servers: [server.address], stream: 'LOGS', ...options }, context);
  onTestFinished(() => source.stop(Date.now()));
  return { source, context };
}

function cursorsOf(context: TestContext): Map<string, string> {
  const cursors = new Map(context.cursors);
  for (const { cursor } of context.out.batches) if (cursor !== null) cursors.set(cursor.key, cursor.value);
  return cursors;
}

const records = (context: TestContext, count: number): Promise<void> =>
  until(
    () => context.out.count >= count,
    () => `${count} records, ${context.out.count} came`,
  );

describeWithTools('a stream of NATS', ['nats-server'], () => {
  it('goes on after a server that died, with what was published before and after, each once', async () => {
    const { server, client } = await withStream();
    await client.publish('logs.a', 'before');
    const first = await reading(server);
    await records(first.context, 1);
    await server.kill();
    await expect(first.source.done).rejects.toMatchObject({ name: 'SourceError', retryable: true });
    await server.start();
    await (await server.client()).publish('logs.a', 'after');
    const second = await reading(server, {}, first.context);
    await records(second.context, 1);
    expect(second.context.out.texts()).toEqual(['after']);
  });

  it('reads the subjects that it is given, and names the sender by them', async () => {
    const { server, client } = await withStream();
    await client.publish('logs.0.web', 'ours');
    await client.publish('logs.1.db', 'of another daemon');
    await client.publish('logs.0.mail', 'ours too');
    const { context } = await reading(server, { subject: 'logs.0.>' });
    await records(context, 2);
    expect(context.out.texts()).toEqual(['ours', 'ours too']);
    expect(context.out.batches.flatMap(({ peers }) => peers.map(({ address }) => address))).toEqual([
      'logs.0.web',
      'logs.0.mail',
    ]);
  });

  it('hands a message of many lines over whole, so that no line of it comes again', async () => {
    const { server, client } = await withStream();
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i} ${'x'.repeat(200)}`);
    await client.publish('logs.a', lines.slice(0, 1500).join('\r\n'));
    await client.publish('logs.a', `${lines.slice(1500).join('\n')}\n`);
    const { context } = await reading(server);
    await records(context, lines.length);
    expect(context.out.texts()).toEqual(lines);
    const ends = context.out.batches.map(({ cursor, records }) => [JSON.parse(cursor!.value).seq, records]);
    expect(ends).toEqual([
      [1, 1500],
      [2, 1500],
    ]);
  });

  it('takes a message as one record where it is told so', async () => {
    const { server, client } = await withStream();
    const trace = 'java.lang.Error: one\n\tat two\n\tat three\n';
    await client.publish('logs.a', 'single');
    await client.publish('logs.a', trace);
    await client.publish('logs.a', '\n');
    await client.publish('logs.a', 'x'.repeat(2000));
    const { context } = await reading(server, { framing: 'message', max_message: 1000 });
    await records(context, 3);
    expect(context.out.records()).toMatchObject([
      { text: 'single', truncated: false },
      { text: trace.trimEnd(), truncated: false },
      { text: 'x'.repeat(1000), truncated: true },
    ]);
    expect(context.counters.get('frame.truncated')).toBe(1);
  });

  it('counts messages that were gone before they could be read', async () => {
    const server = await startNats();
    const client = await server.client();
    await addStream(client, { name: 'LOGS', max_msgs: 5 });
    for (let i = 0; i < 3; i++) await client.publish('logs.a', `early ${i}`);
    const first = await reading(server);
    await records(first.context, 3);
    await first.source.stop(Date.now());
    for (let i = 0; i < 12; i++) await client.publish('logs.a', `late ${i}`);
    const { context } = await reading(server, {}, first.context);
    await records(context, 5);
    expect(context.out.texts()).toEqual(['late 7', 'late 8', 'late 9', 'late 10', 'late 11']);
    expect(context.counters.get('source.messages_gone')).toBe(7);
    expect(first.context.counters.get('source.messages_gone')).toBe(0);
  });

  it('does not count what others read of the stream', async () => {
    const server = await startNats();
    const client = await server.client();
    await addStream(client, { name: 'LOGS', max_msgs: 5 });
    await client.publish('logs.0', 'ours');
    const first = await reading(server, { subject: 'logs.0' });
    await records(first.context, 1);
    await first.source.stop(Date.now());
    for (let i = 0; i < 20; i++) await client.publish('logs.1', `of another ${i}`);
    const { context } = await reading(server, { subject: 'logs.0' }, first.context);
    await client.publish('logs.0', 'ours again');
    await records(context, 1);
    expect(context.counters.get('source.messages_gone')).toBe(0);
  });

  it('begins at the end where it is told so, also when it is started again before anything came', async () => {
    const { server, client } = await withStream();
    await client.publish('logs.a', 'old');
    const first = await reading(server, { from: 'end' });
    await first.source.stop(Date.now());
    await client.publish('logs.a', 'between');
    const second = await reading(server, { from: 'end' }, first.context);
    await records(second.context, 1);
    expect(second.context.out.texts()).toEqual(['between']);
  });

  it('reads a stream that was made anew from its start, and another stream as at a first start', async () => {
    const { server, client } = await withStream();
    for (const text of ['one', 'two', 'three']) await client.publish('logs.a', text);
    const first = await reading(server);
    await records(first.context, 3);
    await first.source.stop(Date.now());
    await client.streams.delete('LOGS');
    await addStream(client, { name: 'LOGS' });
    await client.publish('logs.a', 'anew');
    const second = await reading(server, {}, first.context);
    await records(second.context, 1);
    expect(second.context.out.texts()).toEqual(['anew']);
    await second.source.stop(Date.now());
    await addStream(client, { name: 'OTHER' });
    await client.publish('other.a', 'elsewhere');
    const third = await reading(server, { stream: 'OTHER' }, second.context);
    await records(third.context, 1);
    expect(third.context.out.texts()).toEqual(['elsewhere']);
  });

  it('reads stamps without a year against the time when the message was stored', async () => {
    const { server, client } = await withStream();
    const before = Date.now();
    await client.publish('logs.a', 'stored');
    const after = Date.now();
    const { context } = await reading(server);
    await records(context, 1);
    const { clock } = context.out.batches[0]!;
    expect(clock).toBeGreaterThanOrEqual(before - 1);
    expect(clock).toBeLessThanOrEqual(after + 1);
  });

  it('says what is wrong: no server, no stream, no JetStream, wrong credentials, a file that is not there', async () => {
    const { server } = await withStream();
    const failing = (options: Record<string, unknown>): Promise<void> =>
      notStarted(server, options).source.start();
    await expect(failing({ servers: ['127.0.0.1:1'] })).rejects.toMatchObject({
      message:
        'cannot connect to NATS at 127.0.0.1:1: it cannot be reached (ECONNREFUSED). Look whether it runs and the network lets it be reached.',
      elsewhere: true,
    });
    await expect(failing({ stream: 'NONE' })).rejects.toMatchObject({
      message: `NATS at ${server.address} has no stream NONE. Make it, or name another.`,
      elsewhere: true,
    });
    const file = join(temporaryFolder(), 'none');
    await expect(failing({ token_file: file })).rejects.toMatchObject({
      message: `token_file: cannot read ${file}: there is no such file or folder (ENOENT). Make it, or name another.`,
      elsewhere: false,
    });
    const guarded = await startNats('authorization { user: vedette, password: right }');
    const secret = join(temporaryFolder(), 'password');
    writeFileSync(secret, 'wrong\n');
    const login = { user: 'vedette', password_file: secret };
    await expect(notStarted(guarded, login).source.start()).rejects.toMatchObject({
      message: `cannot connect to NATS at ${guarded.address}: it does not accept these credentials. Look at creds_file, user, password_file and token_file.`,
    });
    writeFileSync(secret, 'right\n');
    await addStream(await guarded.client({ user: 'vedette', pass: 'right' }), { name: 'LOGS' });
    await notStarted(guarded, login).source.start();
  });

  it('asks for TLS where tls:// says so, and does without where the server has none and nothing says so', async () => {
    const { server } = await withStream();
    await expect(
      notStarted(server, { servers: [`tls://${server.address}`] }).source.start(),
    ).rejects.toMatchObject({ message: expect.stringContaining("server does not support 'tls'") });
    await reading(server, { servers: [`nats://${server.address}`] });
  });

  it('speaks TLS, shows its own certificate, and refuses a server that it does not know', async () => {
    const pem = await certificates();
    const server = await startNats(
      `tls { cert_file: "${pem.serverCert}", key_file: "${pem.serverKey}", ca_file: "${pem.ca}", verify: true }`,
    );
    const address = server.address.replace('127.0.0.1', 'localhost');
    const own = { ca: pem.ca, cert: pem.clientCert, key: pem.clientKey };
    const client = await server.client({
      servers: address,
      tls: { caFile: pem.ca, certFile: pem.clientCert, keyFile: pem.clientKey },
    });
    await addStream(client, { name: 'LOGS' });
    await client.publish('logs.a', 'in secret');
    const { context } = await reading(server, { servers: [`tls://${address}`], ...own });
    await records(context, 1);
    const stranger = notStarted(server, {
      servers: [`tls://${address}`],
      cert: pem.clientCert,
      key: pem.clientKey,
    });
    await expect(stranger.source.start()).rejects.toMatchObject({
      message: expect.stringContaining('certificate'),
    });
  });
});
