import { describe, expect, it } from 'vitest';
import { BURST } from '../../src/anomaly/budget.js';
import { FEATURE_COUNT } from '../../src/anomaly/features.js';
import type { Model } from '../../src/anomaly/model.js';
import { train } from '../../src/anomaly/train.js';
import type { Anomaly, AnomalyWatch } from '../../src/anomaly/watch.js';
import { ENTITY, type EntityMinutes, MINUTE, MINUTE_MS, ROW_WIDTH } from '../../src/model/entity-minute.js';
import { createWatch, type FleetMinute, failure, fleet, line, START, summarized } from './helpers.js';

const HOURS = 3;
const QUIET = fleet(HOURS * 60);

/** Feeds whole minutes, each in chunks of `size` lines, and what each gave. */
function run(watch: AnomalyWatch, minutes: readonly FleetMinute[], size = 10_000): Anomaly[] {
  let seq = 0;
  return minutes.flatMap(({ lines, at }) => {
    const found: Anomaly[] = [];
    for (let i = 0; i < lines.length; i += size)
      found.push(...watch.apply(++seq, 'tcp', summarized(lines.slice(i, i + size), at), at));
    return found;
  });
}

/** What a watch knows after the quiet hours, and a model of them. */
const PAST = ((): { snapshot: ReturnType<AnomalyWatch['snapshot']>; model: Model } => {
  const { watch } = createWatch();
  run(watch, QUIET);
  const { model } = train(watch.learningSet(), null, { seed: 1, maxShare: 0.001 });
  return { model, snapshot: { ...watch.snapshot(), modelId: 'a', modelAt: model.to } };
})();

/** A watch that knows the quiet hours and goes by their model, or by `model`. */
function trained(model = PAST.model): { watch: AnomalyWatch; counts: Map<string, number> } {
  const made = createWatch({}, new Map([['a', model]]));
  made.watch.restore(structuredClone(PAST.snapshot));
  return made;
}

/** Minutes after the quiet ones. */
function later(extra: (place: number, at: number) => readonly string[], minutes = 3): FleetMinute[] {
  return fleet(HOURS * 60 + minutes, (place, at) => (place < HOURS * 60 ? [] : extra(place, at))).slice(
    HOURS * 60,
  );
}

function stamped(at: number, second: number, host: string, app: string, text: string): string {
  return `<86>1 ${new Date(at + second * 1000).toISOString()} ${host} ${app} 17 - - ${text}`;
}

const SCAN = (place: number, at: number): string[] =>
  place === HOURS * 60
    ? Array.from({ length: 55 }, (_, i) =>
        stamped(
          at,
          i,
          'fw-02',
          'kernel',
          `[UFW BLOCK] IN=e OUT= SRC=10.1.0.10 DST=10.0.0.${i} PROTO=TCP SPT=4 DPT=${7000 + i}`,
        ),
      )
    : [];

describe('closing a minute', () => {
  const only = (seconds: number, at: number): EntityMinutes =>
    summarized([failure(seconds, 'root', '203.0.113.7')], at);

  it('waits for its end and the allowed lateness, by receive time', () => {
    const { watch } = createWatch();
    watch.apply(1, 'tcp', only(5, START + 5000), START + 5000);
    watch.tick(START + MINUTE_MS + 29_999);
    expect(watch.stats()).toMatchObject({ open: 1, scored: 0 });
    watch.tick(START + MINUTE_MS + 30_000);
    expect(watch.stats()).toMatchObject({ open: 0, scored: 1, profiles: 1 });
  });

  it('takes what comes late but in time, and counts what is too late', () => {
    const { watch, counts } = createWatch();
    watch.apply(1, 'tcp', only(5, START + 5000), START + 5000);
    watch.apply(2, 'tcp', only(50, START + 80_000), START + 80_000);
    expect(watch.stats().open).toBe(1);
    watch.apply(3, 'tcp', only(51, START + 95_000), START + 95_000);
    expect(watch.stats()).toMatchObject({ open: 0, scored: 1 });
    expect(counts.get('anomaly.late')).toBe(1);
  });

  it('keeps minutes of an old file open long enough to be read', () => {
    const { watch, counts } = createWatch();
    const now = START + 7 * 86_400_000;
    for (let second = 0; second < 600; second += 20)
      watch.apply(second + 1, 'file', only(second, now), now + second);
    expect(watch.stats()).toMatchObject({ open: 10, scored: 0 });
    watch.tick(now + 100_000);
    expect(watch.stats()).toMatchObject({ open: 0, scored: 10 });
    expect(counts.size).toBe(0);
  });

  it('does not go back with a clock that does', () => {
    const { watch } = createWatch();
    watch.tick(START + 600_000);
    watch.apply(1, 'tcp', only(595, START), START);
    watch.tick(START);
    expect(watch.stats().open).toBe(1);
  });
});

