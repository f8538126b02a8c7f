import { describe, expect, it } from 'vitest';
import { CorrelationBench } from './helpers.js';

const RULES = ['start', 'end', 'other'].map(
  (name) =>
    `title: ${name}\nname: ${name}\nlogsource: {category: t}\ndetection: {s: {e: ${name}}, condition: s}\n`,
);

function rules(...correlations: string[]): string {
  return [
    ...RULES,
    ...correlations.map((text, i) => `title: c${i}\nname: c${i}\ncorrelation: ${text}\n`),
  ].join('---\n');
}

const ORDER = '{type: temporal_ordered, rules: [start, end], group-by: [host], timespan: 60s}';
const ABSENT = `${ORDER}\nvedette: {absent: end}`;
const HEARTBEAT =
  '{type: temporal_ordered, rules: [start], group-by: [host], timespan: 60s}\nvedette: {absent: start}';
const FEW = '{type: event_count, rules: [start], group-by: [host], timespan: 60s, condition: {lt: 3}}';

function bench(...correlations: string[]) {
  const made = new CorrelationBench(rules(...correlations), { allowedLatenessMs: 30_000 });
  expect(made.loaded.faults).toEqual([]);
  return made;
}

const event = (t: number, e: string, host = 'h', receivedAt = t) => ({ t, receivedAt, event: { e, host } });
const times = (firings: readonly { time: number }[]) => firings.map(({ time }) => time / 1000);

