import { describe, expect, it } from 'vitest';
import type { Firing } from '../../src/correlation/hit.js';
import { CorrelationBench, NOBODY } from './helpers.js';

/** What somebody does who can write lines into the log (research: threats T20 to T24). */
const FAILED = 'title: f\nname: f\nlogsource: {category: t}\ndetection: {s: {e: f}, condition: s}\n---\n';
const LOGIN = 'title: l\nname: l\nlogsource: {category: t}\ndetection: {s: {e: l}, condition: s}\n---\n';
const of = (correlation: string, options = {}) =>
  new CorrelationBench(`${FAILED}${LOGIN}title: c\nname: c\ncorrelation: ${correlation}\n`, options);
const event = (t: number, user: string, ip: string, e = 'f', receivedAt = t) => ({
  ...{ t, receivedAt },
  event: { e, user, 'source.ip': ip },
});

/** A hit of `f` as it comes from the detectors: a million of them need no matching. */
const hit = (seq: number, t: number, user: string, sourceIp: string) => ({
  ...{ rule: 0, time: t * 1000, receivedAt: t * 1000, seq, index: 0, repeat: 1, entity: sourceIp },
  ...{ subject: { ...NOBODY, sourceIp }, attributedIp: null, values: [user] },
  evidence: { seq, index: 0, original: 'Failed password', matches: [] },
});

const KEYS = 1_000_000;
const MAX_GROUPS = 20_000;

describe('a flood of a million made-up names', { timeout: 240_000 }, () => {
  it.each([
    ['of one source', () => '203.0.113.7'],
    ['of many sources', (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`],
  ])('%s does not hide a slow attack of another, and takes no more memory than is allowed', (_who, ipOf) => {
    const bench = of(
      '{type: event_count, rules: [f], group-by: [user], timespan: 1h, condition: {gte: 10}}',
      { maxGroups: MAX_GROUPS, maxEvidenceCharacters: 10_000_000 },
    );
    const { correlator } = bench;
    const firings: Firing[] = [];
    let most = 0;
    for (let i = 0; i < KEYS; i++) {
      const t = (i / KEYS) * 3000;
      // Two right after another, as a person tries, then one every five minutes.
      if (i % (KEYS / 10) === 0 || i === 1)
        firings.push(...correlator.feed(hit(2 * i, t, 'root', '198.51.100.1')));
      correlator.feed(hit(2 * i + 1, t, `name-${i}`, ipOf(i)));
      if (i % 10_000 === 0) most = Math.max(most, correlator.groups);
    }
    expect(firings.map(({ group, value }) => [group[0]![1], value])).toEqual([['root', 10]]);
    expect(most).toBeLessThanOrEqual(MAX_GROUPS);
    expect(bench.evicted).toBe(KEYS + 1 - bench.correlator.groups);
  });

  it('opens no more waits than groups are allowed, and what another waits for is judged', () => {
    const bench = of(
      '{type: temporal_ordered, rules: [f, l], group-by: [user], timespan: 1h}\nvedette: {absent: l}',
      { maxGroups: MAX_GROUPS },
    );
    bench.send(event(0, 'backup', '198.51.100.1'));
    bench.send(event(1, 'backup', '198.51.100.1'));
    for (let i = 0; i < KEYS / 5; i++)
      bench.correlator.feed(hit(10 + i, 2, `name-${i % 50_000}`, '203.0.113.7'));
    const fired = bench.tick(4000);
    expect(fired.length).toBeLessThanOrEqual(MAX_GROUPS);
    expect(fired[0]?.group).toEqual([['user', 'backup']]);
  });
});

it('a window of ten years holds no more of a group than its condition needs, and finds what took eight', () => {
  const bench = of(
    '{type: event_count, rules: [f], group-by: [source.ip], timespan: 10y, condition: {gte: 100}}',
  );
  const month = 30 * 86_400;
  const fired: Firing[] = [];
  for (let i = 0; i < 100; i++) fired.push(...bench.send(event(i * month, 'root', '198.51.100.1')));
  expect(fired).toHaveLength(1);
  const each = of(
    '{type: event_count, rules: [f], group-by: [source.ip], timespan: 10y, condition: {gte: 100}}',
    { policy: 'each' },
  );
  for (let i = 0; i < 20_000; i++) each.send(event(i * 60, 'root', '198.51.100.1'));
  expect(JSON.stringify(each.correlator.snapshot()).length).toBeLessThan(20_000);
});

describe('a clock that is fast', () => {
  const COUNT = '{type: event_count, rules: [f], group-by: [user], timespan: 10s, condition: {gte: 3}}';

  it('does not make what others send to the same group late', () => {
    const bench = of(COUNT);
    const fired: Firing[] = [];
    for (let t = 0; t < 6; t += 2) {
      // Four minutes ahead: an event may claim as much.
      bench.send(event(t + 240, 'root', '203.0.113.7', 'l', t));
      bench.send(event(t + 240, 'other', '203.0.113.7', 'f', t));
      fired.push(...bench.send(event(t, 'root', '198.51.100.1')));
    }
    expect(fired).toHaveLength(1);
    const shared = of(COUNT.replace('gte: 3', 'gte: 6'));
    const found: Firing[] = [];
    for (let t = 0; t < 8; t += 2) {
      found.push(...shared.send(event(t + 240, 'root', '203.0.113.7', 'f', t)));
      found.push(...shared.send(event(t, 'root', '198.51.100.1')));
    }
    expect(shared.late).toBe(0);
    expect(found).toHaveLength(1);
  });

  it('does not move what silence waits for', () => {
    const bench = of(
      '{type: temporal_ordered, rules: [f, l], group-by: [user], timespan: 10s}\nvedette: {absent: l}',
    );
    bench.send(event(100, 'root', '198.51.100.1'));
    bench.send(event(400, 'root', '203.0.113.7', 'l', 105));
    expect(bench.tick(1000)).toEqual([]);
  });
});
