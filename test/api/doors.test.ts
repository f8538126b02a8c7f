import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/registry.js';
import { ApiClient, apiConfig, cookieOf, createToken } from '../helpers/api-client.js';
import { MAIN, TestDaemon, temporaryFolder } from '../helpers/run-daemon.js';

const folder = temporaryFolder();
let daemon: TestDaemon;
let owner: ApiClient;
const tokens = new Map<string, string>();

beforeAll(async () => {
  daemon = new TestDaemon(folder.path, apiConfig());
  owner = await ApiClient.login(daemon);
  for (const role of ['read', 'write', 'ingest']) tokens.set(role, createToken(daemon, role, role));
});
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

const MAY: Readonly<Record<string, readonly string[]>> = {
  read: ['read', 'write'],
  write: ['write'],
  ingest: ['ingest', 'write'],
};
const NO_SUCH = '00000000-0000-4000-8000-000000000000';

describe('each route, for each role', () => {
  // What it does is tested elsewhere: here it is given nothing that would succeed but looking.
  const routes = ROUTES.filter(
    ({ path, method }) => path !== '/api/stream' && !(method === 'DELETE' && path === '/api/session'),
  );

  it.each(routes.map(({ method, path, role }) => ({ method, path, role })))(
    '$method $path needs $role',
    async ({ method, path, role }) => {
      const target = path.replace(/:[a-z]+/, path.startsWith('/api/events/') ? '1-0' : NO_SUCH);
      const body = method === 'GET' ? undefined : '{"nothing": "known"}';
      const headers: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
      const outcomes: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const who of ['nobody', 'read', 'write', 'ingest']) {
        const client =
          who === 'nobody'
            ? ApiClient.anonymous(owner.url)
            : ApiClient.withToken(owner.url, tokens.get(who)!);
        const { status } = await client.send(method, target, body, headers);
        outcomes[who] = status === 401 || status === 403 ? String(status) : 'in';
        expected[who] = role === null || MAY[role]!.includes(who) ? 'in' : who === 'nobody' ? '401' : '403';
      }
      // Logging in with a token that is none is refused as such.
      if (path === '/api/session' && method === 'POST') return;
      expect(outcomes).toEqual(expected);
    },
  );

  it('a stream needs a reader, too', async () => {
    expect((await ApiClient.anonymous(owner.url).get('/api/stream')).status).toBe(401);
    expect((await ApiClient.withToken(owner.url, tokens.get('ingest')!).get('/api/stream')).status).toBe(403);
  });

  it('everything that is not a route is not found, logged in or not', async () => {
    for (const path of [
      '/api',
      '/..%2f..%2fetc/passwd',
      '/assets/..%2f..%2fmain.js',
      '/assets/%2e%2e/main.js',
    ])
      expect((await owner.get(path)).status, path).toBe(404);
  });
});

it('a method that a path does not know is told those that it does, whatever comes with it', async () => {
  for (const [method, path, allowed] of [
    ['PUT', '/api/alerts', 'GET'],
    ['POST', '/api/alerts', 'GET'],
    ['GET', '/api/alerts/1/close', 'POST'],
    ['PATCH', '/api/session', 'GET, POST, DELETE'],
  ] as const) {
    const body = method === 'GET' ? undefined : '<x/>';
    for (const one of [owner, ApiClient.anonymous(owner.url)]) {
      const answer = await one.send(method, path, body, { 'content-type': 'text/xml' });
      expect([answer.status, answer.headers.get('allow')?.split(', ').sort()], path).toEqual([
        405,
        allowed.split(', ').sort(),
      ]);
      expect(answer.json.error.code).toBe('method_not_allowed');
    }
  }
  expect((await owner.post('/api/nothing')).status).toBe(404);
});

it('an address that is none is answered like everything else', async () => {
  const { status, json } = await owner.get('/api/alerts/%');
  expect(status).toBe(400);
  expect(json.error).toMatchObject({ code: 'invalid' });
});

it.each(['/api/alerts?sevrity=high', '/api/events?form=2026-11-20T00:00:00Z', '/api/stats?x=1'])(
  '%s: a parameter that nobody knows is refused, not ignored',
  async (path) => {
    const { status, json } = await owner.get(path);
    expect(status).toBe(400);
    expect(json.error.message).toContain('Unrecognized key');
  },
);

