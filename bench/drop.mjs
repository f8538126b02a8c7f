// Whether dropping segments stalls the daemon: it receives lines at a steady rate over a log of old segments of full size, which
// are too many, as soon as it looks. How long the keeper, which writes the log, and main, which receives, were held up at worst in
// the seconds in which segments were dropped, beside the other seconds, and beside a run in which nothing is dropped. Aim: 25 ms.
// VEDETTE_BENCH_SEGMENTS is the number of old segments, VEDETTE_BENCH_RATE the lines a second.
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { askDaemon } from '../dist/daemon/control-socket.js';
import { EventLog } from '../dist/storage/log/event-log.js';
import { StateStore } from '../dist/storage/state.js';
import { syslogLines } from './lib/lines.mjs';
import { listening, vedette } from './lib/whole-daemon.mjs';

const OLD_SEGMENTS = Number(process.env.VEDETTE_BENCH_SEGMENTS ?? 3);
const RATE = Number(process.env.VEDETTE_BENCH_RATE ?? 40_000);
const SECONDS = 25;
/** Rules are loaded, and whatever is done for the first time takes longer. */
const WARM_MS = 8000;
const SLICE_MS = 20;
const MIB = 1024 ** 2;
const DELAYS = fileURLToPath(new URL('lib/thread-delays.mjs', import.meta.url));

export async function run(report) {
  await measured(report, 'nothing is dropped', true);
  await measured(report, 'segments are dropped', false);
}

async function measured(report, lane, keepAll) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
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
  const daemon = spawn(
    process.execPath,
    ['--import', DELAYS, vedette, 'run', '-c', join(folder, 'config.yaml')],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, MALLOC_ARENA_MAX: '1', VEDETTE_BENCH_KEEP_ALL: keepAll ? '1' : '0' },
    },
  );
  try {
    const sender = steadySender(await listening(daemon));
    await pause(WARM_MS);
    const seconds = await watch(daemon, join(folder, 'data'));
    const sent = await sender.stop();
    for (const isDrop of [true, false]) {
      const of = seconds.filter(({ dropped }) => dropped > 0 === isDrop);
      if (of.length === 0) continue;
      const worst = (who) => Math.max(...of.map((second) => second[who])).toFixed(1);
      report({
        lane: `${lane}: ${isDrop ? 'seconds with a drop' : 'other seconds'} (aim 25 ms)`,
        rate: sent / (SECONDS + WARM_MS / 1000),
        unit: 'events/s',
        note: `keeper held up ${worst('keeper')} ms at worst (middle ${middleOf(of, 'keeper')}), looking for what is old ${worst('retain')} ms; main ${worst('main')} ms (middle ${middleOf(of, 'main')}); ${of.length} seconds, ${of.reduce((sum, { dropped }) => sum + dropped, 0)} segments`,
      });
    }
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Segments as large as they become, of which a start re-runs nothing. */
function writeOldLog(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const log = new EventLog({ dir: join(dataDir, 'events'), maxAgeMs: 1e15, maxBytes: 1e15 });
  // What cannot be compressed fills files fast.
  const bytes = randomFillSync(new Uint8Array(2 * MIB));
  const receivedAt = Date.now() - 86_400_000;
  let seq = 0;
  while (log.stats().segments <= OLD_SEGMENTS) {
    log.append({
      ...{ seq: ++seq, source: 'old', transport: 'tcp', receivedAt, clock: receivedAt, cursor: null },
      ...{
        records: 1000,
        bytes,
        ends: null,
        peers: [{ address: '192.0.2.1' }],
        peerRuns: null,
        truncated: null,
      },
    });
    log.addDigest(seq, null);
    log.commit();
  }
  log.finish();
  const state = new StateStore(join(dataDir, 'state.db'));
  // A snapshot of nothing, which the keeper refuses and does without.
  state.commit({ appliedSeq: seq, changes: [], cursors: [], snapshot: [serialize(null)] });
  state.close();
  // Nobody is to wait for the disk to take what was made here.
  spawnSync('sync');
}

/** Of each second: how long the loops were held up at worst, ms, and how many segments were dropped in it. */
async function watch(daemon, dataDir) {
  const dropped = async () => (await askDaemon(dataDir, 'stats')).log.segmentsDropped;
  const worst = async () => {
    const answer = once(daemon, 'message');
    daemon.send('tell');
    return (await answer)[0];
  };
  const seconds = [];
  let before = await dropped();
  await worst();
  for (let n = 0; n < SECONDS; n++) {
    await pause(1000);
    const held = await worst();
    const after = await dropped();
    seconds.push({ ...held, dropped: after - before });
    before = after;
  }
  return seconds;
}

/** Lines at RATE, slice after slice. */
function steadySender(port) {
  const perSlice = Math.round((RATE * SLICE_MS) / 1000);
  const lines = syslogLines(perSlice * 30);
  const slices = Array.from({ length: 30 }, (_, i) =>
    Buffer.from(`${lines.slice(i * perSlice, (i + 1) * perSlice).join('\n')}\n`),
  );
  const socket = connect(port, '127.0.0.1').resume();
  let sending = true;
  let sent = 0;
  const done = (async () => {
    const startedAt = performance.now();
    for (let n = 0; sending; n++) {
      if (!socket.write(slices[n % slices.length])) await once(socket, 'drain');
      sent += perSlice;
      await pause(startedAt + (n + 1) * SLICE_MS - performance.now());
    }
    socket.end();
    return sent;
  })();
  return {
    stop: () => {
      sending = false;
      return done;
    },
  };
}

function middleOf(seconds, who) {
  return seconds
    .map((second) => second[who])
    .sort((a, b) => a - b)
    [seconds.length >> 1].toFixed(1);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
