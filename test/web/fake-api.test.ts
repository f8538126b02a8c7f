import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ROUTES } from '../../src/api/registry.js';
import { type FakeApi, startFakeApi } from './fake-api.js';
import { alertsOf, incidentsOf, rulesOf } from './fixtures.js';

const INCIDENT = `incidents/${incidentsOf(0)[0]!.incident.id}`;
const ALERT = `alerts/${alertsOf(0)[1]!.alert.id}`;
const RULE = `rules/${rulesOf(0)[1]!.id}`;

/** What the page asks for, and the route that answers it. */
const ASKED: readonly (readonly [method: string, path: string, route: string])[] = [
  ['GET', 'session', 'session'],
  ['GET', 'now', 'now'],
  ['GET', 'stats/history', 'stats/history'],
  ['GET', 'incidents', 'incidents'],
  ['GET', INCIDENT, 'incidents/:id'],
  ['POST', `${INCIDENT}/acknowledge`, 'incidents/:id/acknowledge'],
  ['POST', `${INCIDENT}/close`, 'incidents/:id/close'],
  ['GET', 'alerts', 'alerts'],
  ['GET', 'alerts/histogram', 'alerts/histogram'],
  ['GET', ALERT, 'alerts/:id'],
  ['POST', `${ALERT}/notes`, 'alerts/:id/notes'],
  ['GET', 'silences', 'silences'],
  ['POST', 'silences', 'silences'],
  ['POST', 'silences/preview', 'silences/preview'],
  ['DELETE', 'silences/sil-1', 'silences/:id'],
  ['GET', 'events', 'events'],
  ['GET', 'events?after=1000-15', 'events'],
  ['GET', 'events/facets?by=host.name', 'events/facets'],
  ['GET', 'events/histogram', 'events/histogram'],
  ['GET', 'events/1000-12', 'events/:id'],
  ['GET', 'entities?kind=host&value=web-01', 'entities'],
  ['GET', 'query/check?q=(', 'query/check'],
  ['GET', 'fields', 'fields'],
  ['GET', 'fields/values', 'fields/values'],
  ['GET', 'sources', 'sources'],
  ['GET', 'rules', 'rules'],
  ['GET', RULE, 'rules/:id'],
  ['POST', 'rules/test', 'rules/test'],
  ['POST', `${RULE}/disable`, 'rules/:id/disable'],
  ['GET', 'attack', 'attack'],
  ['GET', 'anomaly', 'anomaly'],
  ['POST', 'anomaly/train', 'anomaly/train'],
  ['POST', 'demo', 'demo'],
  ['DELETE', 'demo', 'demo'],
];

let api: FakeApi;
beforeAll(async () => {
  api = await startFakeApi();
});
afterAll(() => api?.close());

it.each(ASKED)('the fixtures answer %s %s as the daemon does', async (method, path, route) => {
  const { answer } = ROUTES.find((one) => one.method === method && one.path === `/api/${route}`)!;
  const response = await fetch(`${api.url}api/${path}`, { method });
  const body = await response.json();
  const { error, data } = (answer as z.ZodType).safeParse(body);
  expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
  // Nothing that the daemon does not say.
  expect(body).toEqual(data);
});
