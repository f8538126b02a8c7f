import { setImmediate as giveWay } from 'node:timers/promises';

const STRETCH_MS = 5;

/** Keeps work over thousands of files from holding up the sockets of the same thread. */
export class Breath {
  #since = performance.now();

  /** Whether this has gone on for long enough to `take` a breath. Asked before, so that most steps await nothing. */
  get isDue(): boolean {
    return performance.now() - this.#since >= STRETCH_MS;
  }

  /** Resolves when everything else that waited had its turn. */
  async take(): Promise<void> {
    await giveWay();
    this.#since = performance.now();
  }
}
