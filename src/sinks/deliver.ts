import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type Change, identityOf, isIncident } from '../model/change.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { Counters } from '../telemetry/counters.js';
import type { Logger } from '../telemetry/log.js';
import type { Outbox, SinkPosition } from './outbox.js';
import { DeliveryError, type OutboxItem, type Sink, type SinkState } from './sink.js';

/** Wall clock and one-shot timers, so that tests need not wait. */
export interface Clock {
  /** Ms since the epoch. */
  now(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface DeliveryOptions {
  readonly sink: Sink;
  readonly name: string;
  readonly minSeverity: Level;
  /** Also incidents, not alerts alone. Default true. */
  readonly incidents?: boolean;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Its lines already name the sink. */
  readonly log: Logger;
  /** Items a delivery holds at most. */
  readonly batchSize?: number;
  /** A call to the sink that takes longer is reported as stalled. */
  readonly timeoutMs?: number;
  /** A batch that has failed for this long, though retryable, is set aside. */
  readonly giveUpAfterMs?: number;
}

export interface DeliveryStatus {
  readonly name: string;
  /** `stalled`: a call to the sink has not returned in time; `retrying`: the last one failed. */
  readonly state: 'idle' | 'delivering' | 'retrying' | 'stalled' | 'stopped';
  readonly position: number;
  /** Since the start of the process: changes the sink has confirmed, and those set aside. */
  readonly delivered: number;
  readonly deadLettered: number;
  readonly lastError: string | null;
}

export interface Delivery {
  /** The outbox has new items. */
  wake(): void;
  /** Tells of changes that cannot be stored yet, where the sink is one that can. */
  tellUnstored(changes: readonly Change[]): void;
  /** Passes SIGHUP on, between two deliveries. */
  reopen(): void;
  status(): DeliveryStatus;
  /**
   * Delivers what is in the outbox, without further pauses, until it is empty, an attempt fails or `deadline` (ms since
   * the epoch) has come; then closes the sink. What is left stays in the outbox for the next start.
   */
  stop(deadline: number): Promise<void>;
}

/** Reading changes takes the keeper's time: 256 of them 14 ms. */
const BATCH = 64;
/** Of those that want the newest alone, few are read. */
const BATCH_OF_NEWEST = 256;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** So many batches are looked through for the newest revisions, and make one delivery. */
const NEWEST_OF = 4;
/** Who rests does so for as many times what it has worked, so that it takes a tenth of the time at most. */
const REST_FOR_WORK = 9;
/** While more waits: a fifth of the time, so that a flood of new alerts does not take the machine from detection either. */
const REST_IN_BACKLOG = 4;

/**
 * Starts the loop that carries the outbox to one sink: read, deliver, commit, in the order of the outbox.
 *
 * - A failure that may pass is tried again after 1 s, 2 s, 4 s … 60 s, or when the destination asks to be asked again if
 *   that is later, for `giveUpAfterMs` (24 h) per batch.
 * - A batch that cannot be delivered is tried once more item by item, so that only the culprits are set aside.
 * - A call that hangs is never overtaken: a second one could write the same items twice, or later ones first. It is
 *   reported as stalled and waited for; its result counts whenever it comes.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  return new DeliveryLoop(options);
}

class DeliveryLoop implements Delivery {
  readonly #options: Required<DeliveryOptions>;
  readonly #lowestRank: number;
  readonly #ended: Promise<void>;
  /** 0 = it never rests. */
  readonly #leastRestMs: number;
  /** As committed. */
  #at: SinkPosition = { position: 0, state: null };
  /** Delivered, but the outbox could not take it down yet. */
  #uncommitted: SinkPosition | null = null;
  /** Items up to `until` go one by one; `lastTry`: their batch has used up its time. */
  #isolation: { readonly until: number; readonly lastTry: boolean } | null = null;
  #failures = 0;
  #failingSince: number | null = null;
  #news = false;
  /** What waits is looked at again after so many ms, though there be no news. */
  #lookAfterMs = Number.POSITIVE_INFINITY;
  /** The sink rests until then, and for so many ms. */
  #restsUntil = 0;
  #restsFor = 0;
  /** Since it rested, and for how many ms. */
  #hasWorked = false;
  #workedMs = 0;
  #reopenAsked = false;
  #isOpen = false;
  /** Of changes that are not stored. */
  #telling: Promise<void> = Promise.resolve();
  #deadline: number | null = null;
  /** The deadline passed inside a call: nobody waits for its result, and the outbox may be closed. */
  #abandoned = false;
  #endIdle: () => void = () => {};
  #endPause: () => void = () => {};
  #state: DeliveryStatus['state'] = 'idle';
  #delivered = 0;
  #deadLettered = 0;
  #lastError: string | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = {
      incidents: true,
      batchSize: options.sink.newestOnly === undefined ? BATCH : BATCH_OF_NEWEST,
      timeoutMs: 30_000,
      giveUpAfterMs: 24 * 3600_000,
      ...options,
    };
    this.#leastRestMs = options.sink.newestOnly?.restMs ?? 0;
    this.#lowestRank = LEVELS.indexOf(options.minSeverity);
    this.#ended = this.#run();
  }

  wake(): void {
    this.#news = true;
    this.#endIdle();
  }

  tellUnstored(changes: readonly Change[]): void {
    const { sink, log } = this.#options;
    if (sink.tellUnstored === undefined || !this.#isOpen) return;
    for (const change of changes.filter((one) => this.#isWanted(one)))
      this.#telling = this.#telling
        .then(() => sink.tellUnstored!(change))
        .catch((err: unknown) =>
          log.warn({ err }, 'The sink could not be told of an alert that is not stored.'),
        );
  }

  reopen(): void {
    this.#reopenAsked = true;
    this.#endIdle();
  }

  status(): DeliveryStatus {
    return {
      name: this.#options.name,
      state: this.#state,
      position: this.#at.position,
      delivered: this.#delivered,
      deadLettered: this.#deadLettered,
      lastError: this.#lastError,
    };
  }

  stop(deadline: number): Promise<void> {
    const { clock } = this.#options;
    this.#deadline = deadline;
    this.#endIdle();
    this.#endPause();
    return new Promise((resolve) => {
      const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
        this.#abandoned = true;
        resolve();
      });
      void Promise.all([this.#ended, this.#telling]).then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #run(): Promise<void> {
    const { sink, log } = this.#options;
    while (!this.#timeIsUp()) {
      try {
        if (!this.#isOpen) {
          await this.#open();
          this.#isOpen = true;
        }
        if (this.#reopenAsked) await this.#reopen();
        if (await this.#deliverNext()) {
          // A long backlog to a fast sink must not keep the thread from everything else.
          await yieldToEventLoop();
          continue;
        }
        if (this.#deadline !== null) break;
        await this.#idle();
      } catch (error) {
        if (this.#deadline !== null) break;
        await this.#pause(error);
      }
    }
    this.#state = 'stopped';
    await sink.close().catch((err: unknown) => log.warn({ err }, 'A sink could not be closed.'));
  }

  async #open(): Promise<void> {
    const { sink, name, outbox } = this.#options;
    this.#at = outbox.position(name) ?? this.#at;
    await this.#call(() => sink.open(this.#at.state));
    this.#failingSince = null;
  }

  async #reopen(): Promise<void> {
    await this.#call(() => this.#options.sink.reopen());
    this.#reopenAsked = false;
  }

  /** One batch. False = there is nothing to do. */
  async #deliverNext(): Promise<boolean> {
    const { outbox, batchSize, sink } = this.#options;
    if (this.#uncommitted !== null) this.#commit(this.#uncommitted);
    if (this.#isolation !== null && this.#at.position >= this.#isolation.until) this.#endIsolation();
    this.#news = false;
    this.#lookAfterMs = this.#restMs();
    if (this.#lookAfterMs > 0) return false;
    this.#lookAfterMs = Number.POSITIVE_INFINITY;
    const newestOnly = sink.newestOnly !== undefined;
    const limit = this.#isolation !== null ? 1 : newestOnly ? NEWEST_OF * batchSize : batchSize;
    const items = outbox.read(this.#at.position, limit, newestOnly);
    const wanted = items.filter(({ change }) => this.#isWanted(change));
    const position = items.at(-1)?.position ?? this.#at.position;
    const waitMs = this.#waitMs(items, wanted);
    if (waitMs > 0) {
      this.#restAfterWork();
      if (items.length < batchSize) {
        this.#lookAfterMs = waitMs;
        return false;
      }
      this.#commit({ position, state: sink.digest!.note(wanted) });
      this.#delivered += wanted.length;
      return true;
    }
    let state = this.#at.state;
    let tookMs = 0;
    if (wanted.length > 0 || items.length === 0) {
      const startedAt = this.#now();
      try {
        state = await this.#handOver(wanted);
      } catch (error) {
        if (wanted.length === 0 || !this.#isHopeless(error)) throw error;
        this.#setAside(wanted, error);
        return true;
      }
      this.#delivered += wanted.length;
      this.#hasWorked = true;
      tookMs = this.#now() - startedAt;
      this.#workedMs += tookMs;
      this.#failures = 0;
      this.#failingSince = null;
      this.#lastError = null;
    }
    this.#commit({ position, state });
    if (tookMs > 0 && this.#leastRestMs > 0 && this.#hasMore())
      this.#restFor(fairRest(tookMs, REST_IN_BACKLOG));
    return true;
  }

  /** All is delivered. With very many alerts that change all the time, what is written must not take the machine from detection. */
  #restAfterWork(): void {
    if (this.#hasWorked && this.#leastRestMs > 0)
      this.#restFor(Math.max(this.#leastRestMs, fairRest(this.#workedMs, REST_FOR_WORK)));
    this.#hasWorked = false;
    this.#workedMs = 0;
  }

  #hasMore(): boolean {
    return this.#options.outbox.read(this.#at.position, 1, false).length > 0;
  }

  #restFor(ms: number): void {
    this.#restsFor = ms;
    this.#restsUntil = this.#now() + this.#restsFor;
  }

  /** Who stops does not rest. A clock that was put back cannot make it rest longer than it wants to. */
  #restMs(): number {
    if (this.#deadline !== null || this.#isolation !== null) return 0;
    return Math.min(this.#restsUntil - this.#now(), this.#restsFor);
  }

  /** How long nothing should be done; 0 = something is to be delivered, or passed over. */
  #waitMs(items: readonly OutboxItem[], wanted: readonly OutboxItem[]): number {
    const { digest } = this.#options.sink;
    if (digest === undefined || this.#isolation !== null)
      return items.length === 0 ? Number.POSITIVE_INFINITY : 0;
    return items.length > 0 && wanted.length === 0 ? 0 : digest.waitMs(wanted);
  }

  #isWanted(change: Change): boolean {
    const { incidents, sink } = this.#options;
    if (change.labels?.demo) return false;
    if (isIncident(change)) {
      if (!incidents) return false;
    } else if (change.silenced !== undefined) return false;
    if (sink.wants?.(change) === false) return false;
    return LEVELS.indexOf(change.severity) >= this.#lowestRank;
  }

  async #handOver(items: readonly OutboxItem[]): Promise<SinkState | null> {
    const { sink } = this.#options;
    const before = await this.#call(async () => (await sink.prepare?.(items)) ?? null);
    if (before !== null) this.#commit({ position: this.#at.position, state: before });
    return this.#call(() => sink.deliver(items));
  }

  #commit(at: SinkPosition): void {
    const { outbox, name } = this.#options;
    this.#uncommitted = at;
    outbox.commit(name, at.position, at.state);
    this.#uncommitted = null;
    this.#at = at;
  }

  #isHopeless(error: unknown): boolean {
    if (this.#abandoned) return false;
    if (error instanceof DeliveryError && !error.retryable) return true;
    if (this.#isolation?.lastTry) return true;
    return this.#failingSince !== null && this.#now() - this.#failingSince >= this.#options.giveUpAfterMs;
  }

  /** A batch of several is split first: one bad item must not take the others with it. */
  #setAside(items: readonly OutboxItem[], error: unknown): void {
    const { name, outbox, counters, log } = this.#options;
    const [item] = items;
    if (item === undefined) return;
    if (items.length > 1) {
      const retryable = !(error instanceof DeliveryError) || error.retryable;
      this.#isolation = { until: items[items.length - 1]!.position, lastTry: retryable };
      return;
    }
    const { id, revision } = identityOf(item.change);
    this.#lastError = messageOf(error);
    outbox.deadLetter(name, item, this.#lastError);
    this.#commit({ position: item.position, state: this.#at.state });
    this.#deadLettered += 1;
    counters.add('sink.dead_letter');
    log.error({ id, revision, err: error }, 'An alert or incident could not be delivered and was set aside.');
    if (this.#isolation === null) this.#failingSince = null;
  }

  #endIsolation(): void {
    this.#isolation = null;
    this.#failingSince = null;
  }

  /** Calls the sink and waits however long it takes. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    const { clock, counters, log, timeoutMs } = this.#options;
    this.#state = 'delivering';
    const cancel = clock.after(timeoutMs, () => {
      this.#state = 'stalled';
      counters.add('sink.stalled');
      log.error({ timeout_ms: timeoutMs }, 'A sink does not answer; its alerts wait in the outbox.');
    });
    try {
      const result = await work();
      if (this.#abandoned) throw new Error('The process stopped before the sink answered.');
      return result;
    } finally {
      cancel();
    }
  }

  async #pause(error: unknown): Promise<void> {
    const { clock, counters, log } = this.#options;
    const askedMs = error instanceof DeliveryError ? error.retryAfterMs : 0;
    const ownMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 10));
    const pauseMs = Math.max(ownMs, askedMs);
    this.#failures += 1;
    this.#failingSince ??= this.#now();
    this.#lastError = messageOf(error);
    this.#state = 'retrying';
    counters.add('sink.retry');
    const level = error instanceof DeliveryError && error.handled ? 'debug' : 'warn';
    log[level]({ err: error, retry_in_ms: pauseMs }, 'A delivery failed and is tried again.');
    await new Promise<void>((resolve) => {
      const cancel = clock.after(pauseMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  async #idle(): Promise<void> {
    this.#state = 'idle';
    if (this.#news || this.#reopenAsked) return;
    await new Promise<void>((resolve) => {
      const wait = this.#lookAfterMs;
      const cancel = wait === Number.POSITIVE_INFINITY ? () => {} : this.#options.clock.after(wait, resolve);
      this.#endIdle = () => {
        cancel();
        resolve();
      };
    });
  }

  #timeIsUp(): boolean {
    return this.#abandoned || (this.#deadline !== null && this.#now() >= this.#deadline);
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

function fairRest(workedMs: number, times: number): number {
  return Math.min(workedMs * times, LONGEST_PAUSE_MS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
