import type { Config } from '../config/schema.js';
import type { BatchSink } from '../sources/source.js';
import type { Logger } from '../telemetry/log.js';
import { SourceSupervisor } from './source-supervisor.js';
import type { SourceStats } from './stats.js';

export interface SourceCursor {
  readonly source: string;
  readonly key: string;
  readonly value: string;
}

/** All configured sources. */
export class SourceSet {
  readonly #out: BatchSink;
  readonly #committed: () => Promise<boolean>;
  readonly #log: Logger;
  readonly #onListening: (sources: readonly string[]) => void;
  readonly #onFinished: () => void;
  #all: SourceSupervisor[];

  /**
   * `onListening`: other sources take input than before. `onFinished`: every source has reached the end of its input, which only some have (stdin,
   * files read once).
   */
  constructor(
    configs: Config['sources'],
    cursors: readonly SourceCursor[],
    options: {
      readonly out: BatchSink;
      /** Resolves when all that `out` has taken so far is committed. */
      readonly committed: () => Promise<boolean>;
      readonly log: Logger;
      readonly onListening: (sources: readonly string[]) => void;
      readonly onFinished: () => void;
    },
  ) {
    this.#out = options.out;
    this.#committed = options.committed;
    this.#log = options.log;
    this.#onListening = options.onListening;
    this.#onFinished = options.onFinished;
    this.#all = configs.map((config) => this.#supervise(config, cursors));
  }

  /** Rejects with what is wrong with each of those that could not start. */
  async start(): Promise<void> {
    const results = await Promise.allSettled(this.#all.map((one) => one.start()));
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    if (failed.length > 0) throw new Error(failed.map((error) => error.message).join('\n'));
  }

  /** From now on `onFinished` may be called. */
  watchEnds(): void {
    const all = this.#all;
    void Promise.all(all.map((one) => one.finished)).then(() => {
      if (all === this.#all) this.#onFinished();
    });
  }

  /** Those that are configured otherwise stop, and start again where they were; the others read their files again. */
  async replace(configs: Config['sources']): Promise<void> {
    const wanted = new Map(configs.map((config) => [config.name!, JSON.stringify(config)]));
    const gone = this.#all.filter((one) => wanted.get(one.name) !== one.settings);
    await Promise.all(gone.map((one) => one.stop(Date.now() + 1000)));
    const kept = this.#all.filter((one) => !gone.includes(one));
    for (const one of kept) one.reload();
    const cursors = gone.flatMap((one) => one.cursors());
    for (const config of configs) {
      if (kept.some((one) => one.name === config.name)) continue;
      const made = this.#supervise(config, cursors);
      kept.push(made);
      await made.startOrRetry();
    }
    this.#all = kept;
    this.#onListening(this.listening);
    this.watchEnds();
  }

  async stop(deadline: number): Promise<void> {
    await Promise.all(this.#all.map((one) => one.stop(deadline)));
  }

  /** Receive time of the newest record, ms; 0 = none came. */
  get lastSeen(): number {
    return Math.max(0, ...this.#all.map((one) => one.lastSeen));
  }

  /** Names of those that take input now. */
  get listening(): string[] {
    return this.#all.filter(({ listens }) => listens).map(({ name }) => name);
  }

  describe(): string[] {
    return this.#all.map((one) => one.describe());
  }

  stats(): Record<string, SourceStats> {
    return Object.fromEntries(this.#all.map((one) => [one.name, one.stats()]));
  }

  #supervise(config: Config['sources'][number], cursors: readonly SourceCursor[]): SourceSupervisor {
    const own = cursors.filter((cursor) => cursor.source === config.name);
    return new SourceSupervisor({
      config,
      out: this.#out,
      committed: this.#committed,
      log: this.#log,
      cursors: new Map(own.map((cursor) => [cursor.key, cursor.value])),
      onListening: () => this.#onListening(this.listening),
    });
  }
}
