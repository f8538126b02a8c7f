// Correlations on one thread, without anything around them: 50 rules of all types, each hit placed in 5 of them. Placements a
// second against the number of groups (flat: no event looks at more than its own groups), with hits in random groups, the worst
// that a cache can get; the floor is the same hits placed in a hundred groups, and beside each is what a plain Map of as many keys
// takes. Then what groups take: memory after a full
// collection, for each type, of groups with one event and with five, each with its record as the keeper gets it, and of a million
// groups, each of another address. Last one group with ever more in its window: hits in order of event time, and beside them hits
// that come late, by up to what is allowed, which must not cost more the more there is.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCorrelator } from '../dist/correlation/correlate.js';
import { loadRules } from '../dist/sigma/load.js';
import { neededFields } from '../dist/sigma/references.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const BASES = 10;
const GROUPS = [100, 1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = 4;
const PLACEMENTS = 300_000;
const MEASURED_GROUPS = 100_000;
const MILLION = 1_000_000;
const WINDOW_MS = 600_000;
const LATENESS_MS = 30_000;
const START = Date.UTC(2026, 10, 20);
const SUBJECT = {
  ...{ host: 'web-01', user: 'root', targetUser: null, program: 'sshd', pid: 999 },
  ...{ tty: null, sessionId: null, destinationIp: null },
};

/** Each hit of a base rule is placed in one correlation of each of these. */
const KINDS = [
  'type: event_count, rules: [BASE], condition: { gte: 20 }',
  'type: value_count, rules: [BASE], condition: { field: user.name, gte: 20 }',
  'type: temporal, rules: [BASE, never]',
  'type: temporal_ordered, rules: [BASE, never]',
  'type: event_count, rules: [BASE], condition: { lt: 2 }',
];

/** Of one group, with a condition that is never met and cannot be told so at a glance: the worst that a late hit can get. */
const LATE_KINDS = [
  ['event_count', '{ gte: MANY }'],
  ['value_count', '{ field: n, gte: MANY }'],
  ['value_sum', '{ field: n, gte: 1e12 }'],
  ['value_avg', '{ field: n, gte: MANY }'],
  ['value_median', '{ field: n, gte: 1e12 }'],
  ['value_percentile', '{ field: n, percentile: 95, gte: 1e12 }'],
  ['temporal', null],
  ['temporal_ordered', null],
];
const LATE_SIZES = [100, 1_000, 10_000];
const LATE_WINDOW_MS = 60_000;
const LATE_HITS = 1_000;

export function run(report) {
  for (const kind of KINDS) {
    for (const events of [1, 5]) {
      const bytes = memory(kind, events, MEASURED_GROUPS);
      const lane = `${/\w+: (\w+)/.exec(kind)[1]}${kind.includes('lt:') ? ' of silence' : ''}, ${events} event${events > 1 ? 's' : ''} a group`;
      console.log(
        `${lane.padEnd(46)} ${`${Math.round(bytes)} B a group`.padStart(18)}  ${((bytes * 1e6) / 2 ** 20).toFixed(0)} MB a million`,
      );
    }
  }
  const megabytes = (memory(KINDS[0], 1, MILLION) * MILLION) / 2 ** 20;
  console.log(
    `${'event_count, a million groups, 1 event each'.padEnd(46)} ${`${megabytes.toFixed(0)} MB`.padStart(18)}`,
  );
  const floor = nanoseconds(GROUPS[0]);
  for (const groups of GROUPS) {
    const ns = groups === GROUPS[0] ? floor : nanoseconds(groups);
    const lane = `50 rules, ${groups.toLocaleString('en')} groups`;
    const plain = mapNanoseconds(groups);
    const note = `${Math.round(ns)} ns, ${(ns / plain).toFixed(1)} times a plain Map's ${Math.round(plain)}`;
    report({ lane, rate: 1e9 / ns, unit: 'placements/s', ratio: floor / ns, note });
  }
  for (const [type, condition] of LATE_KINDS) {
    for (const size of LATE_SIZES) {
      const { ordered, late } = lateness(type, condition, size);
      const lane = `late ${type}, ${size.toLocaleString('en')} in the window`;
      const note = `${Math.round(late)} ns; in order ${Math.round(ordered)} ns`;
      report({ lane, rate: 1e9 / late, unit: 'placements/s', ratio: ordered / late, note });
    }
  }
}

/** CPU nanoseconds of a hit in order and of a late one, best rounds, in a group that has as much in every window. */
function lateness(type, condition, size) {
  const rules = condition === null ? '[BASE, never]' : '[BASE]';
  const rest = condition === null ? '' : `, condition: ${condition.replace('MANY', 1.2 * size)}`;
  const correlator = correlatorOf([`type: ${type}, rules: ${rules}${rest}`], 1, LATE_WINDOW_MS);
  const random = randoms();
  let seq = 0;
  let now = START;
  const names = Array.from({ length: 1.4 * size }, (_, i) => `${i}`);
  const hit = hitOf(0, address(0), 0, START, '');
  const place = (time, n) => {
    hit.seq = ++seq;
    hit.time = time;
    hit.receivedAt = Math.round(now);
    hit.values[1] = names[n % names.length];
    correlator.feed(hit);
  };
  const inOrder = () => {
    now += LATE_WINDOW_MS / size;
    place(Math.round(now), seq);
  };
  const late = () => place(Math.round(now) - (random() % (LATE_WINDOW_MS + LATENESS_MS)), random());
  const take = (count, step) => {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) step();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / count;
  };
  take(3 * size, inOrder);
  const best = { ordered: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    best.ordered = Math.min(best.ordered, take(Math.max(20 * LATE_HITS, size), inOrder));
    let ns = 0;
    // A few at a time: the window must not fill with late ones.
    const few = size / 20;
    for (let hits = 0; hits < LATE_HITS; hits += few) {
      ns += take(few, late) * few;
      take(2 * few, inOrder);
    }
    best.late = Math.min(best.late, ns / (Math.ceil(LATE_HITS / few) * few));
    take(3 * size, inOrder);
  }
  return best;
}

