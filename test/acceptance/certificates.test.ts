import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { certificates } from '../helpers/certificates.js';
import { TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const folder = temporaryFolder();
let daemon: TestDaemon;
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

test('SIGHUP takes up renewed certificates, of listeners and of the page', async () => {
  const pem = await certificates();
  const put = (cert: string, key: string): void => {
    copyFileSync(cert, join(folder.path, 'server.crt'));
    copyFileSync(key, join(folder.path, 'server.key'));
  };
  put(pem.serverCert, pem.serverKey);
  daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources: [{ type: syslog-tls, listen: "127.0.0.1:0", cert: server.crt, key: server.key }]
sinks: [{ type: ndjson, dir: ./alerts }]
api: { listen: "127.0.0.1:0", tls: { cert: server.crt, key: server.key } }
`,
  );
  const [syslog] = await daemon.ports();
  const ports = [syslog!, Number(new URL(await daemon.loginUrl()).port)];
  const shown = (): Promise<string[]> => Promise.all(ports.map(nameShownAt));
  expect(await shown()).toEqual(['localhost', 'localhost']);

  put(pem.strangerCert, pem.strangerKey);
  daemon.signal('SIGHUP');
  const renewed = 'stranger.example.org';
  await until(async () => ((await shown()).every((name) => name === renewed) ? true : null), 'the new one');

  writeFileSync(join(folder.path, 'server.crt'), 'half a certif');
  daemon.signal('SIGHUP');
  await until(
    () => (daemon.messages.split('those read before stay in use').length === 3 ? true : null),
    'both refusals',
  );
  expect(await shown()).toEqual([renewed, renewed]);
});

/** Common name of the certificate that a TLS port shows. */
function nameShownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
