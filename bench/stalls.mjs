// How long the keeper, which writes the log, and main, which receives, are held up while lines come in at a steady rate, about half of
// what the daemon can do: while segments of the log are dropped, among them some as large as they become, while snapshots of the
// state are taken, and otherwise. What a collection of garbage took of it is told apart: it comes when it comes. The floor is a thread
// beside them that does nothing. Aim of dropping: 25 ms. BENCH_RATE is the lines a second, BENCH_STRANGERS those of
// them that guess a password from an address never seen before, which makes a few groups of correlations that stay.
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { askDaemon } from '../dist/daemon/control-socket.js';
import { EventLog } from '../dist/storage/log/event-log.js';
import { segmentName } from '../dist/storage/log/segment-files.js';
import { StateStore } from '../dist/storage/state.js';
import { NODE_FLAGS, START_ENV } from './lib/as-started.mjs';
import { syslogLines } from './lib/lines.mjs';
import { listening, residentMb, vedette } from './lib/whole-daemon.mjs';

const RATE = Number(process.env.BENCH_RATE ?? 30_000);
const STRANGERS = Number(process.env.BENCH_STRANGERS ?? 500);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
/** Rules are loaded, groups opened, and whatever is done for the first time takes longer. */
const WARM_MS = 6000;
const SLICE_MS = 20;
const SLICES = 250;
const OLD_SEGMENTS = 4;
const MIB = 1024 ** 2;
const SEGMENT_MIB = 256;
const IDLE = new URL('lib/idle-thread.mjs', import.meta.url);
const HOLDUPS = fileURLToPath(new URL('lib/thread-holdups.mjs', import.meta.url));

export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    writeOldLog(join(folder, 'data'));
    writeFileSync(
      join(folder, 'config.yaml'),
      `data_dir: ./data
sources: [{ type: syslog-tcp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }]
storage: { events: { max_age: 10d, max_bytes: 16MiB } }
api: { enabled: false }
`,
    );
    await measured(report, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(report, folder) {
  const daemon = spawn(
    process.execPath,
    [...NODE_FLAGS, '--import', HOLDUPS, vedette, 'run', '-c', join(folder, 'config.yaml')],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: START_ENV,
    },
  );
  const ended = once(daemon, 'exit');
  const idle = new Worker(IDLE);
  try {
    const sender = steadySender(await listening(daemon));
    await pause(WARM_MS);
    const from = Date.now();
    await pause(SECONDS * 1000);
    const rate = sender.stop();
    const answer = once(daemon, 'message');
    daemon.send('tell');
    const [{ main, keeper }] = await answer;
    idle.postMessage('tell');
    const [beside] = await once(idle, 'message');
    const st = await askDaemon(join(folder, 'data'), 'stats');
    console.log(
      `${Math.round(rate)} lines/s sent, ${st.log.segmentsDropped} segments dropped, ${st.correlation.groups} groups, ${st.alerts.opened} alerts, ${residentMb(daemon.pid)} MB resident`,
    );
    tell(report, rate, heldUp({ floor: beside, main, keeper, from }));
  } finally {
    daemon.kill('SIGTERM');
    await idle.terminate();
    await ended;
  }
}

/** Segments that are old and as large as they become, of which a start re-runs nothing: nobody looks into them. */
function writeOldLog(dataDir) {
  const dir = join(dataDir, 'events');
  mkdirSync(dir, { recursive: true });
  const bytes = randomFillSync(new Uint8Array(MIB));
  for (let n = 1; n <= OLD_SEGMENTS; n++) {
    const file = openSync(join(dir, segmentName(n)), 'wx');
    for (let i = 0; i < SEGMENT_MIB; i++) writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
  }
  const seq = OLD_SEGMENTS + 1;
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  log.append({
    ...{ seq, source: 'old', transport: 'tcp', receivedAt: Date.now(), clock: Date.now(), cursor: null },
    ...{ records: 1, bytes: Buffer.from('old\n'), ends: null, peers: [{ address: '192.0.2.1' }] },
    ...{ peerRuns: null, truncated: null },
  });
  log.commit();
  log.finish();
  const state = new StateStore(join(dataDir, 'state.db'));
  // A snapshot of nothing, which the keeper refuses and does without.
  state.commit({ appliedSeq: seq, changes: [], cursors: [], snapshot: [serialize(null)] });
  state.close();
}

