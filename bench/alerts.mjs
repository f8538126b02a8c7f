// The alert path on one thread, as the keeper walks it: signals of a chunk → decoded → sessions → correlations → alerts.
// Nanoseconds per log line, hit or not; the floor is detection of the same chunks (parse, normalize, rules, fold).
import { readConfiguredRules } from '../dist/config/rule-files.js';
import { createCore } from '../dist/keep.js';
import { createDetection } from '../dist/pipeline.js';
import { buildRuleset } from '../dist/ruleset.js';
import { decodeSignals, encodeSignals } from '../dist/signal-codec.js';
import { matchingLines, syslogLines } from './lib/lines.mjs';

const LINES = 50_000;
const CHUNK_BYTES = 64 * 1024;
const ROUNDS = 12;
/** Where `HH:MM:SS` stands in `<38>Nov 20 18:14:15 …`, counted from `>`. */
const TIME_OF_DAY = 8;
const CONFIG = {
  alerts: { min_severity: 'low', dedup_window: 300_000, repeat_interval: 14_400_000, max_open: 100_000 },
  correlation: { allowed_lateness: 30_000, max_groups: 1_000_000 },
  incidents: { min_risk: 20, quiet_after: 14_400_000, max_open: 10_000 },
};

export function run(report) {
  const { files } = readConfiguredRules({ builtin: true, paths: [], disable: [] });
  const built = buildRuleset(files);
  for (const [lane, lines] of [
    ['mixed syslog', syslogLines(LINES)],
    ['failed logins only', matchingLines(LINES)],
  ]) {
    const { detection, decoding, applying, signals, changes } = measure(built, chunksOf(lines));
    report({ lane: `${lane}, floor: detection`, rate: 1e9 / detection, unit: 'lines/s' });
    report({
      lane: `${lane}, alert path`,
      rate: 1e9 / (decoding + applying),
      unit: 'lines/s',
      ratio: detection / (decoding + applying),
      note: `${Math.round(decoding)} ns to decode, ${Math.round(applying)} ns to apply, ${signals.toFixed(2)} signals a line, ${changes} alert lines in all`,
    });
  }
}

/** Nanoseconds a line of the best round; time goes on from round to round, as it does in life. */
function measure(built, chunks) {
  const { ruleset, neededFields } = built;
  const hints = new Map();
  const detect = createDetection({ ruleset, neededFields, hints, enrichment: () => null, withEvents: false });
  const core = createCore(CONFIG, built, () => {});
  const ruleId = (rule) => ruleset.rules[rule].id;
  const best = { detection: Infinity, decoding: Infinity, applying: Infinity };
  let now = Date.now() - 60_000;
  let seq = 0;
  let signals = 0;
  let changes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    now += 300;
    const spent = { detection: 0, decoding: 0, applying: 0 };
    signals = 0;
    for (const bytes of chunks) {
      stampAll(bytes, new Date(now).toISOString().slice(11, 19));
      const chunk = chunkOf(++seq, bytes, now);
      const [t0, detected] = [performance.now(), detect(chunk)];
      const t1 = performance.now();
      // As between threads: a clone of its own pins no chunk.
      const packed = structuredClone(encodeSignals(detected.signals));
      const t2 = performance.now();
      const decoded = decodeSignals(packed, { seq, source: 'bench', clock: now, ruleId });
      const t3 = performance.now();
      changes += core.apply(seq, decoded, now).length;
      spent.detection += t1 - t0;
      spent.decoding += t3 - t2;
      spent.applying += performance.now() - t3;
      signals += decoded.length;
    }
    for (const part of Object.keys(best)) best[part] = Math.min(best[part], (spent[part] * 1e6) / LINES);
  }
  return { ...best, signals: signals / LINES, changes };
}

function chunksOf(lines) {
  const text = Buffer.from(`${lines.join('\n')}\n`);
  const chunks = [];
  for (let start = 0; start < text.length; ) {
    const target = start + CHUNK_BYTES;
    const end = target >= text.length ? text.length : text.lastIndexOf(10, target) + 1;
    chunks.push(Buffer.from(text.subarray(start, end)));
    start = end;
  }
  return chunks;
}

function stampAll(bytes, time) {
  for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1)
    bytes.latin1Write(time, bytes.indexOf(62, at) + TIME_OF_DAY, 8);
}

function chunkOf(seq, bytes, now) {
  return {
    ...{ seq, source: 'bench', transport: 'tcp', receivedAt: now, clock: now, cursor: null, records: 0 },
    ...{ bytes, ends: null, peers: [{ address: '127.0.0.1' }], peerRuns: null, truncated: null },
  };
}
