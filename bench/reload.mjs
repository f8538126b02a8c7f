// What reloading all of SigmaHQ does to those who send meanwhile: one rule file changes, SIGHUP, and lines come in all the
// time. How long the loop that receives is held up at worst, and how much of that it ran itself, beside the same without a
// reload; lines that got lost fail the run. Before it what a first start takes, behind it one more with the same rules.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS, START_ENV } from './lib/as-started.mjs';
import { syslogLines } from './lib/lines.mjs';
import { withSigmaHq } from './lib/sigmahq.mjs';
import { cpuMs, lineSeen, listening, processed, residentMb, vedette } from './lib/whole-daemon.mjs';

const ROUNDS = Number(process.env.BENCH_RELOADS ?? 3);
const LINES_A_SECOND = 2000;
const SLICE_MS = 10;
const LOOP_DELAY = fileURLToPath(new URL('lib/loop-delay.mjs', import.meta.url));

export async function run() {
  await withSigmaHq(reloads);
}

async function reloads(rules) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  const changing = join(rules, 'changing.yml');
  change(changing, 0);
  writeFileSync(
    join(folder, 'config.yaml'),
    `data_dir: ./data
sources: [{ type: syslog-tcp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }]
api: { enabled: false }
rules: { paths: [${JSON.stringify(rules)}], watch: false }
`,
  );
  let { daemon, port } = await started(folder, 'first start');
  try {
    const sender = steadySender(port);
    // Whatever is done for the first time takes longer.
    await passed(3000);
    await worst(daemon);
    for (let round = 1; round <= ROUNDS; round++) {
      await passed(5000);
      const without = await worst(daemon);
      change(changing, round);
      const reloadedAt = performance.now();
      const reloaded = lineSeen(daemon, 'Rules reloaded.');
      daemon.kill('SIGHUP');
      await reloaded;
      const took = seconds(reloadedAt);
      // The old detectors end behind it.
      await passed(1000);
      console.log(
        `reload in ${took} s: the loop held up for ${shown(await worst(daemon))} at worst, ` +
          `${shown(without)} without; ${residentMb(daemon.pid)} MB resident`,
      );
    }
    const sent = await sender.stop();
    await processed(join(folder, 'data'), sent);
    console.log(`${sent} lines sent, all detected`);
    await ended(daemon);
    ({ daemon } = await started(folder, 'start with the same rules'));
  } finally {
    await ended(daemon);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function started(folder, what) {
  const startedAt = performance.now();
  const daemon = spawn(
    process.execPath,
    [...NODE_FLAGS, '--import', LOOP_DELAY, vedette, 'run', '-c', join(folder, 'config.yaml')],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: START_ENV,
    },
  );
  const port = await listening(daemon);
  const cpu = (cpuMs(daemon.pid) / 1000).toFixed(1);
  const memory = `${residentMb(daemon.pid)} MB resident, ${residentMb(daemon.pid, 'VmHWM')} at the peak`;
  console.log(`${what} in ${seconds(startedAt)} s, ${cpu} s of CPU, ${memory}`);
  return { daemon, port };
}

async function ended(daemon) {
  if (daemon.exitCode !== null) return;
  daemon.kill('SIGTERM');
  await new Promise((resolve) => daemon.once('exit', resolve));
}

function change(file, round) {
  writeFileSync(
    file,
    `title: changes ${round}
logsource: { product: linux, service: sshd }
detection: { s: { process.pid: ${round} }, condition: s }
`,
  );
}

/** Sends the same number of lines each few milliseconds; `stop` resolves with how many there were. */
function steadySender(port) {
  const lines = syslogLines(LINES_A_SECOND);
  const socket = connect(port, '127.0.0.1');
  let sent = 0;
  const timer = setInterval(() => {
    const count = (LINES_A_SECOND * SLICE_MS) / 1000;
    const from = sent % lines.length;
    socket.write(`${lines.slice(from, from + count).join('\n')}\n`);
    sent += count;
  }, SLICE_MS);
  return {
    async stop() {
      clearInterval(timer);
      await new Promise((resolve) => socket.end(resolve));
      return sent;
    },
  };
}

function worst(daemon) {
  return new Promise((resolve) => {
    daemon.once('message', resolve);
    daemon.send('worst');
  });
}

function shown({ worstMs, ownMs }) {
  return `${worstMs.toFixed(1)} ms (${ownMs.toFixed(1)} ms running)`;
}

function passed(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