/** CPU nanoseconds a placement of the best round, once all groups are there. */
function nanoseconds(groups) {
  const correlator = correlatorOf(KINDS, BASES);
  const keys = Array.from({ length: Math.max(1, groups / (BASES * KINDS.length)) }, (_, i) => address(i));
  const random = randoms();
  let seq = 0;
  let now = START;
  const place = (base, key) => correlator.feed(hitOf(base, key, ++seq, now, 'Failed password for root'));
  for (const key of keys) for (let base = 0; base < BASES; base++) place(base, key);
  const count = PLACEMENTS / KINDS.length;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) {
      if (i % 100 === 0) now++;
      place(random() % BASES, keys[random() % keys.length]);
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / PLACEMENTS);
  }
  return best;
}

/** The same of one look-up in a plain Map of as many keys, which are counted: what memory itself takes longer for. */
function mapNanoseconds(groups) {
  const counts = new Map(Array.from({ length: groups }, (_, i) => [address(i), { count: 0 }]));
  const keys = Array.from({ length: groups }, (_, i) => address(i));
  const random = randoms();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < PLACEMENTS; i++) counts.get(keys[random() % groups]).count++;
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / PLACEMENTS);
  }
  return best;
}

/** Bytes that a group of a correlation holds when all its events are in the window. */
function memory(kind, events, groups) {
  const correlator = correlatorOf([kind], 1);
  collect();
  const before = process.memoryUsage().heapUsed;
  let seq = 0;
  for (let event = 0; event < events; event++) {
    for (let i = 0; i < groups; i++) {
      const record = `<38>Nov 20 18:14:15 web-01 sshd[${seq}]: Failed password for root from ${address(i)} port ${40000 + event} ssh2`;
      correlator.feed(hitOf(0, address(i), ++seq, START + event, Buffer.from(record).latin1Slice()));
    }
  }
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  if (correlator.groups !== groups) throw new Error(`${correlator.groups} groups`);
  return bytes / groups;
}

function correlatorOf(kinds, bases, windowMs = WINDOW_MS) {
  const base = (name) =>
    `title: ${name}\nname: ${name}\nlogsource: { product: linux }\ndetection: { s: { e: ${name} }, condition: s }\n`;
  const names = Array.from({ length: bases }, (_, i) => `base_${i}`);
  const correlations = kinds.flatMap((kind, k) =>
    names.map(
      (name) =>
        `title: c ${k} ${name}\ncorrelation: { group-by: [source.ip], timespan: ${windowMs / 1000}s, ${kind.replace('BASE', name)} }\n`,
    ),
  );
  const text = [...names.map(base), base('never'), ...correlations].join('---\n');
  const { rules, faults } = loadRules([{ path: 'bench.yml', text }]);
  if (faults.length > 0) throw new Error(faults[0].message);
  return createCorrelator(rules, {
    ...{ allowedLatenessMs: LATENESS_MS, maxGroups: 2_000_000, maxEvidenceCharacters: 2 ** 40 },
    ...{ neededFields: neededFields(rules), onLate: () => {}, onEvicted: () => {} },
  });
}

/** As decoded signals are: the source is shared by many, the record is not. Each group is of an address of its own. */
function hitOf(rule, key, seq, time, original) {
  // Evidence of one chunk shares its origin.
  if (seq % 500 === 1) origin = { rule: 'base', source: 'tcp', clock: time, peer: '127.0.0.1' };
  return {
    ...{
      rule,
      time,
      receivedAt: time,
      seq,
      index: 0,
      repeat: 1,
      entity: key,
      subject: { ...SUBJECT, sourceIp: key },
      attributedIp: null,
    },
    ...{ values: [key, 'root'], evidence: { seq, index: 0, original, matches: null, origin } },
  };
}

let origin = null;

function address(i) {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}

/** The same numbers in every run: xorshift. */
function randoms() {
  let state = 42;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
