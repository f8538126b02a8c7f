import { rm } from 'node:fs';

/** Calls back when the file is gone, or cannot be removed. */
export type Remove = (path: string, done: () => void) => void;

/** Between two files others have their turn. */
const PAUSE_MS = 250;

const removeFile: Remove = (path, done) => rm(path, { force: true }, done);

/**
 * Files that have lost their names as segments, on their way out one after the other: while the disk frees the blocks of a large
 * one, nobody else writes. What is left when the process ends, or cannot be removed, the next start tries again.
 */
export class DroppedFiles {
  readonly #remove: Remove;
  readonly #waiting: string[] = [];
  #isBusy = false;

  constructor(remove: Remove = removeFile) {
    this.#remove = remove;
  }

  add(path: string): void {
    this.#waiting.push(path);
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    const path = this.#waiting.shift();
    if (path === undefined) return;
    this.#isBusy = true;
    this.#remove(path, () => {
      setTimeout(() => {
        this.#isBusy = false;
        this.#next();
      }, PAUSE_MS).unref();
    });
  }
}
