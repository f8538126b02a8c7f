import { Worker } from 'node:worker_threads';
import type { ReaderStart, ReadResult, ReadTask } from './messages.js';

/** Tasks under way or done out of turn, for each thread. */
const WINDOW = 3;
const YOUNG_MB = 32;

/** Threads that read the log; what they find comes in the order of the tasks, whichever is done first. */
export class Readers {
  readonly #start: ReaderStart;
  readonly #count: number;
  readonly #threads: Worker[] = [];
  readonly #idle: Worker[] = [];
  #stopped = false;
  /** Of the reading under way. */
  #wake: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(start: ReaderStart, count: number) {
    this.#start = start;
    this.#count = count;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Ends readings where they are. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Does the tasks and gives each with its result to `take`, which is waited for. One reading at a time. */
  async read(
    tasks: Iterator<ReadTask>,
    take: (task: ReadTask, result: ReadResult) => Promise<void> | void,
  ): Promise<void> {
    const waiting: { readonly task: ReadTask; result: ReadResult | null }[] = [];
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Seen when it is waited for.
    failed.catch(() => {});
    let isDone = false;
    while (!this.#stopped) {
      while (!isDone && waiting.length < WINDOW * this.#count && this.#hasFree()) {
        const { value: task, done } = tasks.next();
        isDone = done === true;
        if (isDone) break;
        const place: { readonly task: ReadTask; result: ReadResult | null } = { task, result: null };
        waiting.push(place);
        this.#give(task, (result) => {
          place.result = result;
          this.#wake();
        });
      }
      const [next] = waiting;
      if (next === undefined) return;
      if (next.result !== null) {
        waiting.shift();
        await take(next.task, next.result);
      } else {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([woken, failed]);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #hasFree(): boolean {
    return this.#idle.length > 0 || this.#threads.length < this.#count;
  }

  #give(task: ReadTask, onResult: (result: ReadResult) => void): void {
    const thread = this.#idle.pop() ?? this.#startThread();
    thread.once('message', (result: ReadResult) => {
      this.#idle.push(thread);
      onResult(result);
    });
    thread.postMessage(task);
  }

  #startThread(): Worker {
    const thread = new Worker(new URL('./reader.js', import.meta.url), {
      workerData: this.#start,
      name: 'backtest-reader',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    thread.on('error', (error) => this.#fail(error));
    this.#threads.push(thread);
    return thread;
  }
}
