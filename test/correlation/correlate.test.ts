import { describe, expect, it } from 'vitest';
import { createCorrelator, validateCorrelations } from '../../src/correlation/correlate.js';
import type { Firing, Hit } from '../../src/correlation/hit.js';
import { loadRules } from '../../src/sigma/load.js';
import { CorrelationBench, NOBODY } from './helpers.js';

const FAIL_AND_OK = `
title: failed
name: failed
logsource: {category: t}
detection: {s: {e: fail}, condition: s}
---
title: ok
name: ok
logsource: {category: t}
detection: {s: {e: ok}, condition: s}
`;

const bruteForce = (groupBy: string, gte = 3) => `${FAIL_AND_OK}---
title: brute
name: brute
correlation: {type: event_count, rules: [failed], group-by: [${groupBy}], timespan: 60s, condition: {gte: ${gte}}}
`;

describe('what a firing tells', () => {
  it('carries time, group, entity, what was observed and the events that led to it', () => {
    const bench = new CorrelationBench(bruteForce('source.ip'));
    const firings = [5, 3, 7].flatMap((t) =>
      bench.send({ t, event: { e: 'fail', 'source.ip': '203.0.113.7' } }),
    );
    expect(firings).toHaveLength(1);
    expect(firings[0]).toMatchObject({
      time: 7000,
      since: 3000,
      seq: 3,
      entity: '203.0.113.7',
      group: [['source.ip', '203.0.113.7']],
      value: 3,
    });
    expect(firings[0]?.evidence.map(({ seq, index }) => `${seq}-${index}`)).toEqual(['2-0', '1-0', '3-0']);
    expect(firings[0]?.evidence[1]).toEqual({
      ...{ seq: 1, index: 0, original: 'event 1', matches: null },
      origin: { rule: 'base', source: 'tcp', clock: 5000, peer: null },
    });
  });

  it('keeps few events, with the newest and some of every step', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: chain
name: chain
correlation: {type: temporal_ordered, rules: [ok, failed, ok], group-by: [user], timespan: 1h}
`);
    const send = (t: number, e: string) => bench.send({ t, event: { e, user: 'u' } });
    send(0, 'ok');
    for (let t = 1; t < 500; t++) send(t, 'fail');
    const [firing] = send(500, 'ok');
    const ids = firing!.evidence.map(({ seq, index }) => `${seq}-${index}`);
    expect(ids).toHaveLength(5);
    expect(ids.slice(0, 3)).toEqual(['1-0', '2-0', '3-0']);
    expect(ids.at(-1)).toBe('501-0');
  });

  it('keeps no events of what nobody is told, and keeps them from when somebody is', () => {
    let isTold = false;
    const bench = new CorrelationBench(bruteForce('user'), { isTold: () => isTold });
    const send = (t: number, user: string) =>
      bench.send({ t, event: { e: 'fail', user } }).map(({ value, evidence }) => [value, evidence.length]);
    expect([1, 2, 3].flatMap((t) => send(t, 'u'))).toEqual([[3, 0]]);
    // One group with a window and one with its only hit.
    for (const user of ['u', 'u', 'v']) send(4, user);
    expect(JSON.stringify(bench.correlator.snapshot())).not.toContain('original');
    isTold = true;
    bench.restart();
    expect(send(5, 'u')).toEqual([[3, 1]]);
    expect([5, 6].flatMap((t) => send(t, 'v'))).toEqual([[3, 2]]);
    send(7, 'w');
    isTold = false;
    bench.restart();
    expect(JSON.stringify(bench.correlator.snapshot())).not.toContain('original');
  });

  it('counts a repeated message as often as it says', () => {
    const bench = new CorrelationBench(bruteForce('user'));
    const [firing] = bench.send({ t: 0, event: { e: 'fail', user: 'u', repeat: 5 } });
    expect(firing?.value).toBe(5);
  });

  it('counts an event once, though it matches two of the rules', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: any user
name: any
logsource: {category: t}
detection: {s: {user: u}, condition: s}
---
title: count
name: count
correlation: {type: event_count, rules: [failed, any], group-by: [user], timespan: 60s, condition: {gte: 2}}
`);
    expect(bench.send({ t: 0, event: { e: 'fail', user: 'u' } })).toEqual([]);
    expect(bench.send({ t: 1, event: { e: 'ok', user: 'u' } })).toHaveLength(1);
  });

  it('counts both values that an event has by two rules', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: any user
name: any
logsource: {category: t}
detection: {s: {user: u}, condition: s}
---
title: hosts
name: hosts
correlation:
  type: value_count
  rules: [failed, any]
  group-by: [user]
  timespan: 60s
  aliases: {address: {failed: source, any: destination}}
  condition: {field: address, gte: 2}
`);
    const send = (t: number, source: string, destination: string) =>
      bench.send({ t, event: { e: 'fail', user: 'u', source, destination } });
    expect(send(0, 'a', 'a')).toEqual([]);
    expect(send(100, 'a', 'b')).toHaveLength(1);
  });

  it('is about whom an alias of the source names, also where the last event names that address otherwise', () => {
    const bench = (aliases: string) =>
      new CorrelationBench(`${FAIL_AND_OK}---
title: back
name: back
correlation:
  type: temporal_ordered
  rules: [failed, ok]
  group-by: [attacker]
  timespan: 60s
  aliases: {attacker: ${aliases}}
`);
    const entities = (aliases: string) => {
      const one = bench(aliases);
      one.send({ t: 0, event: { e: 'fail', 'source.ip': '203.0.113.9', 'destination.ip': '10.0.0.5' } });
      return one
        .send({ t: 1, event: { e: 'ok', 'source.ip': '10.0.0.5', 'destination.ip': '203.0.113.9' } })
        .map(({ entity, subject }) => [entity, subject.sourceIp]);
    };
    expect(entities('{failed: source.ip, ok: destination.ip}')).toEqual([['203.0.113.9', '10.0.0.5']]);
    expect(entities('{failed: destination.ip, ok: source.ip}')).toEqual([['10.0.0.5', '10.0.0.5']]);
  });

  it('does not take one event for two of an order', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: twice
name: twice
correlation: {type: temporal_ordered, rules: [failed, failed], group-by: [user], timespan: 60s}
`);
    expect(bench.send({ t: 0, event: { e: 'fail', user: 'u' } })).toEqual([]);
    expect(bench.send({ t: 0, event: { e: 'fail', user: 'u' } })).toHaveLength(1);
  });
});