describe('the way in', () => {
  it('a login address works once', async () => {
    const { hash } = new URL(await daemon.loginUrl());
    const again = await ApiClient.anonymous(owner.url).post('/api/session', { token: hash.slice(7) });
    expect(again.status).toBe(401);
    expect(again.json.error.code).toBe('unauthorized');
  });

  it('a session is a cookie that scripts and other sites do not get, and is never one that was brought along', async () => {
    const brought = `vedette_session=${'x'.repeat(43)}`;
    const answer = await ApiClient.withHeaders(owner.url, { cookie: brought }).post('/api/session', {
      token: tokens.get('read'),
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ name: 'read', role: 'read' });
    const set = answer.headers.get('set-cookie')!;
    expect(set).toMatch(/; HttpOnly/);
    expect(set).toMatch(/; SameSite=Strict/);
    expect(cookieOf(answer)).not.toBe(brought);
    expect((await ApiClient.withHeaders(owner.url, { cookie: brought }).get('/api/now')).status).toBe(401);
    const session = ApiClient.withHeaders(owner.url, { cookie: cookieOf(answer) });
    expect((await session.get('/api/session')).json).toMatchObject({ name: 'read' });
    expect((await session.send('DELETE', '/api/session')).status).toBe(200);
    expect((await session.get('/api/session')).status).toBe(401);
  });

  it('revoking a token ends the sessions that it opened', async () => {
    const token = createToken(daemon, 'passing', 'read');
    const client = ApiClient.anonymous(owner.url);
    const session = cookieOf(await client.post('/api/session', { token }));
    const browser = ApiClient.withHeaders(owner.url, { cookie: session });
    expect((await browser.get('/api/now')).status).toBe(200);
    const streams: Promise<string>[] = [];
    for (const [name, value] of [
      ['cookie', session],
      ['authorization', `Bearer ${token}`],
    ] as const) {
      const stream = await fetch(new URL('/api/stream', owner.url), { headers: { [name]: value } });
      expect(stream.status).toBe(200);
      streams.push(stream.text().catch(() => 'cut off'));
    }
    const config = join(daemon.folder, 'config.yaml');
    expect(spawnSync(process.execPath, [MAIN, 'token', 'revoke', 'passing', '-c', config]).status).toBe(0);
    expect((await browser.get('/api/now')).status).toBe(401);
    expect((await ApiClient.withToken(owner.url, token).get('/api/now')).status).toBe(401);
    expect(await Promise.all(streams)).toEqual(['cut off', 'cut off']);
  });

  it('a browser does not get in with a token that can only hand in events', async () => {
    const answer = await ApiClient.anonymous(owner.url).post('/api/session', { token: tokens.get('ingest') });
    expect(answer.status).toBe(401);
  });

  it('no token and no session lies on the disk', () => {
    const stored = ['desk.db', 'desk.db-wal'].map((name) =>
      readFileSync(join(daemon.folder, 'data', name), 'latin1'),
    );
    for (const token of tokens.values()) {
      expect(token).toMatch(/^vdt_[\w-]{43}$/);
      expect(stored.some((text) => text.includes(token.slice(4)))).toBe(false);
    }
  });
});

describe('requests that pages of others send', () => {
  it('a change by cookie from another origin, or from none, is refused', async () => {
    for (const origin of ['http://evil.example', 'null', `${owner.url}0`, ''])
      expect((await owner.post('/api/anomaly/train', {}, { origin })).status, origin).toBe(403);
    expect((await owner.post('/api/anomaly/train')).status).toBe(200);
  });

  it('behind a proxy that has TLS a browser logs in and changes things, with a cookie that never goes without TLS', async () => {
    const origin = owner.url.replace('http', 'https');
    const login = await ApiClient.anonymous(owner.url).post(
      '/api/session',
      { token: tokens.get('write') },
      { origin },
    );
    expect(login.status).toBe(200);
    expect(login.headers.get('set-cookie')).toMatch(/; Secure/);
    const browser = ApiClient.withHeaders(owner.url, { cookie: cookieOf(login), origin });
    expect((await browser.post('/api/anomaly/train')).status).toBe(200);
  });

  it('with a token of its own a program needs no origin', async () => {
    const program = ApiClient.withToken(owner.url, tokens.get('write')!);
    expect(
      (await program.post('/api/anomaly/train', {}, { origin: 'http://elsewhere.example' })).status,
    ).toBe(200);
  });

  it('a login cannot be sent from elsewhere', async () => {
    const answer = await ApiClient.anonymous(owner.url).post(
      '/api/session',
      { token: tokens.get('read') },
      { origin: 'http://evil.example' },
    );
    expect(answer.status).toBe(403);
  });

  it('a name that is not ours is refused, whatever it points to', async () => {
    const port = Number(new URL(owner.url).port);
    const hosts: [string, number][] = [
      ['evil.example', 403],
      [`evil.example:${port}`, 403],
      ['127.0.0.1.evil.example', 403],
      [`localhost:${port}`, 200],
      [`127.0.0.1:${port}`, 200],
      [`[::1]:${port}`, 200],
    ];
    for (const [host, status] of hosts) expect(await statusWithHost(port, host), host).toBe(status);
  });

  it('no answer can be framed, sniffed, or read by other sites', async () => {
    for (const path of ['/api/now', '/healthz', '/', '/nothing']) {
      const { headers } = await owner.get(path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      );
      expect(headers.get('access-control-allow-origin'), path).toBeNull();
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
    }
  });
});

describe('guessing', () => {
  it('ten wrong tokens in a minute are enough; who has a right one is not kept out', async () => {
    const guess = (n: number) =>
      ApiClient.withToken(owner.url, `vdt_${String(n).padStart(43, '0')}`).get('/api/now');
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await guess(n)).status);
    // Other tests have sent some before.
    expect(statuses).toEqual([...statuses].sort());
    expect(statuses.slice(-2)).toEqual([429, 429]);
    const login = await ApiClient.anonymous(owner.url).post('/api/session', { token: 'wrong' });
    expect(login.status).toBe(429);
    expect((await ApiClient.withToken(owner.url, tokens.get('read')!).get('/api/now')).status).toBe(200);
    expect((await owner.get('/api/now')).status).toBe(200);
  });
});

function statusWithHost(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/healthz', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
