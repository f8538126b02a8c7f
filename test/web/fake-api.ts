import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import * as fixtures from './fixtures.js';

/** As the daemon answers; nothing may break it. */
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const EVENTS = 100_000;
/** At once. */
const MOST_CASES = 500;
const OUTCOME = {
  matches: EVENTS,
  records: EVENTS,
  skipped: 0,
  unfiltered: 0,
  timed_out: false,
  damage: [],
};
const FACETS: Readonly<Record<string, readonly string[]>> = {
  'host.name': ['web-01', 'gw', 'web-02', 'db-01', 'web-03'],
  'source.ip': ['203.0.113.47', '192.0.2.31', '192.0.2.34', '198.51.100.77'],
  'user.name': ['root', 'alice', 'oracle', 'deploy'],
  'process.name': ['nginx', 'sshd', 'kernel', 'CRON', 'sudo'],
  'event.action': ['http_request', 'ssh_login', 'connection_blocked'],
  'event.outcome': ['success', 'failure'],
  'parse.format': ['rfc3164', 'json'],
};

export interface FakeApi {
  readonly url: string;
  /** Requests that changed something: `POST /api/incidents/…/acknowledge {…}`. */
  readonly changes: readonly string[];
  /** How many streams are open. */
  streams(): number;
  /** Sends a line on every stream. */
  push(event: string, data: object): void;
  /** So many new events come. */
  addEvents(count: number): void;
  /** What `now` says differently from now on. */
  setNow(over: object): void;
  /** The session is over, and with it its streams. */
  endSession(): void;
  close(): Promise<void>;
}

interface Options {
  /** Goes over every answer, to put something into its texts. */
  readonly answer?: (body: unknown) => unknown;
  /** So many incidents and alerts there are. */
  readonly cases?: number;
  /** Answers 404 for these. */
  readonly missing?: readonly string[];
  readonly session?: boolean;
  /** Of who is logged in. */
  readonly role?: string;
  /** Says something on the stream every two seconds. */
  readonly beats?: boolean;
  /** The content security policy to send; empty = none. */
  readonly csp?: string;
}

