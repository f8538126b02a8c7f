// The whole daemon under load: its own process, a sender in another, figures of both.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS, START_ENV } from './as-started.mjs';
import { rsyslogToFile } from './rsyslog.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
export const vedette = join(here, '..', '..', 'dist', 'main.js');
const LINES = Number(process.env.BENCH_LINES ?? 3_000_000);
const TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

/** The floor, then the daemon with its log and without, as ratios to it. `options`: as of `measure`. */
export async function daemonLanes(report, name, lane, options = {}) {
  const floor = await countBytes(lane);
  report({ lane: `${name}, floor: bytes counted`, rate: floor, unit: 'lines/s' });
  for (const log of [true, false]) {
    const result = await measure(lane, { ...options, log });
    report({
      lane: `${name}, log ${log ? 'on' : 'off'}`,
      rate: result.rate,
      unit: 'events/s',
      ratio: result.rate / floor,
      note: `${result.cpu.toFixed(2)} µs CPU/event, peak ${result.rssMb} MB, ${result.alerts} alerts`,
    });
  }
}

/** Reports what rsyslogd makes of a lane, as a ratio to the floor: nothing where it is not installed. */
export async function rsyslogLane(report, lane) {
  const floor = await countBytes(lane);
  const rate = await rsyslogToFile(sentLines(), (port) => sending(sender(port, lane)));
  if (rate === null) return;
  report({ lane: `${lane}, peer: rsyslogd writes to a file`, rate, unit: 'lines/s', ratio: rate / floor });
}

/** Lines per second of a server that only counts the bytes of the lane. */
export function countBytes(lane) {
  return new Promise((resolve, reject) => {
    let startedAt = 0;
    const server = createServer((socket) => {
      socket.on('data', () => {
        if (startedAt === 0) startedAt = performance.now();
      });
      socket.on('end', () => {
        resolve(sentLines() / ((performance.now() - startedAt) / 1000));
        server.close();
      });
    });
    server.listen(0, '127.0.0.1', () => sender(server.address().port, lane).once('error', reject));
  });
}

/** A daemon that is sent the lane: events/s, µs of CPU an event, peak RSS in MB, alerts. `rules`: folders besides the shipped. */
export function measure(lane, { log, rules = [], anomaly = false }) {
  const type = lane.startsWith('windows') ? 'json-tcp' : 'syslog-tcp';
  const config = `data_dir: ./data
sources: [{ type: ${type}, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }, { type: stix, dir: ./alerts }]
storage: { events: { enabled: ${log}, max_age: 1d, max_bytes: 4GiB } }
rules: { paths: ${JSON.stringify(rules)} }
anomaly: { enabled: ${anomaly} }
`;
  return withDaemon(config, async ({ pid, port, dataDir }) => {
    const cpuBefore = cpuMs(pid);
    await sending(sender(port, lane));
    const startedAt = performance.now();
    const stats = await processed(dataDir, sentLines());
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      rate: sentLines() / seconds,
      cpu: ((cpuMs(pid) - cpuBefore) * 1000) / sentLines(),
      rssMb: residentMb(pid, 'VmHWM'),
      alerts: stats.alerts.opened,
    };
  });
}

/** What `use` resolves with, given a daemon of this configuration, whose data_dir is ./data; `port`: of its first TCP source. */
export async function withDaemon(config, use) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, config);
  const child = spawn(process.execPath, [...NODE_FLAGS, vedette, 'run', '-c', path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: START_ENV,
  });
  try {
    return await use({ pid: child.pid, port: await listening(child), dataDir: join(folder, 'data') });
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sender sends whole blocks of 50,000 lines. */
function sentLines() {
  return Math.ceil(LINES / 50_000) * 50_000;
}

function sender(port, lane) {
  return spawn(process.execPath, [join(here, 'sender.mjs'), String(port), String(LINES), lane], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Its lines are made and it is connected. */
function sending(child) {
  return new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the sender ended')));
  });
}

/** Resolves with the port of its first TCP source once it watches. */
export function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (data) => {
      text += data;
      const match = /"sources":\["[^"]*:(\d+)\/tcp"\]/.exec(text);
      if (match !== null) resolve(Number(match[1]));
    });
    child.once('exit', () => reject(new Error(text)));
  });
}

/** Resolves once the text was in its log. */
export function lineSeen(child, wanted) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (data) => {
      text += data;
      if (text.includes(wanted)) resolve();
    });
    child.once('exit', () => reject(new Error(text)));
  });
}

/** Resolves with the figures of the daemon once it has detected so many lines. */
export async function processed(dataDir, lines) {
  const { askDaemon } = await import('../../dist/daemon/control-socket.js');
  for (;;) {
    const stats = await askDaemon(dataDir, 'stats');
    if (stats !== null && stats.detection.records >= lines) return stats;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function residentMb(pid, what = 'VmRSS') {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)[1]) / 1024);
}

/** All its threads, since it began. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
