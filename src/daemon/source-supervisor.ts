import type { SourceConfig } from '../config/schema.js';
import type { RawBatch } from '../model/raw-chunk.js';
import { SOURCES } from '../sources/registry.js';
import {
  type BatchSink,
  type Source,
  type SourceContext,
  SourceError,
  type SourceType,
} from '../sources/source.js';
import { Counters } from '../telemetry/counters.js';
import type { Logger } from '../telemetry/log.js';
import { faultLine } from '../telemetry/outside-fault.js';
import type { SourceStats } from './stats.js';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;
/** Who ran so long does not fail for what it failed for before. */
const STEADY_MS = 10_000;

export interface SupervisorOptions {
  readonly config: SourceConfig;
  readonly out: BatchSink;
  readonly committed: () => Promise<boolean>;
  readonly log: Logger;
  readonly cursors: ReadonlyMap<string, string>;
  /** `listens` has changed. */
  readonly onListening: () => void;
}

/** Keeps one configured source running: starts it, starts a new instance after a failure with growing pauses. */
export class SourceSupervisor {
  readonly name: string;
  readonly counters = new Counters();
  /** Resolves when a finite source has reached its end. */
  readonly finished: Promise<void>;
  readonly #options: SupervisorOptions;
  readonly #cursors: Map<string, string>;
  #source: Source;
  #records = 0;
  #bytes = 0;
  #lastSeen = 0;
  #pause = FIRST_PAUSE_MS;
  #startedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;
  #up = false;
  /** Why it does not run. */
  #fault: string | null = null;
  #listens = false;
  #markFinished: () => void = () => {};

  constructor(options: SupervisorOptions) {
    this.name = options.config.name!;
    this.#options = options;
    this.#cursors = new Map(options.cursors);
    this.finished = new Promise((resolve) => {
      this.#markFinished = resolve;
    });
    this.#source = this.#create();
  }

  /** The first start: a failure here is the person's to mend, so it is thrown; unless it is another machine that fails. */
  async start(): Promise<void> {
    try {
      await this.#source.start();
    } catch (error) {
      if (!(error instanceof SourceError && error.elsewhere)) throw error;
      this.#failed(error);
      return;
    }
    this.#started();
  }

  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    this.#listens = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#up) await this.#source.stop(deadline);
  }

  /** Like `start`, but a failure counts as one of a running source. */
  async startOrRetry(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What its settings name is read again; what cannot be used changes nothing. */
  reload(): void {
    try {
      this.#source.reload?.();
    } catch (error) {
      this.#options.log.error(
        { source: this.name, err: error },
        'Files of this source cannot be used; those read before stay in use.',
      );
    }
  }

  /** Its settings as text: equal text, same source. */
  get settings(): string {
    return JSON.stringify(this.#options.config);
  }

  /** Where it stands, for a successor of the same name. */
  cursors(): { source: string; key: string; value: string }[] {
    return [...this.#cursors].map(([key, value]) => ({ source: this.name, key, value }));
  }

  /** Receive time of the newest batch, ms; 0 = none yet. */
  get lastSeen(): number {
    return this.#lastSeen;
  }

  /** Records can come: it runs, and its input has not ended. */
  get listens(): boolean {
    return this.#listens;
  }

  describe(): string {
    return this.#source.describe();
  }

  stats(): SourceStats {
    return {
      type: this.#options.config.type,
      reads: this.#source.describe(),
      up: this.#up,
      records: this.#records,
      bytes: this.#bytes,
      last_seen: this.#lastSeen === 0 ? null : new Date(this.#lastSeen).toISOString(),
      ...(this.#fault !== null && { last_error: this.#fault }),
      ...this.#source.stats(),
      counts: this.counters.toJson(),
    };
  }

  #create(): Source {
    const { config, out, committed, log } = this.#options;
    const type = SOURCES[config.type] as unknown as SourceType;
    const counted = (batch: RawBatch, bytes: number): void => {
      this.#records += batch.records;
      this.#bytes += bytes;
      this.#lastSeen = batch.receivedAt;
      if (batch.cursor !== null) this.#remember(batch.cursor.key, batch.cursor.value);
    };
    const context: SourceContext = {
      name: this.name,
      out: {
        push: (batch) => {
          counted(batch, batch.bytes.byteLength);
          return out.push(batch);
        },
        tryPush: (batch) => {
          // The bytes may be on their way to another thread, and gone here, as soon as it is pushed.
          const bytes = batch.bytes.byteLength;
          const taken = out.tryPush(batch);
          if (taken) counted(batch, bytes);
          return taken;
        },
        ready: () => out.ready(),
        get fill() {
          return out.fill;
        },
      },
      committed,
      counters: this.counters,
      log: log.child({ source: this.name }),
      now: Date.now,
      cursors: this.#cursors,
    };
    return type.create(config, context);
  }

  /** A restarted instance goes on where the last one handed over, not where the keeper had committed. */
  #remember(key: string, value: string): void {
    if (value === '') this.#cursors.delete(key);
    else this.#cursors.set(key, value);
  }

  #started(): void {
    this.#up = true;
    this.#fault = null;
    this.#startedAt = performance.now();
    this.#listen(true);
    const source = this.#source;
    source.done.then(
      () => {
        if (source === this.#source) this.#listen(false);
        this.#markFinished();
      },
      (error: unknown) => {
        if (!this.#stopping && source === this.#source) this.#failed(error);
      },
    );
  }

  #listen(listens: boolean): void {
    if (this.#listens === listens) return;
    this.#listens = listens;
    if (!this.#stopping) this.#options.onListening();
  }

  #failed(error: unknown): void {
    if (this.#up && performance.now() - this.#startedAt >= STEADY_MS) this.#pause = FIRST_PAUSE_MS;
    this.#up = false;
    this.#fault = error instanceof Error ? faultLine(error) : String(error);
    this.#listen(false);
    this.counters.add('source.restarted');
    const pauseMs = this.#pause;
    this.#options.log.error(
      { source: this.name, err: error, pauseMs },
      'Source failed, it is started again.',
    );
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE_MS);
    this.#timer = setTimeout(() => void this.#restart(), pauseMs);
  }

  async #restart(): Promise<void> {
    this.#source = this.#create();
    try {
      await this.#source.start();
    } catch (error) {
      if (error instanceof SourceError && !error.retryable) this.#pause = MAX_PAUSE_MS;
      if (!this.#stopping) this.#failed(error);
      return;
    }
    if (this.#stopping) {
      await this.#source.stop(Date.now());
      return;
    }
    this.#options.log.info({ source: this.name }, 'Source runs again.');
    this.#started();
  }
}