describe('a clock that was ahead and is set back', () => {
  const AHEAD = START + 3650 * 86_400_000;

  /** The last hour of the quiet ones, after a few minutes ten years ahead. */
  function play(between: (watch: AnomalyWatch) => AnomalyWatch): { watch: AnomalyWatch; found: Anomaly[] } {
    let { watch } = trained();
    const scan = later(SCAN, 30);
    watch.tick(AHEAD);
    const lines = scan[0]!.lines.map((text) => text.replace(/2026-\S+/, new Date(AHEAD).toISOString()));
    watch.apply(900, 'tcp', summarized(lines.slice(0, 50), AHEAD), AHEAD);
    watch.tick(AHEAD + 5 * MINUTE_MS);
    watch.apply(901, 'tcp', summarized(lines.slice(0, 50), AHEAD), AHEAD + 5 * MINUTE_MS);
    watch.setBack(scan[0]!.at - MINUTE_MS);
    watch = between(watch);
    return { watch, found: run(watch, scan) };
  }

  it('does not stop judging, nor learning', () => {
    const { watch, found } = play((same) => same);
    expect(found.map(({ entity }) => entity)).toContain('10.1.0.10');
    expect(watch.stats().open).toBeLessThan(200);
    expect(Math.max(...watch.learningSet().minutes)).toBeLessThan(AHEAD / MINUTE_MS - 1000);
    expect(watch.isDueForTraining).toBe(false);
  });

  it('gives the same after a restart', () => {
    const plain = play((same) => same);
    const again = play((watch) => {
      const next = createWatch({}, new Map([['a', PAST.model]])).watch;
      next.restore(structuredClone(watch.snapshot()));
      return next;
    });
    expect(JSON.stringify(again.found)).toBe(JSON.stringify(plain.found));
    expect(again.watch.stats()).toEqual(plain.watch.stats());
  });

  it('is learned from again a day later, though its model is of a time to come', () => {
    const ahead = { ...PAST.model, to: AHEAD / MINUTE_MS };
    const { watch } = createWatch({}, new Map([['a', ahead]]));
    watch.restore(structuredClone(PAST.snapshot));
    watch.tick(AHEAD);
    watch.useModel('a');
    watch.setBack(QUIET.at(-1)!.at);
    watch.tick(QUIET.at(-1)!.at + 86_400_000);
    expect(watch.isDueForTraining).toBe(true);
  });
});

