import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread is asked for, in order. */
export type CaretakerTask =
  | { readonly type: 'tend' | 'leave' | 'prepare'; readonly path: string }
  | { readonly type: 'stop' };

const YOUNG_MB = 1;
const OLD_MB = 16;

/**
 * Takes care of SQLite files that somebody else writes, on a thread of its own, so that who writes does not wait for the disk: takes
 * write-ahead logs over into their files, closes files that are done with, makes segments before they are needed. What it does not
 * come to, or cannot do, whoever writes does.
 */
export class Caretaker {
  readonly #thread: Worker;

  /** @param onFailed the thread has ended by itself */
  constructor(onFailed: (error: unknown) => void) {
    this.#thread = new Worker(new URL('./caretaker-thread.js', import.meta.url), {
      name: 'caretaker',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    this.#thread.on('error', onFailed);
    this.#thread.unref();
  }

  /** Somebody has opened this file and writes it. */
  tend(path: string): void {
    this.#ask({ type: 'tend', path });
  }

  /** They have closed it: what is in its write-ahead log goes into the file, and nothing stays beside it. */
  leave(path: string): void {
    this.#ask({ type: 'leave', path });
  }

  /** A segment without chunks shall be there, for somebody to take. */
  prepare(path: string): void {
    this.#ask({ type: 'prepare', path });
  }

  /** Resolves when everything is closed; what was prepared and not taken is gone. */
  async stop(): Promise<void> {
    this.#thread.ref();
    const ended = once(this.#thread, 'exit');
    this.#ask({ type: 'stop' });
    if (this.#thread.threadId >= 0) await ended;
  }

  #ask(task: CaretakerTask): void {
    this.#thread.postMessage(task);
  }
}