describe('what does not follow', () => {
  it('fires once receive time has passed timespan and allowed lateness, by the hit that it did not follow', () => {
    const of = bench(ABSENT);
    of.send(event(100, 'start', 'h', 105));
    expect(of.correlator.dueAt).toBe(195_000);
    expect(of.tick(195)).toEqual([]);
    const [firing, ...more] = of.tick(196);
    expect(firing).toMatchObject({
      ...{ time: 160_000, since: 100_000, receivedAt: 196_000, seq: 1, index: 0, value: 0 },
      ...{ group: [['host', 'h']], evidence: [{ seq: 1, original: 'event 1' }] },
    });
    expect(more).toEqual([]);
    expect(of.tick(10_000)).toEqual([]);
    expect(of.correlator.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('is what comes at the end of the timespan of event time, not a millisecond after', () => {
    const of = bench(ABSENT);
    of.send(event(100, 'start'));
    of.send(event(160, 'end'));
    of.send(event(200, 'start', 'late'));
    of.send(event(260.001, 'end', 'late'));
    expect(times(of.tick(1000))).toEqual([260]);
  });

  it('is told by event time, whatever the order of arrival', () => {
    const of = bench(ABSENT);
    of.send(event(150, 'end', 'h', 200));
    of.send(event(100, 'start', 'h', 201));
    of.send(event(101, 'other', 'h', 202));
    expect(of.correlator.dueAt).toBe(Number.POSITIVE_INFINITY);
    of.send(event(160, 'start', 'h', 203));
    expect(times(of.tick(1000))).toEqual([220]);
  });

  it('may come within the same second, but not before in the log', () => {
    const of = bench(ABSENT);
    of.send(event(100, 'start', 'followed'));
    of.send(event(100, 'end', 'followed'));
    of.send(event(100, 'end', 'preceded'));
    of.send(event(100, 'start', 'preceded'));
    expect(of.tick(1000).map(({ group }) => group[0]![1])).toEqual(['preceded']);
  });

  it('is of the same group', () => {
    const of = bench(ABSENT);
    of.send(event(100, 'start', 'a'));
    of.send(event(110, 'end', 'b'));
    expect(of.tick(1000)).toHaveLength(1);
  });

  it('leaves an old log that is read at once the time to come', () => {
    const of = bench(ABSENT);
    of.send(event(100, 'start', 'h', 1_000_000));
    expect(of.tick(1_000_001)).toEqual([]);
    of.send(event(130, 'end', 'h', 1_000_030));
    of.send(event(5000, 'start', 'h', 1_000_031));
    of.send(event(9000, 'start', 'h', 1_000_032));
    expect(times(of.tick(1_001_000))).toEqual([5060, 9060]);
  });

  it('is waited for from each hit; one firing speaks for those within its timespan', () => {
    for (const [policy, expected] of [
      ['reset', [160, 221]],
      ['each', [160, 180, 221]],
    ] as const) {
      const of = new CorrelationBench(rules(ABSENT), { policy });
      for (const t of [100, 120, 161]) of.send(event(t, 'start'));
      expect(times(of.tick(1000)), policy).toEqual(expected);
    }
  });

  it('is not the event itself when that matches both rules', () => {
    const of = bench(
      '{type: temporal_ordered, rules: [start, any], group-by: [host], timespan: 60s}\nvedette: {absent: any}\n---\ntitle: any\nname: any\nlogsource: {category: t}\ndetection: {s: {host: h}, condition: s}',
    );
    of.send(event(100, 'start'));
    expect(of.tick(1000)).toHaveLength(1);
    of.send(event(2000, 'start'));
    of.send(event(2001, 'other'));
    expect(of.tick(3000)).toHaveLength(0);
  });

  it('is the next of its kind where one rule must come again', () => {
    const of = bench(HEARTBEAT);
    for (let t = 0; t <= 600; t += 60) of.send(event(t, 'start'));
    expect(of.tick(690)).toEqual([]);
    expect(of.correlator.groups).toBe(1);
    expect(times(of.tick(691))).toEqual([660]);
    // One that comes back and stays away again is told again.
    of.send(event(900, 'start'));
    expect(times(of.tick(2000))).toEqual([960]);
  });

  it('does not lose sight of a heartbeat that came late, then never', () => {
    const of = bench(HEARTBEAT);
    of.send(event(0, 'start'));
    of.send(event(70, 'start'));
    expect(times(of.tick(91))).toEqual([60]);
    expect(times(of.tick(1000))).toEqual([130]);
  });
});

describe('few', () => {
  it('counts from the first hit of a group to the end of its timespan, then begins anew', () => {
    const of = bench(FEW);
    for (const t of [0, 30, 60, 61, 121.001]) of.send(event(t, 'start'));
    const fired = of.tick(1000);
    expect(fired.map(({ time, since, value }) => [since / 1000, time / 1000, value])).toEqual([
      [61, 121, 1],
      [121.001, 181.001, 1],
    ]);
  });

  it('does not judge a group that never had a hit', () => {
    const of = bench(FEW);
    expect(of.tick(1e6)).toEqual([]);
    expect(of.correlator.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not count what was before the first hit, or comes when all is judged', () => {
    const of = bench(FEW);
    of.send(event(100, 'start'));
    of.send(event(99, 'start'));
    of.send(event(98, 'start'));
    expect(of.tick(191).map(({ value }) => value)).toEqual([1]);
    of.send(event(101, 'start', 'h', 192));
    expect(of.tick(1000)).toEqual([]);
  });

  it('may be distinct values, and any number but one', () => {
    const of = bench(
      '{type: value_count, rules: [start], group-by: [host], timespan: 60s, condition: {field: user, neq: 2}}',
    );
    const send = (t: number, host: string, user: string) => of.send({ t, event: { e: 'start', host, user } });
    for (const user of ['a', 'b', 'a']) send(0, 'two', user);
    for (const user of ['a', 'b', 'c', 'd']) send(1, 'four', user);
    send(2, 'one', 'a');
    expect(of.tick(1000).map(({ group, value }) => [group[0]![1], value])).toEqual([
      ['four', 3],
      ['one', 1],
    ]);
  });
});

describe('silence as a part of other correlations', () => {
  it('is an event of its own, at the end of the time', () => {
    const of = bench(
      ABSENT,
      '{type: temporal_ordered, rules: [start, c0, other], group-by: [host], timespan: 10m}',
      '{type: event_count, rules: [c0], group-by: [host], timespan: 10m, condition: {gte: 2}}',
      '{type: temporal_ordered, rules: [c0, end], group-by: [host], timespan: 2m}\nvedette: {absent: end}',
    );
    of.send(event(100, 'start'));
    expect(of.tick(191).map((firing) => of.nameOf(firing))).toEqual(['c0']);
    expect(of.send(event(192, 'other')).map((firing) => of.nameOf(firing))).toEqual(['c1']);
    of.send(event(200, 'start'));
    const fired = of.tick(10_000);
    expect(fired.map((firing) => [of.nameOf(firing), firing.time / 1000])).toEqual([
      ['c0', 260],
      ['c2', 260],
      ['c3', 280],
    ]);
  });
});

describe('what waits', () => {
  it('goes on after a restart, in the same order', () => {
    const through = bench(ABSENT, HEARTBEAT, FEW);
    const restarted = bench(ABSENT, HEARTBEAT, FEW);
    const both = [through, restarted];
    for (let i = 0; i < 30; i++) {
      for (const of of both) of.send(event(i * 7, i % 3 === 0 ? 'start' : 'other', `h${i % 4}`));
      restarted.restart();
      expect(restarted.correlator.dueAt).toBe(through.correlator.dueAt);
    }
    restarted.restart();
    expect(restarted.tick(1000)).toEqual(through.tick(1000));
    expect(restarted.correlator.snapshot()).toEqual(through.correlator.snapshot());
  });

  it('goes on when other rules are loaded, with the fields that the others need of it', () => {
    const before = rules(ABSENT);
    const of = new CorrelationBench(before);
    of.send({ t: 100, event: { e: 'start', host: 'h', user: 'u', site: 's' } });
    const outer = '{type: event_count, rules: [c0], group-by: [host], timespan: 10m, condition: {gte: 1}}';
    of.reload(
      `title: first\nlogsource: {category: t}\ndetection: {s: {e: x}, condition: s}\n---\n${rules(ABSENT, outer)}`,
    );
    expect(of.tick(1000).map((firing) => [of.nameOf(firing), firing.group])).toEqual([
      ['c0', [['host', 'h']]],
      ['c1', [['host', 'h']]],
    ]);
    of.send({ t: 2000, event: { e: 'start', host: 'h' } });
    of.reload(rules(ABSENT.replace('60s', '61s')));
    expect(of.correlator.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('is not swept away before it was judged', () => {
    const of = new CorrelationBench(rules(ABSENT), { maxGroups: 10 });
    for (let i = 0; i < 6; i++) of.send(event(i, 'start', `h${i}`));
    // No tick for an hour, then groups that make the table look for dead ones.
    for (let i = 0; i < 4; i++) of.send(event(3600 + i, 'end', `other${i}`));
    expect(of.tick(7200)).toHaveLength(6);
    expect(of.evicted).toBe(0);
  });

  it('is bounded: groups are dropped, and hits of a group that may wait on no more, each counted with its rule', () => {
    const of = new CorrelationBench(rules(ABSENT), { maxGroups: 100 });
    for (let i = 0; i < 1000; i++) of.send(event(i / 100, 'start', `h${i}`));
    for (let i = 0; i < 1000; i++) of.send(event(20, 'start', 'h999'));
    expect(of.correlator.groups).toBe(100);
    const { evicted } = of.counts.of(of.loaded.rules.find(({ name }) => name === 'c0')!.id);
    expect(evicted).toBe(900 + 1000);
    expect(of.evicted).toBe(evicted);
    expect(of.tick(1000)).toHaveLength(100);
    expect(of.correlator.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('holds of one group 64 hits at most, and goes on when they are judged', () => {
    const of = bench(ABSENT);
    for (let i = 0; i < 1000; i++) of.send(event(i * 100, 'start', 'h', 100_000));
    expect(of.tick(101_000)).toHaveLength(64);
    expect(of.evicted).toBe(1000 - 64);
    of.send(event(200_000, 'start'));
    expect(of.tick(201_000)).toHaveLength(1);
  });

  it('lets go of its evidence', () => {
    const of = new CorrelationBench(rules(ABSENT), { maxEvidenceCharacters: 100 });
    for (let round = 0; round < 50; round++) {
      of.send(event(round * 1000, 'start', `h${round}`));
      if (round % 2 === 0) of.send(event(round * 1000 + 1, 'end', `h${round}`));
      else of.tick(round * 1000 + 500);
    }
    expect(of.evicted).toBe(0);
  });
});
