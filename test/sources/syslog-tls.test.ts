import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Source } from '../../src/sources/source.js';
import { syslogTls } from '../../src/sources/syslog-tls.js';
import { CLIENT_NAME, certificates } from '../helpers/certificates.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { createSource, portOf } from '../helpers/source-harnesses.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

const pem = await certificates();
const SERVER = { listen: '127.0.0.1:0', cert: pem.serverCert, key: pem.serverKey };
const MUTUAL = { ...SERVER, client_ca: pem.ca };
const client = (cert: string, key: string): ConnectionOptions => ({
  cert: readFileSync(cert),
  key: readFileSync(key),
});

async function listen(
  options: Record<string, unknown>,
): Promise<{ source: Source; context: TestContext; port: number }> {
  const context = testContext();
  const source = createSource(syslogTls, options, context);
  await source.start();
  onTestFinished(() => source.stop(Date.now()));
  return { source, context, port: portOf(source) };
}

/** A client that writes at once, as senders do, and whose errors are the test's to look for. */
function dial(port: number, text: string, options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(pem.ca), ...options });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(text);
  socket.resume();
  return socket;
}

describe('syslog over TLS', () => {
  it('takes lines and octet-counted messages', async () => {
    const { context, port } = await listen(SERVER);
    dial(port, '<13>line\n13 <13>counted\n\n<13>last\n');
    await until(() => context.out.count === 3, 'three records');
    expect(context.out.records().map(({ text, identity }) => [text, identity])).toEqual([
      ['<13>line', undefined],
      ['<13>counted', undefined],
      ['<13>last', undefined],
    ]);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'binds the name in the client certificate to its records (%s)',
    async (version) => {
      const { source, context, port } = await listen(MUTUAL);
      const socket = dial(port, '<13>known\n', {
        ...client(pem.clientCert, pem.clientKey),
        maxVersion: version,
      });
      await until(() => context.out.count === 1, 'the record');
      expect(context.out.records()).toMatchObject([{ peer: '127.0.0.1', identity: CLIENT_NAME }]);
      socket.end();
      await until(() => source.stats().connections === 0, 'the end of the connection');
      expect(context.counters.toJson()).toEqual({});
    },
  );

  it.each([
    ['no certificate', 'TLSv1.2', {}, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
    ['no certificate', 'TLSv1.3', {}, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
    ['a stranger', 'TLSv1.2', client(pem.strangerCert, pem.strangerKey), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['a stranger', 'TLSv1.3', client(pem.strangerCert, pem.strangerKey), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('refuses %s over %s, counts it, and says who and why', async (_, maxVersion, options, why) => {
    const { source, context, port } = await listen(MUTUAL);
    dial(port, '<13>must not come in\n', { ...options, maxVersion });
    await until(() => context.counters.get('source.tls_refused') === 1, 'the refusal');
    const said = context.logged.filter((line) => line.level === 'warn');
    expect(said).toMatchObject([{ code: 'source.tls_refused', peer: '127.0.0.1', reason: why }]);
    await until(() => source.stats().connections === 0, 'the end of the connection');
    expect(context.out.count).toBe(0);
  });

  it('refuses TLS below 1.2 and plain text', async () => {
    const { context, port } = await listen(SERVER);
    dial(port, '<13>old\n', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    const plain = connectTcp(port, '127.0.0.1');
    plain.on('error', () => {});
    plain.resume();
    plain.write('<13>plain\n');
    await once(plain, 'close');
    await until(() => context.counters.get('source.tls_refused') === 2, 'two refusals');
    expect(context.out.count).toBe(0);
  });

  it('shows a renewed certificate to who comes after a reload, and to nobody one that cannot be used', async () => {
    const folder = temporaryFolder();
    const [cert, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    const put = (certFrom: string, keyFrom: string): void => {
      writeFileSync(cert, readFileSync(certFrom));
      writeFileSync(key, readFileSync(keyFrom));
    };
    put(pem.serverCert, pem.serverKey);
    const { source, context, port } = await listen({ ...MUTUAL, cert, key });
    const identity = client(pem.clientCert, pem.clientKey);
    const shown = async (): Promise<string> => {
      const socket = dial(port, '<13>after\n', { ...identity, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      return String(socket.getPeerCertificate().subject.CN);
    };
    const early = dial(port, '<13>before\n', identity);
    expect(await shown()).toBe('localhost');

    put(pem.strangerCert, pem.strangerKey);
    source.reload?.();
    expect(await shown()).toBe('stranger.example.org');
    put(pem.serverCert, pem.strangerKey);
    expect(() => source.reload?.()).toThrow(/is not the private key of/);
    writeFileSync(cert, 'no certificate');
    expect(() => source.reload?.()).toThrow(/does not hold a certificate/);
    expect(await shown()).toBe('stranger.example.org');

    // Whoever was there stays, and who may come in is what it was.
    early.write('<13>still here\n');
    await until(() => context.out.count === 5, 'all records');
    dial(port, '<13>no certificate\n', { rejectUnauthorized: false });
    await until(() => context.counters.get('source.tls_refused') === 1, 'the refusal');
  });

  it('takes nobody for a refused sender who hangs up without a word', async () => {
    const { source, context, port } = await listen(SERVER);
    for (const end of ['end', 'destroy'] as const) {
      const probe = connectTcp(port, '127.0.0.1');
      await once(probe, 'connect');
      probe.resume();
      probe[end]();
    }
    await until(() => source.stats().connections_accepted === 2, 'both');
    await until(() => source.stats().connections === 0 && source.stats().handshakes === 0, 'nothing left');
    const hasty = connectTcp(port, '127.0.0.1');
    hasty.write(Buffer.from([0x16, 3, 1, 2]));
    await until(() => source.stats().connections === 1, 'the third');
    hasty.end();
    await until(() => context.counters.get('source.tls_refused') > 0, 'the refusal');
    expect(context.counters.toJson()).toEqual({ 'source.tls_refused': 1 });
  });

  it('closes a connection that never ends its handshake', async () => {
    const { source, context, port } = await listen({ ...SERVER, handshake_timeout: '100ms' });
    const silent = connectTcp(port, '127.0.0.1');
    silent.resume();
    await once(silent, 'close');
    expect(context.counters.toJson()).toEqual({ 'source.tls_refused': 1 });
    await until(() => source.stats().connections === 0 && source.stats().handshakes === 0, 'nothing left');
  });

  it('survives senders that vanish in the middle', async () => {
    const { source, context, port } = await listen(SERVER);
    for (let i = 0; i < 20; i++) {
      const socket = dial(port, '<13>gone\n');
      if (i % 2 === 0) socket.once('secureConnect', () => socket.destroy());
      else setImmediate(() => socket.destroy());
    }
    await until(
      () => Number(source.stats().connections_accepted) > 0 && source.stats().connections === 0,
      'all gone',
    );
    dial(port, '<13>still here\n');
    await until(() => context.out.texts().includes('<13>still here'), 'the record');
  });

  it.each([
    ['cert', { cert: '/nowhere/server.crt' }, /^cert: cannot read \/nowhere\/server\.crt: ENOENT/],
    ['key', { key: '/nowhere/server.key' }, /^key: cannot read \/nowhere\/server\.key: ENOENT/],
    ['client_ca', { client_ca: '/nowhere/ca.crt' }, /^client_ca: cannot read \/nowhere\/ca\.crt: ENOENT/],
    ['cert', { cert: pem.serverKey }, /^cert: \S+server\.key does not hold a certificate in PEM form/],
    [
      'key',
      { key: pem.serverCert },
      /^key: \S+server\.crt does not hold an unencrypted private key in PEM form/,
    ],
    ['key', { key: pem.clientKey }, /^key: \S+client\.key is not the private key of \S+server\.crt/],
  ])('names the file when %s is missing or wrong (%#)', async (_, wrong, message) => {
    const source = createSource(syslogTls, { ...SERVER, ...wrong }, testContext());
    await expect(source.start()).rejects.toThrow(message);
  });

  it('names a client_ca that is no certificate', async () => {
    const path = join(temporaryFolder(), 'ca.crt');
    writeFileSync(path, 'not a certificate');
    const source = createSource(syslogTls, { ...SERVER, client_ca: path }, testContext());
    await expect(source.start()).rejects.toThrow(
      `client_ca: ${path} does not hold a certificate in PEM form`,
    );
  });
});
