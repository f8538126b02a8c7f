// What the anomaly stage costs: summing up events on a detector, handing rows over, closing minutes on the keeper, training and
// scoring. CPU time of this thread, the best of several rounds. Floor: parsing and normalizing the same lines.
import { FEATURE_COUNT } from '../dist/anomaly/features.js';
import { growForest, scoreOf } from '../dist/anomaly/forest.js';
import { Summarizer } from '../dist/anomaly/summarizer.js';
import { train } from '../dist/anomaly/train.js';
import { AnomalyWatch } from '../dist/anomaly/watch.js';
import { Event } from '../dist/model/event.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';
import { fleetMinutes, MINUTE_MS } from './lib/fleet.mjs';
import { random, syslogLines } from './lib/lines.mjs';

const LINES = 100_000;
const CHUNK_LINES = 600;
const ROUNDS = 12;
const HINTS = { format: 'auto', timezone: 'UTC', logsource: null };

export function run(report) {
  for (const [lane, lines] of [
    ['syslog of 4,000 addresses', syslogLines(LINES)],
    ['the fleet of anomaly-quality', fleetLines()],
  ])
    summarizing(lane, lines, report);
  scoring(report);
  closing(report);
}

function fleetLines() {
  const lines = [];
  for (const { lines: batch } of fleetMinutes(0.5, [])) {
    for (const [, line] of batch) lines.push(line);
    if (lines.length >= LINES) break;
  }
  return lines;
}

function summarizing(lane, lines, report) {
  const event = new Event();
  const summarizer = new Summarizer();
  const now = Date.now();
  const best = { without: Infinity, with: Infinity, clone: Infinity };
  let rows = 0;
  const pass = (summarize) => {
    rows = 0;
    let cloning = 0;
    const from = cpu();
    lines.forEach((line, i) => {
      event.reset(line);
      event.receivedAt = now;
      parseRecord(line, event.record, HINTS, now);
      normalize(event, null);
      if (!summarize) return;
      summarizer.add(event);
      if (i % CHUNK_LINES !== CHUNK_LINES - 1) return;
      const taken = summarizer.take();
      rows += taken.count;
      const before = cpu();
      structuredClone(taken);
      cloning += cpu() - before;
    });
    summarizer.take();
    return [cpu() - from - cloning, cloning];
  };
  for (let round = 0; round < ROUNDS; round++) {
    best.without = Math.min(best.without, pass(false)[0]);
    const [spent, cloning] = pass(true);
    best.with = Math.min(best.with, spent);
    best.clone = Math.min(best.clone, cloning);
  }
  const perLine = (us) => ((us * 1000) / lines.length).toFixed(0);
  report({
    lane: `${lane}, floor`,
    rate: lines.length / (best.without / 1e6),
    unit: 'lines/s',
  });
  report({
    lane: `${lane}, summed up`,
    rate: lines.length / (best.with / 1e6),
    unit: 'lines/s',
    ratio: best.without / best.with,
    note: `${perLine(best.with - best.without)} ns a line, ${(rows / lines.length).toFixed(2)} rows a line, ${perLine(best.clone)} ns a line to hand them over`,
  });
}

function scoring(report) {
  const rnd = random(5);
  for (const [lane, full] of [
    ['mostly nothing special', 0.1],
    ['every feature spread', 1],
  ]) {
    const rows = Float32Array.from({ length: 16_384 * FEATURE_COUNT }, () => (rnd() < full ? rnd() : 0));
    let forest;
    const training = best(4, () => {
      forest = growForest(rows, FEATURE_COUNT, { trees: 128, sampleSize: 4096, seed: 1 });
    });
    console.log(
      `train, 128 trees of 4,096 rows, ${lane}: ${(training / 1000).toFixed(0)} ms, ${Math.round((forest.nodes.length * 4) / 1024)} KiB`,
    );
    const spent = best(6, () => {
      for (let i = 0; i < 16_384; i++) scoreOf(forest, rows, i * FEATURE_COUNT);
    });
    report({ lane: `score, ${lane}`, rate: 16_384 / (spent / 1e6), unit: 'vectors/s' });
  }
}

/** Entity-minutes from open to learned, features, score and sample included. */
function closing(report) {
  const event = new Event();
  const minutes = [];
  for (const { lines, minute } of fleetMinutes(0.5, [])) {
    const summarizer = new Summarizer();
    for (const [time, line] of lines) {
      event.reset(line);
      event.receivedAt = time;
      parseRecord(line, event.record, HINTS, time);
      normalize(event, null);
      summarizer.add(event);
    }
    minutes.push([summarizer.take(), (minute + 1) * MINUTE_MS]);
  }
  let scored = 0;
  const models = new Map();
  const spent = best(4, () => {
    const watch = new AnomalyWatch({
      maxShare: 0.001,
      maxEntities: 50_000,
      allowedLatenessMs: 30_000,
      count: () => {},
      modelById: (id) => models.get(id) ?? null,
    });
    if (models.has('live')) watch.useModel('live');
    minutes.forEach(([taken, at], seq) => {
      watch.apply(seq, 'fleet', taken, at);
    });
    scored = watch.stats().scored;
    if (!models.has('live'))
      models.set('live', train(watch.learningSet(), null, { seed: 1, maxShare: 0.001 }).model);
  });
  report({
    lane: 'keeper: minutes opened, closed, scored, learned',
    rate: scored / (spent / 1e6),
    unit: 'minutes/s',
    note: 'the baseline included',
  });
}

function best(rounds, work) {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const from = cpu();
    work();
    least = Math.min(least, cpu() - from);
  }
  return least;
}

/** Microseconds of CPU. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
