// The demo: a real daemon, real sockets, a labelled attack among ordinary lines. Run by demo.sh.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benignLines, intrusion } from '../dist/api/demo/lines.js';

const vedette = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'vedette-demo-'));
const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text);
const DEADLINE_MS = 30_000;

// Whoever reads us may stop (`./demo.sh | head`): what was started is ended all the same.
process.stdout.on('error', () => {});

let daemon;
try {
  await main();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
} finally {
  daemon?.kill('SIGTERM');
  await daemon?.ended;
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  daemon = startDaemon();
  const { udp, tcp } = await daemon.listening;
  console.log(
    bold('Vedette is watching'),
    `syslog on 127.0.0.1:${udp}/udp and 127.0.0.1:${tcp}/tcp, in ${folder}\n`,
  );

  const story = intrusion(Date.now());
  const noise = benignLines(Date.now());
  console.log(bold('Sent through the listeners'));
  console.log(
    `   ${String(noise.length).padStart(3)} ordinary lines: cron, web requests, a colleague who mistypes a password once`,
  );
  let sent = await sendTcp(tcp, noise);
  for (const { label, transport, lines } of story) {
    console.log(`   ${String(lines.length).padStart(3)} ${label} (${transport})`);
    sent += transport === 'udp' ? await sendUdp(udp, lines) : await sendTcp(tcp, lines);
    await processed(sent);
  }

  const { incidents, alerts } = await waitForIntrusion();
  const of = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
  console.log(
    `\n${bold(`${sent} lines in, ${of(alerts, 'alert')}, ${of(incidents.length, 'incident')} out:`)}\n`,
  );
  for (const { incident } of incidents) process.stdout.write(`${cli('incidents', 'show', incident.id)}\n`);

  await daemon.stop();
  console.log(`\n${bold('Files it wrote')} (removed now; a real daemon keeps them)`);
  for (const path of filesBelow(folder))
    console.log(`   ${relative(folder, path)}  ${statSync(path).size} bytes`);
}

function startDaemon() {
  const config = join(folder, 'config.yaml');
  writeFileSync(
    config,
    `data_dir: ./data
sources:
  - { type: syslog-udp, listen: "127.0.0.1:0" }
  - { type: syslog-tcp, listen: "127.0.0.1:0" }
sinks:
  - { type: ndjson, dir: ./alerts }
  - { type: stix, dir: ./alerts }
api: { enabled: false }
`,
  );
  const child = spawn(process.execPath, [vedette, 'run', '-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let messages = '';
  let listening;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    listening = resolve;
    child.once('exit', () => reject(new Error(`the daemon did not start:\n${messages}`)));
  });
  child.stderr.on('data', (data) => {
    messages += data;
    const match = /"sources":\["[^"]*:(\d+)\/udp","[^"]*:(\d+)\/tcp"\]/.exec(messages);
    if (match !== null) listening({ udp: Number(match[1]), tcp: Number(match[2]) });
  });
  return {
    listening: ready,
    ended,
    kill: (signal) => child.kill(signal),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function sendTcp(port, lines) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(`${lines.join('\n')}\n`));
    socket.once('error', reject);
    socket.once('close', () => resolve(lines.length));
    socket.resume();
  });
}

async function sendUdp(port, lines) {
  const socket = createSocket('udp4');
  for (const line of lines) await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve));
  socket.close();
  return lines.length;
}

/** Waits until the daemon has looked at this many lines, so that the steps stay in their order. */
async function processed(lines) {
  await until(
    () => (JSON.parse(cli('stats', '--json')).detection.records >= lines ? true : null),
    'the lines to be processed',
  );
}

async function waitForIntrusion() {
  return await until(() => {
    const alerts = listed('alerts');
    const incidents = listed('incidents');
    const isWhole = incidents.some(({ timeline }) =>
      timeline.some(({ rule }) => /Intrusion/.test(rule.name)),
    );
    return isWhole ? { incidents, alerts: alerts.length } : null;
  }, 'the intrusion to be recognised');
}

function listed(what) {
  return cli(what, 'list', '--json')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function until(check, what) {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end; ) {
    const found = check();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${DEADLINE_MS / 1000} s for ${what}.`);
}

function cli(...args) {
  const result = spawnSync(process.execPath, [vedette, ...args, '--data-dir', join(folder, 'data')], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

function filesBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const child = join(path, entry.name);
    return entry.isDirectory() ? filesBelow(child) : entry.isFile() ? [child] : [];
  });
}
