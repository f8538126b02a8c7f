// SigmaHQ's rules on lanes of events, one thread: JSON.parse alone (the floor), with every rule tried and with the index, on
// the event's route and without routing. Matches are compared; a difference fails the run. Then the same through parsing
// and normalizing, as a detector does it, and what loading the rules costs.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Event } from '../dist/model/event.js';
import { closedLogsource } from '../dist/model/logsource.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';
import { compileRules } from '../dist/sigma/compile.js';
import { EventFieldView, JsonFieldView } from '../dist/sigma/event-view.js';
import { loadRules } from '../dist/sigma/load.js';
import { NODE_FLAGS, START_ENV } from './lib/as-started.mjs';
import { nanosecondsEach } from './lib/cpu-time.mjs';
import { asChunks, JSON_LANES, LINE_LANES, regressionLane } from './lib/lanes.mjs';
import { REGRESSION, sigmaHqFiles, withSigmaHq } from './lib/sigmahq.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000);
/** Trying every rule takes about a millisecond an event. */
const COMPARED = 1000;
const LOADER = fileURLToPath(new URL('lib/load-sigmahq.mjs', import.meta.url));
const HINTS = { format: 'auto', timezone: 'UTC', logsource: null };

export async function run(report) {
  await withSigmaHq((folder) => {
    loading(folder);
    const { rules } = loadRules(sigmaHqFiles(folder));
    const indexed = compileRules(rules);
    const naive = compileRules(rules, { index: false });
    const jsonLanes = Object.entries(JSON_LANES).map(([name, lane]) => [name, lane(EVENTS)]);
    if (existsSync(REGRESSION)) jsonLanes.push(['SigmaHQ attacks', regressionLane(REGRESSION, EVENTS)]);
    const received = [
      ...jsonLanes,
      ...Object.entries(LINE_LANES).map(([name, lane]) => [name, lane(EVENTS)]),
    ];
    for (const [, events] of received)
      for (const event of events) event.logsource = event.logsource && closedLogsource(event.logsource);
    for (const [name, events] of jsonLanes) {
      compare(name, events, naive, indexed);
      jsonLane(report, name, asChunks(events), naive, indexed);
    }
    for (const [name, events] of received) pipelineLane(report, name, asChunks(events), indexed);
  });
}

function loading(folder) {
  const { rules, steps } = JSON.parse(
    execFileSync(process.execPath, [...NODE_FLAGS, LOADER, folder], { env: START_ENV }),
  );
  console.log(`${rules} rules:`);
  let total = 0;
  for (const { name, milliseconds, rssMb, peakMb } of steps) {
    total += milliseconds;
    const memory = `${Math.round(rssMb)} MB resident, ${Math.round(peakMb)} MB at most`;
    console.log(`  ${name}: ${Math.round(milliseconds)} ms, ${Math.round(total)} ms so far, ${memory}`);
  }
}

/** The index must find what trying every rule finds, and routing must only leave matches out. */
function compare(name, events, naive, indexed) {
  const matched = new Set();
  events.forEach(({ line, logsource }, at) => {
    const view = new JsonFieldView(JSON.parse(line));
    const hits = (ruleset, route) => {
      const found = [];
      ruleset.match(view, route, found);
      return found;
    };
    const routed = hits(indexed, logsource);
    const unrouted = new Set(hits(indexed, null));
    if (routed.length > 0) matched.add(at);
    const same =
      at >= COMPARED ||
      (routed.join() === hits(naive, logsource).join() && [...unrouted].join() === hits(naive, null).join());
    if (!same || !routed.every((rule) => unrouted.has(rule)))
      throw new Error(`${name}: the index finds something else in ${line}`);
  });
  const share = ((matched.size / events.length) * 100).toFixed(1);
  console.log(
    `\n${name}: ${COMPARED} events compared, the same; ${share} % of ${events.length} match on their route`,
  );
}

function jsonLane(report, name, events, naive, indexed) {
  const parsed = events.map(({ line, logsource }) => ({
    view: new JsonFieldView(JSON.parse(line)),
    logsource,
  }));
  const hits = [];
  const whole = (ruleset, isRouted) => (event) => {
    hits.length = 0;
    ruleset.match(new JsonFieldView(JSON.parse(event.line)), isRouted ? event.logsource : null, hits);
  };
  const alone = (isRouted) => (event) => {
    hits.length = 0;
    indexed.match(event.view, isRouted ? event.logsource : null, hits);
  };
  const ns = {
    ...nanosecondsEach(
      {
        floor: ({ line }) => JSON.parse(line),
        'index, routed': whole(indexed, true),
        'index, all rules': whole(indexed, false),
      },
      events,
    ),
    ...nanosecondsEach({ 'match only, routed': alone(true), 'match only, all rules': alone(false) }, parsed),
    ...nanosecondsEach(
      { 'every rule, routed': whole(naive, true), 'every rule, all rules': whole(naive, false) },
      events.slice(0, COMPARED),
      { rounds: 2, milliseconds: 500, batch: 100 },
    ),
  };
  const times = {
    'index, routed': ns['every rule, routed'] / ns['index, routed'],
    'index, all rules': ns['every rule, all rules'] / ns['index, all rules'],
  };
  for (const [way, spent] of Object.entries(ns)) {
    const note = way in times ? `${Math.round(times[way])} times every rule` : undefined;
    const ratio = way === 'floor' ? undefined : ns.floor / spent;
    const lane = `${name}: ${way === 'floor' ? 'floor, JSON.parse' : way}`;
    report({ lane, rate: 1e9 / spent, unit: 'events/s', ratio, note });
  }
}

/** What a detector does with a line, in three steps; a source with a configured logsource has it for what nobody recognises. */
function pipelineLane(report, name, events, ruleset, fallback = null) {
  const event = new Event();
  const view = new EventFieldView(event);
  const hits = [];
  const receivedAt = Date.UTC(2026, 10, 20, 13);
  const parse = ({ line }) => {
    event.reset(line);
    event.receivedAt = receivedAt;
    parseRecord(line, event.record, HINTS, receivedAt);
  };
  const normalized = (each) => {
    parse(each);
    normalize(event, fallback);
  };
  const matched = (each) => {
    normalized(each);
    view.reset();
    hits.length = 0;
    ruleset.match(view, event.logsource, hits);
  };
  normalized(events[0]);
  const isOpen = !event.logsource.closed;
  const ns = nanosecondsEach({ parse, normalized, matched }, events);
  const [normalizing, matching] = [ns.normalized - ns.parse, ns.matched - ns.normalized];
  report({
    lane: `${name}: as a detector does it${isOpen ? ', OPEN' : ''}`,
    rate: 1e9 / ns.matched,
    unit: 'events/s',
    note: `${Math.round(ns.parse)} ns to parse, ${Math.round(normalizing)} to normalize, ${Math.round(matching)} to match`,
  });
  if (isOpen && events[0].logsource !== null)
    pipelineLane(report, name, events, ruleset, events[0].logsource);
}
