import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identityOf } from '../../src/model/change.js';
import { DeliveryError, type OutboxItem, type Sink, type SinkContext } from '../../src/sinks/sink.js';
import { webhook } from '../../src/sinks/webhook.js';
import { incidentChange, outboxItem, outboxItems } from '../helpers/alerts.js';
import { certificates } from '../helpers/certificates.js';
import { sinkContext } from '../helpers/sink-context.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { startReceiver } from '../helpers/webhook-receiver.js';

async function opened(settings: Record<string, unknown>, context: Partial<SinkContext> = {}): Promise<Sink> {
  const options = webhook.options.parse({ type: 'webhook', allow_private: true, ...settings });
  const sink = webhook.create(options, sinkContext(context));
  await sink.open(null);
  return sink;
}

async function failureOf(sink: Sink): Promise<DeliveryError> {
  const error: unknown = await sink.deliver([outboxItem(1)]).then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  return error as DeliveryError;
}

/** A server that answers with these bytes and does not hang up. */
async function rawServer(bytes: string): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, sockets };
}

describe('what is posted', () => {
  it('is the change with a title, and a signature over time and body', async () => {
    const receiver = await startReceiver();
    const file = join(temporaryFolder(), 'secret');
    writeFileSync(file, 's3cret\n');
    const sink = await opened({ url: receiver.url, secret_file: file });
    await sink.deliver([outboxItem(7)]);
    const [{ headers, body, path }] = receiver.taken as [(typeof receiver.taken)[0]];
    expect(path).toBe('/hook/T0KEN');
    expect(JSON.parse(body)).toMatchObject({
      source: 'vedette',
      title: '[high] SSH password guessing: 203.0.113.7 (opened)',
      severity: 'high',
      count: 1,
      omitted: 0,
      changes: [{ entity: '203.0.113.7' }],
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-vedette-delivery': 'a1b2c3d4e5f60718-7',
    });
    const [, seconds, hash] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-vedette-signature']))!;
    expect(Number(seconds)).toBe(Date.parse('2026-11-20T10:00:00Z') / 1000);
    expect(hash).toBe(createHmac('sha256', 's3cret').update(`${seconds}.${body}`).digest('hex'));
  });

  it('is a body of your own', async () => {
    const receiver = await startReceiver();
    const body = { summary: '{{rule.name}}: {{entity}}', level: '{{severity}}', n: '{{alert.count}}' };
    const sink = await opened({ url: receiver.url, body });
    await sink.deliver([outboxItem(1, { entity: '"},{"evil":"' })]);
    expect(JSON.parse(receiver.taken[0]!.body)).toEqual({
      ...{ summary: 'SSH password guessing: "},{"evil":"', level: 'high', n: 12 },
    });
  });

  it('mentions nobody and links nowhere in chats', async () => {
    const receiver = await startReceiver();
    const evil = outboxItem(1, { entity: '<!channel> @everyone [x](https://evil.example) \u001b[2J' });
    for (const preset of ['slack', 'discord', 'ntfy'])
      await (await opened({ url: receiver.url, preset })).deliver([evil]);
    const [slack, discord, ntfy] = receiver.taken.map(({ body }) => body);
    expect(slack).toContain('&lt;!channel&gt;');
    expect(JSON.parse(discord!)).toMatchObject({ allowed_mentions: { parse: [] } });
    expect((JSON.parse(discord!) as { content: string }).content).toContain(
      '\\[x\\]\\(https\\:\\/\\/evil.example\\)',
    );
    expect(ntfy).toContain('\\x1b[2J');
    expect(receiver.taken[2]!.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('says how to look at what it is about: the command, and the page where its address is known', async () => {
    const receiver = await startReceiver();
    const alert = outboxItem(1);
    const incident: OutboxItem = { position: 2, change: incidentChange() };
    const idOf = ({ change }: OutboxItem) => identityOf(change).id;
    const page = 'https://vedette.lan:5180';
    const told = async (settings: object, ...items: OutboxItem[]) => {
      await (await opened({ url: receiver.url, preset: 'ntfy', ...settings })).deliver(items);
      return receiver.taken.at(-1)!.body;
    };
    expect((await told({}, alert)).split('\n').at(-1)).toBe(`vedette alerts show ${idOf(alert).slice(0, 8)}`);
    expect((await told({ page }, incident)).split('\n').slice(-2)).toEqual([
      `vedette incidents show ${idOf(incident).slice(0, 8)}`,
      `${page}/#/incidents/${idOf(incident)}`,
    ]);
    const digest = await told({ page, digest: '1h' }, alert, incident);
    for (const item of [alert, incident]) expect(digest).toContain(` ${idOf(item).slice(0, 8)}\n`);
    expect(digest.split('\n').at(-1)).toBe(`${page}/#/`);

    const link = `${page}/#/alerts/${idOf(alert)}`;
    expect(JSON.parse(await told({ page, preset: 'json' }, alert))).toMatchObject({ link });
    expect(JSON.parse(await told({ page, body: { url: '{{link}}' } }, alert))).toEqual({ url: link });
    const many = outboxItems(10, { entity: '*'.repeat(300) });
    const { content } = JSON.parse(await told({ page, preset: 'discord', digest: '1h' }, ...many));
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content.split('\n').at(-1)).toBe(`${page}/#/`);
  });

  it('has no header of what an alert holds', async () => {
    const receiver = await startReceiver();
    const sink = await opened({ url: receiver.url, preset: 'ntfy' });
    await sink.deliver([outboxItem(1, { entity: 'a\r\nX-Evil: 1' })]);
    expect(Object.keys(receiver.taken[0]!.headers).sort()).toEqual(
      ['connection', 'content-length', 'content-type', 'host', 'user-agent', 'x-vedette-delivery'].sort(),
    );
  });

  it('is what is wanted', async () => {
    const { url } = await startReceiver();
    const alert = outboxItem(1).change;
    const updated = outboxItem(1, { alert: { status: 'updated' } }).change;
    const escalated = outboxItem(1, { alert: { status: 'updated', escalated: true } }).change;
    const incident = incidentChange();
    const all = [alert, updated, escalated, incident];
    const wanted = async (settings: object) => {
      const sink = await opened({ url, ...settings });
      return all.filter((change) => sink.wants!(change));
    };
    expect(await wanted({})).toEqual(all);
    expect(await wanted({ updates: false })).toEqual([alert, escalated, incident]);
    expect(await wanted({ alerts: false })).toEqual([incident]);
  });

  it('carries a token, which may change without a restart', async () => {
    const receiver = await startReceiver();
    const file = join(temporaryFolder(), 'token');
    writeFileSync(file, 'first');
    const sink = await opened({ url: receiver.url, token_file: file });
    await sink.deliver([outboxItem(1)]);
    writeFileSync(file, 'second');
    await sink.reopen();
    await sink.deliver([outboxItem(2)]);
    expect(receiver.taken.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });
});

describe('a batch that fails halfway', () => {
  it('goes on where it failed', async () => {
    const receiver = await startReceiver();
    const sink = await opened({ url: receiver.url });
    receiver.respond = (_, response) => {
      response.writeHead(receiver.requests === 3 ? 500 : 200).end();
    };
    await expect(sink.deliver(outboxItems(4))).rejects.toMatchObject({ retryable: true });
    await sink.deliver(outboxItems(4));
    expect(receiver.requests).toBe(5);
  });
});

describe('secrets', () => {
  it('are in no message', async () => {
    const file = join(temporaryFolder(), 'secret');
    writeFileSync(file, 's3cret\nX-Evil: 1');
    const options = webhook.options.parse({
      ...{ type: 'webhook', url: 'https://hooks.example.org/T0KEN', secret_file: file },
    });
    const failure = await webhook
      .create(options, sinkContext())
      .open(null)
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'DeliveryError', retryable: true });
    expect(String((failure as Error).message)).not.toContain('s3cret');
    expect(String((failure as Error).message)).toContain(file);
  });

  it('come from the environment too, and an absent one is said', async () => {
    const receiver = await startReceiver();
    process.env.VEDETTE_TEST_TOKEN = 'from-env';
    onTestFinished(() => {
      delete process.env.VEDETTE_TEST_TOKEN;
    });
    await (await opened({ url: receiver.url, token_env: 'VEDETTE_TEST_TOKEN' })).deliver([outboxItem(1)]);
    expect(receiver.taken[0]!.headers.authorization).toBe('Bearer from-env');
    await expect(opened({ url: receiver.url, token_env: 'VEDETTE_NO_SUCH' })).rejects.toThrow(
      'VEDETTE_NO_SUCH',
    );
  });

  it('in the path of the URL are not told when a post fails', async () => {
    const receiver = await startReceiver();
    receiver.answer = { status: 401 };
    const refused = await failureOf(await opened({ url: receiver.url }));
    const unreachable = await failureOf(await opened({ url: 'http://127.0.0.1:1/T0KEN' }));
    for (const error of [refused, unreachable])
      expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('T0KEN');
    expect(refused.message).toContain('answered 401');
    expect(unreachable.message).toContain('ECONNREFUSED');
  });
});

describe('servers that fail', () => {
  it.each([
    [429, true],
    [500, true],
    [404, true],
    [401, true],
    [302, true],
    [400, false],
    [413, false],
    [422, false],
  ])('with %i are tried again: %s', async (status, retryable) => {
    const receiver = await startReceiver();
    const other = await startReceiver();
    receiver.answer = { status, headers: { location: other.url } };
    const error = await failureOf(await opened({ url: receiver.url }));
    expect(error).toMatchObject({ retryable, message: expect.stringContaining(`answered ${status}`) });
    expect(other.requests).toBe(0);
  });

  it.each([
    [429, '120', 120_000],
    [503, '7', 7_000],
    [429, 'Fri, 20 Nov 2026 10:01:00 GMT', 60_000],
    [429, 'Fri, 20 Nov 2026 09:00:00 GMT', 0],
    [429, '86400', 3600_000],
    [429, '-5', 0],
    [429, 'soon', 0],
    [429, undefined, 0],
    [500, '120', 0],
  ])('with %i and Retry-After %s ask for %i ms', async (status, after, asked) => {
    const receiver = await startReceiver();
    receiver.answer = { status, headers: after === undefined ? {} : { 'retry-after': after } };
    const now = (): number => Date.parse('2026-11-20T10:00:00Z');
    expect(await failureOf(await opened({ url: receiver.url }, { now }))).toMatchObject({
      retryAfterMs: asked,
    });
  });

  it('by silence are given up after the time limit', async () => {
    const { url } = await rawServer('');
    const error = await failureOf(await opened({ url, timeout: '150ms' }));
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('within 150 ms') });
  });

  it('by a head that trickles on are given up after the time limit', async () => {
    const { url, sockets } = await rawServer('HTTP/1.1 200 OK\r\n');
    const trickle = setInterval(() => {
      for (const socket of sockets) socket.write('X-A: b\r\n');
    }, 20);
    onTestFinished(() => clearInterval(trickle));
    expect(await failureOf(await opened({ url, timeout: '300ms' }))).toMatchObject({ retryable: true });
  });

  it.each([
    ['a head without end', `HTTP/1.1 200 OK\r\nX-A: ${'b'.repeat(100_000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])('by %s', async (_, bytes) => {
    const { url } = await rawServer(bytes);
    expect(await failureOf(await opened({ url, timeout: '2s' }))).toMatchObject({ retryable: true });
  });

  it('and one that takes it and then talks without end, or breaks off, has taken it', async () => {
    for (const rest of [
      'Content-Length: 9999999999\r\n\r\nx',
      'Transfer-Encoding: chunked\r\n\r\nnonsense',
    ]) {
      const { url, sockets } = await rawServer(`HTTP/1.1 204 No Content\r\n${rest}`);
      const long = await rawServer(`HTTP/1.1 200 OK\r\n${rest}`);
      await (await opened({ url })).deliver([outboxItem(1)]);
      await (await opened({ url: long.url })).deliver([outboxItem(1)]);
      for (const socket of [...sockets, ...long.sockets]) socket.resetAndDestroy();
    }
  });
});

describe('TLS', () => {
  it('trusts the authority that is named, and nobody unknown', async () => {
    const pem = await certificates();
    const receiver = await startReceiver(pem);
    const stranger = await failureOf(await opened({ url: receiver.url }));
    expect(stranger).toMatchObject({ retryable: true });
    expect(receiver.requests).toBe(0);
    await (await opened({ url: receiver.url, ca: pem.ca })).deliver([outboxItem(1)]);
    expect(receiver.taken).toHaveLength(1);
  });
});

describe('addresses inside', () => {
  it.each([
    ...['http://127.0.0.1:9/', 'http://2130706433:9/', 'http://0x7f.1:9/', 'http://0177.0.0.1:9/'],
    ...['http://[::ffff:127.0.0.1]:9/', 'http://[::1]:9/', 'http://0.0.0.0:9/', 'http://169.254.169.254/'],
  ])('are a fault of the configuration, and refused all the same: %s', async (url) => {
    const parsed = webhook.options.safeParse({ type: 'webhook', url });
    expect(parsed.error?.issues).toMatchObject([{ path: ['allow_private'] }]);
    const options = { ...webhook.options.parse({ type: 'webhook', url: 'https://x.example' }), url };
    expect(await failureOf(webhook.create(options, sinkContext()))).toMatchObject({
      ...{ retryable: true, message: expect.stringContaining('allow_private') },
    });
  });

  it('are refused when a name leads there', async () => {
    const receiver = await startReceiver();
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    const error = await failureOf(await opened({ url, allow_private: false }));
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('allow_private') });
    expect(receiver.requests).toBe(0);
  });

  it('are used when they are named', async () => {
    const receiver = await startReceiver();
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    await (await opened({ url, allow_private: ['127.0.0.0/8'] })).deliver([outboxItem(1)]);
    expect(receiver.taken).toHaveLength(1);
  });
});

describe('settings', () => {
  it.each(['file:///etc/passwd', 'gopher://x/', 'ftp://x/', 'https://user:pw@x/', 'hooks', 'http://', 7])(
    'refuse the URL %s',
    (url) => {
      expect(webhook.options.safeParse({ type: 'webhook', url }).success).toBe(false);
    },
  );
});

describe('a digest', () => {
  const HOUR = 3600_000;

  it('tells of the highest first, with the rest as text, and of what was only counted', async () => {
    const receiver = await startReceiver();
    let now = Date.parse('2026-11-20T10:00:00Z');
    const sink = await opened({ url: receiver.url, digest: '1h' }, { now: () => now });
    const digest = sink.digest!;
    const low = Array.from({ length: 30 }, (_, i) => outboxItem(i + 1, { severity: 'low' }));
    expect(digest.waitMs([])).toBe(Number.POSITIVE_INFINITY);
    expect(digest.waitMs(low)).toBe(0);
    const state = await sink.deliver(low);
    expect(digest.waitMs(low)).toBe(HOUR);
    expect(digest.waitMs([...low, outboxItem(99)])).toBe(0);
    expect(digest.note(low)).toEqual({ sent_at: now, low: 30 });
    expect(state).toEqual({ sent_at: now });
    now += HOUR;
    expect(digest.waitMs([])).toBe(0);
    await sink.deliver([...low.slice(0, 2), outboxItem(99, { severity: 'medium' })]);
    const [first, second] = receiver.taken.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(first).toMatchObject({ count: 30, omitted: 10, title: '30 changes of alerts, the highest low' });
    expect(second).toMatchObject({ count: 33, omitted: 30, severity: 'medium' });
    expect(digest.waitMs([])).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes on after a restart with what was only counted', async () => {
    const receiver = await startReceiver();
    const options = webhook.options.parse({
      ...{ type: 'webhook', url: receiver.url, digest: '1h', allow_private: true },
    });
    const sink = webhook.create(options, sinkContext());
    await sink.open({ sent_at: 0, low: 4, high: 'nonsense' });
    expect(sink.digest!.waitMs([])).toBe(0);
    await sink.deliver([]);
    expect(JSON.parse(receiver.taken[0]!.body)).toMatchObject({ count: 4, omitted: 4, severity: 'low' });
  });
});