/** By thread and what the keeper did meanwhile: ms that a turn of the loop came late, in all and without collections. */
function heldUp({ floor, main, keeper, from }) {
  const snapshots = pairs(keeper.turns, from).filter((turn) => holdsAny(keeper.snapshots, turn));
  const spans = { 'segments dropped': keeper.drops, snapshots };
  return Object.fromEntries(
    Object.entries({ floor, main, keeper }).map(([thread, { turns, collections }]) => {
      const byKind = { 'segments dropped': [], snapshots: [], otherwise: [] };
      for (const turn of pairs(turns, from)) {
        const late = turn[1] - turn[0] - 1;
        byKind[kindOf(turn, spans)].push({ late, atWork: late - shared(collections, turn) });
      }
      return [thread, byKind];
    }),
  );
}

function pairs(turns, from) {
  return turns.slice(1).flatMap((to, i) => (turns[i] < from ? [] : [[turns[i], to]]));
}

/** `times` are ascending. */
function holdsAny(times, [from, to]) {
  return times[firstAtLeast(times, from)] <= to;
}

/** ms of the turn that were spans too, which are ascending. */
function shared(spans, [from, to]) {
  let ms = 0;
  for (let i = firstAtLeast(spans, from, (span) => span[1]); i < spans.length && spans[i][0] < to; i++)
    ms += Math.min(to, spans[i][1]) - Math.max(from, spans[i][0]);
  return ms;
}

function firstAtLeast(list, wanted, endOf = Number) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(list[middle]) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A snapshot that is taken while a segment is dropped counts as one. */
function kindOf([from, to], spans) {
  for (const kind of ['snapshots', 'segments dropped'])
    if (spans[kind].some(([a, b]) => a <= to && b >= from)) return kind;
  return 'otherwise';
}

function tell(report, rate, threads) {
  for (const [thread, kinds] of Object.entries(threads)) {
    for (const [kind, turns] of Object.entries(kinds)) {
      if (turns.length === 0) continue;
      const late = turns.map((turn) => turn.late).sort((a, b) => a - b);
      const atWork = Math.max(...turns.map((turn) => turn.atWork));
      const seconds = late.reduce((sum, ms) => sum + ms + 1, 0) / 1000;
      report({
        lane: `${thread}, ${kind}`,
        rate,
        unit: 'lines/s',
        note: `held up ${late.at(-1).toFixed(1)} ms at worst, ${atWork.toFixed(1)} without collections, p99.9 ${late[Math.floor(late.length * 0.999)].toFixed(1)} ms, ${late.filter((ms) => ms > 25).length} over 25 ms, in ${seconds.toFixed(1)} s`,
      });
    }
  }
}

/** Lines at RATE, slice after slice, each with some who were never seen before. `stop` returns lines a second. */
function steadySender(port) {
  const perSlice = Math.round((RATE * SLICE_MS) / 1000);
  const strangers = Math.round((STRANGERS * SLICE_MS) / 1000);
  const lines = syslogLines((perSlice - strangers) * SLICES);
  const slices = Array.from({ length: SLICES }, (_, i) =>
    Buffer.from(`${lines.slice(i * (perSlice - strangers), (i + 1) * (perSlice - strangers)).join('\n')}\n`),
  );
  const stamps = slices.map(stampsOf);
  const socket = connect(port, '127.0.0.1').resume();
  const startedAt = performance.now();
  let turns = 0;
  const timer = setInterval(() => {
    // What a late turn left is sent with the next, unless the daemon takes no more.
    for (; turns * SLICE_MS < performance.now() - startedAt && !socket.writableNeedDrain; turns++) {
      const n = turns % SLICES;
      const date = new Date().toUTCString();
      for (const at of stamps[n]) slices[n].latin1Write(date.slice(17, 25), at, 8);
      socket.write(slices[n]);
      for (let i = 0; i < strangers; i++) socket.write(guess(date, turns * strangers + i));
    }
  }, SLICE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      socket.end();
      return (turns * perSlice * 1000) / (performance.now() - startedAt);
    },
  };
}

/** Where `HH:MM:SS` stands in each line of `<38>Nov 20 18:14:15 …`. */
function stampsOf(slice) {
  const stamps = [];
  for (let start = 0; start < slice.length; start = slice.indexOf(10, start) + 1)
    stamps.push(slice.indexOf(62, start) + 8);
  return stamps;
}

function guess(date, n) {
  const stamp = `${date.slice(8, 11)} ${date.slice(5, 7)} ${date.slice(17, 25)}`;
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  return `<38>${stamp} bastion-${n % 100} sshd[999]: Failed password for root from ${address} port 40022 ssh2\n`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
