import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSilencer } from '../../src/alerts/silences.js';
import { FailureLimit } from '../../src/api/auth/failure-limit.js';
import { openApi } from '../../src/api/openapi.js';
import { ROUTES } from '../../src/api/registry.js';
import { isDropping, isUnparsed, senderHealth, sourceHealth } from '../../src/api/source-health.js';
import { splitJson } from '../../src/api/split-json.js';
import { History } from '../../src/daemon/history.js';
import type { DaemonStats } from '../../src/daemon/stats.js';
import type { SilenceMatcher } from '../../src/model/silence.js';
import { alertChange } from '../helpers/alerts.js';

describe('splitJson', () => {
  it('gives back the objects of an array as they were written, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.constantFrom(0, 1, 2),
        (objects, indent) => {
          const pieces = splitJson(Buffer.from(JSON.stringify(objects, null, indent)));
          expect(pieces?.map((piece) => JSON.parse(piece.toString()))).toEqual(
            JSON.parse(JSON.stringify(objects)),
          );
        },
      ),
    );
  });

  it('takes nothing of what is not an array of objects, or one object', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const pieces = splitJson(Buffer.from(text));
        if (pieces === null) return;
        for (const piece of pieces) expect(piece.toString()).toMatch(/^\{.*\}$/s);
      }),
    );
    for (const text of ['', '[', '[{}', '[{},]', '[1]', '{} {}', '[{}]x', 'null', '"{}"', '{"a":"}'])
      expect(splitJson(Buffer.from(text)), text).toBeNull();
  });

  it('takes time linear in the text', () => {
    const hostile = Buffer.from(`${'[{"a":'.repeat(200_000)}"${'\\\\'.repeat(500_000)}`);
    const before = performance.now();
    expect(splitJson(hostile)).toBeNull();
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('a silencer', () => {
  const change = alertChange({
    source: { ip: '203.0.113.7' },
    host: { name: 'Web-01' },
    user: { name: 'root', target: { name: 'support' } },
    severity: 'medium',
  });
  const holds = (matcher: SilenceMatcher, now = 0): boolean =>
    createSilencer([{ id: 's', matcher, reason: '', expires: 1000 }])(change, now) !== null;

  it.each<[SilenceMatcher, boolean]>([
    [{}, false],
    [{ rule: change.rule.id }, true],
    [{ rule: 'other' }, false],
    [{ source_ip: '203.0.113.0/24' }, true],
    [{ source_ip: '203.0.113.7' }, true],
    [{ source_ip: '203.0.112.0/24' }, false],
    [{ source_ip: '::ffff:203.0.113.7' }, true],
    [{ source_ip: '::ffff:203.0.113.0/120' }, true],
    [{ source_ip: '2001:db8::/32' }, false],
    [{ host: 'web-*' }, true],
    [{ host: 'eb-01' }, false],
    [{ user: 'SUPPORT' }, true],
    [{ user: 'supporter' }, false],
    [{ severity: 'medium' }, true],
    [{ severity: 'high' }, true],
    [{ severity: 'low' }, false],
    [{ host: 'web-01', user: 'nobody' }, false],
    [{ entity: `${change.entity}` }, true],
  ])('%j: %s', (matcher, expected) => {
    expect(holds(matcher)).toBe(expected);
  });

  it('hides until it expires, and not from then on', () => {
    expect(holds({ host: 'web-01' }, 999)).toBe(true);
    expect(holds({ host: 'web-01' }, 1000)).toBe(false);
  });
});

describe('a failure limit', () => {
  it('counts by address, for a minute, and forgets the oldest address of too many', () => {
    let now = 0;
    const limit = new FailureLimit(() => now);
    for (let i = 0; i < 10; i++) limit.add('192.0.2.1');
    expect(limit.isBlocked('192.0.2.1')).toBe(true);
    expect(limit.isBlocked('192.0.2.2')).toBe(false);
    now = 60_000;
    expect(limit.isBlocked('192.0.2.1')).toBe(false);
    for (let i = 0; i < 20_000; i++) limit.add(`10.0.${i >> 8}.${i & 255}`);
    expect(limit.isBlocked('192.0.2.1')).toBe(false);
  });
});

describe('health', () => {
  const NOW = Date.parse('2026-11-20T12:00:00Z');
  const source = {
    up: true,
    records: 100,
    unrecognized: 0,
    last_seen: '2026-11-20T11:59:00Z',
    counts: {} as Record<string, number>,
  };

  it('is the worst that is to be said', () => {
    expect(sourceHealth(source, NOW)).toBe('fine');
    expect(sourceHealth({ ...source, last_seen: '2026-11-20T11:40:00Z' }, NOW)).toBe('quiet');
    expect(sourceHealth({ ...source, records: 0, last_seen: null }, NOW)).toBe('quiet');
    const unparsed = { ...source, unrecognized: 21, last_seen: null };
    expect(sourceHealth(unparsed, NOW)).toBe('unparsed');
    const dropping = { ...unparsed, counts: { 'source.queue_full': 12, 'frame.truncated': 3 } };
    expect(sourceHealth(dropping, NOW)).toBe('dropping');
    expect(sourceHealth({ ...dropping, up: false }, NOW)).toBe('down');
  });

  it('of a sender begins with that of its source', () => {
    const sender = { records: 10, unrecognized: 1, quiet: false };
    expect(senderHealth(sender, source)).toBe('fine');
    expect(senderHealth({ ...sender, quiet: true }, source)).toBe('quiet');
    expect(senderHealth({ ...sender, unrecognized: 3, quiet: true }, source)).toBe('unparsed');
    expect(senderHealth(sender, { ...source, counts: { 'source.queue_full': 1 } })).toBe('dropping');
  });

  it('is counted by the same limits', () => {
    expect(isUnparsed({ records: 100, unrecognized: 20 })).toBe(false);
    expect(isUnparsed({ records: 100, unrecognized: 21 })).toBe(true);
    expect(isUnparsed({ records: 0 })).toBe(false);
    expect(isDropping({ ...source, counts: { 'frame.truncated': 3, 'source.queue_full': 0 } })).toBe(false);
  });
});

describe('history', () => {
  it('tells rates of late', () => {
    const history = new History();
    const at = (time: string, records: number, drops = 0) =>
      history.add({
        at: time,
        detection: { records, counts: {} },
        alerts: { opened: 0 },
        sources: { udp: { records, counts: { 'source.queue_full': drops, 'frame.truncated': 9 } } },
        process: { rss_bytes: 1 },
      } as unknown as DaemonStats);
    at('2026-11-20T23:59:50Z', 100);
    at('2026-11-20T23:59:55Z', 600, 3);
    expect(history.rate()).toBe(100);
    expect(history.points.at(-1)).toMatchObject({ events: 100, drops: 3 });
    at('2026-11-21T00:00:00Z', 1100, 3);
    expect(history.rate('udp')).toBe(100);
    expect(history.points.at(-1)?.drops).toBe(0);
    for (let i = 1; i < 800; i++)
      at(new Date(Date.parse('2026-11-21T00:00:00Z') + i * 5000).toISOString(), 1100, 3);
    expect(history.points).toHaveLength(720);
    expect(history.rate()).toBe(0);
  });
});

describe('the description of the API', () => {
  const description = openApi(ROUTES, '1.2.3') as {
    paths: Record<
      string,
      Record<string, { operationId: string; parameters: { name: string; in: string }[]; responses: object }>
    >;
  };

  it('has each route, with its parameters and what it answers', () => {
    for (const { method, path } of ROUTES) {
      const operation = description.paths[path.replaceAll(/:([a-z_]+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation, `${method} ${path}`).toBeDefined();
      const named = [...path.matchAll(/:([a-z_]+)/g)].map(([, name]) => name);
      expect(operation!.parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
      expect(operation!.responses).toHaveProperty('200');
    }
    const operations = Object.values(description.paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  });

  it('says what is sent, before it is read: durations and times are text', () => {
    const text = JSON.stringify(description);
    expect(text).toContain('"openapi":"3.1.0"');
    const histogram = description.paths['/api/alerts/histogram']!.get!;
    expect(histogram.parameters.find(({ name }) => name === 'width')).toMatchObject({
      schema: { type: 'string' },
    });
  });
});