describe('a condition that more hits of one event can end', () => {
  const bench = (condition: string) =>
    new CorrelationBench(`${FAIL_AND_OK}---
title: known user
name: known
logsource: {category: t}
detection: {s: {user: u}, condition: s}
---
title: unless
name: unless
correlation: {type: temporal, rules: [failed, known], group-by: [user], timespan: 60s, condition: ${condition}}
---
title: outer
name: outer
correlation: {type: event_count, rules: [unless], group-by: [user], timespan: 60s, condition: {gte: 1}}
`);

  it.each(['failed and not known', 'not known and failed', '{eq: 1}', '{gte: 1, lt: 2}'])(
    '%s: judges the whole event',
    (condition) => {
      const both = { e: 'fail', user: 'u' };
      const one = { e: 'fail', user: 'v' };
      const judged = bench(condition);
      expect(judged.send({ t: 0, event: both })).toEqual([]);
      expect(judged.send({ t: 1, event: both })).toEqual([]);
      for (const t of [2, 3]) {
        const fired = judged.send({ t, event: one }).map((firing) => judged.nameOf(firing));
        expect(fired).toEqual(['unless', 'outer']);
      }
    },
  );
});

describe('an order of two rules that one event can match', () => {
  const bench = () =>
    new CorrelationBench(`${FAIL_AND_OK}---
title: any user
name: any
logsource: {category: t}
detection: {s: {user: u}, condition: s}
---
title: order
name: order
correlation: {type: temporal_ordered, rules: [failed, any, ok], group-by: [user], timespan: 60s}
`);
  const sendAll = (of: CorrelationBench, ...es: string[]) =>
    es.map((e, t) => of.send({ t, event: { e, user: 'u' } }).length);

  it('is not met by that event alone', () => {
    expect(sendAll(bench(), 'fail', 'ok')).toEqual([0, 0]);
  });

  it('is met when another event stands between', () => {
    expect(sendAll(bench(), 'fail', 'other', 'ok')).toEqual([0, 0, 1]);
    expect(sendAll(bench(), 'fail', 'fail', 'ok')).toEqual([0, 0, 1]);
  });
});

