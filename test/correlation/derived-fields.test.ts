import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/model/address-network.js';
import { CorrelationBench } from './helpers.js';

const LOGIN =
  'title: login\nname: login\nlogsource: {category: t}\ndetection: {s: {e: login}, condition: s}\n';
const DAY = 86_400;

const of = (correlation: string) =>
  new CorrelationBench(`${LOGIN}---\ntitle: c\nname: c\ncorrelation: ${correlation}\n`);

describe('source.network', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:7:8:9::1', '2001:db8:7::/48'],
    ['fe80::1%eth0', 'fe80::/48'],
    ['web-01', null],
    ['', null],
    ['1'.repeat(1000), null],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('holds the address, whatever that is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const network = networkOf(address)!;
        const processed = ipaddr.process(address);
        expect(processed.match(ipaddr.parseCIDR(network) as never)).toBe(true);
      }),
    );
  });

  const NEW_NETWORK =
    '{type: value_count, rules: [login], group-by: [user], timespan: 30d, condition: {field: source.network, gte: 2}}\nvedette: {refire: new}';
  const login = (day: number, ip: string, user = 'ann') => ({
    t: day * DAY,
    event: { e: 'login', user, 'source.ip': ip },
  });

  it('tells a login from a network never seen: the first is learned, a known one is kept alive by use', () => {
    const bench = of(NEW_NETWORK);
    const fired = (day: number, ip: string, user?: string) => bench.send(login(day, ip, user)).length;
    expect(fired(0, '203.0.113.1')).toBe(0);
    expect(fired(1, '203.0.113.99')).toBe(0);
    expect(fired(2, '198.51.100.1')).toBe(1);
    expect(fired(3, '198.51.100.2')).toBe(0);
    expect(fired(3, '192.0.2.1', 'bob')).toBe(0);
    bench.restart();
    for (let day = 4; day < 100; day += 20) expect(fired(day, '203.0.113.1')).toBe(0);
    // Not used for 30 days, it is new again.
    expect(fired(100, '198.51.100.1')).toBe(1);
  });

  it('does not call a network new that a later login had already', () => {
    const bench = of(NEW_NETWORK);
    bench.send(login(10, '203.0.113.1'));
    expect(bench.send(login(12, '198.51.100.1'))).toHaveLength(1);
    expect(bench.send(login(11, '198.51.100.1'))).toHaveLength(0);
    expect(bench.send(login(11, '192.0.2.1'))).toHaveLength(1);
  });

  it('is of the attributed address where the event names none, and groups', () => {
    const bench = of(
      '{type: event_count, rules: [login], group-by: [source.network], timespan: 1h, condition: {gte: 2}}',
    );
    bench.send(login(0, '203.0.113.1'));
    expect(bench.send(login(0, '203.0.113.2'))[0]?.group).toEqual([['source.network', '203.0.113.0/24']]);
    expect(bench.send({ t: 0, event: { e: 'login' } })).toEqual([]);
  });

  it('remembers enough networks of one group to tell a new one, and no more', () => {
    const bench = of(NEW_NETWORK);
    const send = (i: number) => bench.send(login(i / 1000, `10.${i >> 8}.${i & 255}.1`)).length;
    for (let i = 0; i < 900; i++) send(i);
    for (let i = 0; i < 900; i++) expect(send(i)).toBe(0);
    for (let i = 0; i < 20_000; i++) send(i);
    expect(JSON.stringify(bench.correlator.snapshot()).length).toBeLessThan(100_000);
  });
});

describe('event.hour', () => {
  const SLOW =
    '{type: value_count, rules: [login], group-by: [user], timespan: 1d, condition: {field: event.hour, gte: 8}}';
  const at = (hour: number, minute = 0) => ({
    t: Date.parse('2026-11-28T00:00:00Z') / 1000 + hour * 3600 + minute * 60,
    event: { e: 'login', user: 'ann' },
  });

  it('finds what comes in eight hours of a day, not what comes often in seven', () => {
    const bench = of(SLOW);
    for (let hour = 0; hour < 7; hour++) {
      for (const minute of [0, 1, 30, 59]) expect(bench.send(at(hour, minute))).toEqual([]);
    }
    expect(bench.send(at(12))[0]).toMatchObject({ value: 8, group: [['user', 'ann']] });
  });

  it('is the hour in UTC, by event time', () => {
    const bench = of(
      '{type: event_count, rules: [login], group-by: [event.hour], timespan: 1d, condition: {gte: 1}}',
    );
    expect(bench.send({ ...at(14, 59), receivedAt: 0 })[0]?.group).toEqual([
      ['event.hour', '2026-11-28T14Z'],
    ]);
    expect(bench.send({ t: 1e13, event: { e: 'login' } })).toEqual([]);
  });
});

it('a field of the same kind can be called by another name of a rule', () => {
  const bench = of(
    '{type: value_count, rules: [login], group-by: [user], aliases: {net: {login: source.network}}, timespan: 1d, condition: {field: net, gte: 2}}',
  );
  bench.send({ t: 0, event: { e: 'login', user: 'u', 'source.ip': '10.0.0.1' } });
  expect(bench.send({ t: 0, event: { e: 'login', user: 'u', 'source.ip': '10.0.1.1' } })).toHaveLength(1);
});