/** A server by the API's contract that has fixtures instead of a daemon behind it. */
export async function startFakeApi({
  answer = (body) => body,
  cases,
  missing = [],
  session = true,
  role = 'write',
  beats = true,
  csp = CSP,
}: Options = {}): Promise<FakeApi> {
  const changes: string[] = [];
  const streams = new Set<ServerResponse>();
  const start = Date.now();
  let over: object = {};
  let added = 0;
  let isIn = session;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    const path = url.pathname;
    if (!path.startsWith('/api/')) return sendFile(response, path, csp);
    const body = await bodyOf(request);
    if (path === '/api/session') {
      if (request.method === 'POST') isIn = JSON.parse(body).token === 'good-token';
      if (request.method === 'DELETE') isIn = false;
      return isIn
        ? json(response, { name: 'anna', role, expires: new Date(start + 3_600_000).toISOString() })
        : refuse(response, 401, 'The token is not known.');
    }
    if (!isIn) return refuse(response, 401, 'Log in first.');
    if (missing.some((name) => path.startsWith(`/api/${name}`))) return refuse(response, 404, 'Not here.');
    if (path === '/api/stream') return stream(response);
    if (request.method !== 'GET') {
      changes.push(`${request.method} ${path} ${body}`);
      return json(response, answer(change(request.method!, path, body, start)));
    }
    const fault = path.startsWith('/api/events') ? faultOf(url.searchParams.get('q') ?? '') : null;
    if (fault !== null) return refuse(response, 400, fault.message, fault.position);
    const tooMany =
      Number(url.searchParams.get('limit')) > MOST_CASES && /^\/api\/(alerts|incidents)$/.test(path);
    if (tooMany) return refuse(response, 400, `limit: expected at most ${MOST_CASES}`);
    const found = read(path.slice('/api/'.length), url.searchParams, start, over, added, cases);
    return found === undefined ? refuse(response, 404, 'Not here.') : json(response, answer(found));
  });

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(response);
    response.on('close', () => streams.delete(response));
    write(response, 'now', fixtures.nowOf(Date.now(), over));
  }
  const write = (response: ServerResponse, event: string, data: unknown): void => {
    response.write(`event: ${event}\nid: ${Date.now()}\ndata: ${JSON.stringify(answer(data))}\n\n`);
  };
  const push = (event: string, data: unknown): void => {
    for (const response of streams) write(response, event, data);
  };
  const timer = beats ? setInterval(() => push('now', fixtures.nowOf(Date.now(), over)), 2000) : undefined;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    changes,
    streams: () => streams.size,
    push,
    addEvents(count) {
      added += count;
    },
    setNow(next) {
      over = next;
      push('now', fixtures.nowOf(Date.now(), over));
    },
    endSession() {
      isIn = false;
      for (const response of streams) response.destroy();
    },
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function read(
  path: string,
  params: URLSearchParams,
  start: number,
  over: object,
  added: number,
  cases?: number,
): unknown {
  const alerts = fixtures.alertsOf(start);
  const incidents = fixtures.incidentsOf(start);
  const [name, id, part] = path.split('/');
  switch (name) {
    case 'now':
      return fixtures.nowOf(Date.now(), over);
    case 'stats':
      return {
        step: 5000,
        points: Array.from({ length: 720 }, (_, i) => ({
          at: fixtures.at(start, (720 - i) * 5000),
          events: 80 + 30 * Math.sin(i / 40) + 12 * Math.sin(i * 1.7),
          alerts: 0,
          drops: 0,
          rss: 2e8,
        })),
      };
    case 'incidents': {
      if (id === undefined) return pageOf(incidents, 'incident', params, cases);
      const found = incidents.find(({ incident }) => incident.id === id) ?? incidents[0]!;
      if (part !== undefined) return found;
      return {
        ...found,
        alert_lines: alerts.filter(({ alert }) => found.timeline.some((item) => item.alert.id === alert.id)),
      };
    }
    case 'alerts':
      if (id === 'histogram') return alertHistogram(start);
      return id === undefined
        ? pageOf(alerts, 'alert', params, cases)
        : {
            ...(alerts.find(({ alert }) => alert.id === id) ?? alerts[1]),
            incident: incidents[0]!.incident.id,
          };
    case 'silences':
      return {
        items: [fixtures.silenceOf(start)],
      };
    case 'events':
      return events(id, params, start, added);
    case 'entities': {
      const kind = params.get('kind');
      return {
        first_seen: kind === 'user' ? null : fixtures.at(start, kind === 'host' ? 864e5 * 90 : 26 * 60_000),
        first_cut: kind === 'user',
        events: 434,
        elsewhere: [
          { value: 'web-01', count: 412 },
          { value: 'ns1', count: 22 },
        ],
        day_cut: kind === 'host',
        alerts: kind === 'address' ? 6 : 0,
      };
    }
    case 'query':
      return checkOf(params.get('q') ?? '');
    case 'fields':
      return id === 'values'
        ? {
            items: [
              { value: 'root', count: 812 },
              { value: 'deploy', count: 77 },
              { value: 'ro"bert', count: 2 },
            ].filter(({ value }) => value.startsWith(params.get('prefix') ?? '')),
          }
        : {
            items: [
              'source.ip',
              'source.port',
              'user.name',
              'user.id',
              'host.name',
              'process.name',
              'event.action',
            ].filter((field) => field.startsWith(params.get('prefix') ?? '')),
          };
    case 'sources':
      return { items: fixtures.sourcesOf(Date.now()) };
    case 'rules': {
      const rules = fixtures.rulesOf(start);
      if (id === undefined) return { items: rules, refused: fixtures.REFUSED };
      const rule = rules.find((item) => item.id === id) ?? rules[1]!;
      return {
        ...rule,
        text: `title: ${rule.title}\nid: ${rule.id}\nlogsource:\n  product: linux\ndetection:\n  selection:\n    message|contains: 'Failed password'\n  condition: selection\nlevel: ${rule.level}\n`,
        description: 'What it looks for.',
        falsepositives: ['Somebody who forgot a password'],
        references: ['https://attack.mitre.org/', 'javascript:alert(1)'],
        of: [],
        recent: alerts.filter((alert) => alert.rule.id === rule.id),
      };
    }
    case 'attack':
      return fixtures.attackOf(start);
    case 'anomaly':
      return fixtures.anomalyOf(start);
    default:
      return undefined;
  }
}

/** A part of a list; `count` of them are made of those there are, each with an id of its own. */
function pageOf<K extends 'alert' | 'incident', T extends { readonly [key in K]: { readonly id: string } }>(
  items: readonly T[],
  kind: K,
  params: URLSearchParams,
  count = items.length,
): { total: number; items: T[] } {
  const all = Array.from({ length: count }, (_, i) => {
    const item = items[i % items.length]!;
    return i < items.length ? item : { ...item, [kind]: { ...item[kind], id: `${item[kind].id}-${i}` } };
  });
  const offset = Number(params.get('offset') ?? 0);
  return { total: count, items: all.slice(offset, offset + Number(params.get('limit') ?? 50)) };
}

