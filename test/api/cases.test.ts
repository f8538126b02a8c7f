import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/registry.js';
import { ApiClient, apiConfig } from '../helpers/api-client.js';
import { runCommand } from '../helpers/run-cli.js';
import { MAIN, sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
import { stixValidators } from '../helpers/stix-schemas.js';

const folder = temporaryFolder();
let daemon: TestDaemon;
let client: ApiClient;

/** A break-in: guessing, a login, and a shell as root. */
function breakIn(address: string, host: string): string {
  const lines = Array.from({ length: 12 }, () => `Failed password for root from ${address} port 40022 ssh2`);
  lines.push(`Accepted password for deploy from ${address} port 40023 ssh2`);
  return lines
    .map((line) => sshdLine(line, { host }))
    .join('\n')
    .concat('\n');
}

beforeAll(async () => {
  daemon = new TestDaemon(folder.path, apiConfig());
  client = await ApiClient.login(daemon);
  const [port] = await daemon.ports();
  await sendTcp(port!, breakIn('203.0.113.7', 'web-01'));
  await until(async () => ((await client.get('/api/incidents')).json.total > 0 ? true : null), 'an incident');
});
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

describe('incidents and alerts', () => {
  it('are the lines of the sinks, with what people said', async () => {
    const { json } = await client.get('/api/incidents?status=open&workflow=new');
    const [incident] = json.items;
    expect(incident.workflow).toEqual({
      state: 'new',
      verdict: null,
      reason: '',
      by: '',
      at: null,
      notes: [],
    });
    const { workflow: _said, ...line } = incident;
    await until(() => (daemon.incidentLines().length > 0 ? true : null), 'the sink');
    expect(daemon.incidentLines().filter((one) => one.incident.id === line.incident.id)).toContainEqual(line);
    const whole = (await client.get(`/api/incidents/${incident.incident.id}`)).json;
    expect(whole.alert_lines.length).toBeGreaterThanOrEqual(2);
    const alerts = (await client.get('/api/alerts')).json;
    expect(alerts.total).toBe(alerts.items.length);
    for (const { alert } of whole.alert_lines)
      expect(alerts.items.map((one: { alert: { id: string } }) => one.alert.id)).toContain(alert.id);
  });

  it('are filtered by each thing that is asked', async () => {
    const total = async (filter: string): Promise<number> =>
      (await client.get(`/api/alerts?${filter}`)).json.total;
    const all = await total('');
    expect(await total('severity=critical,high,medium,low,informational')).toBe(all);
    expect(await total('entity=203.0.113.7')).toBeGreaterThan(0);
    expect(await total('entity=203.0.113.8')).toBe(0);
    expect(await total('text=BRUTE')).toBeGreaterThan(0);
    expect(await total('text=100%25')).toBe(0);
    expect(await total('since=2000-01-01T00:00:00Z&until=2000-01-02T00:00:00Z')).toBe(0);
    expect(await total('rule=54a5054c-da2e-4003-9e0e-14ca778e6176')).toBe(1);
    expect(await total('workflow=closed')).toBe(0);
    expect(await total('status=ended')).toBe(0);
    expect((await client.get('/api/alerts?limit=1')).json.items).toHaveLength(1);
    for (const wrong of [
      'severity=grave',
      'limit=-1',
      'limit=9999',
      'since=yesterday',
      'status=x',
      'offset=1e99',
      'since=2026-11-21T00:00:00Z&until=2026-11-20T00:00:00Z',
    ])
      expect((await client.get(`/api/alerts?${wrong}`)).status, wrong).toBe(400);
  });

  it('are acknowledged, noted, closed and opened again, and the trail says by whom', async () => {
    const { json } = await client.get('/api/incidents');
    const path = `/api/incidents/${json.items[0].incident.id}`;
    expect((await client.post(`${path}/acknowledge`, { note: 'on it' })).json).toMatchObject({
      state: 'acknowledged',
      by: 'owner',
      notes: [{ by: 'owner', text: 'on it' }],
    });
    expect(
      (await client.post(`${path}/notes`, { text: '<script>alert(1)</script>' })).json.notes,
    ).toHaveLength(2);
    expect((await client.post(`${path}/close`, { verdict: 'maybe', reason: 'x' })).status).toBe(400);
    expect((await client.post(`${path}/close`, { verdict: 'false_positive' })).status).toBe(400);
    const closed = await client.post(`${path}/close`, {
      verdict: 'false_positive',
      reason: 'our own scanner',
    });
    expect(closed.json).toMatchObject({
      state: 'closed',
      verdict: 'false_positive',
      reason: 'our own scanner',
    });
    const late = await client.post(`${path}/acknowledge`, { note: 'too late' });
    expect(late).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    const other = await client.post(`${path}/close`, { verdict: 'true_positive', reason: 'I was late' });
    expect(other).toMatchObject({
      status: 409,
      json: { error: { message: expect.stringContaining('closed by owner') } },
    });
    expect((await client.get(path)).json.workflow).toMatchObject({ verdict: 'false_positive', by: 'owner' });
    expect((await client.get('/api/incidents?workflow=unclosed')).json.total).toBe(json.total - 1);
    expect((await client.get('/api/incidents?workflow=closed')).json.total).toBe(1);
    expect((await client.post(`${path}/reopen`)).json).toMatchObject({ state: 'new', verdict: null });
    expect((await client.get(path)).json.workflow.notes).toHaveLength(2);
    const actions = (await client.get('/api/audit')).json.items.map((one: { action: string }) => one.action);
    expect(actions.slice(0, 4)).toEqual([
      'incident.reopen',
      'incident.close',
      'incident.note',
      'incident.acknowledge',
    ]);
    expect((await client.post('/api/incidents/nothing/acknowledge')).status).toBe(404);
  });

  it('are STIX bundles that the schemas take', async () => {
    const [incident] = (await client.get('/api/incidents')).json.items;
    const bundle = (await client.get(`/api/incidents/${incident.incident.id}/stix`)).json;
    expect(bundle.type).toBe('bundle');
    const validators = stixValidators();
    for (const object of bundle.objects)
      expect(validators.get(object.type)?.(object), object.type).toBe(true);
    expect(bundle.objects.map(({ type }: { type: string }) => type)).toContain('grouping');
  });

  it('are saved as STIX under a name of their own', async () => {
    const [{ incident }] = (await client.get('/api/incidents')).json.items;
    const [{ alert }] = (await client.get('/api/alerts')).json.items;
    const nameOf = async (path: string): Promise<string | null> =>
      (await client.get(path)).headers.get('content-disposition');
    expect(await nameOf(`/api/incidents/${incident.id}/stix`)).toBe(
      `attachment; filename="incident-${incident.id}.stix.json"`,
    );
    expect(await nameOf(`/api/alerts/${alert.id}/stix`)).toBe(
      `attachment; filename="alert-${alert.id}.stix.json"`,
    );
  });

  it('give away their evidence: records, rules, STIX', async () => {
    const [incident] = (await client.get('/api/incidents')).json.items;
    const answer = await client.get(`/api/incidents/${incident.incident.id}/evidence`);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="incident-${incident.incident.id}.json"`,
    );
    const { alerts, records, rules } = answer.json;
    expect(alerts.length).toBeGreaterThanOrEqual(2);
    expect(records.map((one: { message: string }) => one.message).join('\n')).toMatch(
      /Accepted password for deploy/,
    );
    expect(rules.map(({ text }: { text: string }) => text).join('')).toMatch(/title: SSH Brute Force/);
  });

  it('are counted by when they began', async () => {
    const { width, buckets } = (await client.get('/api/alerts/histogram?width=1h')).json;
    expect(width).toBe(3600_000);
    expect(buckets.length).toBeGreaterThanOrEqual(24);
    const sum = buckets
      .flatMap(({ counts }: { counts: object }) => Object.values(counts))
      .reduce((a: number, b: number) => a + b, 0);
    expect(sum).toBe((await client.get('/api/alerts')).json.total);
    expect((await client.get('/api/alerts/histogram?width=1s')).status).toBe(400);
  });
});

describe('what routes answer', () => {
  it('is what they say they do', async () => {
    const [incident] = (await client.get('/api/incidents')).json.items;
    const [alert] = (await client.get('/api/alerts')).json.items;
    const ids: Readonly<Record<string, string>> = {
      incidents: incident.incident.id,
      alerts: alert.alert.id,
      events: alert.evidence[0]['event.id'],
      rules: alert.rule.id,
    };
    const needed: Readonly<Record<string, string>> = {
      '/api/entities': '?kind=user&value=root',
      '/api/events/counts': '?by=user.name',
      '/api/events/facets': '?by=user.name',
      '/api/fields/values': '?field=user.name',
    };
    for (const { method, path, answer } of ROUTES) {
      if (method !== 'GET' || typeof answer === 'string') continue;
      const target = path.replace(
        /^\/api\/([a-z]+)\/:id/,
        (_all, what: string) => `/api/${what}/${ids[what]}`,
      );
      const { status, json } = await client.get(`${target}${needed[path] ?? ''}`);
      expect(status, path).toBe(200);
      const read = answer.safeParse(json);
      expect(read.error?.issues ?? [], path).toEqual([]);
    }
  });
});

describe('a silence', () => {
  it('hides alerts from sinks and incidents, not from those who look; ended, it hides no more', async () => {
    const matcher = { source_ip: '198.51.100.0/24', severity: 'critical' };
    const preview = await client.post('/api/silences/preview', { matcher: { source_ip: '203.0.113.0/24' } });
    expect(preview.json.alerts).toBeGreaterThanOrEqual(2);
    expect(preview.json.incidents).toBe(1);
    const { json: silence } = await client.post('/api/silences', {
      matcher,
      reason: 'pentest',
      duration: '1h',
    });
    expect(silence).toMatchObject({ matcher, reason: 'pentest', by: 'owner', active: true, hits: 0 });

    const [port] = await daemon.ports();
    const incidents = (await client.get('/api/incidents')).json.total;
    await sendTcp(port!, breakIn('198.51.100.9', 'web-02'));
    const hidden = await until(async () => {
      const { json } = await client.get('/api/alerts?silenced=true');
      return json.total >= 2 ? json : null;
    }, 'hidden alerts');
    for (const alert of hidden.items) {
      expect(alert.silenced).toEqual({ id: silence.id, reason: 'pentest' });
      expect(alert.source.ip).toBe('198.51.100.9');
    }
    expect((await client.get('/api/alerts?entity=198.51.100.9')).json.total).toBe(0);
    expect((await client.get('/api/silences')).json.items[0].hits).toBe(hidden.total);

    const ended = await client.send('DELETE', `/api/silences/${silence.id}`);
    expect(ended.json).toMatchObject({ id: silence.id, active: false });
    await sendTcp(port!, breakIn('198.51.100.10', 'web-03'));
    await until(() => {
      const seen = daemon.alertLines().map(({ source }) => source?.ip);
      expect(seen).not.toContain('198.51.100.9');
      return seen.includes('198.51.100.10') ? true : null;
    }, 'an alert that nothing hides');
    expect((await client.get('/api/incidents')).json.total).toBe(incidents + 1);
  });

  it('needs a matcher, a reason and an end', async () => {
    const post = async (body: object): Promise<number> => (await client.post('/api/silences', body)).status;
    const good = { matcher: { host: 'web-*' }, reason: 'x', duration: '1h' };
    expect(await post({ ...good, matcher: {} })).toBe(400);
    expect(await post({ ...good, matcher: { host: 'x', colour: 'red' } })).toBe(400);
    expect(await post({ ...good, matcher: { source_ip: '203.0.113.0/33' } })).toBe(400);
    expect(await post({ ...good, reason: ' ' })).toBe(400);
    expect(await post({ ...good, duration: undefined })).toBe(400);
    expect(await post({ ...good, duration: '2w', expires: '2030-01-01T00:00:00Z' })).toBe(400);
    expect(await post({ ...good, duration: undefined, expires: '2020-01-01T00:00:00Z' })).toBe(400);
    expect(await post({ ...good, duration: '9999d' })).toBe(400);
  });

  it('outlives a restart, as does what people said', async () => {
    const [incident] = (await client.get('/api/incidents')).json.items;
    await client.post(`/api/incidents/${incident.incident.id}/close`, {
      verdict: 'true_positive',
      reason: 'real',
    });
    await client.post('/api/silences', { matcher: { host: 'WEB-09' }, reason: 'moving', duration: '1h' });
    await daemon.kill();
    daemon = new TestDaemon(folder.path, apiConfig());
    client = await ApiClient.login(daemon);
    const [port] = await daemon.ports();
    await sendTcp(port!, breakIn('198.51.100.77', 'web-09'));
    await until(async () => {
      const { json } = await client.get('/api/alerts?silenced=true&entity=198.51.100.77');
      return json.total > 0 ? json : null;
    }, 'an alert that the silence hides');
    expect((await client.get(`/api/incidents/${incident.incident.id}`)).json.workflow).toMatchObject({
      state: 'closed',
      verdict: 'true_positive',
    });
  });
});

describe('the demo', () => {
  it('ends in an incident that is labelled, told to no sink, and can be forgotten', async () => {
    const real = (await client.get('/api/incidents?limit=500')).json.total;
    expect((await client.post('/api/demo')).json).toEqual({ started: true });
    expect((await client.post('/api/demo')).json).toEqual({ started: false });
    const played = await until(async () => {
      const { json } = await client.get('/api/incidents?entity=203.0.113.47');
      const found = json.items[0];
      return found?.stages.length >= 5 ? found : null;
    }, 'five stages');
    expect(played.labels).toEqual({ demo: true });
    expect((await client.get('/api/now')).json.demo.present).toBe(true);
    const events = (await client.get('/api/events?q=demo-web-01&limit=1&deadline=60s')).json.items;
    expect(events[0]).toMatchObject({ labels: { demo: true }, vedette: { source: 'demo' } });
    const lines = [...daemon.alertLines(), ...daemon.incidentLines()];
    expect(lines.filter(({ labels }) => labels?.demo)).toEqual([]);
    const { out } = await runCommand(['stats', '--senders', '--json', '--data-dir', './data'], {
      cwd: daemon.folder,
    });
    expect(out).not.toContain('demo-web-01');

    expect((await client.send('DELETE', '/api/demo')).status).toBe(200);
    await until(
      async () => ((await client.get('/api/now')).json.demo.present ? null : true),
      'it to be forgotten',
    );
    expect((await client.get('/api/incidents?limit=500')).json.total).toBe(real);
    expect((await client.get('/api/events?q=demo-web-01')).json.items).toEqual([]);
    const asked = ['query', 'demo-web-01', '--format', 'ndjson', '--data-dir', './data'];
    const run = spawnSync(process.execPath, [MAIN, ...asked], { cwd: daemon.folder, encoding: 'utf8' });
    expect(run).toMatchObject({ stdout: '', status: 1 });
    const tried = await client.post('/api/rules/backtest', { id: 'New Local User', last: '1d' });
    expect(tried.text).not.toContain('demo-web-01');
    expect(JSON.parse(tried.text.trim().split('\n').at(-1)!).result.firings).toBe(0);
  });
});
