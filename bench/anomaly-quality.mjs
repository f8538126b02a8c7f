// Whether the anomaly stage is worth its place: area under the precision-recall curve over entity-minutes of a labelled fleet,
// beside two trivial rules that know the same past: the rarest value of the minute, and its rate against the entity's own.
// Told by attacks that nothing was chosen with; VEDETTE_ATTACKS=first and second take the others. VEDETTE_DETAIL=1 says where each
// attack's minutes stand among all.
import { Summarizer } from '../dist/anomaly/summarizer.js';
import { train } from '../dist/anomaly/train.js';
import { AnomalyWatch } from '../dist/anomaly/watch.js';
import { Event } from '../dist/model/event.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';
import { FIRST, SECOND, schedule, UNSEEN } from './lib/attacks.mjs';
import { DAY_MINUTES, FIRST_MINUTE, fleetMinutes, MINUTE_MS } from './lib/fleet.mjs';

const DAYS = 5;
/** Days without attacks, to learn from. */
const LEARNING_DAYS = 2;
const SHARE = 0.001;
const HINTS = { format: 'auto', timezone: 'UTC', logsource: null };

export function run() {
  const attacks = { first: FIRST, second: SECOND }[process.env.VEDETTE_ATTACKS] ?? UNSEEN;
  const result = measure(schedule(attacks, LEARNING_DAYS, DAYS));
  const { positives, minutes, lines } = result;
  console.log(
    `${lines} lines, ${minutes} entity-minutes judged, ${positives} of them of ${attacks.length} attacks a day`,
  );
  for (const [name, scores] of Object.entries(result.scores)) {
    const area = areaUnderCurve(scores);
    console.log(`${name.padEnd(20)} PR-AUC ${area.toFixed(3)}`);
    if (process.env.VEDETTE_DETAIL) detail(scores);
  }
  const { alerts, hits, caught } = result;
  console.log(
    `at max_share ${SHARE}: ${alerts} anomalies, ${hits} of them attacks (precision ${(hits / Math.max(alerts, 1)).toFixed(2)})`,
  );
  for (const { name } of attacks)
    console.log(`  ${String(caught.get(name) ?? 0).padStart(3)} of ${DAYS - LEARNING_DAYS}  ${name}`);
}

function measure(attacks) {
  const models = new Map();
  const watch = new AnomalyWatch({
    maxShare: SHARE,
    maxEntities: 50_000,
    allowedLatenessMs: 30_000,
    count: (code, n) => counts.set(code, (counts.get(code) ?? 0) + n),
    modelById: (id) => models.get(id) ?? null,
    onScored: (entity, minute, score) => judge(entity, minute, score),
  });
  const counts = new Map();
  const summarizer = new Summarizer();
  const event = new Event();
  const scores = {
    'isolation forest': [],

    'rarest value': [],
    'rate to usual': [],
    rate: [],
  };
  const trivial = new Trivial();
  const pending = new Map();
  const caught = new Map();
  let [seq, lines, positives, minutes, alerts, hits] = [0, 0, 0, 0, 0, 0];
  const judging = (minute) => minute >= FIRST_MINUTE + LEARNING_DAYS * DAY_MINUTES;
  const labels = new Map();
  const judge = (entity, minute, score) => {
    const own = pending.get(`${minute} ${entity}`);
    pending.delete(`${minute} ${entity}`);
    if (!judging(minute) || own === undefined) return;
    const attack = labels.get(`${minute} ${entity}`) ?? null;
    minutes++;
    if (attack !== null) positives++;
    scores['isolation forest'].push([score, attack]);
    for (const [name, value] of Object.entries(own)) scores[name].push([value, attack]);
  };
  const found = (anomalies) => {
    for (const { entity, minute } of anomalies) {
      if (!judging(minute)) continue;
      alerts++;
      const attack = labels.get(`${minute} ${entity}`);
      if (process.env.VEDETTE_DETAIL && attack === undefined)
        console.log('FALSE', entity, minute - FIRST_MINUTE);
      if (attack === undefined) continue;
      hits++;
      const days = caught.get(attack) ?? new Set();
      caught.set(attack, days.add(Math.floor((minute - FIRST_MINUTE) / DAY_MINUTES)));
    }
  };
  for (const { minute, lines: batch, guilty } of fleetMinutes(DAYS, attacks)) {
    for (const [entity, attack] of guilty) labels.set(`${minute} ${entity}`, attack);
    for (const [time, line] of batch) {
      lines++;
      event.reset(line);
      event.receivedAt = time;
      parseRecord(line, event.record, HINTS, time);
      normalize(event, null);
      summarizer.add(event);
      trivial.add(event);
    }
    for (const [entity, values] of trivial.take(judging(minute))) pending.set(`${minute} ${entity}`, values);
    found(watch.apply(++seq, 'fleet', summarizer.take(), (minute + 1) * MINUTE_MS));
    if (watch.isDueForTraining) {
      const former = models.get(watch.modelId) ?? null;
      const { model, drift } = train(watch.learningSet(), former, { seed: seq, maxShare: SHARE });
      if (process.env.VEDETTE_DETAIL)
        console.log('MODEL', minute - FIRST_MINUTE, model.threshold, JSON.stringify(drift));
      models.set(String(seq), model);
      watch.useModel(String(seq));
    }
  }
  found(watch.tick(Number.MAX_SAFE_INTEGER));
  if (process.env.VEDETTE_DETAIL) console.log(counts);
  return {
    scores,
    positives,
    minutes,
    lines,
    alerts,
    hits,
    caught: new Map([...caught].map(([name, days]) => [name, days.size])),
  };
}

