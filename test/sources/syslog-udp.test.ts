import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/sources/source.js';
import { syslogUdp } from '../../src/sources/syslog-udp.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { createSource, portOf } from '../helpers/source-harnesses.js';
import { until } from '../helpers/until.js';

async function listen(
  options: Record<string, unknown> = {},
): Promise<{ source: Source; context: TestContext; port: number }> {
  const context = testContext();
  const source = createSource(syslogUdp, { listen: '127.0.0.1:0', ...options }, context);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  return { source, context, port: portOf(source) };
}

function sender(
  type: 'udp4' | 'udp6' = 'udp4',
  address?: string,
): (payload: string | Buffer, port: number, to?: string) => Promise<void> {
  const socket: Socket = createSocket(type);
  if (address !== undefined) socket.bind(0, address);
  onTestFinished(() => {
    socket.close();
  });
  return (payload, port, to = '127.0.0.1') =>
    new Promise((resolve, reject) => {
      socket.send(payload, port, to, (error) => (error === null ? resolve() : reject(error)));
    });
}

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('syslog over UDP', () => {
  it('takes a datagram as one record, with LF inside and without LF at the end', async () => {
    const { context, port } = await listen();
    const send = sender();
    await send('<13>one\nstill one\n\0', port);
    await send('<13>two\r\n', port);
    await send('\n', port);
    await send('', port);
    await send('<13>three', port);
    await until(() => context.out.count === 3, 'three records');
    expect(context.out.texts()).toEqual(['<13>one\nstill one', '<13>two', '<13>three']);
  });

  it('takes the largest datagram there is', async () => {
    const { context, port } = await listen();
    await sender()(Buffer.alloc(65507, 'z'), port);
    await until(() => context.out.count === 1, 'the record');
    expect(context.out.texts()[0]).toHaveLength(65507);
    expect(context.counters.toJson()).toEqual({});
  });

  it.runIf(hasIpv6)('tells IPv4 and IPv6 senders on one socket apart', async () => {
    const { source, context, port } = await listen({ listen: ':0' });
    expect(source.describe()).toBe(`[::]:${port}/udp`);
    await sender()('<13>four', port);
    await sender('udp6')('<13>six', port, '::1');
    await until(() => context.out.count === 2, 'both');
    const peers = context.out.records().map((record) => [record.text, record.peer]);
    expect(new Map(peers as [string, string][])).toEqual(
      new Map([
        ['<13>four', '127.0.0.1'],
        ['<13>six', '::1'],
      ]),
    );
  });

  it('drops senders outside allow, counts each datagram and says so once', async () => {
    const { context, port } = await listen({ allow: ['127.0.0.1'] });
    const stranger = sender('udp4', '127.0.0.2');
    for (let i = 0; i < 10; i++) await stranger('<13>no', port);
    await sender()('<13>yes', port);
    await until(
      () => context.out.count === 1 && context.counters.get('source.denied') === 10,
      'one in, ten out',
    );
    expect(context.out.texts()).toEqual(['<13>yes']);
    expect(context.logged.filter((line) => line.code === 'source.denied')).toMatchObject([
      { peer: '127.0.0.2' },
    ]);
  });

  it('drops the peer that fills the queue, not the others', async () => {
    const { context, port } = await listen({ peer_share: 0.5 });
    const loud = sender();
    const quiet = sender('udp4', '127.0.0.3');
    for (let i = 0; i < 20; i++) await loud('<13>loud', port);
    await quiet('<13>quiet', port);
    await until(() => context.out.count === 21, 'all, while there is room');
    context.out.fill.bytes = 40 * 1024 * 1024;
    for (let i = 0; i < 10; i++) await loud('<13>loud', port);
    await quiet('<13>quiet again', port);
    await until(() => context.out.count === 22, 'the quiet one');
    expect(context.out.texts().at(-1)).toBe('<13>quiet again');
    expect(context.counters.get('source.peer_share')).toBe(10);
  });

  it('does not limit a peer that is alone', async () => {
    const { context, port } = await listen({ peer_share: 0.5 });
    context.out.fill.bytes = 40 * 1024 * 1024;
    const only = sender();
    for (let i = 0; i < 20; i++) await only('<13>loud', port);
    await until(() => context.out.count === 20, 'all');
    expect(context.counters.toJson()).toEqual({});
  });

  it('says once what to do when the kernel grants less than asked, and warns of nothing yet', async () => {
    const { context } = await listen({ receive_buffer: 1024 ** 3 });
    expect(context.logged).toMatchObject([
      { level: 'info', msg: expect.stringContaining('sysctl -w net.core.rmem_max=1073741824') },
    ]);
  });

  it('counts what the kernel dropped, to the datagram', async () => {
    const { source, context, port } = await listen({ receive_buffer: 4096 });
    const send = sender();
    const sent = 2000;
    const blocked = Array.from({ length: sent }, () => send(Buffer.alloc(1000, 'x'), port));
    // The loop reads nothing while it is busy here: the kernel must drop.
    const until50ms = Date.now() + 50;
    while (Date.now() < until50ms);
    await Promise.all(blocked);
    await source.stop(Date.now() + 2000);
    const drops = context.counters.get('source.kernel_drops');
    expect(context.out.count + drops).toBe(sent);
    expect(source.stats().kernel_drops).toBe(drops);
  });

  it('refuses a port that is taken with one clear line', async () => {
    const { port } = await listen();
    const second = createSource(syslogUdp, { listen: `127.0.0.1:${port}` }, testContext());
    await expect(second.start()).rejects.toThrow(
      `port ${port}/udp is already in use; stop the other program or change listen`,
    );
  });
});
