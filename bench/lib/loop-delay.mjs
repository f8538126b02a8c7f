// Loaded into a daemon (`node --import`) that was started with an IPC channel: tells on any message how long its main loop was
// held up at worst since the last one, in ms, and how long at worst by what it did itself: the rest of a delay is that the thread
// waited for a processor (Linux tells the two apart).
import { openSync, readSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 1;

if (isMainThread) {
  const schedule =
    process.platform === 'linux' ? openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`) : null;
  const text = Buffer.alloc(96);
  let worst = { worstMs: 0, ownMs: 0 };
  let last = now();
  setInterval(() => {
    const at = now();
    worst.worstMs = Math.max(worst.worstMs, at.wallMs - last.wallMs - TICK_MS);
    worst.ownMs = Math.max(worst.ownMs, at.ranMs - last.ranMs);
    last = at;
  }, TICK_MS).unref();
  process.on('message', () => {
    process.send(worst);
    worst = { worstMs: 0, ownMs: 0 };
  });
  process.channel.unref();

  function now() {
    if (schedule === null) return { wallMs: performance.now(), ranMs: Number.NaN };
    const length = readSync(schedule, text, 0, text.length, 0);
    const [ran] = text.toString('latin1', 0, length).split(' ');
    return { wallMs: performance.now(), ranMs: Number(ran) / 1e6 };
  }
}
