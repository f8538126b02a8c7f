import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SavedGroups } from '../../src/correlation/group-saver.js';
import { CorrelationBench } from './helpers.js';

const NAMES = ['a', 'b', 'c'];
/** All kinds, one on firings of another, one whose groups wait. */
const RULES = [
  ...NAMES.map(
    (name) =>
      `title: ${name}\nname: ${name}\nlogsource: { product: x }\ndetection: { s: { e: ${name} }, condition: s }\n`,
  ),
  ...[
    'type: event_count, rules: [a], condition: { gte: 3 }',
    'type: value_count, rules: [a, b], condition: { field: user.name, gte: 3 }',
    'type: temporal_ordered, rules: [a, b, c]',
    'type: event_count, rules: [b], condition: { lt: 2 }',
    'type: temporal, rules: [counted, c]',
  ].map(
    (kind, i) =>
      `title: c${i}\n${i === 0 ? 'name: counted\n' : ''}correlation: { group-by: [source.ip], timespan: 30s, ${kind} }\n`,
  ),
].join('---\n');

interface Sent {
  readonly e: string;
  readonly group: number;
  readonly user: number;
  readonly passed: number;
  /** Pieces of the snapshot under way that are taken after it. */
  readonly pieces: number;
}

const steps = fc.array(
  fc.record({
    e: fc.constantFrom(...NAMES),
    group: fc.nat(11),
    user: fc.nat(3),
    passed: fc.constantFrom(0, 1, 5, 40),
    pieces: fc.nat(3),
  }),
  { minLength: 10, maxLength: 60 },
);

it('saves what was there when it began, whatever is fed, judged and evicted meanwhile', () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.constantFrom(14, 100), (list, at, maxGroups) => {
      const live = new CorrelationBench(RULES, { maxGroups, savedAtOnce: 2 });
      expect(live.loaded.faults).toEqual([]);
      const whole = new CorrelationBench(RULES, { maxGroups });
      const restored = whole.newCorrelator();
      let pieces: Generator<SavedGroups> | null = null;
      let heavyOwners: readonly string[] = [];
      const saved: Uint8Array[] = [];
      const take = (count: number): void => {
        for (let n = 0; n < count; n++) {
          const next = pieces?.next();
          if (next !== undefined && !next.done) saved.push(serialize(next.value));
        }
      };
      let now = 1000;
      list.forEach((sent, i) => {
        if (i === at % list.length) {
          ({ heavyOwners } = live.correlator);
          pieces = live.correlator.savedGroups();
        }
        now += sent.passed;
        const benches = i < at % list.length ? [live, whole] : [live];
        for (const bench of benches) {
          bench.send(toBench(sent, now));
          bench.tick(now);
        }
        take(sent.pieces);
      });
      take(1000);
      restored.restore({
        correlations: saved.map((piece) => deserialize(piece) as SavedGroups),
        heavyOwners,
      });
      expect(restored.snapshot()).toEqual(whole.correlator.snapshot());
    }),
    { numRuns: 200 },
  );
});

function toBench({ e, group, user }: Sent, now: number) {
  return { t: now, event: { e, 'source.ip': `192.0.2.${group}`, 'user.name': `u${user}` } };
}
