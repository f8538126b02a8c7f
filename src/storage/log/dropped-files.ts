import { open, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when the file is gone, or cannot be removed. */
export type Remove = (path: string) => Promise<void>;

/** Between two files others have their turn. */
const PAUSE_MS = 250;
const STEP_BYTES = 4 * 1024 ** 2;
const STEP_PAUSE_MS = 20;

/**
 * Files that have lost their names as segments, on their way out one after the other. Nobody else writes while the disk frees the
 * blocks of a large one, so it becomes shorter step by step before it goes. What is left when the process ends, or cannot be removed,
 * the next start tries again.
 */
export class DroppedFiles {
  readonly #remove: Remove;
  readonly #waiting: string[] = [];
  #isBusy = false;

  constructor(remove: Remove = removeInSteps) {
    this.#remove = remove;
  }

  add(path: string): void {
    this.#waiting.push(path);
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let path = this.#waiting.shift(); path !== undefined; path = this.#waiting.shift()) {
      await this.#remove(path);
      await pause(PAUSE_MS, undefined, { ref: false });
    }
    this.#isBusy = false;
  }
}

async function removeInSteps(path: string): Promise<void> {
  await shrink(path).catch(() => {});
  await rm(path, { force: true }).catch(() => {});
}

async function shrink(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size, nlink } = await file.stat();
    // It has another name, in somebody's backup: there it stays as it is.
    if (nlink !== 1) return;
    for (let left = size - STEP_BYTES; left > 0; left -= STEP_BYTES) {
      await file.truncate(left);
      // The file system frees what it was told since its last commit all at once.
      await file.datasync();
      await pause(STEP_PAUSE_MS, undefined, { ref: false });
    }
  } finally {
    await file.close();
  }
}
