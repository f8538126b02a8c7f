// Loaded into a daemon (`node --import`) that was started with an IPC channel: tells on any message how long its main loop was
// held up at worst since the last one, in ms.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('message', () => {
    process.send({ worstMs: delay.max / 1e6 });
    delay.reset();
  });
  process.channel.unref();
}
