import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { http } from '../../src/sources/http.js';
import type { Source } from '../../src/sources/source.js';
import { CLIENT_NAME, certificates } from '../helpers/certificates.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { httpAsk } from '../helpers/http-ask.js';
import { createSource, portOf } from '../helpers/source-harnesses.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

const TOKEN = '0123456789abcdef0123456789abcdef';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

interface Running {
  readonly source: Source;
  readonly context: TestContext;
  readonly port: number;
}

async function running(
  options: Record<string, unknown> = {},
  changes: Partial<TestContext> = {},
): Promise<Running> {
  const context = { ...testContext(), ...changes };
  const source = createSource(http, { listen: '127.0.0.1:0', ...options }, context);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  return { source, context, port: portOf(source) };
}

function tokenFile(...tokens: string[]): string {
  const path = join(folder, 'tokens');
  writeFileSync(path, `# one a line\n${tokens.join('\n')}\n`);
  return path;
}

describe('http', () => {
  it('answers once what it took is committed', async () => {
    let commit = (_stored: boolean): void => {};
    const committed = new Promise<boolean>((resolve) => {
      commit = resolve;
    });
    const { context, port } = await running({}, { committed: () => committed });
    let answered = false;
    const answer = httpAsk(port, 'POST', '/', 'one\ntwo').finally(() => {
      answered = true;
    });
    await until(() => context.out.count === 2, 'the records');
    expect(answered).toBe(false);
    commit(true);
    expect(JSON.parse((await answer).text)).toEqual({ accepted: 2 });
  });

  it('says so when the disk does not take it', async () => {
    const { port } = await running({}, { committed: async () => false });
    const { status, text } = await httpAsk(port, 'POST', '/', 'one');
    expect([status, JSON.parse(text)]).toEqual([202, { accepted: 1, stored: false }]);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('unpacks %s', async (encoding, pack) => {
    const { context, port } = await running();
    const headers = { 'content-encoding': encoding };
    const { status } = await httpAsk(port, 'POST', '/', pack('one\ntwo\n'), { headers });
    expect(status).toBe(200);
    expect(context.out.texts()).toEqual(['one', 'two']);
  });

  it.each([
    [413, gzipSync(Buffer.alloc(50 * 1024 ** 2)), { 'content-encoding': 'gzip' }],
    [413, Buffer.alloc(2 * 1024 ** 2, 'x'), {}],
    [400, Buffer.from('no gzip'), { 'content-encoding': 'gzip' }],
    [415, Buffer.from('x'), { 'content-encoding': 'br' }],
  ])('refuses with %i what is too long or packed otherwise, and counts it', async (wanted, body, headers) => {
    const { context, port } = await running({ max_body: '1MiB' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const { status, text } = await httpAsk(port, 'POST', '/', body, { headers, agent });
    expect(status).toBe(wanted);
    expect(JSON.parse(text)).toEqual({ error: expect.any(String) });
    expect(context.counters.get('source.bad_request')).toBe(1);
    expect(context.out.count).toBe(0);
    // The next is not taken for a part of it, and nothing is held on to.
    expect((await httpAsk(port, 'POST', '/', 'next', { agent })).status).toBe(200);
    expect(context.out.texts()).toEqual(['next']);
  });

  it('holds no more bodies than it may, and asks the others to come again', async () => {
    const { context, port, source } = await running({ max_body: '1MiB', max_bodies: '1MiB' });
    const slow = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/' });
    slow.on('error', () => {});
    slow.write(Buffer.alloc(900 * 1024, 'x'));
    await until(() => source.stats().body_bytes === 900 * 1024, 'the first body');
    const agent = new Agent();
    const ask = (): ReturnType<typeof httpAsk> =>
      httpAsk(port, 'POST', '/', Buffer.alloc(200 * 1024, 'y'), { agent }).catch(() => ({
        status: 0,
        headers: {},
        text: '',
      }));
    expect((await ask()).status).toBe(503);
    expect(context.counters.get('source.told_to_wait')).toBe(1);
    slow.destroy();
    await until(async () => (await ask()).status === 200, 'room');
  });

  it('lets in who shows a token, in any of the ways of senders, and no page of a browser without one', async () => {
    const { context, port, source } = await running({ token_file: tokenFile(TOKEN, `${TOKEN}2`) });
    const statusOf = async (authorization?: string): Promise<number> =>
      (
        await httpAsk(port, 'POST', '/', 'x', {
          headers: authorization === undefined ? {} : { authorization },
        })
      ).status;
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    for (const shown of [
      `Bearer ${TOKEN}`,
      `Splunk ${TOKEN}2`,
      `Basic ${base64(`vedette:${TOKEN}`)}`,
      `ApiKey ${base64(`id:${TOKEN}`)}`,
    ])
      expect(await statusOf(shown), shown).toBe(200);
    for (const shown of [
      undefined,
      TOKEN,
      'Bearer',
      `Bearer ${TOKEN}3`,
      `Basic ${base64(TOKEN.slice(1))}`,
      `Digest ${TOKEN}`,
    ])
      expect(await statusOf(shown), shown).toBe(401);
    expect(context.counters.get('source.unauthorized')).toBe(6);
    expect(context.out.count).toBe(4);
    tokenFile(`${TOKEN}3`);
    source.reload!();
    expect(await statusOf(`Bearer ${TOKEN}`)).toBe(401);
    expect(await statusOf(`Bearer ${TOKEN}3`)).toBe(200);

    // The answer is seen though much was on its way, and the connection is good for another try.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const long = Buffer.alloc(1_000_000, 'x');
    expect((await httpAsk(port, 'POST', '/', long, { agent })).status).toBe(401);
    const shown = { authorization: `Bearer ${TOKEN}3` };
    expect((await httpAsk(port, 'POST', '/', 'x', { agent, headers: shown })).status).toBe(200);

    const open = await running();
    const headers = { origin: 'https://example.org' };
    expect((await httpAsk(open.port, 'POST', '/', 'x', { headers })).status).toBe(403);
  });

  it.each([
    ['is not there', null, /token_file: cannot read .*ENOENT/],
    ['is empty', '# none yet\n', /holds no token/],
    ['has a short one', 'secret\n', /too short/],
  ])('does not start when the file of tokens %s', async (_what, text, why) => {
    const path = join(folder, 'tokens');
    if (text !== null) writeFileSync(path, text);
    await expect(running({ token_file: path })).rejects.toThrow(why);
  });

  it('speaks TLS, and knows senders by their certificates', async () => {
    const { ca, serverCert, serverKey, clientCert, clientKey, strangerCert, strangerKey } =
      await certificates();
    const { context, port } = await running({ cert: serverCert, key: serverKey, client_ca: ca });
    const ask = (cert: string, key: string): ReturnType<typeof httpAsk> =>
      httpAsk(port, 'POST', '/', 'x', {
        isTls: true,
        ca: readFileSync(ca, 'utf8'),
        cert: readFileSync(cert, 'utf8'),
        key: readFileSync(key, 'utf8'),
        servername: 'localhost',
      } as never);
    expect((await ask(clientCert, clientKey)).status).toBe(200);
    expect(context.out.batches[0]!.peers).toEqual([{ address: '127.0.0.1', identity: CLIENT_NAME }]);
    await expect(ask(strangerCert, strangerKey)).rejects.toThrow();
    await until(() => context.counters.get('source.tls_refused') === 1, 'the refusal');
  });

  it('answers what is no HTTP in one line, and counts it', async () => {
    const { context, port } = await running();
    const socket = connect(port, '127.0.0.1', () => socket.end('<13>Nov 20 syslog\r\n\r\n'));
    let answer = '';
    socket.on('data', (text: Buffer) => {
      answer += text;
    });
    await until(() => answer !== '', 'an answer');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(context.counters.get('source.bad_request')).toBe(1);
  });

  it('takes nothing by other methods, and says which', async () => {
    const { port } = await running();
    const { status, headers } = await httpAsk(port, 'DELETE', '/logs');
    expect([status, headers.allow]).toEqual([405, 'POST']);
    // It would be the making of an index.
    expect((await httpAsk(port, 'PUT', '/winlogbeat', '{}')).status).toBe(405);
    expect((await httpAsk(port, 'GET', '/up')).status).toBe(200);
    expect((await httpAsk(port, 'HEAD', '/')).status).toBe(200);
  });

  it('counts what is asked of Elasticsearch with a body and is no delivery', async () => {
    const { context, port } = await running();
    expect(
      (await httpAsk(port, 'PUT', '/_index_template/winlogbeat', '{"index_patterns":["x"]}')).status,
    ).toBe(400);
    expect((await httpAsk(port, 'GET', '/_xpack')).status).toBe(404);
    expect(context.counters.toJson()).toEqual({ 'source.bad_request': 1 });
    expect(context.out.count).toBe(0);
  });

  it('refuses whoever allow leaves out', async () => {
    const { context, port } = await running({ allow: ['192.0.2.0/24'] });
    await expect(httpAsk(port, 'POST', '/', 'x')).rejects.toThrow();
    expect(context.counters.get('source.denied')).toBe(1);
  });

  it('asks to come again when the queue stays full', async () => {
    const { context, port } = await running();
    context.out.full = true;
    const first = httpAsk(port, 'POST', '/', 'one');
    await until(() => context.out.count === 1, 'the first');
    const { status, headers } = await httpAsk(port, 'POST', '/', 'two');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(context.counters.get('source.told_to_wait')).toBe(1);
    expect(context.out.texts()).toEqual(['one']);
    context.out.drain();
    expect((await first).status).toBe(200);
  });

  it('goes no further in a body while the queue is full', async () => {
    const { context, port } = await running();
    context.out.full = true;
    const lines = Array.from({ length: 100_000 }, (_, i) => `<13>line ${i} ${'.'.repeat(80)}`);
    const answer = httpAsk(port, 'POST', '/', lines.join('\n'));
    await until(() => context.out.count > 0, 'the first batch');
    const others = Array.from({ length: 20 }, () => httpAsk(port, 'GET', '/'));
    await Promise.all(others);
    expect(context.out.count).toBeLessThan(lines.length / 4);
    context.out.drain();
    expect((await answer).status).toBe(200);
    expect(context.out.texts()).toEqual(lines);
  });

  it('finishes what has begun when it is stopped, and takes nothing after that', async () => {
    let commit = (_stored: boolean): void => {};
    const committed = new Promise<boolean>((resolve) => {
      commit = resolve;
    });
    const { context, port, source } = await running({}, { committed: () => committed });
    const answer = httpAsk(port, 'POST', '/', 'one');
    await until(() => context.out.count === 1, 'the record');
    const stopped = source.stop(Date.now() + 60_000);
    const isClosed = (): Promise<boolean> =>
      httpAsk(port, 'GET', '/').then(
        () => false,
        () => true,
      );
    await until(isClosed, 'the port to be closed');
    commit(true);
    expect((await answer).status).toBe(200);
    await stopped;
    await expect(httpAsk(port, 'POST', '/', 'two')).rejects.toThrow();
    expect(context.out.texts()).toEqual(['one']);
  });

  it('keeps what a sender broke off to itself', async () => {
    const { context, port, source } = await running();
    const broken = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/',
      headers: { 'content-length': 100 },
    });
    broken.on('error', () => {});
    broken.write('one\ntwo\n');
    await until(() => source.stats().body_bytes === 8, 'its beginning');
    broken.destroy();
    await until(() => source.stats().body_bytes === 0, 'its end');
    expect((await httpAsk(port, 'POST', '/', 'three')).status).toBe(200);
    expect(context.out.texts()).toEqual(['three']);
    expect(context.counters.toJson()).toEqual({ 'source.connection_error': 1 });
    // It is not waited for any more.
    const deadline = Date.now() + 60_000;
    await source.stop(deadline);
    expect(Date.now()).toBeLessThan(deadline);
  });
});
