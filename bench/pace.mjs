// What the whole daemon takes of a core when lines come at the pace of a home or a small company, one by one over TCP, and when none
// come: shipped rules, event log on, alerts written. BENCH_SECONDS: of each pace.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { syslogLines } from './lib/lines.mjs';
import { cpuMs, residentMb, withDaemon } from './lib/whole-daemon.mjs';

const PACES = [0, 50, 500, 5000];
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
/** As long V8 still compiles what loading the rules used. */
const WARM_MS = 20_000;
const DISTINCT = 20_000;
/** Two lines of a hundred are hits. */
const HITS = 0.02;
const CONFIG = `data_dir: ./data
sources: [{ type: syslog-tcp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }]
storage: { events: { max_age: 1d, max_bytes: 1GiB } }
api: { enabled: false }
`;

export async function run(report) {
  for (const pace of PACES) {
    const { share, rssMb } = await measured(pace);
    report({
      lane: pace === 0 ? 'no lines' : `${pace} lines/s`,
      rate: pace,
      unit: 'lines/s',
      note: `${(share * 100).toFixed(1)} % of a core, peak ${rssMb} MB`,
    });
  }
}

function measured(pace) {
  return withDaemon(CONFIG, async ({ pid, port }) => {
    const sender = await startSender(port, pace);
    await pause(WARM_MS);
    const before = { cpu: cpuMs(pid), time: performance.now() };
    await pause(SECONDS * 1000);
    const share = (cpuMs(pid) - before.cpu) / (performance.now() - before.time);
    sender.stop();
    return { share, rssMb: residentMb(pid, 'VmHWM') };
  });
}

/** Each line is a write of its own. */
async function startSender(port, pace) {
  const lines = syslogLines(DISTINCT, 1, HITS);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * pace;
    for (; sent < due; sent++) socket.write(`${lines[sent % DISTINCT]}\n`);
  }, 1);
  return {
    stop: () => {
      clearInterval(timer);
      socket.destroy();
    },
  };
}
