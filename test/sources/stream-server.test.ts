import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/sources/source.js';
import { syslogTcp } from '../../src/sources/syslog-tcp.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { createSource, portOf } from '../helpers/source-harnesses.js';
import { until } from '../helpers/until.js';

async function listen(
  options: Record<string, unknown> = {},
): Promise<{ source: Source; context: TestContext; port: number }> {
  const context = testContext();
  const source = createSource(syslogTcp, { listen: '127.0.0.1:0', ...options }, context);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  return { source, context, port: portOf(source) };
}

async function dial(port: number, localAddress?: string): Promise<Socket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

const closed = (socket: Socket): Promise<unknown> =>
  socket.destroyed ? Promise.resolve() : once(socket, 'close');

describe('a server of streams', () => {
  it('keeps the last line of a connection that closes without LF, and counts a frame that was cut', async () => {
    const { context, port } = await listen();
    (await dial(port)).end('<13>one\n<13>no line end');
    (await dial(port)).end('60 <13>cut');
    await until(() => context.out.count === 3, 'three records');
    expect(context.out.texts().sort()).toEqual(['<13>cut', '<13>no line end', '<13>one']);
    expect(context.counters.toJson()).toEqual({ 'frame.incomplete': 1 });
  });

  it('hands over the unfinished last line of an open connection when it stops', async () => {
    const { source, context, port } = await listen();
    (await dial(port)).write('<13>one\n<13>unfinished');
    await until(() => context.out.count === 1, 'the first');
    await source.stop(Date.now() + 5000);
    expect(context.out.texts()).toEqual(['<13>one', '<13>unfinished']);
  });

  it('reads on at stop until the senders are silent', async () => {
    const { source, context, port } = await listen();
    const socket = await dial(port);
    socket.write('<13>0\n');
    await until(() => context.out.count === 1, 'the first');
    let sent = 1;
    const timer = setInterval(() => {
      if (sent < 6) socket.write(`<13>${sent++}\n`);
    }, 100);
    onTestFinished(() => clearInterval(timer));
    await source.stop(Date.now() + 5000);
    expect(context.out.count).toBe(6);
  });

  it('stops at the deadline even when a sender never does', async () => {
    const { source, port } = await listen();
    const socket = await dial(port);
    const timer = setInterval(() => socket.write('<13>again\n'), 20);
    onTestFinished(() => clearInterval(timer));
    const start = Date.now();
    await source.stop(start + 600);
    expect(Date.now() - start).toBeLessThan(1500);
  });

  it('closes a TLS client on the plain port and says so', async () => {
    const { context, port } = await listen();
    const socket = await dial(port);
    socket.write(Buffer.from('16030100c8010000c40303', 'hex'));
    await closed(socket);
    expect(context.counters.toJson()).toEqual({ 'frame.tls_on_plain_port': 1 });
    expect(context.logged.filter((line) => line.level === 'warn')).toMatchObject([{ peer: '127.0.0.1' }]);
    expect(context.out.count).toBe(0);
  });

  it('refuses senders outside allow', async () => {
    const { context, port } = await listen({ allow: ['192.0.2.0/24', '127.0.0.5'] });
    await closed(await dial(port));
    (await dial(port, '127.0.0.5')).end('<13>allowed\n');
    await until(() => context.out.count === 1, 'the allowed one');
    expect(context.counters.toJson()).toEqual({ 'source.denied': 1 });
  });

  it('refuses more than max_connections, and takes others when some have gone', async () => {
    const { source, context, port } = await listen({ max_connections: 3, peer_share: 1 });
    const open = [await dial(port), await dial(port), await dial(port)];
    await until(() => source.stats().connections === 3, 'three');
    await closed(await dial(port));
    expect(context.counters.toJson()).toEqual({ 'source.too_many_connections': 1 });
    for (const socket of open) socket.end();
    await until(() => source.stats().connections === 0, 'none');
    (await dial(port)).end('<13>in\n');
    await until(() => context.out.count === 1, 'the next');
  });

  it('lets no peer hold more than its share of the connections', async () => {
    const { source, context, port } = await listen({ max_connections: 4, peer_share: 0.5 });
    await dial(port);
    await dial(port);
    await closed(await dial(port));
    expect(context.counters.toJson()).toEqual({ 'source.peer_share': 1 });
    (await dial(port, '127.0.0.6')).write('<13>other\n');
    await until(() => context.out.count === 1, 'the other peer');
    expect(source.stats()).toMatchObject({ connections: 3, peers: 2 });
  });

  it('closes a connection that is silent for idle_timeout, and keeps what it sent', async () => {
    const { context, port } = await listen({ idle_timeout: '100ms' });
    const socket = await dial(port);
    socket.write('<13>half');
    await closed(socket);
    await until(() => context.out.count === 1, 'the half line');
    expect(context.counters.toJson()).toEqual({ 'source.idle_timeout': 1 });
  });

  it('does not take its own waiting for the silence of a sender', async () => {
    const { context, port } = await listen({ idle_timeout: '300ms' });
    const socket = await dial(port);
    context.out.full = true;
    socket.write('<13>first\n');
    await until(() => context.out.count === 1, 'the first');
    const after700ms = Date.now() + 700;
    await until(() => Date.now() > after700ms, 'time to pass');
    expect(socket.destroyed).toBe(false);
    context.out.drain();
    socket.write('<13>second\n');
    await until(() => context.out.count === 2, 'the second');
  });

  it('counts a connection that ends with an error', async () => {
    const { context, port } = await listen();
    const socket = await dial(port);
    socket.write('<13>before the reset\n');
    await until(() => context.out.count === 1, 'the record');
    socket.resetAndDestroy();
    await until(() => context.counters.get('source.connection_error') === 1, 'the error');
  });

  it('closes a connection that does not count octets where they are asked for', async () => {
    const { context, port } = await listen({ framing: 'octet' });
    const socket = await dial(port);
    socket.write('7 <13>one<13>two\n');
    await closed(socket);
    await until(() => context.out.count === 1, 'the counted one');
    expect(context.counters.toJson()).toEqual({ 'frame.bad_octet_count': 1 });
  });

  it('refuses a port that is taken with one clear line', async () => {
    const { port } = await listen();
    const second = createSource(syslogTcp, { listen: `127.0.0.1:${port}` }, testContext());
    await expect(second.start()).rejects.toThrow(
      `port ${port}/tcp is already in use; stop the other program or change listen`,
    );
  });

  it('refuses an address that is not of this machine', async () => {
    const source = createSource(syslogTcp, { listen: '192.0.2.1:0' }, testContext());
    await expect(source.start()).rejects.toThrow('this machine has no address 192.0.2.1');
  });
});