/** The rules to beat, on what the events say themselves. They know all minutes before, the attacks' included. */
class Trivial {
  #seen = new Map();
  #total = 0;
  #usual = new Map();
  #now = new Map();

  add(event) {
    const entity = event['source.ip'] ?? event['host.name'];
    let minute = this.#now.get(entity);
    if (minute === undefined) {
      minute = { events: 0, values: new Set() };
      this.#now.set(entity, minute);
    }
    minute.events += event.repeat;
    const values = [
      `kind ${event['process.name']} ${event['event.action']}`,
      `user ${event['user.target.name'] ?? event['user.name']}`,
      `port ${event['destination.port']}`,
      `host ${event['host.name']}`,
      `pair ${event['process.name']} ${event['user.name']}`,
    ];
    for (const value of values) if (!value.includes('null')) minute.values.add(value);
  }

  *take() {
    for (const [entity, { events, values }] of this.#now) {
      let rarest = 0;
      for (const value of values)
        rarest = Math.max(rarest, Math.log((this.#total + 1) / ((this.#seen.get(value) ?? 0) + 1)));
      const usual = this.#usual.get(entity) ?? { mean: 0, n: 0 };
      yield [
        entity,
        {
          'rarest value': rarest,
          rate: events,
          'rate to usual': usual.n < 15 ? Math.log1p(events) / 3 : Math.log1p(events) - usual.mean,
        },
      ];
    }
    for (const [entity, { events, values }] of this.#now) {
      this.#total++;
      for (const value of values) this.#seen.set(value, (this.#seen.get(value) ?? 0) + 1);
      const usual = this.#usual.get(entity) ?? { mean: 0, n: 0 };
      usual.n++;
      usual.mean += (Math.log1p(events) - usual.mean) / Math.min(usual.n, 32);
      this.#usual.set(entity, usual);
    }
    this.#now.clear();
  }
}

/** Average precision; equal scores count as found at once. */
function areaUnderCurve(scores) {
  const sorted = [...scores].sort((a, b) => b[0] - a[0]);
  const positives = sorted.filter(([, attack]) => attack !== null).length;
  let [area, hits, seen] = [0, 0, 0];
  for (let i = 0; i < sorted.length; ) {
    let gained = 0;
    const score = sorted[i][0];
    for (; i < sorted.length && sorted[i][0] === score; i++) {
      seen++;
      if (sorted[i][1] !== null) gained++;
    }
    hits += gained;
    area += (gained / positives) * (hits / seen);
  }
  return area;
}

function detail(scores) {
  const sorted = scores.map(([s]) => s).sort((a, b) => b - a);
  const by = new Map();
  for (const [score, attack] of scores) {
    if (attack === null) continue;
    const list = by.get(attack) ?? [];
    list.push(sorted.findIndex((s) => s <= score));
    by.set(attack, list);
  }
  for (const [name, ranks] of by)
    console.log(
      '   ',
      name,
      ranks
        .sort((a, b) => a - b)
        .slice(0, 12)
        .join(' '),
    );
}
