// What an open page costs the daemon: its CPU an event at a fixed rate, about half of what it can do, with Now open in chromium
// and without, taking turns. VEDETTE_CHROMIUM names the browser; BENCH_RATE sets the events a second.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { askDaemon } from '../dist/daemon/control-socket.js';
import { NODE_FLAGS, START_ENV } from './lib/as-started.mjs';
import { syslogLines } from './lib/lines.mjs';

const RATE = Number(process.env.BENCH_RATE ?? 80_000);
const ROUNDS = 6;
const ROUND_MS = 7000;
const WARM_MS = 6000;
const SLICE_MS = 20;
const BROWSERS = [
  process.env.VEDETTE_CHROMIUM,
  join(tmpdir(), 'vedette-test-tools', 'root', 'usr', 'bin', 'chromium'),
  '/usr/bin/chromium',
];
const vedette = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

export async function run(report) {
  const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('There is no chromium; VEDETTE_CHROMIUM can name one.');
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  const config = join(folder, 'config.yaml');
  writeFileSync(
    config,
    `data_dir: ./data
sources: [{ type: syslog-tcp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }]
api: { listen: "127.0.0.1:0" }
`,
  );
  const child = spawn(process.execPath, [...NODE_FLAGS, vedette, 'run', '-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: START_ENV,
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  let sending = true;
  try {
    const { port, login } = await ready(child);
    const context = await browser.newContext();
    const first = await context.newPage();
    await first.goto(login);
    await first.getByText('Search').first().waitFor();
    await first.close();
    const page = new URL(login).origin;
    const sent = send(port, () => sending);
    const costs = { without: [], with: [] };
    const rates = [];
    await pause(WARM_MS);
    for (let round = 0; round < ROUNDS; round++) {
      // Each comes first as often as the other.
      for (const way of round % 2 === 0 ? ['without', 'with'] : ['with', 'without']) {
        const tab = way === 'with' ? await context.newPage() : null;
        await tab?.goto(page);
        const { cpu, rate } = await measured(child.pid, join(folder, 'data'));
        costs[way].push(cpu);
        rates.push(rate);
        await tab?.close();
      }
    }
    sending = false;
    await sent;
    // Whatever else runs on the machine only adds.
    const [without, withIt] = [Math.min(...costs.without), Math.min(...costs.with)];
    report({
      lane: 'an open page (aim 2 %)',
      rate: medianOf(rates),
      unit: 'events/s',
      note: `${(100 * (withIt / without - 1)).toFixed(1)} % more CPU of the daemon: ${withIt.toFixed(2)} µs an event, ${without.toFixed(2)} without, each the best of ${words(costs.with)} and ${words(costs.without)}`,
    });
  } finally {
    sending = false;
    await browser.close();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (data) => {
      text += data;
      const port = /"sources":\["[^"]*:(\d+)\/tcp"\]/.exec(text)?.[1];
      const login = /"page":"([^"]+)"/.exec(text)?.[1];
      if (port !== undefined && login !== undefined) resolve({ port: Number(port), login });
    });
    child.once('exit', () => reject(new Error(text)));
  });
}

/** Lines at RATE, slice after slice, until there is an end of it. */
async function send(port, goesOn) {
  const perSlice = Math.round((RATE * SLICE_MS) / 1000);
  const lines = syslogLines(perSlice * 30);
  const slices = Array.from({ length: 30 }, (_, i) =>
    Buffer.from(`${lines.slice(i * perSlice, (i + 1) * perSlice).join('\n')}\n`),
  );
  const socket = connect(port, '127.0.0.1').resume();
  // The daemon ends first.
  socket.on('error', () => {});
  const startedAt = performance.now();
  for (let n = 0; goesOn(); n++) {
    if (!socket.write(slices[n % slices.length]))
      await new Promise((resolve) => socket.once('drain', resolve));
    await pause(startedAt + (n + 1) * SLICE_MS - performance.now());
  }
  socket.end();
}

/** µs of the daemon's CPU an event, and events a second. */
async function measured(pid, dataDir) {
  const read = async () => ({
    at: performance.now(),
    cpu: cpuMs(pid),
    records: (await askDaemon(dataDir, 'stats')).detection.records,
  });
  const before = await read();
  await pause(ROUND_MS);
  const after = await read();
  const records = after.records - before.records;
  return {
    cpu: ((after.cpu - before.cpu) * 1000) / records,
    rate: (records * 1000) / (after.at - before.at),
  };
}

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

function medianOf(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function words(values) {
  return values.map((value) => value.toFixed(2)).join(' ');
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
