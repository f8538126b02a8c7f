import { Worker } from 'node:worker_threads';
import type { DaemonView } from '../daemon/view.js';
import type { ReachAsked, ReachFound } from '../doctor/reach-thread.js';
import { keptPart } from '../rule-pack.js';

const READ_MS = 1500;
/** A thread that takes longer is ended: nothing is known, then. */
const DEADLINE_MS = 30_000;
/** What was found is looked for again after so long, and after this many times what it took. */
const FRESH_MS = 60_000;
const REST = 60;
/** Where there was nothing, the first records may come at any time. */
const NOTHING_MS = 3000;
const YOUNG_MB = 32;
const OLD_MB = 1024;

/** What arrives for rules, as the newest part of the log shows: asked of a thread, at most so often, for all who want to know. */
export class Reach {
  readonly #daemon: DaemonView;
  #digest = '';
  #found: ReachFound | null = null;
  #asking: Promise<ReachFound | null> | null = null;
  #freshUntil = 0;

  constructor(daemon: DaemonView) {
    this.#daemon = daemon;
  }

  /** Null = not known, or not yet: somebody else has to wait for it. */
  get newest(): ReachFound | null {
    void this.find();
    return this.#found;
  }

  /** What was found of late; waits only while nothing is known of these rules. Null = no log is kept, or it failed. Never rejects. */
  find(): Promise<ReachFound | null> {
    const { digest } = this.#daemon.rules();
    if (digest !== this.#digest) {
      this.#digest = digest;
      this.#found = null;
      this.#asking = null;
      this.#freshUntil = 0;
    }
    if (performance.now() >= this.#freshUntil) this.#asking ??= this.#ask(digest);
    return this.#found === null && this.#asking !== null ? this.#asking : Promise.resolve(this.#found);
  }

  async #ask(digest: string): Promise<ReachFound | null> {
    const startedAt = performance.now();
    const found = await this.#inThread().catch((error: unknown) => {
      this.#daemon.log.warn({ err: error }, 'What arrives for rules could not be looked up.');
      return null;
    });
    // Meanwhile there may be other rules.
    if (digest !== this.#digest) return this.find();
    const now = performance.now();
    this.#asking = null;
    this.#found = found;
    this.#freshUntil =
      now +
      (found === null || found.records === 0 ? NOTHING_MS : Math.max(FRESH_MS, REST * (now - startedAt)));
    return found;
  }

  #inThread(): Promise<ReachFound | null> {
    const { data_dir, sources, extractors, business_hours, storage } = this.#daemon.config();
    if (!storage.events.enabled) return Promise.resolve(null);
    const asked: ReachAsked = {
      pack: keptPart(this.#daemon.rules()),
      config: { data_dir, sources, extractors, business_hours },
      ms: READ_MS,
    };
    const thread = new Worker(new URL('../doctor/reach-thread.js', import.meta.url), {
      workerData: asked,
      name: 'reach',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    const timer = setTimeout(() => void thread.terminate(), DEADLINE_MS);
    return new Promise<ReachFound | null>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        clearTimeout(timer);
        reject(new Error('The thread that looks ended without an answer.'));
      });
    });
  }
}
