// Receiving alone: a syslog-tcp source whose batches are thrown away, beside a server that only counts bytes; and the framer
// on bytes in memory, beside a scan for LF over the same bytes.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ChunkBuilder } from '../dist/sources/chunk-builder.js';
import { Framer } from '../dist/sources/framing.js';
import { syslogTcp } from '../dist/sources/syslog-tcp.js';
import { Counters } from '../dist/telemetry/counters.js';
import { createLogger } from '../dist/telemetry/log.js';
import { syslogLines } from './lib/lines.mjs';

const SENDER = fileURLToPath(new URL('lib/sender.mjs', import.meta.url));
const SENT = Math.ceil(Number(process.env.BENCH_LINES ?? 3_000_000) / 50_000) * 50_000;
const IN_MEMORY = 200_000;
const READ = 64 * 1024;
const ROUNDS = 5;

export async function run(report) {
  let floor = 0;
  let received = 0;
  for (let round = 0; round < 3; round++) {
    floor = Math.max(floor, await countBytes());
    received = Math.max(received, await receive());
  }
  report({ lane: 'TCP, floor: bytes counted', rate: floor, unit: 'lines/CPU-s' });
  report({ lane: 'TCP, syslog-tcp source', rate: received, unit: 'lines/CPU-s', ratio: received / floor });

  const lines = syslogLines(IN_MEMORY);
  const lanes = {
    'lines, LF': lines.map((line) => `${line}\n`),
    'lines, NUL': lines.map((line) => `${line}\0`),
    'octet-counted': lines.map((line) => `${line.length} ${line}`),
    'octet-counted, LF inside': lines.map((line) => `${line.length + 2} ${line}\nx`),
  };
  const scanned = best(Buffer.from(lanes['lines, LF'].join('')), scan);
  report({ lane: 'in memory, floor: scan for LF', rate: scanned, unit: 'lines/CPU-s' });
  for (const [lane, frames] of Object.entries(lanes)) {
    const rate = best(Buffer.from(frames.join('')), frame);
    report({ lane: `in memory, ${lane}`, rate, unit: 'records/CPU-s', ratio: rate / scanned });
  }
}

function countBytes() {
  return new Promise((resolve) => {
    let bytes = 0;
    const server = createServer((socket) => {
      const before = process.cpuUsage();
      socket.on('data', (data) => {
        bytes += data.length;
      });
      socket.on('end', () => {
        if (bytes === 0) throw new Error('nothing came');
        resolve(SENT / cpuSeconds(before));
        server.close();
      });
    });
    server.listen(0, '127.0.0.1', () => send(server.address().port));
  });
}

async function receive() {
  let records = 0;
  let finish;
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const push = (batch) => {
    records += batch.records;
    if (records >= SENT) finish();
    return true;
  };
  const context = {
    name: 'bench',
    out: { push, tryPush: push, ready: () => Promise.resolve(), fill: { bytes: 0, maxBytes: 1 } },
    counters: new Counters(),
    log: createLogger({ level: 'silent' }),
    now: Date.now,
    cursors: new Map(),
  };
  const options = syslogTcp.options.parse({ type: 'syslog-tcp', listen: '127.0.0.1:0' });
  const source = syslogTcp.create(options, context);
  await source.start();
  const before = process.cpuUsage();
  send(Number(/:(\d+)\//.exec(source.describe())[1]));
  await finished;
  const rate = SENT / cpuSeconds(before);
  await source.stop(Date.now());
  return rate;
}

function send(port) {
  const stdio = ['ignore', 'ignore', 'inherit'];
  spawn(process.execPath, [SENDER, String(port), String(SENT), 'syslog'], { stdio });
}

/** Rates are per second of this process's CPU time: wall clock on a shared machine says little. */
function cpuSeconds(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function best(bytes, work) {
  let rate = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const records = work(bytes);
    const seconds = cpuSeconds(before);
    if (records !== IN_MEMORY) throw new Error(`${records} records instead of ${IN_MEMORY}`);
    rate = Math.max(rate, records / seconds);
  }
  return rate;
}

function scan(bytes) {
  let records = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) records++;
  return records;
}

function frame(bytes) {
  let records = 0;
  const emit = (batch) => {
    records += batch.records;
  };
  const builder = new ChunkBuilder({ source: 'bench', transport: 'tcp', now: Date.now, emit });
  const options = { mode: 'auto', maxMessage: 64 * 1024, refuseTls: true, count: () => {} };
  const framer = new Framer({ address: '192.0.2.1' }, builder, options);
  for (let at = 0; at < bytes.length; at += READ) framer.read(bytes.subarray(at, at + READ));
  framer.end();
  builder.flush();
  return records;
}