describe('groups', () => {
  const hit = (changes: Partial<Hit>): Hit => ({
    rule: 0,
    time: 0,
    receivedAt: 0,
    seq: 1,
    index: 0,
    repeat: 1,
    entity: 'unknown',
    subject: NOBODY,
    attributedIp: null,
    values: [],
    evidence: { seq: 1, index: 0, original: '', matches: [] },
    ...changes,
  });
  const correlatorOf = (groupBy: string) =>
    createCorrelator(loadRules([{ path: 'r.yml', text: bruteForce(groupBy, 2) }]).rules, {
      allowedLatenessMs: 0,
      maxGroups: 10,
      neededFields: [['source.ip'], [], []],
      onLate: () => {},
      onEvicted: () => {},
    });

  it('are made by the derived entity', () => {
    const correlator = correlatorOf('entity');
    correlator.feed(hit({ index: 0, entity: 'root@web-01', values: [null] }));
    correlator.feed(hit({ index: 1, entity: 'root@web-02', values: [null] }));
    const [firing] = correlator.feed(hit({ index: 2, entity: 'root@web-01', values: [null] }));
    expect(firing?.group).toEqual([['entity', 'root@web-01']]);
  });

  it('take the attributed address where the event names none', () => {
    const correlator = correlatorOf('source.ip');
    correlator.feed(hit({ index: 0, values: ['203.0.113.47'] }));
    const [firing] = correlator.feed(hit({ index: 1, values: [null], attributedIp: '203.0.113.47' }));
    expect(firing?.group).toEqual([['source.ip', '203.0.113.47']]);
  });

  it('do not mix values that look alike when joined', () => {
    const bench = new CorrelationBench(bruteForce('user, host', 2));
    expect(bench.send({ t: 0, event: { e: 'fail', user: '1:a', host: 'b' } })).toEqual([]);
    expect(bench.send({ t: 0, event: { e: 'fail', user: '1', host: 'a1:b' } })).toEqual([]);
    expect(bench.send({ t: 0, event: { e: 'fail', user: '__proto__', host: 'constructor' } })).toEqual([]);
    expect(bench.send({ t: 0, event: { e: 'fail', user: '__proto__', host: 'constructor' } })).toHaveLength(
      1,
    );
  });
});

describe('event time', () => {
  it('decides, in milliseconds', () => {
    const bench = new CorrelationBench(bruteForce('user', 2));
    bench.send({ t: 0, event: { e: 'fail', user: 'u' } });
    expect(bench.send({ t: 60.001, event: { e: 'fail', user: 'u' } })).toEqual([]);
    expect(bench.send({ t: 120.001, event: { e: 'fail', user: 'u' } })).toHaveLength(1);
  });

  it('lets a hit be late by the timespan and allowed_lateness, no more', () => {
    const bench = new CorrelationBench(bruteForce('user', 2), { allowedLatenessMs: 30_000 });
    bench.send({ t: 100, event: { e: 'fail', user: 'u' } });
    bench.send({ t: 9.999, event: { e: 'fail', user: 'u' } });
    expect(bench.late).toBe(1);
    bench.send({ t: 10, event: { e: 'fail', user: 'u' } });
    expect(bench.late).toBe(1);
    expect(bench.send({ t: 11, event: { e: 'fail', user: 'u' } })[0]).toMatchObject({ time: 11_000 });
  });

  it('ends the window of a late hit where the condition came true', () => {
    const bench = new CorrelationBench(bruteForce('user'));
    bench.send({ t: 0, event: { e: 'fail', user: 'u' } });
    bench.send({ t: 20, event: { e: 'fail', user: 'u' } });
    expect(bench.send({ t: 10, event: { e: 'fail', user: 'u' } })[0]).toMatchObject({ time: 20_000, seq: 3 });
  });
});

