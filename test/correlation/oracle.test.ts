import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Firing } from '../../src/correlation/hit.js';
import { CorrelationBench, Random } from './helpers.js';

/**
 * Brute force over the whole history of a group: a hit fires when some window of one timespan that ends at an event
 * and holds the hit meets the condition.
 */
interface Sent {
  readonly t: number;
  readonly e: string;
  readonly user: string;
  readonly value: string;
  /** Its value is in another event of some window that holds it. */
  isKnown?: boolean;
}

/** Of each type under each policy, in order and out of order; 10,000 of a type in all. */
const HISTORIES = Number(process.env.VEDETTE_HISTORIES ?? 2500);
/** Of one test: machines are shared. */
const timeout = 180_000;
const TIMESPAN = 10;
const LATENESS = 5;
const BASES = ['a', 'b', 'c'];
const detections = BASES.map(
  (e) => `title: ${e}\nname: ${e}\nlogsource: {category: t}\ndetection: {s: {e: ${e}}, condition: s}\n`,
).join('---\n');

/**
 * What the events of a window, in order of time and arrival, come to; null = condition not met. Out of order the engine may
 * meet it first in another window with the hit than the one that ends first: then only whether it fires is compared.
 */
type Oracle = (window: readonly Sent[], hit: Sent) => number | null;

interface Type {
  readonly name: string;
  readonly correlation: string;
  readonly oracle: Oracle;
  readonly refire?: 'new';
  /**
   * More hits can end what was true. Of a value or rule that hits often the engine does not keep all times, so that of
   * windows in the past, which only a hit out of order asks for, it may not see the one that ends there.
   */
  readonly endsByMore?: true;
}

