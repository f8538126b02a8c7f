import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOSSES } from '../../src/telemetry/losses.js';
import { ApiClient, apiConfig, createToken } from '../helpers/api-client.js';
import { sendTcp, sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';

const folder = temporaryFolder();
let daemon: TestDaemon;
let client: ApiClient;
const LINES = 3000;
const NDJSON = { 'content-type': 'application/x-ndjson' };

interface Found {
  readonly event: { readonly id: string; readonly original: string };
}

beforeAll(async () => {
  daemon = new TestDaemon(folder.path, apiConfig());
  client = await ApiClient.login(daemon);
  const [port] = await daemon.ports();
  const lines = Array.from({ length: LINES }, (_, i) =>
    sshdLine(`Accepted password for user${i % 7} from 198.51.100.${i % 250} port ${i} ssh2`, {
      host: `h${i % 3}`,
    }),
  );
  await sendTcp(port!, `${lines.join('\n')}\n`);
  await daemon.processed(LINES);
  await until(async () => ((await find('limit=1')).json.items.length > 0 ? true : null), 'events in the log');
});
afterAll(async () => {
  await daemon.stop();
  folder.remove();
});

const find = (query: string) => client.get(`/api/events?${query}`);

describe('events', () => {
  it('page by page are all of them, each once, newest first', async () => {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await find(`q=sshd&limit=700${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...json.items.map(({ event }: Found) => event.id));
      cursor = json.next;
    }
    expect(ids).toHaveLength(LINES);
    expect(new Set(ids).size).toBe(LINES);
    const place = (id: string): number => Number(id.split('-')[0]) * 1e6 + Number(id.split('-')[1]);
    expect(ids).toEqual([...ids].sort((a, b) => place(b) - place(a)));
  });

  it('are those that pass the query, the times and the source', async () => {
    expect((await find('q=user.name:user3&limit=1000')).json.matches).toBe(Math.floor((LINES - 4) / 7) + 1);
    expect((await find('q=nobody-says-this')).json.items).toEqual([]);
    expect((await find('source=tcp&limit=5')).json.items).toHaveLength(5);
    expect((await find('source=udp')).json.items).toEqual([]);
    expect((await find('until=2000-01-01T00:00:00Z')).json.items).toEqual([]);
    expect((await find('q=vedette.source:tcp&limit=1')).json.items[0].vedette.source).toBe('tcp');
  });

  it('newer than one are those that came after it', async () => {
    const { json } = await find('limit=5');
    const after = await find(`after=${json.items[3].event.id}`);
    expect(after.json.items).toEqual(json.items.slice(0, 3));
  });

  it('a query that cannot be read says why and where', async () => {
    const answer = await find(`q=${encodeURIComponent('user.name:(root')}`);
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/parenthesis/),
    });
    const check = await client.get(`/api/query/check?q=${encodeURIComponent('user.name:(root')}`);
    expect(check.json).toMatchObject({ ok: false, position: answer.json.error.position });
    expect((await client.get('/api/query/check?q=sshd')).json).toEqual({ ok: true });
    const reversed = await find('from=2026-11-21T00:00:00Z&until=2026-11-20T00:00:00Z');
    expect(reversed.status).toBe(400);
    expect(reversed.json.error.message).toBe('until: expected a time that is not before from');
    expect((await find('cursor=x')).status).toBe(400);
  });

  it('a query of the greatest length goes into an address; what does not is refused in words', async () => {
    const longest = `"${'straße €'.repeat(100)}" or `.repeat(20).slice(0, 16_300);
    const whole = longest.slice(0, longest.lastIndexOf(' or '));
    expect(whole.length).toBeGreaterThan(15_000);
    expect(await find(`limit=1&q=${encodeURIComponent(whole)}`)).toMatchObject({
      status: 200,
      json: { matches: 0 },
    });
    expect(await find(`q=${'a'.repeat(20_000)}`)).toMatchObject({ status: 400 });
    expect(await find(`q=${'a'.repeat(200_000)}`)).toMatchObject({
      status: 431,
      json: { error: { code: 'too_large', message: 'The head of a request has at most 160 KiB.' } },
    });
  });

  it('are counted by value, by several fields at once, and over time, to the same sums', async () => {
    const counts = (await client.get('/api/events/counts?q=sshd&by=user.name&top=100')).json;
    expect(counts.counts.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(LINES);
    const { facets } = (await client.get('/api/events/facets?q=sshd&by=user.name,host.name&top=100')).json;
    expect(facets[0]).toEqual({ field: 'user.name', values: counts.counts });
    expect(facets[1].values.map(({ value }: { value: string }) => value).sort()).toEqual(['h0', 'h1', 'h2']);
    const { buckets } = (await client.get('/api/events/histogram?q=sshd')).json;
    expect(buckets.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(LINES);
    expect(buckets.length).toBeLessThanOrEqual(121);
  });

  it('one has its rules, and its neighbours in their order', async () => {
    const all = (await find('limit=60')).json.items as Found[];
    const one = all[30]!;
    const { json } = await client.get(`/api/events/${one.event.id}?context=10`);
    expect(json.event).toEqual(one);
    expect(json.before).toEqual(all.slice(31, 41).reverse());
    expect(json.after).toEqual(all.slice(20, 30).reverse());
    expect(json.rules.map(({ title }: { title: string }) => title)).toContain('SSH Login');
    expect((await client.get('/api/events/999999-0')).status).toBe(404);
  });

  it('fields and values are suggested', async () => {
    expect((await client.get('/api/fields?prefix=source.i')).json.items).toEqual(['source.ip']);
    const { items } = (await client.get('/api/fields/values?field=user.name&prefix=USER')).json;
    expect(items).toHaveLength(7);
  });
});

describe('events handed in', () => {
  const accepted = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    await client.send('POST', '/api/events', body, headers);
  const JSON_TYPE = { 'content-type': 'application/json' };

  it('as an object, an array or lines, packed or not, to the last digit', async () => {
    const one = { id: 'handed-1', big: 1 };
    expect((await accepted(JSON.stringify(one), JSON_TYPE)).json).toEqual({ accepted: 1 });
    const text = '[\n {"id": "handed-2", "big": 12345678901234567891},\n {"id": "handed-3", "t": "}],[{"}\n]';
    expect((await accepted(text, JSON_TYPE)).json).toEqual({ accepted: 2 });
    const lines = gzipSync('{"id":"handed-4"}\n\n<38>Nov 20 10:00:00 web sshd[1]: handed-5\r\n');
    const packed = new Uint8Array(lines);
    expect((await accepted(packed, { ...NDJSON, 'content-encoding': 'gzip' })).json).toEqual({ accepted: 2 });
    const { json } = await find('q=handed&limit=10');
    expect(json.items).toHaveLength(5);
    expect(json.items.map(({ event }: Found) => event.original).join()).toContain('12345678901234567891');
    expect(json.items[0]).toMatchObject({ vedette: { source: 'http-api' }, process: { name: 'sshd' } });
  });

  it('make alerts like others', async () => {
    const guess = sshdLine('Failed password for root from 192.0.2.99 port 1 ssh2', { host: 'far' });
    await accepted(new Array(12).fill(guess).join('\n'), NDJSON);
    expect((await client.get('/api/alerts?entity=192.0.2.99')).json.total).toBeGreaterThan(0);
  });

  it('what is no event is refused, whole', async () => {
    for (const body of ['', '1', '"x"', '[1]', '[{}', '{"a":1}{', '[{}]]', '{"a": "\\"}'])
      expect((await accepted(body, JSON_TYPE)).status, body).toBe(400);
    expect((await accepted('{}', { 'content-type': 'application/xml' })).status).toBe(415);
    expect((await accepted('{}', { ...JSON_TYPE, 'content-encoding': 'br' })).status).toBe(415);
    expect((await accepted('no gzip', { ...NDJSON, 'content-encoding': 'gzip' })).status).toBe(400);
    const long = new Uint8Array(
      gzipSync(Array.from({ length: 90_000 }, (_, i) => String(i).padStart(100)).join('\n')),
    );
    expect((await accepted(long, { ...NDJSON, 'content-encoding': 'gzip' })).json.error.message).toMatch(
      /max_body/,
    );
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(50 * 1024 ** 2)));
    expect((await accepted(bomb, { ...NDJSON, 'content-encoding': 'gzip' })).status).toBe(413);
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect((await accepted(deep, JSON_TYPE)).status).toBe(200);
  });

  it('are there after kill -9, once they were answered', async () => {
    const token = createToken(daemon, 'shipper', 'ingest');
    const shipper = ApiClient.withToken(client.url, token);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => shipper.send('POST', '/api/events', `{"survivor":${i}}`, NDJSON)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await daemon.kill();
    daemon = new TestDaemon(folder.path, apiConfig());
    client = await ApiClient.login(daemon);
    expect((await find('q=exists:survivor&limit=100')).json.items).toHaveLength(20);
    // A system that was restarted is no empty one.
    expect((await client.get('/api/now')).json.empty).toBe(false);
  });
});

describe('a backtest', () => {
  const SSH = `title: Root From Far\nid: 7bb8a1a2-90a1-4f3e-9a5b-0b7f7a3f2b11\nlevel: high\nlogsource: { product: linux }
detection: { far: { user.name: user3, event.outcome: success }, condition: far }\n`;
  const lines = async (body: object) => {
    const answer = await client.post('/api/rules/backtest', body);
    expect(answer.status).toBe(200);
    return answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it('tells how often a rule would have fired, and on whom', async () => {
    const all = await lines({ text: SSH, last: '1d' });
    const { result } = all.at(-1);
    expect(result.firings).toBe(Math.floor((LINES - 4) / 7) + 1);
    expect(result.entities.length).toBeGreaterThan(0);
    expect(result.rules[0]).toMatchObject({ title: 'Root From Far', asked: true });
  });

  it('says why a rule cannot be tried', async () => {
    expect((await lines({ text: 'title: [' })).at(-1).error.message).toMatch(/line 1/);
    expect((await lines({ id: 'no such rule' })).at(-1).error.message).toMatch(/no rule/i);
    expect((await client.post('/api/rules/backtest', {})).status).toBe(400);
  });
});

describe('the live stream', () => {
  it('brings changes as they come, and those that were missed', async () => {
    const [port] = await daemon.ports();
    const stream = await openStream('/api/stream');
    const guess = sshdLine('Failed password for root from 192.0.2.7 port 1 ssh2', { host: 'live' });
    await sendTcp(port!, `${new Array(12).fill(guess).join('\n')}\n`);
    const change = await stream.next('change');
    expect(JSON.parse(change.data)).toMatchObject({ 'event.kind': 'alert' });
    const figures = JSON.parse((await stream.next('now')).data);
    expect(figures).toMatchObject({ empty: false, sources: { up: expect.any(Number) } });
    stream.close();
    const again = await openStream(`/api/stream?last_event_id=${Number.parseInt(change.id, 10) - 1}`);
    expect((await again.next('change')).data).toBe(change.data);
    again.close();
  });

  it('tells what people say of alerts and incidents, to those that were away, too', async () => {
    const stream = await openStream('/api/stream');
    const before = (await stream.next('now')).id;
    const [{ alert }] = (await client.get('/api/alerts')).json.items;
    await client.post('/api/session', { token: 'not one' });
    await client.post(`/api/alerts/${alert.id}/acknowledge`, { note: 'mine' });
    const said = await stream.next('workflow');
    expect(JSON.parse(said.data)).toMatchObject({
      kind: 'alert',
      id: alert.id,
      workflow: { state: 'acknowledged', notes: [{ text: 'mine' }] },
    });
    stream.close();
    await client.post(`/api/alerts/${alert.id}/close`, { verdict: 'benign', reason: 'a test' });
    for (const last of [before, said.id]) {
      const again = await openStream('/api/stream', { 'last-event-id': last });
      expect(JSON.parse((await again.next('workflow')).data).workflow).toMatchObject({ verdict: 'benign' });
      again.close();
    }
    const fresh = await openStream(`/api/stream?last_event_id=${await lastIdOf('/api/stream')}`);
    await client.post(`/api/alerts/${alert.id}/reopen`);
    expect(JSON.parse((await fresh.next('workflow')).data).workflow).toMatchObject({ state: 'new' });
    fresh.close();
  });

  it('says when what was missed is not kept', async () => {
    const stream = await openStream('/api/stream', { 'last-event-id': '999999' });
    await stream.next('reset');
    stream.close();
  });
});

describe('figures', () => {
  it('for Prometheus are few, named after their units, and never from what senders wrote', async () => {
    const { text, headers } = await client.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(line).toMatch(
        /^(# (HELP|TYPE) vedette_[a-z_]+ .+|vedette_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[\d.e+]+)$/,
      );
    expect(lines.length).toBeLessThan(300);
    expect(text).toMatch(/^vedette_events_total \d+$/m);
    expect(text).not.toMatch(/user3|198\.51/);
  });

  it('for Prometheus have each loss before it happens, and tell how disk and sinks are', async () => {
    const { text } = await client.get('/metrics');
    for (const code of LOSSES.keys()) {
      const source = /^(frame|source)\./.test(code) ? '[a-z-]+' : '';
      expect(text).toMatch(
        new RegExp(`^vedette_faults_total\\{code="${code}",source="${source}"\\} 0$`, 'm'),
      );
    }
    expect(text).toContain('\nvedette_disk_refuses 0\n');
    expect(text).toMatch(/^vedette_sink_up\{sink="ndjson"\} 1$/m);
  });

  it('of health need no token and tell nothing', async () => {
    const anybody = ApiClient.anonymous(client.url);
    expect((await anybody.get('/healthz')).text).toBe('{"ok":true}');
    expect((await anybody.get('/readyz')).text).toBe('{"ok":true}');
  });
});

interface Sent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

async function lastIdOf(path: string): Promise<string> {
  const stream = await openStream(path);
  const { id } = await stream.next('now');
  stream.close();
  return id;
}

/** Server-sent events, one after another. */
async function openStream(path: string, headers: Record<string, string> = {}) {
  const token = createToken(daemon, `reader-${Math.random().toString(36).slice(2)}`, 'read');
  const abort = new AbortController();
  const response = await fetch(new URL(path, client.url), {
    headers: { ...headers, authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  const reader = response.body!.getReader();
  let text = '';
  const nextBlock = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return block;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error('The stream ended.');
      text += Buffer.from(value).toString();
    }
  };
  return {
    next: async (kind: string): Promise<Sent> => {
      for (;;) {
        const fields = new Map(
          (await nextBlock()).split('\n').map((line) => line.split(/: (.*)/s) as [string, string]),
        );
        if (fields.get('event') === kind)
          return { event: kind, id: fields.get('id') ?? '', data: fields.get('data') ?? '' };
      }
    },
    close: () => abort.abort(),
  };
}