describe('limits', () => {
  const fail = (t: number, user: string, ip: string) => ({ t, event: { e: 'fail', user, 'source.ip': ip } });

  it('hold the number of groups and count what is dropped', () => {
    const bench = new CorrelationBench(bruteForce('user'), { maxGroups: 100 });
    for (let i = 0; i < 1000; i++) bench.send(fail(i / 1000, `user${i}`, `10.0.${i >> 8}.${i & 255}`));
    expect(bench.correlator.groups).toBe(100);
    expect(bench.evicted).toBe(900);
  });

  it('do not let one source that varies a name push out a slow attack by another', () => {
    const bench = new CorrelationBench(bruteForce('user'), { maxGroups: 1000 });
    const firings: Firing[] = [];
    for (let round = 0; round < 3; round++) {
      firings.push(...bench.send(fail(round * 10, 'root', '198.51.100.1')));
      for (let i = 0; i < 5000; i++) bench.send(fail(round * 10, `user${round}-${i}`, '203.0.113.7'));
    }
    expect(firings).toHaveLength(1);
    expect(bench.evicted).toBeGreaterThan(10_000);
  });

  it('do not let a source hide its own attack behind a flood of names', () => {
    const bench = new CorrelationBench(bruteForce('user'), { maxGroups: 1000 });
    bench.send(fail(0, 'root', '203.0.113.7'));
    bench.send(fail(1, 'root', '203.0.113.7'));
    for (let i = 0; i < 5000; i++) bench.send(fail(2, `user${i}`, '203.0.113.7'));
    expect(bench.send(fail(3, 'root', '203.0.113.7'))).toHaveLength(1);
  });

  it('do not let many sources push out a group that more than one event hit', () => {
    const bench = new CorrelationBench(bruteForce('user'), { maxGroups: 1000 });
    bench.send(fail(0, 'root', '198.51.100.1'));
    bench.send(fail(1, 'root', '198.51.100.1'));
    for (let i = 0; i < 5000; i++) bench.send(fail(2, `user${i}`, `10.1.${i >> 8}.${i & 255}`));
    expect(bench.send(fail(3, 'root', '198.51.100.1'))).toHaveLength(1);
  });

  it('hold the evidence kept', () => {
    const bench = new CorrelationBench(bruteForce('user'), { maxEvidenceCharacters: 1000 });
    for (let i = 0; i < 900; i++) bench.send(fail(0, `user${i}`, '203.0.113.7'));
    expect(bench.correlator.groups).toBeLessThan(130);
    expect(bench.evicted).toBeGreaterThan(700);
  });

  it.each([
    ['event_count', '{gte: 5}'],
    ['value_count', '{field: value, gte: 5}'],
    ['value_sum', '{field: value, gte: 1000000000}'],
    ['value_median', '{field: value, gte: 1000000000}'],
  ])('hold what %s remembers of one group, however many hit it', (type, condition) => {
    const bench = new CorrelationBench(
      `${FAIL_AND_OK}---
title: corr
name: corr
correlation: {type: ${type}, rules: [failed], group-by: [user], timespan: 30d, condition: ${condition}}
`,
      { policy: 'each' },
    );
    for (let i = 0; i < 12_000; i++) {
      bench.send({ t: i % 7 === 0 ? i - 3 : i, event: { e: 'fail', user: 'u', value: i } });
    }
    const size = JSON.stringify(bench.correlator.snapshot()).length;
    expect(size).toBeLessThan(type === 'value_sum' ? 400_000 : 50_000);
  });

  it('are not blind once a number that no sum can hold has left the window', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: corr
name: corr
correlation: {type: value_sum, rules: [failed], group-by: [user], timespan: 60s, condition: {field: value, gte: 100}}
`);
    const send = (t: number, value: string) => bench.send({ t, event: { e: 'fail', user: 'u', value } });
    send(0, '-1e999');
    for (const t of [30, 60]) expect(send(t, '40')).toEqual([]);
    expect(send(61, '40')).toHaveLength(1);
  });

  it('hold what an order remembers, and still find it after a flood out of order', () => {
    const bench = new CorrelationBench(`${FAIL_AND_OK}---
title: chain
name: chain
correlation: {type: temporal_ordered, rules: [ok, failed, ok], group-by: [user], timespan: 30d}
`);
    bench.send({ t: 0, event: { e: 'ok', user: 'u' } });
    for (let i = 1; i < 5000; i++)
      bench.send({ t: i % 2 === 0 ? i : i + 2, event: { e: 'fail', user: 'u' } });
    expect(JSON.stringify(bench.correlator.snapshot()).length).toBeLessThan(10_000);
    expect(bench.send({ t: 6000, event: { e: 'ok', user: 'u' } })).toHaveLength(1);
  });
});

describe('a correlation is refused', () => {
  const faultsOf = (correlation: string): string[] => {
    const { rules } = loadRules([
      { path: 'r.yml', text: `${FAIL_AND_OK}---\ntitle: c\nname: c\ncorrelation: ${correlation}\n` },
    ]);
    return validateCorrelations(rules).map(({ message }) => message);
  };

  it.each([
    [
      'when it counts less than the hit that it begins with',
      '{type: event_count, rules: [failed], timespan: 1m, condition: {lt: 1}}',
      /lt: 2/,
    ],
    [
      'when no count meets all of its bounds',
      '{type: value_count, rules: [failed], timespan: 1m, condition: {field: user, lte: 2, neq: 1, lt: 2}}',
      /at least one is counted/,
    ],
    [
      'when it needs as few rules as silence has',
      '{type: temporal, rules: [failed, ok], timespan: 1m, condition: {lt: 2}}',
      /silence.*absent/,
    ],
    [
      'when only silence meets its condition and a new value is to',
      '{type: value_count, rules: [failed], timespan: 1m, condition: {field: user, lt: 3}}\nvedette: {refire: new}',
      /new value/,
    ],
    [
      'when what is absent is not the last',
      '{type: temporal_ordered, rules: [failed, ok], timespan: 1m}\nvedette: {absent: failed}',
      /the second/,
    ],
    [
      'when it waits for the end of a longer order',
      '{type: temporal_ordered, rules: [failed, ok, failed], timespan: 1m}\nvedette: {absent: failed}',
      /correlation of its own/,
    ],
    [
      'when what is absent has a condition',
      '{type: temporal_ordered, rules: [failed, ok], timespan: 1m, condition: {gte: 2}}\nvedette: {absent: ok}',
      /no condition/,
    ],
    [
      'when it would have to remember millions',
      '{type: event_count, rules: [failed], timespan: 1m, condition: {gte: 5000000}}',
      /count to 1000000/,
    ],
    [
      'when no hit is needed for its expression',
      '{type: temporal, rules: [failed, ok], timespan: 1m, condition: not failed}',
      /silence/,
    ],
    [
      'when it needs more rules than it names',
      '{type: temporal, rules: [failed, ok, failed], timespan: 1m, condition: {gte: 3}}',
      /2 are named.*never met/,
    ],
    [
      'when an order has a condition of its own',
      '{type: temporal_ordered, rules: [failed, ok], timespan: 1m, condition: failed or ok}',
      /in order/,
    ],
    [
      'when an order is not to be whole',
      '{type: temporal_ordered, rules: [failed, ok], timespan: 1m, condition: {gte: 1}}',
      /must all hit/,
    ],
  ])('%s', (_when, correlation, message) => {
    expect(faultsOf(correlation)).toEqual([expect.stringMatching(message)]);
  });

  it('when it needs itself through others, and what needs it with it, while the rest runs', () => {
    const bench = new CorrelationBench(bruteForce('user'));
    const [failed, , brute] = bench.loaded.rules;
    const corr = (name: string, needs: string) =>
      ({ ...brute!, id: name, name, rules: [needs] }) as typeof brute & object;
    const rules = [failed!, brute!, corr('a', 'b'), corr('b', 'a'), corr('c', 'a'), corr('d', 'brute')];
    expect(validateCorrelations(rules)).toHaveLength(3);
    const correlator = createCorrelator(rules, {
      allowedLatenessMs: 0,
      maxGroups: 10,
      neededFields: [['user']],
      onLate: () => {},
      onEvicted: () => {},
    });
    expect(rules.map((_, rule) => correlator.awaits(rule))).toEqual([true, true, false, false, false, false]);
  });
});
