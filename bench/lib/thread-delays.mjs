// Loaded into a daemon (`node --import`, and by that into its threads) that was started with an IPC channel: tells on any message how
// long the loops of main and of the keeper were held up at worst since the last one, and how long the keeper looked for what is old, in
// ms. In the keeper old segments are looked for
// every few seconds, not every minute, so that there are more to be seen, or never with VEDETTE_BENCH_KEEP_ALL.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads';

const RETAIN_MS = 60_000;
const OFTEN_MS = 5000;
const delay = monitorEventLoopDelay({ resolution: 1 });
const take = () => {
  const worst = delay.max / 1e6;
  delay.reset();
  return worst;
};

/** ms, the longest look for old segments. */
let retain = 0;
const timed = (work) => () => {
  const start = performance.now();
  work();
  retain = Math.max(retain, performance.now() - start);
};

if (isMainThread) {
  delay.enable();
  const channel = new BroadcastChannel('thread-delays');
  channel.onmessage = ({ data }) => {
    if (data.keeper !== undefined) process.send({ ...data, main: take() });
  };
  channel.unref();
  process.on('message', () => channel.postMessage({ ask: true }));
  process.channel.unref();
} else if (workerData !== null && typeof workerData === 'object' && 'alertsToStdout' in workerData) {
  delay.enable();
  const channel = new BroadcastChannel('thread-delays');
  channel.onmessage = ({ data }) => {
    if (!data.ask) return;
    channel.postMessage({ keeper: take(), retain });
    retain = 0;
  };
  channel.unref();
  const { setInterval: every } = globalThis;
  const keepAll = process.env.VEDETTE_BENCH_KEEP_ALL === '1';
  globalThis.setInterval = (work, ms) =>
    ms === RETAIN_MS ? every(keepAll ? () => {} : timed(work), OFTEN_MS) : every(work, ms);
}