/** `added`: how many came since the start; they are those before the first. */
function events(id: string | undefined, params: URLSearchParams, start: number, added: number): unknown {
  switch (id) {
    case undefined: {
      const cursor = params.get('cursor');
      const after = params.get('after');
      const from = cursor === null ? -added : fixtures.placeOf(cursor) + 1;
      const end = after === null ? EVENTS : fixtures.placeOf(after);
      const limit = Number(params.get('limit') ?? 100);
      const last = Math.min(from + limit, end);
      const items = Array.from({ length: last - from }, (_, i) => fixtures.eventOf(start, from + i));
      const isUntilPast = Date.parse(params.get('until') ?? '') < start;
      if (after !== null && isUntilPast) return { ...OUTCOME, items: [], next: null };
      return { items, ...OUTCOME, next: last - from === limit ? items.at(-1)!.event.id : null };
    }
    case 'facets':
      return {
        facets: (params.get('by') ?? '').split(',').map((field) => ({
          field,
          values: (FACETS[field] ?? []).map((value, i) => ({
            value,
            count: Math.round(41_200 / (i * i * 3 + 1)),
          })),
        })),
        ...OUTCOME,
      };
    case 'histogram':
      return {
        width: 600_000,
        buckets: Array.from({ length: 96 }, (_, i) => ({
          at: fixtures.at(start, (96 - i) * 600_000),
          count: Math.round(900 + 400 * Math.sin(i / 9) + (i > 88 ? 1600 : 0)),
        })),
        ...OUTCOME,
      };
    default: {
      const event =
        Array.from({ length: 400 }, (_, i) => fixtures.eventOf(start, i)).find(
          (item) => item.event.id === id,
        ) ?? fixtures.eventOf(start, 3);
      const near = (by: number) =>
        Array.from({ length: 20 }, (_, i) => fixtures.eventOf(start, 20 + by * (i + 1)));
      return {
        event,
        before: near(1),
        after: near(-1),
        rules: [
          {
            id: fixtures.rulesOf(start)[1]!.id,
            title: 'SSH Password Guessing',
            level: 'high',
            matches: [{ selection: 'selection', field: 'message', value: 'Failed password' }],
          },
        ],
      };
    }
  }
}

function checkOf(q: string): unknown {
  const fault = faultOf(q);
  return fault === null ? { ok: true } : { ok: false, ...fault };
}

function faultOf(q: string): { readonly message: string; readonly position: number } | null {
  const position = q.indexOf('(');
  return position >= 0 && !q.includes(')') ? { message: 'Expected a closing parenthesis', position } : null;
}

function alertHistogram(start: number): unknown {
  const hour = Math.floor(start / 3_600_000) * 3_600_000;
  const buckets = Array.from({ length: 24 }, (_, i) => ({
    at: new Date(hour - (23 - i) * 3_600_000).toISOString(),
    counts: {
      critical: i === 23 ? 1 : 0,
      high: i > 20 ? 2 : 0,
      medium: (i * 5) % 3,
      low: (i * 7) % 4,
      informational: i % 5 === 0 ? 1 : 0,
    },
  }));
  return { width: 3_600_000, buckets };
}

function change(method: string, path: string, body: string, start: number): unknown {
  const alerts = fixtures.alertsOf(start);
  if (path === '/api/silences/preview')
    return { alerts: 14, incidents: 2, items: alerts.slice(0, 3), partial: false };
  if (path === '/api/demo') return method === 'POST' ? { started: true } : { ok: true };
  if (path.startsWith('/api/silences')) return { ...fixtures.silenceOf(start), active: method === 'POST' };
  if (path === '/api/anomaly/train') return { started: true };
  if (path === '/api/rules/test')
    return {
      event: fixtures.eventOf(start, 0),
      ok: true,
      errors: [],
      rules: [
        {
          id: 'r',
          title: 'The rule',
          match: true,
          explanation: 'true   selection\n  true   message contains "Failed password"',
        },
      ],
    };
  if (path === '/api/rules/backtest')
    return {
      result: { firings: 3, alerts: 2, records: 4711, entities: [{ value: '203.0.113.47', count: 3 }] },
    };
  if (path.startsWith('/api/rules/'))
    return { ...fixtures.rulesOf(start)[0], enabled: path.endsWith('enable') };
  const state = path.endsWith('/acknowledge') ? 'acknowledged' : path.endsWith('/close') ? 'closed' : 'new';
  const {
    verdict = null,
    reason = '',
    text,
  } = JSON.parse(body || '{}') as { verdict?: string; reason?: string; text?: string };
  const notes = text === undefined ? [] : [{ at: new Date().toISOString(), by: 'anna', text }];
  return { state, verdict, reason, by: 'anna', at: new Date().toISOString(), notes };
}

function sendFile(response: ServerResponse, path: string, csp: string): void {
  const name = path === '/' ? '/index.html' : normalize(path);
  try {
    const bytes = readFileSync(join('dist/web', name));
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      ...(csp === '' ? {} : { 'content-security-policy': csp }),
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

const CODES: Readonly<Record<number, string>> = { 400: 'invalid', 404: 'not_found' };

function refuse(response: ServerResponse, status: number, message: string, position?: number): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error: { code: CODES[status] ?? 'unauthorized', message, position } }));
}