describe('hostile senders', () => {
  it('sends 100 MB without LF: one cut record, little memory', async () => {
    const { context, port } = await listen();
    const socket = await dial(port);
    const piece = Buffer.alloc(1024 * 1024, 'A');
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) if (!socket.write(piece)) await once(socket, 'drain');
    socket.end('\n<13>after\n');
    await until(() => context.out.count === 2, 'two records');
    expect(context.out.records()).toMatchObject([
      { truncated: true },
      { text: '<13>after', truncated: false },
    ]);
    expect(context.out.texts()[0]).toHaveLength(64 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('lies about octet counts: bounded, counted, others untouched', async () => {
    const { context, port } = await listen();
    const liar = await dial(port);
    liar.write('9999999 <13>never so long');
    (await dial(port)).write('<13>honest\n');
    await until(() => context.out.count === 1, 'the honest one');
    liar.end();
    await until(() => context.out.count === 2, 'what the liar sent');
    expect(context.counters.toJson()).toEqual({ 'frame.incomplete': 1 });
  });

  it('holds 5,000 idle connections while another one is heard', async () => {
    const { source, context, port } = await listen();
    for (let i = 0; i < 50; i++) {
      await Promise.all(Array.from({ length: 100 }, (_, j) => dial(port, `127.0.0.${10 + (j % 4)}`)));
    }
    await until(() => source.stats().connections === 5000, '5,000 connections');
    (await dial(port)).write('<13>heard\n');
    await until(() => context.out.count === 1, 'the record');
    const start = Date.now();
    await source.stop(start + 5000);
    expect(Date.now() - start).toBeLessThan(3000);
  });

  it('sends a byte at a time: the record comes whole', async () => {
    const { context, port } = await listen();
    const socket = await dial(port);
    socket.setNoDelay(true);
    for (const byte of '27 <13>slow loris has patience<13>and more\n') {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    await until(() => context.out.count === 2, 'both');
    expect(context.out.texts()).toEqual(['<13>slow loris has patience', '<13>and more']);
  });

  it('sends binary noise: everything is a record or a separator', async () => {
    const { context, port } = await listen();
    const noise = Buffer.from(
      Array.from({ length: 300_000 }, (_, i) => (i * 7919 + (i >> 8) * 104_729) & 0xff),
    );
    (await dial(port)).end(noise);
    await until(() => context.out.texts().join('').length > 200_000, 'the noise');
    expect(context.counters.get('source.connection_error')).toBe(0);
  });
});
