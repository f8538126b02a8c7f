import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Paths of PEM files: two authorities, a server and a client of the first, a client of the second. */
export interface Certificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
  readonly strangerCert: string;
  readonly strangerKey: string;
}

/** Common name of the client certificate. */
export const CLIENT_NAME = 'web-01.example.org';

let made: Promise<Certificates> | null = null;

/** Made once per test file and process; nobody outside trusts them. */
export function certificates(): Promise<Certificates> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-certificates-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, pem: string): string => {
    const path = join(folder, name);
    writeFileSync(path, pem, { mode: 0o600 });
    return path;
  };
  const authority = await issueAuthority('Vedette test authority');
  const stranger = await issueAuthority('Somebody else');
  const server = await issue('localhost', authority);
  const client = await issue(CLIENT_NAME, authority);
  const other = await issue('stranger.example.org', stranger);
  return {
    ca: write('ca.crt', authority.cert),
    serverCert: write('server.crt', server.cert),
    serverKey: write('server.key', server.key),
    clientCert: write('client.crt', client.cert),
    clientKey: write('client.key', client.key),
    strangerCert: write('stranger.crt', other.cert),
    strangerKey: write('stranger.key', other.key),
  };
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

async function issueAuthority(name: string): Promise<Pair> {
  const pem = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: pem.cert, key: pem.private };
}

async function issue(name: string, ca: Pair): Promise<Pair> {
  const pem = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert: pem.cert, key: pem.private };
}
