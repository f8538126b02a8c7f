// The shipped rules on mixed syslog, one thread: trying every rule of the route beside the index, matches compared. The floor is
// parsing and normalizing the same lines. SigmaHQ's rules: sigma-lanes.
import { readConfiguredRules } from '../dist/config/rule-files.js';
import { Event } from '../dist/model/event.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';
import { compileRules } from '../dist/sigma/compile.js';
import { EventFieldView } from '../dist/sigma/event-view.js';
import { loadRules } from '../dist/sigma/load.js';
import { syslogLines } from './lib/lines.mjs';

const HINTS = { format: 'auto', timezone: 'UTC', logsource: null };
const RUNS = 7;

export function run(report) {
  const { rules } = loadRules(readConfiguredRules({ builtin: true, paths: [], disable: [] }).files);
  const lines = syslogLines(20_000);
  const receivedAt = Date.now();
  const event = new Event();
  const view = new EventFieldView(event);
  const pass = (ruleset) => () => {
    const found = [];
    for (const line of lines) {
      event.reset(line);
      event.receivedAt = receivedAt;
      parseRecord(line, event.record, HINTS, receivedAt);
      normalize(event);
      view.reset();
      ruleset?.match(view, event.logsource, found);
    }
    return found;
  };
  lane(report, 'syslog, shipped rules', lines.length, pass, rules);
}

/** The floor, the naive way, the index; both ways must find the same. */
function lane(report, name, events, pass, rules) {
  const naive = compileRules(rules, { index: false });
  const indexed = compileRules(rules);
  if (pass(naive)().join() !== pass(indexed)().join())
    throw new Error(`${name}: the index finds something else`);
  const floor = nanoseconds(pass(null), events);
  const row = (lane, ns) => {
    const note = `${Math.round(ns - floor)} ns above it`;
    report({ lane, rate: 1e9 / ns, unit: 'events/s', ratio: floor / ns, note });
  };
  row(`${name}: floor`, floor);
  row(`${name}: every rule`, nanoseconds(pass(naive), events, 2));
  row(`${name}: index`, nanoseconds(pass(indexed), events));
}

/** CPU nanoseconds an event of the best run; each runs for some tenths of a second. */
function nanoseconds(work, events, runs = RUNS) {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < runs; n++) {
    const before = process.cpuUsage();
    const end = performance.now() + 300;
    let done = 0;
    do {
      work();
      done += events;
    } while (performance.now() < end);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / done);
  }
  return best;
}
