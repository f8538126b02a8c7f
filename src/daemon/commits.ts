import type { BoundedQueue } from '../queue/bounded-queue.js';
import type { KeeperLink } from './keeper-link.js';

/** Commits for those who are waited for: one for all that came while the one before ran. */
export class Commits {
  readonly #queue: BoundedQueue;
  readonly #keeper: KeeperLink;
  /** The commit that those wait for who have come since the one before began. */
  #next: Promise<boolean> | null = null;
  #running: Promise<boolean> = Promise.resolve(true);

  constructor(queue: BoundedQueue, keeper: KeeperLink) {
    this.#queue = queue;
    this.#keeper = keeper;
  }

  /** Resolves when all that the queue has taken so far is applied; true = it is in the log, and its effects in state.db. */
  all(): Promise<boolean> {
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      this.#running = this.#keeper.committed(this.#queue.lastSeq);
      return this.#running;
    });
    return this.#next;
  }
}
