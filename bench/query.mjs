// The event log and searching it: bytes stored per line, what digests cost a detector, a rare address in a large log, a scan of
// all text, a scan that has to parse all, and whether dropping segments stalls who writes. BENCH_EVENTS sets the size of the
// log, by default 50 million events, some 1.3 GB: lines are varied, but beyond the first 240 thousand they come again. What parses
// every event looks at the newest 5 million. Aims are DESIGN's.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readingsBySource } from '../dist/config/reading.js';
import { configSchema } from '../dist/config/schema.js';
import { EventKeys } from '../dist/model/event-keys.js';
import { createReader } from '../dist/pipeline.js';
import { search } from '../dist/search/search.js';
import { EventLog } from '../dist/storage/log/event-log.js';
import { listSegments } from '../dist/storage/log/segment-files.js';
import { syslogLines } from './lib/lines.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 50_000_000);
/** The newest of them, for lanes that parse all. */
const PARSED = 5_000_000;
const VARIED = 240_000;
const PER_CHUNK = 600;
const RARE = '192.0.2.77';
const config = { ...configSchema.parse({}), sources: [{ name: 'bench', format: 'auto', timezone: 'UTC' }] };
const reading = readingsBySource(config)('bench');
const read = createReader({ hints: new Map(), enrichment: () => null });

