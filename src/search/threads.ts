import { Worker } from 'node:worker_threads';

/** A thread that nobody has asked for so long ends. Until then it saves the next search the loading of all parsers. */
const IDLE_MS = 60_000;
const MOST_IDLE = 4;
const YOUNG_MB = 32;

const idle: { readonly thread: Worker; readonly timer: NodeJS.Timeout }[] = [];

/** A thread of searcher.ts that does nothing now. */
export function takeThread(): Worker {
  const known = idle.pop();
  if (known === undefined)
    return new Worker(new URL('./searcher.js', import.meta.url), {
      name: 'searcher',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
  clearTimeout(known.timer);
  known.thread.removeAllListeners('error');
  known.thread.ref();
  return known.thread;
}

/** It has nothing to do any more, and nobody listens to it. It keeps no process alive. */
export function giveBack(thread: Worker): void {
  if (idle.length >= MOST_IDLE) {
    void thread.terminate();
    return;
  }
  const leave = (): void => {
    const at = idle.findIndex((one) => one.thread === thread);
    if (at >= 0) idle.splice(at, 1);
    void thread.terminate();
  };
  thread.unref();
  thread.once('error', leave);
  idle.push({ thread, timer: setTimeout(leave, IDLE_MS).unref() });
}
