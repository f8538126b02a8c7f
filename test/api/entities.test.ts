import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, apiConfig } from '../helpers/api-client.js';
import { sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const folder = temporaryFolder();
const now = Math.floor(Date.now() / 1000) * 1000;
const OTHERS = 5000;
let daemon: TestDaemon;
let client: ApiClient;

beforeAll(async () => {
  daemon = new TestDaemon(folder.path, apiConfig());
  client = await ApiClient.login(daemon);
  const [port] = await daemon.ports();
  const failed = (address: string, user: string, host: string, ago: number): string =>
    sshdLine(`Failed password for ${user} from ${address} port 4711 ssh2`, { host, at: now - ago });
  const lines = [
    failed('198.51.100.1', 'alice', 'db-01', 3 * 86_400_000),
    failed('203.0.113.7', 'bob', 'web-01', 2 * 86_400_000),
    // Blocks of others between the first and the last.
    ...Array.from({ length: OTHERS }, (_, i) =>
      failed(`10.0.${i >> 8}.${i & 255}`, 'carol', 'web-09', 7200_000),
    ),
    sshdLine('new user: name=support, UID=1007, GID=1007, home=/home/support, shell=/bin/bash', {
      host: 'web-03',
    }).replace('sshd[', 'useradd['),
    ...Array.from({ length: 12 }, () => failed('203.0.113.7', 'bob', 'web-01', 60_000)),
    ...Array.from({ length: 3 }, () => failed('203.0.113.7', 'bob', 'web-02', 60_000)),
  ];
  await sendTcp(port!, `${lines.join('\n')}\n`);
  await daemon.stored(lines.length);
}, 150_000);
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

/** On a busy machine starting the threads takes seconds. */
const PATIENT = '&deadline=30s';

const known = async (kind: string, value: string, more = '') =>
  await client.get(`/api/entities?kind=${kind}&value=${encodeURIComponent(value)}${more}`);

describe('an entity', () => {
  it('is known since its first event, by its day, by where else it was, by alerts', async () => {
    await until(
      async () => ((await known('address', '203.0.113.7')).json.alerts > 0 ? true : null),
      'an alert',
    );
    expect((await known('address', '203.0.113.7', PATIENT)).json).toEqual({
      first_seen: new Date(now - 2 * 86_400_000).toISOString(),
      first_cut: false,
      events: 15,
      elsewhere: [
        { value: 'web-01', count: 12 },
        { value: 'web-02', count: 3 },
      ],
      day_cut: false,
      alerts: expect.any(Number),
    });
    expect((await known('host', 'web-02', PATIENT)).json).toMatchObject({
      first_seen: new Date(now - 60_000).toISOString(),
      elsewhere: [{ value: '203.0.113.7', count: 3 }],
    });
    const carol = (await known('user', 'carol', PATIENT)).json;
    expect(carol).toMatchObject({ events: OTHERS, elsewhere: [{ value: 'web-09', count: OTHERS }] });
  });

  it('is also a user to whom something was done', async () => {
    expect((await known('user', 'support', PATIENT)).json).toMatchObject({
      first_seen: expect.any(String),
      events: 1,
      elsewhere: [{ value: 'web-03', count: 1 }],
    });
  });

  it('of which nothing is stored is said to be in no event', async () => {
    const nothing = {
      first_seen: null,
      first_cut: false,
      events: 0,
      elsewhere: [],
      day_cut: false,
      alerts: 0,
    };
    for (const value of ['nobody', 'a "quote" or \\', '*', 'al*', '203.0.113.0/24'])
      expect((await known('user', value)).json, value).toEqual(nothing);
  });

  it('is not looked for without end: what was cut is said', async () => {
    const { status, json } = await known('user', 'carol', '&deadline=1ms');
    expect(status).toBe(200);
    expect(json.day_cut).toBe(true);
    expect((await known('user', 'carol', '&deadline=1d')).status).toBe(400);
    expect((await known('planet', 'carol')).status).toBe(400);
    expect((await client.get('/api/entities?kind=user')).status).toBe(400);
  });
});