export async function run(report) {
  const chunks = variedChunks();
  digestCost(report, chunks);
  const dir = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    const lastSeq = writeLog(report, dir, chunks);
    await searches(report, dir, lastSeq);
    await dropping(report, dir, chunks, lastSeq);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function variedChunks() {
  const lines = syslogLines(VARIED);
  const chunks = [];
  for (let at = 0; at < lines.length; at += PER_CHUNK) chunks.push(chunkOf(lines.slice(at, at + PER_CHUNK)));
  return chunks;
}

function chunkOf(lines) {
  const receivedAt = Date.now();
  const chunk = {
    seq: 1,
    source: 'bench',
    transport: 'tcp',
    receivedAt,
    clock: receivedAt,
    cursor: null,
    records: lines.length,
    bytes: new Uint8Array(Buffer.from(`${lines.join('\n')}\n`)),
    ends: null,
    peers: [{ address: '192.0.2.1' }],
    peerRuns: null,
    truncated: null,
  };
  const keys = new EventKeys();
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  read(chunk, {
    wants: () => true,
    visit: (event) => {
      keys.add(event);
      from = Math.min(from, event.timestamp);
      to = Math.max(to, event.timestamp);
    },
  });
  return { chunk, digest: { times: { from, to }, keys: keys.take(), reading } };
}

/** CPU nanoseconds an event, with and without the keys, taking turns. */
function digestCost(report, chunks) {
  const keys = new EventKeys();
  const ways = { without: () => {}, with: (event) => keys.add(event) };
  const best = { without: Number.POSITIVE_INFINITY, with: Number.POSITIVE_INFINITY };
  const sample = chunks.slice(0, 50);
  for (let round = 0; round < 12; round++) {
    for (const [name, visit] of Object.entries(ways)) {
      const before = process.cpuUsage();
      for (const { chunk } of sample) {
        read(chunk, { wants: () => true, visit });
        keys.take();
      }
      const { user, system } = process.cpuUsage(before);
      best[name] = Math.min(best[name], ((user + system) * 1000) / (sample.length * PER_CHUNK));
    }
  }
  report({
    lane: 'parse and normalize, with the digest',
    rate: 1e9 / best.with,
    unit: 'events/s',
    ratio: best.without / best.with,
    note: `digest ${Math.round(best.with - best.without)} ns an event`,
  });
}

function writeLog(report, dir, chunks) {
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  const before = process.cpuUsage();
  const rare = chunkOf([
    `<38>Nov 20 10:00:00 host-1 sshd[1]: Failed password for root from ${RARE} port 4711 ssh2`,
  ]);
  const start = Date.now() - 3600_000;
  let bytes = 0;
  let lines = 0;
  let seq = 0;
  while (lines < EVENTS) {
    seq++;
    const { chunk, digest } = seq === 1000 ? rare : chunks[seq % chunks.length];
    log.append({ ...chunk, seq, receivedAt: start + (lines / EVENTS) * 3000_000 });
    log.addDigest(seq, digest);
    if (seq % 4 === 0) log.commit();
    bytes += chunk.bytes.byteLength;
    lines += chunk.records;
  }
  log.commit();
  log.finish();
  const { user, system } = process.cpuUsage(before);
  const stored = listSegments(dir).reduce((sum, path) => sum + statSync(path).size, 0);
  const nanoseconds = ((user + system) * 1000) / lines;
  report({
    lane: `log of ${(lines / 1e6).toFixed(1)} M events written`,
    rate: 1e9 / nanoseconds,
    unit: 'events/s of CPU',
    note: `${(stored / lines).toFixed(1)} bytes stored for a line of ${(bytes / lines).toFixed(0)} (aim 25 of 110), ${listSegments(dir).length} segments`,
  });
  return seq;
}

async function searches(report, dir, lastSeq) {
  const rare = [`source.ip:${RARE}`, { kind: 'events', limit: 100, fields: null }];
  const lanes = [
    ['a rare address (aim 1 s), threads new', ...rare],
    ['the same again', ...rare],
    ['an address that is nowhere', 'source.ip:192.0.2.99', { kind: 'events', limit: 100, fields: null }],
    ['a rare block of addresses', 'source.ip:192.0.2.0/24', { kind: 'events', limit: 100, fields: null }],
    ['newest 100 of a frequent user', 'user.name:root', { kind: 'events', limit: 100, fields: null }],
    ['text that is nowhere (aim 2 M/s)', '"zebra crossing"', { kind: 'events', limit: 100, fields: null }],
    ['text that one line in eleven has', '"invalid user"', { kind: 'values', field: 'host.name' }, PARSED],
    ['all parsed and counted by user', '', { kind: 'values', field: 'user.name' }, PARSED],
  ];
  for (const [lane, text, want, newest] of lanes) {
    const after = newest === undefined ? null : { seq: lastSeq - Math.ceil(newest / PER_CHUNK), index: 0 };
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const outcome = await search({
      search: { text, now: Date.now(), from: null, until: null, id: null, after, want },
      config,
      dir,
      threads: 2,
      deadlineMs: 60_000,
      onItems: () => {},
    });
    const milliseconds = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    const events = newest === undefined ? outcome.records + outcome.skipped : outcome.records;
    report({
      lane,
      rate: (events * 1000) / milliseconds,
      unit: 'events/s',
      note: `${Math.round(milliseconds)} ms (${Math.round((user + system) / 1000)} ms of CPU) for ${(events / 1e6).toFixed(1)} M events, ${outcome.records} looked at, ${outcome.matches} found${outcome.timedOut ? ', deadline' : ''}`,
    });
  }
}

/** A thread that goes on writing the log, while nothing, one segment and then all others are dropped: the longest that it stood still. */
async function dropping(report, dir, chunks, lastSeq) {
  let seq = lastSeq;
  const lane = async (name, limits) => {
    const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15, ...limits });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    let commit = 0;
    const dropped = log.retain(Date.now() + 1e10, Number.MAX_SAFE_INTEGER).length;
    const drop = performance.now() - start;
    while (performance.now() - start < 3000) {
      const { chunk, digest } = chunks[++seq % chunks.length];
      log.append({ ...chunk, seq });
      log.addDigest(seq, digest);
      const before = performance.now();
      log.commit();
      commit = Math.max(commit, performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    delay.disable();
    const { bytes } = log;
    log.close();
    report({
      lane: `${name} (aim 25 ms)`,
      rate: dropped,
      unit: 'segments',
      note: `${drop.toFixed(1)} ms; longest commit meanwhile ${commit.toFixed(1)} ms, longest turn ${(delay.max / 1e6).toFixed(1)} ms`,
    });
    return bytes;
  };
  const bytes = await lane('written while nothing is dropped', {});
  await lane('written while a segment is dropped', { maxBytes: bytes - 128 * 1024 ** 2 });
  await lane('written while all others are dropped', { maxAgeMs: 1 });
}
