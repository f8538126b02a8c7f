import { describe, expect, it } from 'vitest';
import type { OpenCorrelation } from '../../src/model/open-group.js';
import { CorrelationBench } from './helpers.js';

const BASE = (name: string): string => `title: ${name}
name: ${name}
id: 00000000-0000-4000-8000-0000000000${name === 'login' ? '01' : name === 'fail' ? '02' : '03'}
level: informational
logsource: { category: test }
detection: { selection: { what: ${name} }, condition: selection }
---
`;
const RULES = (correlation: string): string =>
  `${BASE('fail')}${BASE('login')}${BASE('root')}title: It\nid: 00000000-0000-4000-8000-0000000000ff\nlevel: high\ncorrelation: ${correlation}\n`;

function benchOf(correlation: string): CorrelationBench {
  const bench = new CorrelationBench(RULES(correlation));
  expect(bench.loaded.faults).toEqual([]);
  return bench;
}

/** Of the one correlation, at `now` seconds. */
function open(bench: CorrelationBench, now: number, limit = 10): OpenCorrelation {
  const [only] = bench.correlator.open(limit, now * 1000);
  return only!;
}

const event = (what: string, ip: string, user = 'root') => ({ what, 'source.ip': ip, 'user.name': user });

describe('what a correlation has open', () => {
  it('counts', () => {
    const bench = benchOf(
      '{ type: event_count, rules: [fail], group-by: [source.ip], timespan: 5m, condition: { gte: 4 } }',
    );
    for (const t of [0, 10, 400, 410, 420]) bench.send({ t, event: event('fail', '192.0.2.1') });
    bench.send({ t: 421, event: event('fail', '192.0.2.2') });
    expect(open(bench, 430)).toMatchObject({
      ...{ title: 'It', level: 'high', type: 'event_count', timespanMs: 300_000, groups: 2 },
      open: [
        { group: [['source.ip', '192.0.2.2']], events: 1, observed: 1, seen: [] },
        {
          group: [['source.ip', '192.0.2.1']],
          ...{
            events: 5,
            observed: 3,
            newest: '1970-01-01T00:07:00.000Z',
            until: '1970-01-01T00:12:00.000Z',
          },
          missing: 'event_count ≥ 4, 3 so far, within 5m',
        },
      ],
    });
    expect(open(bench, 430, 1).open).toHaveLength(1);
    // The fourth fires, and the count begins anew.
    bench.send({ t: 430, event: event('fail', '192.0.2.1') });
    expect(open(bench, 430).open.map(({ group }) => group[0]![1])).toEqual(['192.0.2.2']);
    expect(open(bench, 100_000).open).toEqual([]);
  });

  it('counts values, and computes', () => {
    const values = benchOf(
      '{ type: value_count, rules: [fail], group-by: [source.ip], timespan: 5m, condition: { field: user.name, gte: 4 } }',
    );
    for (const [t, user] of [
      ['0', 'a'],
      ['1', 'b'],
      ['2', 'a'],
    ] as const)
      values.send({ t: Number(t), event: event('fail', '192.0.2.1', user) });
    expect(open(values, 3).open).toMatchObject([
      { events: 3, observed: 2, missing: 'value_count of user.name ≥ 4, 2 so far, within 5m' },
    ]);
    const sum = benchOf(
      '{ type: value_sum, rules: [fail], group-by: [source.ip], timespan: 5m, condition: { field: n, gt: 10 } }',
    );
    for (const n of [4, 5]) sum.send({ t: n, event: { ...event('fail', '192.0.2.1'), n } });
    expect(open(sum, 6).open).toMatchObject([{ observed: 9 }]);
  });

  it('follows a chain, in order or not', () => {
    const chain = benchOf(
      '{ type: temporal_ordered, rules: [fail, login, root], group-by: [source.ip], timespan: 5m }',
    );
    chain.send({ t: 0, event: event('login', '192.0.2.1') });
    expect(open(chain, 1).open).toEqual([]);
    chain.send({ t: 2, event: event('fail', '192.0.2.1') });
    chain.send({ t: 3, event: event('login', '192.0.2.1') });
    expect(open(chain, 4).open).toMatchObject([
      { events: 3, observed: null, seen: ['fail', 'login'], missing: 'root within 5m' },
    ]);
    // What began it has left the window.
    chain.send({ t: 303, event: event('login', '192.0.2.1') });
    expect(open(chain, 304).open).toEqual([]);
    const all = benchOf(
      '{ type: temporal, rules: [fail, login, root], group-by: [source.ip], timespan: 5m }',
    );
    all.send({ t: 0, event: event('root', '192.0.2.1') });
    expect(open(all, 1).open).toMatchObject([{ seen: ['root'], missing: 'fail and login within 5m' }]);
  });

  it('calls rules by their names, though the correlation names them by id', () => {
    const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
    const chain = benchOf(
      `{ type: temporal_ordered, rules: ["${id(2)}", "${id(1)}"], group-by: [source.ip], timespan: 5m }`,
    );
    chain.send({ t: 0, event: event('fail', '192.0.2.1') });
    expect(open(chain, 1).open).toMatchObject([{ seen: ['fail'], missing: 'login within 5m' }]);
  });

  it('waits for silence', () => {
    const absent = new CorrelationBench(
      `${RULES('{ type: temporal_ordered, rules: [login, root], group-by: [source.ip], timespan: 5m }')}vedette: { absent: root }\n`,
    );
    expect(absent.loaded.faults).toEqual([]);
    absent.send({ t: 10, event: event('login', '192.0.2.1') });
    expect(open(absent, 11).open).toMatchObject([
      { seen: ['login'], missing: 'that root does not follow within 5m', until: '1970-01-01T00:05:10.000Z' },
    ]);
    absent.send({ t: 20, event: event('root', '192.0.2.1') });
    expect(open(absent, 21).open).toEqual([]);
    const few = benchOf(
      '{ type: event_count, rules: [login], group-by: [source.ip], timespan: 5m, condition: { lt: 3 } }',
    );
    few.send({ t: 0, event: event('login', '192.0.2.1') });
    expect(open(few, 1).open).toMatchObject([
      { observed: 1, missing: 'event_count < 3, 1 so far, within 5m' },
    ]);
  });

  it('is the same after a restart, and looking changes nothing', () => {
    const rule = '{ type: temporal_ordered, rules: [fail, login], group-by: [source.ip], timespan: 5m }';
    const [looked, other] = [benchOf(rule), benchOf(rule)];
    for (const bench of [looked, other]) bench.send({ t: 0, event: event('fail', '192.0.2.1') });
    const before = open(looked, 1);
    looked.restart();
    expect(open(looked, 1)).toEqual(before);
    const login = { t: 2, event: event('login', '192.0.2.1') };
    expect(looked.send(login).length).toBe(1);
    expect(other.send(login).length).toBe(1);
  });
});