const TYPES: readonly Type[] = [
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
    name: 'value_count of new values',
    correlation: 'type: value_count, condition: {field: value, gte: 2}',
    refire: 'new',
    oracle: (window, hit) => {
      const distinct = new Set(window.map(({ value }) => value)).size;
      return distinct >= 2 && !hit.isKnown ? distinct : null;
    },
  },
  {
    name: 'value_count in a range',
    correlation: 'type: value_count, condition: {field: value, gt: 1, neq: 3}',
    endsByMore: true,
    oracle: (window) => {
      const distinct = new Set(window.map(({ value }) => value)).size;
      return distinct > 1 && distinct !== 3 ? distinct : null;
    },
  },
  {
    name: 'event_count eq',
    correlation: 'type: event_count, condition: {eq: 3}',
    oracle: (window) => (window.length === 3 ? window.length : null),
  },
  {
    name: 'temporal with an expression',
    correlation: 'type: temporal, condition: a and (b or c) and not (b and c)',
    endsByMore: true,
    oracle: (window) => {
      const [a, b, c] = BASES.map((base) => window.some(({ e }) => e === base));
      return a && b !== c ? 2 : null;
    },
  },
  {
    name: 'value_avg',
    correlation: 'type: value_avg, condition: {field: value, gt: 2}',
    oracle: (window) => {
      const mean = window.reduce((all, { value }) => all + Number(value), 0) / window.length;
      return mean > 2 ? mean : null;
    },
  },
  {
    name: 'value_percentile',
    correlation: 'type: value_percentile, condition: {field: value, percentile: 100, gte: 4}',
    oracle: (window) => {
      const most = Math.max(...window.map(({ value }) => Number(value)));
      return most >= 4 ? most : null;
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
  readonly #timespan: number;
  readonly #retention: number;
  readonly #groups = new Map<string, { history: Sent[]; newest: number }>();
  late = 0;

  constructor(oracle: Oracle, resets: boolean, timespan = TIMESPAN, lateness = LATENESS) {
    this.#oracle = oracle;
    this.#resets = resets;
    this.#timespan = timespan;
    this.#retention = timespan + lateness;
  }

  /** What is observed at the first window that the event completes, null when it fires nothing. */
  send(sent: Sent): number | null {
    const group = this.#groups.get(sent.user) ?? { history: [], newest: Number.NEGATIVE_INFINITY };
    this.#groups.set(sent.user, group);
    if (sent.t < group.newest - this.#retention) {
      this.late++;
      return null;
    }
    group.newest = Math.max(group.newest, sent.t);
    sent.isKnown = group.history.some(
      ({ t, value }) => value === sent.value && Math.abs(t - sent.t) <= this.#timespan,
    );
    group.history.push(sent);
    group.history = group.history.filter(({ t }) => t >= group.newest - this.#retention);
    const sorted = [...group.history].sort((a, b) => a.t - b.t);
    const ends = sorted.map(({ t }) => t).filter((t) => t >= sent.t && t <= sent.t + this.#timespan);
    for (const end of ends) {
      const observed = this.#oracle(
        sorted.filter(({ t }) => t <= end && t >= end - this.#timespan),
        sent,
      );
      if (observed === null) continue;
      if (this.#resets) group.history = [];
      return observed;
    }
    return null;
  }
}

/** A few events of one group and a few of another. Time goes on slowly; out of order, they lag behind it by up to more than allowed. */
function history(random: Random, user: string, inOrder: boolean): Sent[] {
  let now = 0;
  return Array.from({ length: 1 + random.below(24) }, () => {
    now += random.below(5);
    const lag = inOrder || random.below(2) === 0 ? 0 : random.below(TIMESPAN + LATENESS + 3);
    return {
      ...{ t: now - lag, e: BASES[random.below(BASES.length)]!, user: `${user}${'uuv'[random.below(3)]}` },
      value: String(1 + random.below(4)),
    };
  });
}

function toBench(sent: Sent) {
  return { t: sent.t, event: { ...sent } };
}

const events = fc.tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat({ max: 60 })).map(([seed, length]) => {
  const random = new Random(seed);
  return Array.from({ length: 6 }, () => history(random, '', false))
    .flat()
    .slice(0, length);
});

for (const { name, correlation, oracle, refire = 'reset', endsByMore } of TYPES) {
  const yaml = `${detections}---
title: corr
name: corr
correlation: {${correlation}, rules: [a, b, c], group-by: [user], timespan: ${TIMESPAN}s}
vedette: {refire: ${refire}}
`;
  describe(`${name} against a search of the whole history`, () => {
    for (const policy of ['each', 'reset'] as const) {
      for (const inOrder of endsByMore ? [true] : [true, false]) {
        it(`fires on the same events ${inOrder ? 'in order' : 'out of order'} under ${policy}`, {
          timeout,
        }, () => {
          const bench = new CorrelationBench(yaml, {
            ...{ policy, allowedLatenessMs: LATENESS * 1000, maxGroups: 4 * HISTORIES },
          });
          expect(bench.loaded.faults).toEqual([]);
          const brute = new Brute(oracle, policy === 'reset' && refire === 'reset');
          const random = new Random(inOrder ? 1 : 2);
          for (let n = 0; n < (endsByMore ? 2 : 1) * HISTORIES; n++) {
            const list = history(random, `${n}`, inOrder);
            const seen = (value: number): number =>
              inOrder || !name.startsWith('value_count') ? value : Math.sign(value);
            const fired = list.map((sent) => bench.send(toBench(sent)).map(({ value }) => seen(value)));
            const expected = list
              .map((sent) => brute.send(sent))
              .map((value) => (value === null ? [] : [seen(value)]));
            if (String(fired) !== String(expected))
              expect({ list, fired }).toEqual({ list, fired: expected });
          }
          expect(bench.late).toBe(brute.late);
          expect(bench.counts.of(bench.loaded.rules.at(-1)!.id).firings).toBeGreaterThan(0);
        });
      }
    }

    it('goes on after a restart at any point as if nothing had happened', () => {
      fc.assert(
        fc.property(events, fc.nat(), fc.constantFrom('each', 'reset'), (list, at, policy) => {
          const options = { policy, allowedLatenessMs: LATENESS * 1000, maxGroups: 100 } as const;
          const through = new CorrelationBench(yaml, options);
          const restarted = new CorrelationBench(yaml, options);
          const expected: Firing[] = [];
          const actual: Firing[] = [];
          list.forEach((sent, i) => {
            if (i === at % list.length) restarted.restart();
            expected.push(...through.send(toBench(sent)));
            actual.push(...restarted.send(toBench(sent)));
          });
          expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
          expect(restarted.correlator.snapshot()).toEqual(through.correlator.snapshot());
        }),
        { numRuns: 60 },
      );
    });
  });
}

const sumOf = (window: readonly Sent[]): number => window.reduce((sum, { value }) => sum + Number(value), 0);
function quantileOf(window: readonly Sent[], share: number): number {
  const sorted = window.map(({ value }) => Number(value)).sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
}

const HOLDS = {
  gte: (a: number, b: number): boolean => a >= b,
  gt: (a: number, b: number): boolean => a > b,
  lte: (a: number, b: number): boolean => a <= b,
  lt: (a: number, b: number): boolean => a < b,
  eq: (a: number, b: number): boolean => a === b,
};
/** What a percentile of values from 15 to 44 comes to now and then, but not often. */
const highLimit = (percentile: number): number => Math.round(15 + 0.29 * percentile + 2);
const lowLimit = (percentile: number): number => Math.round(15 + 0.29 * percentile - 2);
const LIMITS = { gte: highLimit, gt: highLimit, lte: lowLimit, lt: lowLimit, eq: highLimit };
const distinctOf = (window: readonly Sent[]): number => new Set(window.map(({ value }) => value)).size;

/** So many that they are not looked through one by one; values are of 60, and all are kept. */
const LARGE: readonly (Pick<Type, 'name' | 'correlation' | 'oracle'> & {
  readonly valueFrom?: (random: Random) => string;
})[] = [
  ...[8, 34, 45].map((least) => ({
    name: `value_count from ${least} on`,
    correlation: `type: value_count, condition: {field: value, gte: ${least}}`,
    oracle: (window: readonly Sent[]) => (distinctOf(window) >= least ? distinctOf(window) : null),
  })),
  {
    name: 'event_count from 255 on',
    correlation: 'type: event_count, condition: {gte: 255}',
    oracle: (window) => (window.length >= 255 ? window.length : null),
  },
  {
    name: 'event_count in a range',
    correlation: 'type: event_count, condition: {gt: 230, lte: 280, neq: 240}',
    oracle: ({ length }) => (length > 230 && length <= 280 && length !== 240 ? length : null),
  },
  {
    name: 'value_sum',
    correlation: 'type: value_sum, condition: {field: value, gte: 7800}',
    oracle: (window) => (sumOf(window) >= 7800 ? sumOf(window) : null),
  },
  {
    name: 'value_sum in a range',
    correlation: 'type: value_sum, condition: {field: value, gt: 7000, lt: 8000, neq: 7777}',
    oracle: (window) => {
      const sum = sumOf(window);
      return sum > 7000 && sum < 8000 && sum !== 7777 ? sum : null;
    },
  },
  {
    name: 'value_sum with a fraction now and then',
    correlation: 'type: value_sum, condition: {field: value, gte: 7800}',
    valueFrom: (random) => `${random.below(60)}${random.below(300) === 0 ? '.5' : ''}`,
    oracle: (window) => (sumOf(window) >= 7800 ? sumOf(window) : null),
  },
  ...[100, 100.5].map((bound) => ({
    name: `value_avg above ${bound}`,
    correlation: `type: value_avg, condition: {field: value, gt: ${bound}}`,
    valueFrom: (random: Random) => String(random.below(400) === 0 ? 20_000 : random.below(120) - 60),
    oracle: (window: readonly Sent[]) => {
      const mean = sumOf(window) / window.length;
      return mean > bound ? mean : null;
    },
  })),
  {
    name: 'value_avg in a range',
    correlation: 'type: value_avg, condition: {field: value, lt: 27, neq: 25}',
    valueFrom: (random) => String(random.below(50) + (random.below(40) === 0 ? -200 : 10)),
    oracle: (window) => {
      const mean = sumOf(window) / window.length;
      return mean < 27 && mean !== 25 ? mean : null;
    },
  },
  ...(['gte', 'gt', 'lte', 'lt', 'eq'] as const).flatMap((op) =>
    [10, 50, 90.5].map((percentile) => ({
      name: `value_percentile ${percentile} ${op}`,
      correlation: `type: value_percentile, condition: {field: value, percentile: ${percentile}, ${op}: ${LIMITS[op](percentile)}}`,
      // Few are like that, so that the windows in which a late one decides are large.
      valueFrom: (random: Random) => String(random.below(30) + (random.below(100) === 0 ? 300 : 15)),
      oracle: (window: readonly Sent[]) => {
        const quantile = quantileOf(window, percentile / 100);
        return HOLDS[op](quantile, LIMITS[op](percentile)) ? quantile : null;
      },
    })),
  ),
];

describe('large windows against a search of the whole history', () => {
  for (const { name, correlation, oracle, valueFrom } of LARGE) {
    for (const policy of ['each', 'reset'] as const) {
      it(`${name}: fires on the same events under ${policy}, however event times are shuffled, through restarts`, {
        timeout,
      }, () => {
        const yaml = `${detections}---
title: corr
name: corr
correlation: {${correlation}, rules: [a], group-by: [user], timespan: 100000s}
`;
        const bench = new CorrelationBench(yaml, { policy, allowedLatenessMs: 50_000_000 });
        const brute = new Brute(oracle, policy === 'reset', 100_000, 50_000);
        const random = new Random(7);
        for (let n = 0; n < 3; n++) {
          let now = 0;
          for (let i = 0; i < 1200; i++) {
            // Calm and shuffled parts in turns, and now and then a step that no window spans.
            now += i % 400 === 399 ? 80_000 : random.below(800);
            const isLate = i % 300 > 200 && random.below(3) > 0;
            const sent: Sent = {
              ...{ t: now - (isLate ? random.below(152_000) : 0), e: 'a', user: `u${n}` },
              value: valueFrom?.(random) ?? String(random.below(60)),
            };
            const seen = (value: number): number =>
              name.startsWith('value_count') ? Math.sign(value) : value;
            const observed = brute.send(sent);
            const expected = observed === null ? [] : [seen(observed)];
            expect(bench.send(toBench(sent)).map(({ value }) => seen(value))).toEqual(expected);
            if (random.below(20) === 0) bench.restart();
          }
        }
        expect(bench.late).toBe(brute.late);
        expect(bench.counts.of(bench.loaded.rules.at(-1)!.id).firings).toBeGreaterThan(0);
      });
    }
  }
});

/** Silence is judged in between, at a receive time which is that of the newest event. */
type Step = Sent | { readonly tick: number };

interface Watching {
  readonly sent: Sent;
  readonly until: number;
  isOver: boolean;
}

/** What is observed of a watch, given all that was accepted so far, in order of arrival; null = nothing fires. */
type SilenceOracle = (watch: Sent, accepted: readonly Sent[]) => number | null;

const isAfter = (accepted: readonly Sent[], watch: Sent, sent: Sent): boolean =>
  sent.t > watch.t || (sent.t === watch.t && accepted.indexOf(sent) > accepted.indexOf(watch));

const notFollowedBy =
  (e: string): SilenceOracle =>
  (watch, accepted) =>
    accepted.some((sent) => sent.e === e && isAfter(accepted, watch, sent) && sent.t <= watch.t + TIMESPAN)
      ? null
      : 0;

/** A hit outside of all windows so far, and later than they, opens one. */
const afterAllWindows = (sent: Sent, watches: readonly Watching[]): boolean =>
  watches.every(({ sent: { t } }) => sent.t > t + TIMESPAN);

interface SilentType {
  readonly name: string;
  readonly correlation: string;
  readonly opens: (sent: Sent, watches: readonly Watching[]) => boolean;
  readonly oracle: SilenceOracle;
  /** Under `reset` a firing speaks for other watches too. */
  readonly overlaps?: true;
}

const inWindow = (watch: Sent, accepted: readonly Sent[]): Sent[] =>
  accepted.filter(({ t }) => t >= watch.t && t <= watch.t + TIMESPAN);

const SILENT: readonly SilentType[] = [
  {
    name: 'absence',
    correlation:
      'type: temporal_ordered, rules: [a, b], group-by: [user], timespan: 10s}\nvedette: {absent: b',
    opens: ({ e }) => e === 'a',
    oracle: notFollowedBy('b'),
    overlaps: true,
  },
  {
    name: 'a heartbeat',
    correlation: 'type: temporal_ordered, rules: [a], group-by: [user], timespan: 10s}\nvedette: {absent: a',
    opens: ({ e }) => e === 'a',
    oracle: notFollowedBy('a'),
    overlaps: true,
  },
  {
    name: 'event_count below',
    correlation:
      'type: event_count, rules: [a, b, c], group-by: [user], timespan: 10s, condition: {lt: 4, neq: 2}',
    opens: afterAllWindows,
    oracle: (watch, accepted) => {
      const { length } = inWindow(watch, accepted);
      return length < 4 && length !== 2 ? length : null;
    },
  },
  {
    name: 'value_count below',
    correlation:
      'type: value_count, rules: [a, b, c], group-by: [user], timespan: 10s, condition: {field: value, lte: 2}',
    opens: afterAllWindows,
    oracle: (watch, accepted) => {
      const distinct = new Set(inWindow(watch, accepted).map(({ value }) => value)).size;
      return distinct <= 2 ? distinct : null;
    },
  },
];

/** What a plain search of all that came would fire. */
class BruteSilence {
  readonly #type: SilentType;
  readonly #resets: boolean;
  readonly #accepted = new Map<string, Sent[]>();
  readonly #watches: (Watching & { user: string })[] = [];

  constructor(type: SilentType, resets: boolean) {
    this.#type = type;
    this.#resets = resets;
  }

  send(sent: Sent, receivedAt: number): void {
    const { user, t } = sent;
    const isBase =
      this.#type.overlaps !== true || sent.e === 'a' || (sent.e === 'b' && this.#type.name === 'absence');
    if (!isBase) return;
    const accepted = this.#accepted.get(user) ?? [];
    this.#accepted.set(user, accepted);
    if (accepted.some((other) => t < other.t - TIMESPAN - LATENESS)) return;
    accepted.push(sent);
    const own = this.#watches.filter((watch) => watch.user === user);
    if (this.#type.opens(sent, own)) {
      this.#watches.push({ user, sent, until: receivedAt + TIMESPAN + LATENESS, isOver: false });
    }
  }

  /** In order of receipt. */
  tick(now: number): [user: string, at: number, observed: number][] {
    const fired: [string, number, number][] = [];
    for (const watch of this.#watches) {
      if (watch.isOver || watch.until >= now) continue;
      watch.isOver = true;
      const { user, sent } = watch;
      const observed = this.#type.oracle(sent, this.#accepted.get(user)!);
      if (observed === null) continue;
      fired.push([user, sent.t + TIMESPAN, observed]);
      if (!this.#type.overlaps || !this.#resets) continue;
      for (const other of this.#watches) {
        const began = other.sent.t - sent.t;
        if (other.user === user && began >= 0 && began <= TIMESPAN) other.isOver = true;
      }
    }
    return fired;
  }
}

for (const type of SILENT) {
  const yaml = `${detections}---\ntitle: corr\nname: corr\ncorrelation: {${type.correlation}}\n`;
  describe(`${type.name} against a search of the whole history`, () => {
    for (const policy of ['each', 'reset'] as const) {
      it(`is judged alike under ${policy}, through restarts`, { timeout }, () => {
        const bench = new CorrelationBench(yaml, {
          ...{ policy, allowedLatenessMs: LATENESS * 1000, maxGroups: 8 * HISTORIES },
        });
        expect(bench.loaded.faults).toEqual([]);
        const random = new Random(3);
        let fired = 0;
        for (let n = 0; n < 2 * HISTORIES; n++) {
          const brute = new BruteSilence(type, policy === 'reset');
          const expected: unknown[] = [];
          const actual: unknown[] = [];
          const list = history(random, `${n}`, random.below(2) === 0);
          const steps: Step[] = [];
          const judge = (tick: number): void => {
            steps.push({ tick });
            expected.push(...brute.tick(tick));
            actual.push(
              ...bench.tick(tick).map(({ group, time, value }) => [group[0]![1], time / 1000, value]),
            );
          };
          let now = 0;
          for (const sent of list) {
            now = Math.max(now, sent.t);
            steps.push(sent);
            brute.send(sent, now);
            bench.send({ ...toBench(sent), receivedAt: now });
            if (random.below(4) === 0) judge(now);
            if (n % 100 === 0) bench.restart();
          }
          judge(now + 100);
          if (String(actual) !== String(expected))
            expect({ steps, actual }).toEqual({ steps, actual: expected });
          fired += actual.length;
          // Histories begin at 0, each.
          if (n % 50 === 0) bench.correlator = bench.newCorrelator();
        }
        expect(fired).toBeGreaterThan(0);
      });
    }
  });
}

describe('the order of arrival within what is allowed', () => {
  it.each([
    ['event_count', 'type: event_count, condition: {gt: 2}'],
    ['value_count', 'type: value_count, condition: {field: value, gte: 3}'],
    ['temporal', 'type: temporal'],
    ['temporal_ordered', 'type: temporal_ordered'],
  ])('does not change for which groups %s fires under each', { timeout }, (_type, correlation) => {
    const yaml = `${detections}---\ntitle: corr\ncorrelation: {${correlation}, rules: [a, b, c], group-by: [user], timespan: ${TIMESPAN}s}\n`;
    const groupsOf = (list: readonly Sent[]): string[] => {
      const bench = new CorrelationBench(yaml, {
        ...{ policy: 'each', allowedLatenessMs: LATENESS * 1000, maxGroups: 8 * HISTORIES },
      });
      const fired = list.flatMap((sent) => bench.send(toBench(sent))).map(({ group }) => group[0]![1]);
      expect(bench.late).toBe(0);
      return [...new Set(fired)].sort();
    };
    const random = new Random(4);
    const inOrder: Sent[] = [];
    for (let n = 0; n < HISTORIES; n++) {
      // No two at one time: of those the order of arrival is the order.
      const list = history(random, `${n}`, true).map((sent, i) => ({ ...sent, t: sent.t + i / 1000 }));
      inOrder.push(...list);
    }
    const arriving = inOrder
      .map((sent) => ({ sent, at: sent.t + random.below(LATENESS * 1000) / 1000 }))
      .sort((a, b) => a.at - b.at)
      .map(({ sent }) => sent);
    const expected = groupsOf(inOrder);
    expect(expected.length).toBeGreaterThan(HISTORIES / 10);
    expect(groupsOf(arriving)).toEqual(expected);
  });
});
