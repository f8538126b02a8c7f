import { expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/sources/source.js';
import { syslogTcp } from '../../src/sources/syslog-tcp.js';
import { syslogTls } from '../../src/sources/syslog-tls.js';
import { syslogUdp } from '../../src/sources/syslog-udp.js';
import { CLIENT_NAME, certificates } from '../helpers/certificates.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import {
  type ForwardTarget,
  type RunningSender,
  runLogger,
  runNetcat,
  startRsyslog,
  startSyslogNg,
} from '../helpers/senders.js';
import { createSource, portOf } from '../helpers/source-harnesses.js';
import { until } from '../helpers/until.js';

/** The promise of the README: every line a real sender hands over by TCP or TLS is a record, once, uncut. */
const LINES = 20_000;
/** Over UDP the sender sets the pace and nobody waits, so this is a check of the bytes, not of the load. */
const DATAGRAMS = 200;

const pem = await certificates();

async function listen(
  transport: ForwardTarget['transport'],
): Promise<{ context: TestContext; target: ForwardTarget }> {
  const context = testContext();
  const listening = { listen: '127.0.0.1:0' };
  const source: Source =
    transport === 'udp'
      ? createSource(syslogUdp, listening, context)
      : transport === 'tcp'
        ? createSource(syslogTcp, listening, context)
        : createSource(
            syslogTls,
            { ...listening, cert: pem.serverCert, key: pem.serverKey, client_ca: pem.ca },
            context,
          );
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  const tls = transport === 'tls' ? { ca: pem.ca, cert: pem.clientCert, key: pem.clientKey } : {};
  return { context, target: { port: portOf(source), transport, ...tls } };
}

function lines(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `sshd[${1000 + (i % 5000)}]: line ${i} Failed password for root from 192.0.2.7`,
  );
}

/** Logs the lines and checks that each came, once, in order, with a header that begins as `header` says. */
async function expectAll(
  context: TestContext,
  sender: RunningSender,
  count: number,
  header: RegExp,
): Promise<void> {
  onTestFinished(() => sender.stop());
  const sent = lines(count);
  await sender.log(sent);
  const mine = (): number => context.out.count;
  await until(
    () => mine() >= count,
    () => `${count} records, ${mine()} came: ${sender.output()}`,
    25_000,
  );
  const texts = context.out.texts().filter((text) => text.includes('Failed password'));
  expect(texts.map((text) => text.slice(text.indexOf('sshd[')))).toEqual(sent);
  for (const text of texts) expect(text).toMatch(header);
  expect(context.counters.toJson()).toEqual({});
}

const RFC3164 = /^<\d+>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ vedette-test:? ?sshd/;
const FORWARD_FORMAT = /^<\d+>\d{4}-\d\d-\d\dT\S+ \S+ vedette-test/;
const RFC5424 = /^<\d+>1 \d{4}-\d\d-\d\dT\S+ \S+ vedette-test - - /;

describeWithTools('rsyslogd', ['rsyslogd'], () => {
  it.each([
    ['udp', undefined, undefined, RFC3164, DATAGRAMS],
    ['udp', 'RSYSLOG_SyslogProtocol23Format', undefined, RFC5424, DATAGRAMS],
    ['tcp', undefined, undefined, RFC3164, LINES],
    ['tcp', undefined, 'octet-counted', RFC3164, LINES],
    ['tcp', 'RSYSLOG_ForwardFormat', undefined, FORWARD_FORMAT, LINES],
    ['tcp', 'RSYSLOG_SyslogProtocol23Format', undefined, RFC5424, LINES],
    ['tcp', 'RSYSLOG_SyslogProtocol23Format', 'octet-counted', RFC5424, LINES],
    ['tls', undefined, undefined, RFC3164, LINES],
    ['tls', 'RSYSLOG_SyslogProtocol23Format', 'octet-counted', RFC5424, LINES],
  ] as const)('over %s, template %s, framing %s', async (transport, template, framing, header, count) => {
    const { context, target } = await listen(transport);
    const shape = { ...(template && { template }), ...(framing && { framing }) };
    await expectAll(context, await startRsyslog({ ...target, ...shape }), count, header);
    if (transport === 'tls') expect(context.out.records()[0]).toMatchObject({ identity: CLIENT_NAME });
  });
});

describeWithTools('syslog-ng', ['syslog-ng'], () => {
  it.each([
    ['network', 'udp', RFC3164, DATAGRAMS],
    ['network', 'tcp', RFC3164, LINES],
    ['network', 'tls', RFC3164, LINES],
    ['syslog', 'udp', RFC5424, DATAGRAMS],
    ['syslog', 'tcp', RFC5424, LINES],
    ['syslog', 'tls', RFC5424, LINES],
  ] as const)('%s() over %s', async (driver, transport, header, count) => {
    const { context, target } = await listen(transport);
    await expectAll(context, await startSyslogNg({ ...target, driver }), count, header);
  });
});

describeWithTools('util-linux logger', ['logger'], () => {
  it.each([
    ['RFC 5424 lines', 'tcp', [], /^<13>1 /],
    ['RFC 5424, octet-counted', 'tcp', ['--octet-count'], /^<13>1 /],
    ['RFC 3164 lines', 'tcp', ['--rfc3164'], /^<13>[A-Z]/],
    ['RFC 3164, octet-counted', 'tcp', ['--rfc3164', '--octet-count'], /^<13>[A-Z]/],
  ] as const)('%s over %s', async (_, transport, options, header) => {
    const { context, target } = await listen(transport);
    await runLogger({ port: target.port, transport }, options, lines(LINES));
    await until(
      () => context.out.count >= LINES,
      () => `all, ${context.out.count} came`,
    );
    const texts = context.out.texts();
    expect(texts.map((text) => text.slice(text.indexOf('sshd[')))).toEqual(lines(LINES));
    for (const text of texts) expect(text).toMatch(header);
    expect(context.counters.toJson()).toEqual({});
  });

  it('counted and not, at the same time on one port', async () => {
    const { context, target } = await listen('tcp');
    const to = { port: target.port, transport: 'tcp' } as const;
    await Promise.all([runLogger(to, ['--octet-count'], lines(2000)), runLogger(to, [], lines(2000))]);
    await until(
      () => context.out.count === 4000,
      () => `4000, ${context.out.count} came`,
    );
  });

  it('over udp', async () => {
    const { context, target } = await listen('udp');
    await runLogger({ port: target.port, transport: 'udp' }, [], lines(DATAGRAMS));
    await until(
      () => context.out.count === DATAGRAMS,
      () => `all, ${context.out.count} came`,
    );
  });
});

describeWithTools('netcat', ['nc.openbsd'], () => {
  it('pipes lines over tcp', async () => {
    const { context, target } = await listen('tcp');
    await runNetcat({ port: target.port, transport: 'tcp' }, lines(LINES));
    await until(
      () => context.out.count === LINES,
      () => `all, ${context.out.count} came`,
    );
    expect(context.out.texts()).toEqual(lines(LINES));
  });

  it('puts several lines into one datagram, which is one record', async () => {
    const { context, target } = await listen('udp');
    await runNetcat({ port: target.port, transport: 'udp' }, ['<13>one', 'and two']);
    await until(() => context.out.count === 1, 'the record');
    expect(context.out.texts()).toEqual(['<13>one\nand two']);
  });
});