describe('an anomaly', () => {
  it('is not that somebody does more than nothing, when nobody did anything before', () => {
    const { watch } = createWatch({}, new Map([['a', PAST.model]]));
    watch.useModel('a');
    run(watch, QUIET.slice(0, 3));
    const reasons = watch.ranked().map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.includes('usually at most 0)'))).toEqual([]);
  });

  it('is found, and is explained by what caused it', () => {
    const { watch } = trained();
    const found = run(watch, later(SCAN));
    const scan = found.find(({ entity }) => entity === '10.1.0.10');
    expect(scan).toBeDefined();
    expect(scan!.score).toBeGreaterThan(scan!.threshold);
    expect(['denials', 'failures', 'ports', 'peers']).toContain(scan!.features[0]!.name);
    const ports = scan!.features.find(
      ({ name }) => name === 'ports' || name === 'denials' || name === 'failures',
    )!;
    expect(ports.value).toBeGreaterThan(40);
    expect(ports.usual).toBeLessThan(10);
    expect(scan!.reason).toMatch(/^\d.* \(usually at most /);
    expect(scan!.original).toContain('SRC=10.1.0.10');
    expect(scan!.features.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1.001);
  });

  it('is the same however lines are cut into chunks', () => {
    const [one, other] = [trained().watch, trained().watch];
    const whole = run(one, later(SCAN)).map(({ seq, index, ...rest }) => rest);
    const parts = run(other, later(SCAN), 7).map(({ seq, index, ...rest }) => rest);
    expect(whole.length).toBeGreaterThan(0);
    expect(parts).toEqual(whole);
  });

  it('is the same after a restart at any minute', () => {
    const minutes = later(SCAN, 5);
    const { watch: whole } = trained();
    const feed = (watch: AnomalyWatch, from: number, to: number): Anomaly[] =>
      minutes
        .slice(from, to)
        .flatMap(({ lines, at }, i) => watch.apply(from + i, 'tcp', summarized(lines, at), at));
    const expected = feed(whole, 0, minutes.length);
    expect(expected.length).toBeGreaterThan(0);
    for (const cut of [0, 1, 3, minutes.length]) {
      const { watch: first } = trained();
      const found = feed(first, 0, cut);
      const snapshot = first.snapshot();
      const saved = structuredClone(snapshot);
      feed(first, cut, minutes.length);
      expect(snapshot, 'what comes after it changes nothing of it').toEqual(saved);
      const { watch: second } = createWatch({}, new Map([['a', PAST.model]]));
      second.restore(saved);
      found.push(...feed(second, cut, minutes.length));
      expect(found).toEqual(expected);
      expect(second.snapshot()).toEqual(whole.snapshot());
    }
  });

  it('is one in max_share at most, but for a few', () => {
    const { watch, counts } = trained({ ...PAST.model, threshold: 0 });
    const before = watch.stats().scored;
    const found = run(
      watch,
      later(() => [], 20),
    );
    const scored = watch.stats().scored - before;
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThanOrEqual(BURST + 0.001 * scored);
    expect(counts.get('anomaly.over_share')).toBe(scored - found.length);
    const byEntity = new Map<string, number>();
    for (const { entity } of found) byEntity.set(entity, (byEntity.get(entity) ?? 0) + 1);
    expect(Math.max(...byEntity.values())).toBeLessThan(found.length / 2);
  });
});

