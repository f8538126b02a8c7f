import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import type { Patient } from '../../src/doctor/check.js';
import { arriving } from '../../src/doctor/checks/arriving.js';
import { certificates } from '../../src/doctor/checks/certificates.js';
import { certificates as made } from '../helpers/certificates.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const DAY = 86_400_000;
const LISTEN = { host: '0.0.0.0', port: 6514 };
const NOW = Date.parse('2026-11-20T10:00:00Z');

async function pem(name: string, from: number, until: number): Promise<string> {
  const issued = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(NOW + from * DAY),
    notAfterDate: new Date(NOW + until * DAY),
  });
  return issued.cert;
}

describe('certificates', () => {
  it('are those that expired, soon will, or are not valid yet, each of a file', async () => {
    const folder = temporaryFolder();
    const put = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const good = put('good.crt', await pem('good', -10, 100));
    const old = put('old.crt', await pem('old', -100, -1));
    const both = put('both.crt', (await pem('soon', -10, 3)) + (await pem('early', 5, 100)));
    const source = { type: 'syslog-tls', name: 'tls', listen: LISTEN, cert: good, key: 'x', client_ca: both };
    const config = {
      sources: [source, { type: 'syslog-tcp', name: 'tcp' }, { ...source, cert: join(folder, 'none') }],
      api: { tls: { cert: old, key: 'x' } },
    };
    const { well, findings } = await certificates.run({ config, now: NOW } as unknown as Patient);
    expect(well).toEqual([`good in ${good} of tls is valid until 2027-02-28`]);
    const of = [
      ['hint', `soon in ${both} of tls expires on 2026-11-23, in 3d.`],
      ['problem', `early in ${both} of tls is valid only from 2026-11-25.`],
    ];
    expect(findings.map(({ kind, what }) => [kind, what])).toEqual([
      ['problem', `old in ${old} of api.tls expired on 2026-11-19: browsers are turned away.`],
      ...of,
      ...of,
    ]);
  });

  it('that no handshake can use are told of, those of the page and of sources', async () => {
    const { serverCert, clientKey } = await made();
    const files = { cert: serverCert, key: clientKey };
    const config = {
      sources: [
        { type: 'syslog-tls', name: 'tls', listen: LISTEN, ...files },
        {
          type: 'syslog-tls',
          name: 'absent',
          listen: LISTEN,
          cert: serverCert,
          key: join(temporaryFolder(), 'none'),
        },
      ],
      api: { enabled: true, tls: files },
    };
    const { findings } = await certificates.run({ config, now: Date.now() } as unknown as Patient);
    expect(findings.map(({ kind, what }) => [kind, what])).toEqual(
      ['api.tls', 'tls'].map((owner) => [
        'problem',
        `${owner}: key: ${clientKey} is not the private key of ${serverCert}.`,
      ]),
    );
  });

  it('refused in handshakes are told of where nothing arrives', async () => {
    const seen = {
      reads: '0.0.0.0:6514/tls',
      up: true,
      last_seen: null,
      counts: { 'source.tls_refused': 2 },
    };
    const config = {
      sources: [{ type: 'syslog-tls', name: 'tls', listen: LISTEN }],
    };
    const figures = { sources: { tls: seen }, rates: new Map() };
    const { findings } = await arriving.run({ config, figures, now: NOW } as unknown as Patient);
    expect(findings.map(({ what }) => what)).toEqual([
      'tls refused 2 connections in the TLS handshake.',
      expect.stringContaining('Nothing has come by tls'),
    ]);
  });
});
