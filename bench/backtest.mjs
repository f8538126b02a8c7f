// Rules over the stored log: what a backtest costs an event, threads and modules to start included, beside what the daemon's detectors and
// keeper spend on the same events with shipped rules, and what filters spare. BENCH_EVENTS sets the size of the log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backtest } from '../dist/backtest/backtest.js';
import { readingsBySource } from '../dist/config/reading.js';
import { readConfiguredRules } from '../dist/config/rule-files.js';
import { configSchema } from '../dist/config/schema.js';
import { createCore } from '../dist/keep.js';
import { createDetection } from '../dist/pipeline.js';
import { buildRuleset } from '../dist/ruleset.js';
import { EventLog } from '../dist/storage/log/event-log.js';
import { syslogLines } from './lib/lines.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const VARIED = 120_000;
const PER_CHUNK = 600;
const config = { ...configSchema.parse({}), sources: [{ name: 'bench', format: 'auto', timezone: 'UTC' }] };
const reading = readingsBySource(config)('bench');
const built = buildRuleset(readConfiguredRules(config.rules).files);
const { ruleset, neededFields } = built;
const detect = createDetection({
  ...{ ruleset, neededFields, hints: new Map(), enrichment: () => null },
  ...{ withEvents: false, withKeys: true },
});

export async function run(report) {
  const lines = syslogLines(VARIED);
  const chunks = [];
  for (let at = 0; at < lines.length; at += PER_CHUNK) chunks.push(chunkOf(lines.slice(at, at + PER_CHUNK)));
  const floor = daemonCost(report, chunks);
  const dir = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    writeLog(dir, chunks);
    await backtests(report, dir, floor);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function chunkOf(lines) {
  const now = Date.now();
  return {
    ...{ seq: 1, source: 'bench', transport: 'tcp', receivedAt: now, clock: now, cursor: null },
    ...{ records: lines.length, bytes: new Uint8Array(Buffer.from(`${lines.join('\n')}\n`)), ends: null },
    ...{ peers: [{ address: '192.0.2.1' }], peerRuns: null, truncated: null },
  };
}

/** CPU nanoseconds an event, of detection and of what the keeper does with it, without the log and threads between them. */
function daemonCost(report, chunks) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const core = createCore(config, built, () => {});
    const before = process.cpuUsage();
    for (let seq = 1; seq <= 3 * chunks.length; seq++) {
      const chunk = chunks[seq % chunks.length];
      const { signals } = detect({ ...chunk, seq });
      core.apply(seq, signals, chunk.receivedAt);
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / (3 * VARIED));
  }
  report({ lane: 'detection and keeping, shipped rules', rate: 1e9 / best, unit: 'events/s of CPU' });
  return best;
}

function writeLog(dir, chunks) {
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  const digests = chunks.map((chunk) => detect(chunk));
  const rare = chunkOf([
    '<38>Nov 20 10:00:00 host-1 sshd[1]: Accepted password for mallory from 192.0.2.77 port 4711 ssh2',
  ]);
  for (let seq = 1, lines = 0; lines < EVENTS; seq++) {
    const at = seq % chunks.length;
    const chunk = seq === 500 ? rare : chunks[at];
    const { times, keys } = seq === 500 ? detect(rare) : digests[at];
    log.append({ ...chunk, seq });
    log.addDigest(seq, { times, keys, reading });
    if (seq % 4 === 0) log.commit();
    lines += chunk.records;
  }
  log.commit();
  log.finish();
}

async function backtests(report, dir, floor) {
  const rule = (title, logsource, detection) => ({
    files: [
      {
        path: `${title}.yml`,
        text: `title: ${title}\nlogsource: ${logsource}\ndetection:\n  a: ${detection}\n  condition: a\n`,
      },
    ],
    names: [],
  });
  const lanes = [
    [
      'all shipped rules',
      {
        files: [],
        names: ruleset.rules
          .filter(({ kind, partOf }) => kind !== 'filter' && partOf === undefined)
          .map(({ id }) => id),
      },
    ],
    ['guessing of passwords, a rule that counts', { files: [], names: ['ssh_brute_force'] }],
    ['text in a message', rule('text', '{ product: linux }', "{ message|contains: 'zebra' }")],
    ['a user that came once', rule('user', '{ product: linux }', '{ user.name: mallory }')],
    [
      'a logsource that never came',
      rule('windows', '{ product: windows, service: security }', '{ EventID: 4720 }'),
    ],
  ];
  for (const [lane, rules] of lanes) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const outcome = await backtest({
      ...{ config, rules, dir, samples: 3, from: null, until: null, threads: 2 },
    });
    const milliseconds = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    const events = outcome.records + outcome.skipped;
    const cpu = ((user + system) * 1000) / events;
    report({
      lane,
      rate: 1e9 / cpu,
      unit: 'events/s of CPU',
      ratio: floor / cpu,
      note: `${Math.round(milliseconds)} ms for ${(events / 1e6).toFixed(1)} M events, ${outcome.records} looked at, ${outcome.hits} hits, ${outcome.alerts} alerts`,
    });
  }
}
