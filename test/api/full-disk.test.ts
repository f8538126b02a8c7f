import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Doors } from '../../src/api/auth/doors.js';
import type { ApiContext } from '../../src/api/route.js';
import { createApp } from '../../src/api/server.js';
import { configSchema } from '../../src/config/schema.js';
import { openDesk } from '../../src/storage/desk/database.js';
import { TokenTable } from '../../src/storage/desk/tokens.js';
import { WorkflowTable } from '../../src/storage/desk/workflow.js';
import { createLogger } from '../../src/telemetry/log.js';
import { ApiClient, apiConfig } from '../helpers/api-client.js';
import { TestDaemon } from '../helpers/run-daemon.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

it('lets people look while nothing can be stored, and says so to who wants to store', async () => {
  const db = openDesk(join(temporaryFolder(), 'desk.db'));
  const tokens = new TokenTable(db);
  const token = tokens.create('who', 'write', 0)!;
  const workflow = new WorkflowTable(db);
  const desk = { tokens, workflow };
  const app = createApp({
    daemon: { config: () => configSchema.parse({}), desk, log: createLogger({ level: 'silent' }) },
    doors: new Doors(tokens, Date.now),
    cases: { incident: () => ({}) },
    now: Date.now,
  } as unknown as ApiContext);
  db.pragma('query_only = ON');
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const looked = await app.inject({ url: '/api/session', headers });
  expect(looked.json()).toMatchObject({ name: 'who', role: 'write' });
  const url = '/api/incidents/one/acknowledge';
  const said = await app.inject({ method: 'POST', url, headers, payload: {} });
  expect(said.statusCode).toBe(507);
  expect(said.json().error).toMatchObject({ code: 'not_stored' });
  db.pragma('query_only = OFF');
  expect(workflow.of('one').state).toBe('new');
  await app.inject({ url: '/api/session', headers });
  expect(tokens.list()[0]!.used).not.toBeNull();
  await app.close();
  db.close();
});

it('does not promise that events are stored that are not', async () => {
  const noRoom = 'storage: { events: { keep_free: 1000000GiB } }\n';
  const daemon = new TestDaemon(temporaryFolder(), apiConfig(noRoom));
  const client = await ApiClient.login(daemon);
  for (let i = 0; i < 2; i++) {
    const { status, json } = await client.post('/api/events', { nowhere: i });
    expect({ status, json }).toEqual({ status: 202, json: { accepted: 1, stored: false } });
  }
  const { detection, unwritable } = await daemon.stats();
  expect([detection.records, unwritable]).toEqual([2, ['log']]);
  const ready = await ApiClient.anonymous(client.url).get('/readyz');
  expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('does not take the event log')]);
  await daemon.stop();
  const off = new TestDaemon(temporaryFolder(), apiConfig('storage: { events: { enabled: false } }\n'));
  const other = await ApiClient.login(off);
  expect((await other.post('/api/events', { nowhere: 1 })).status).toBe(200);
  await off.stop();
});
