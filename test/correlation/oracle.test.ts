import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Firing } from '../../src/correlation/hit.js';
import { CorrelationBench } from './helpers.js';

/**
 * Brute force over the whole history of a group: a hit fires when some window of one timespan that ends at an event
 * and holds the hit meets the condition.
 */
interface Sent {
  readonly t: number;
  readonly e: string;
  readonly user: string;
  readonly value: string;
}

const TIMESPAN = 10;
const LATENESS = 5;
const BASES = ['a', 'b', 'c'];
const detections = BASES.map(
  (e) => `title: ${e}\nname: ${e}\nlogsource: {category: t}\ndetection: {s: {e: ${e}}, condition: s}\n`,
).join('---\n');

/** What the events of a window, in order of time and arrival, come to; null = condition not met. */
type Oracle = (window: readonly Sent[]) => number | null;

const TYPES: readonly { name: string; correlation: string; oracle: Oracle }[] = [
  {
    name: 'event_count gte',
    correlation: 'type: event_count, condition: {gte: 3}',
    oracle: (window) => (window.length >= 3 ? window.length : null),
  },
  {
    name: 'event_count in a range',
    correlation: 'type: event_count, condition: {gt: 1, lte: 3}',
    oracle: (window) => (window.length > 1 && window.length <= 3 ? window.length : null),
  },
  {
    name: 'value_count',
    correlation: 'type: value_count, condition: {field: value, gte: 3}',
    oracle: (window) => {
      const distinct = new Set(window.map(({ value }) => value)).size;
      return distinct >= 3 ? distinct : null;
    },
  },
  {
    name: 'temporal',
    correlation: 'type: temporal',
    oracle: (window) => {
      const distinct = new Set(window.map(({ e }) => e)).size;
      return distinct === 3 ? distinct : null;
    },
  },
  {
    name: 'temporal_ordered',
    correlation: 'type: temporal_ordered',
    oracle: (window) => {
      let place = 0;
      for (const { e } of window) if (e === BASES[place]) place++;
      return place === 3 ? 3 : null;
    },
  },
  {
    name: 'value_sum',
    correlation: 'type: value_sum, condition: {field: value, gte: 8}',
    oracle: (window) => {
      const sum = window.reduce((all, { value }) => all + Number(value), 0);
      return sum >= 8 ? sum : null;
    },
  },
  {
    name: 'value_median',
    correlation: 'type: value_median, condition: {field: value, lt: 2}',
    oracle: (window) => {
      const sorted = window.map(({ value }) => Number(value)).sort((a, b) => a - b);
      const half = (sorted.length - 1) / 2;
      const median = (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
      return median < 2 ? median : null;
    },
  },
];

class Brute {
  readonly #oracle: Oracle;
  readonly #resets: boolean;
  readonly #groups = new Map<string, { history: Sent[]; newest: number }>();
  late = 0;

  constructor(oracle: Oracle, resets: boolean) {
    this.#oracle = oracle;
    this.#resets = resets;
  }

  /** What is observed at the first window that the event completes, null when it fires nothing. */
  send(sent: Sent): number | null {
    const group = this.#groups.get(sent.user) ?? { history: [], newest: Number.NEGATIVE_INFINITY };
    this.#groups.set(sent.user, group);
    if (sent.t < group.newest - TIMESPAN - LATENESS) {
      this.late++;
      return null;
    }
    group.newest = Math.max(group.newest, sent.t);
    group.history.push(sent);
    group.history = group.history.filter(({ t }) => t >= group.newest - TIMESPAN - LATENESS);
    const sorted = [...group.history].sort((a, b) => a.t - b.t);
    const ends = sorted.map(({ t }) => t).filter((t) => t >= sent.t && t <= sent.t + TIMESPAN);
    for (const end of ends) {
      const observed = this.#oracle(sorted.filter(({ t }) => t <= end && t >= end - TIMESPAN));
      if (observed === null) continue;
      if (this.#resets) group.history = [];
      return observed;
    }
    return null;
  }
}

/** Time goes on slowly; out of order, events lag behind it by up to more than what is allowed. */
const events = (inOrder: boolean) =>
  fc
    .array(
      fc.record({
        step: fc.integer({ min: 0, max: 4 }),
        lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: TIMESPAN + LATENESS + 2 })),
        e: fc.constantFrom(...BASES),
        user: fc.constantFrom('u', 'v'),
        value: fc.constantFrom('1', '2', '3', '4'),
      }),
      { maxLength: 60 },
    )
    .map((list) => {
      let now = 0;
      return list.map(({ step, lag, ...sent }): Sent => {
        now += step;
        return { ...sent, t: inOrder ? now : now - lag };
      });
    });

for (const { name, correlation, oracle } of TYPES) {
  const yaml = `${detections}---
title: corr
name: corr
correlation: {${correlation}, rules: [a, b, c], group-by: [user], timespan: ${TIMESPAN}s}
`;
  describe(`${name} against a search of the whole history`, () => {
    for (const policy of ['each', 'reset'] as const) {
      for (const inOrder of [true, false]) {
        it(`fires on the same events ${inOrder ? 'in order' : 'out of order'} under ${policy}`, () => {
          fc.assert(
            fc.property(events(inOrder), (list) => {
              const bench = new CorrelationBench(yaml, { policy, allowedLatenessMs: LATENESS * 1000 });
              expect(bench.loaded.faults).toEqual([]);
              const brute = new Brute(oracle, policy === 'reset');
              for (const sent of list) {
                const fired = bench.send({ t: sent.t, event: { ...sent } });
                const expected = brute.send(sent);
                expect(fired.map(({ value }) => value)).toEqual(expected === null ? [] : [expected]);
              }
              expect(bench.late).toBe(brute.late);
            }),
            { numRuns: 100 },
          );
        });
      }
    }

    it('goes on after a restart at any point as if nothing had happened', () => {
      fc.assert(
        fc.property(events(false), fc.nat(), fc.constantFrom('each', 'reset'), (list, at, policy) => {
          const options = { policy, allowedLatenessMs: LATENESS * 1000, maxGroups: 100 } as const;
          const through = new CorrelationBench(yaml, options);
          const restarted = new CorrelationBench(yaml, options);
          const expected: Firing[] = [];
          const actual: Firing[] = [];
          list.forEach((sent, i) => {
            if (i === at % list.length) {
              const saved = deserialize(serialize(restarted.correlator.snapshot()));
              restarted.correlator = restarted.newCorrelator();
              restarted.correlator.restore(saved);
            }
            expected.push(...through.send({ t: sent.t, event: { ...sent } }));
            actual.push(...restarted.send({ t: sent.t, event: { ...sent } }));
          });
          expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
          expect(restarted.correlator.snapshot()).toEqual(through.correlator.snapshot());
        }),
        { numRuns: 60 },
      );
    });
  });
}
