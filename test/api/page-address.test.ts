import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pageAddress } from '../../src/api/page-address.js';
import { ApiClient, apiConfig } from '../helpers/api-client.js';
import { MAIN, TestDaemon, tcpConfig, temporaryFolder } from '../helpers/run-daemon.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function start(config: string): TestDaemon {
  const folder = temporaryFolder();
  const daemon = new TestDaemon(folder.path, config);
  ends.push(folder.remove, () => daemon.stop());
  return daemon;
}

/** `vedette token login`, as somebody who came by ssh or sits at the machine. */
function askLogin({ folder }: TestDaemon, ssh?: string) {
  const { SSH_CONNECTION: _, ...env } = process.env;
  return spawnSync(process.execPath, [MAIN, 'token', 'login', '-c', join(folder, 'config.yaml')], {
    encoding: 'utf8',
    env: { ...env, USER: 'ann', ...(ssh !== undefined && { SSH_CONNECTION: ssh }) },
  });
}

describe('the address that logs a browser in', () => {
  it('is told for other machines, too, where the page listens for them, and one link is in both', {
    timeout: 60_000,
  }, async () => {
    const daemon = start(
      tcpConfig('api: { listen: "0.0.0.0:0", insecure_bind: true, hosts: [siem.example.net] }\n'),
    );
    const page = new URL(await daemon.loginUrl());
    const line = daemon.messages.split('\n').find((text) => text.includes('The page is ready'))!;
    expect((JSON.parse(line) as { elsewhere: string }).elsewhere).toBe(
      `http://siem.example.net:${page.port}/${page.hash}`,
    );
    const { stdout, stderr } = askLogin(daemon, '192.0.2.9 50000 192.0.2.5 22');
    const [here, elsewhere] = stdout.split('\n').map((text) => (text === '' ? null : new URL(text)));
    expect([here!.hostname, elsewhere!.hostname, stderr]).toEqual(['127.0.0.1', 'siem.example.net', '']);
    expect(elsewhere!.hash).toBe(here!.hash);
    const asked = await ApiClient.withHeaders(here!.origin, { origin: here!.origin }).post('/api/session', {
      token: here!.hash.slice('#login='.length),
    });
    expect(asked.status).toBe(200);
    expect(await daemon.stats()).toMatchObject({ page: here!.origin, page_elsewhere: elsewhere!.origin });
  });

  it('of a page for this machine alone comes with the tunnel, to who came by ssh', {
    timeout: 60_000,
  }, async () => {
    const daemon = start(apiConfig());
    const { port } = new URL(await daemon.loginUrl());
    const bySsh = askLogin(daemon, '192.0.2.9 50000 192.0.2.5 2222');
    expect(bySsh.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#login=\S+\n$/);
    expect(bySsh.stderr).toBe(
      `It answers on this machine only; on the one that you sit at, first: ssh -N -L ${port}:127.0.0.1:${port} -p 2222 ann@192.0.2.5\n`,
    );
    expect(askLogin(daemon)).toMatchObject({ stderr: '', status: 0 });
  });
});

describe('pageAddress', () => {
  const lo = { address: '127.0.0.1', family: 'IPv4', internal: true };
  const link = { address: 'fe80::1', family: 'IPv6', internal: false, scopeid: 2 };
  const v6 = { address: '2001:db8::5', family: 'IPv6', internal: false, scopeid: 0 };
  const v4 = { address: '192.0.2.5', family: 'IPv4', internal: false };
  const bridge = { address: '172.17.0.1', family: 'IPv4', internal: false };

  it.each([
    [
      'all, by the first address',
      '0.0.0.0',
      [],
      { lo: [lo], eth0: [link, v6, v4], docker0: [bridge] },
      'http://127.0.0.1:80',
      'http://192.0.2.5:80',
    ],
    [
      'all, with IPv6 alone',
      '::',
      [],
      { lo: [lo], eth0: [link, v6] },
      'http://127.0.0.1:80',
      'http://[2001:db8::5]:80',
    ],
    ['all, without a network', '::', [], { lo: [lo] }, 'http://127.0.0.1:80', null],
    ['all, by name', '0.0.0.0', ['a.lan', 'b.lan'], { eth0: [v4] }, 'http://127.0.0.1:80', 'http://a.lan:80'],
    ['one address', '192.0.2.5', [], { eth0: [v4] }, 'http://192.0.2.5:80', null],
    [
      'one address, by name',
      '192.0.2.5',
      ['a.lan'],
      { eth0: [v4] },
      'http://192.0.2.5:80',
      'http://a.lan:80',
    ],
    ['this machine, behind a proxy', '127.0.0.1', ['a.lan'], { eth0: [v4] }, 'http://127.0.0.1:80', null],
  ])('%s', (_, address, hosts, interfaces, here, elsewhere) => {
    expect(pageAddress('http', { address, port: 80 }, hosts, interfaces as never)).toEqual({
      here,
      elsewhere,
    });
  });
});