describe('poisoning', () => {
  it('by records of another day makes no hour, nor a whole day, of half an hour', () => {
    const { watch } = createWatch();
    const old = (at: number): string[] => [stamped(at - 3 * 86_400_000, 0, 'router-01', 'boot', 'started')];
    run(
      watch,
      fleet(40, (place, at) => (place % 10 === 0 ? old(at) : [])),
    );
    expect(watch.stats().sample).toBeGreaterThan(1024);
    expect(watch.isDueForTraining).toBe(false);
    const set = watch.learningSet();
    expect(Math.max(...set.minutes) - Math.min(...set.minutes)).toBeGreaterThan(1440);
    const { model } = train(set, null, { seed: 1, maxShare: 0.001 });
    expect(model.reference).toHaveLength(0);
    watch.tick(QUIET[61]!.at + 2 * MINUTE_MS);
    expect(watch.isDueForTraining).toBe(true);
  });

  it('by one source does not move the threshold of others beyond the cap', () => {
    const maxShare = 0.001;
    const poisoned = createWatch({ maxShare }).watch;
    // For hours, every minute, the attacker does what he is up to.
    const evil = fleet(HOURS * 60, (place, at) =>
      Array.from({ length: 40 }, (_, i) =>
        stamped(
          at,
          i,
          'fw-02',
          'kernel',
          `[UFW BLOCK] IN=e OUT= SRC=10.1.0.200 DST=10.0.0.${i} PROTO=TCP SPT=4 DPT=${(place * 41 + i * 13) % 60_000}`,
        ),
      ),
    );
    run(poisoned, evil);
    const set = poisoned.learningSet();
    const held = set.owners.filter((owner) => owner === '10.1.0.200').length;
    expect(held).toBeLessThanOrEqual(16_384 / 32);
    const { model } = train(set, PAST.model, { seed: 1, maxShare });
    expect(model.threshold).toBeLessThanOrEqual(PAST.model.threshold + 0.02);
  });

  it('by a slow drift does not carry the threshold away from the reference', () => {
    let former: Model = { ...PAST.model, referenceThreshold: 0.5, threshold: 0.5, trainedOn: 9 };
    const {
      snapshot: { sample: set },
    } = PAST;
    for (let day = 0; day < 10; day++) former = train(set, former, { seed: day, maxShare: 0.001 }).model;
    expect(former.threshold).toBeLessThanOrEqual(0.56);
  });

  it('raises the alarm when what is learned has changed', () => {
    const { model, snapshot } = PAST;
    const set = snapshot.sample;
    const width = FEATURE_COUNT;
    const reference = set.vectors.slice(0, 500 * width);
    const former = { ...model, reference, referenceThreshold: model.threshold };
    expect(train(set, former, { seed: 2, maxShare: 0.001 }).drift).toEqual([]);
    const moved = { ...set, vectors: set.vectors.map((value, i) => (i % width === 0 ? value + 2 : value)) };
    expect(train(moved, former, { seed: 2, maxShare: 0.001 }).drift[0]).toMatchObject({ feature: 'events' });
  });
});

describe('memory', () => {
  /** Rows of one event each, of entities that nobody saw before. */
  function crowd(template: EntityMinutes, first: number, count: number, minute: number): EntityMinutes {
    const rows = new Uint32Array(count * ROW_WIDTH);
    const texts: string[] = ['original'];
    for (let i = 0; i < count; i++) {
      rows.set(template.rows.subarray(0, ROW_WIDTH), i * ROW_WIDTH);
      rows[i * ROW_WIDTH + ENTITY] = texts.push(`host-${first + i}`) - 1;
      rows[i * ROW_WIDTH + 2] = 0;
      rows[i * ROW_WIDTH + 3] = 0;
      rows[i * ROW_WIDTH + MINUTE] = minute;
    }
    return { count, rows, texts, skipped: 0 };
  }

  it('is bounded under a million entities, and those seen before stay', () => {
    const { watch, counts } = createWatch({ maxEntities: 5000 });
    const quiet = Array.from({ length: 30 }, (_, i) => line(i * 60, 'slow-01', 'sshd', 'x'));
    quiet.forEach((text, i) => {
      watch.apply(i + 1, 'tcp', summarized([text], START + i * MINUTE_MS), START + i * MINUTE_MS);
    });
    const template = summarized([line(0, 'x', 'sshd', 'x')]);
    let seq = 100;
    for (let first = 0; first < 1_000_000; first += 4000) {
      const minute = START / MINUTE_MS + 30 + Math.floor(first / 100_000);
      watch.apply(++seq, 'udp', crowd(template, first, 4000, minute), minute * MINUTE_MS + 1000);
    }
    const { open, profiles } = watch.stats();
    expect(open).toBeLessThanOrEqual(5000 + 4096);
    expect(profiles).toBeLessThanOrEqual(5000);
    expect(counts.get('anomaly.evicted')!).toBeGreaterThan(900_000);
    const { proven } = watch.snapshot().profiles;
    expect(proven).toContain('slow-01');
  });
});
