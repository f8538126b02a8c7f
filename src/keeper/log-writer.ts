import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import type { RawChunk } from '../model/raw-chunk.js';
import type { Caretaker } from '../storage/caretaker.js';
import { EventLog } from '../storage/log/event-log.js';
import type { OnDamage } from '../storage/log/segment-reader.js';
import type { Code } from '../telemetry/codes.js';
import type { Logger } from '../telemetry/log.js';
import { ClearError } from '../telemetry/outside-fault.js';

export interface LogWriterOptions {
  readonly fault: (code: Code, n?: number) => void;
  readonly log: Logger;
  readonly now: () => number;
  /** Chunks after it are needed by a restart. */
  readonly keepAfter?: () => number;
}

const COMMIT_BYTES = 256 * 1024;
/** What may wait for a log that cannot be written (disk full) before it is given up, counted. */
const MAX_PENDING_BYTES = 16 * 1024 ** 2;
/** A full disk is not asked again with every chunk, nor one that is not full, */
const RETRY_MS = 1000;
/** unless this share of what is kept free has been written meanwhile: once into a write-ahead log, and again from there. */
const UNWATCHED_SHARE = 1 / 8;

/** Opens the event log as the configuration says; null when it is off. */
export function openLogWriter(
  { data_dir, storage: { events } }: Pick<Config, 'data_dir' | 'storage'>,
  options: Omit<LogWriterOptions, 'now'> & { readonly caretaker: Caretaker },
): LogWriter | null {
  if (!events.enabled) return null;
  const eventLog = new EventLog({
    dir: join(data_dir, 'events'),
    maxAgeMs: events.max_age,
    maxBytes: events.max_bytes,
    sync: events.sync,
    keepFree: events.keep_free,
    onDamage: damageTeller(options),
    caretaker: options.caretaker,
  });
  return new LogWriter(eventLog, { ...options, now: Date.now });
}

function damageTeller({ fault, log }: Pick<LogWriterOptions, 'fault' | 'log'>): OnDamage {
  return (path, error, lost) => {
    fault('log.damaged');
    log.error({ path, ...lost, err: asDamage(error) }, 'A part of the event log is damaged and was skipped.');
  };
}

/** Bytes that are not as they were written are numbers out of range, or no JSON. */
function asDamage(error: unknown): unknown {
  const isDamage = error instanceof RangeError || error instanceof SyntaxError;
  return isDamage ? new ClearError(`${error.message}. Look at the disk.`) : error;
}

/** Writes the event log, and outlives a disk that does not take it: what waits is bounded, what is lost is counted. */
export class LogWriter {
  readonly eventLog: EventLog;
  readonly #options: LogWriterOptions;
  #failing = false;
  #retryAt = 0;
  #lostSeq = 0;
  #roomUntil = Number.NEGATIVE_INFINITY;
  /** Bytes written since room was looked for. */
  #unwatched = 0;

  constructor(eventLog: EventLog, options: LogWriterOptions) {
    this.eventLog = eventLog;
    this.#options = options;
  }

  /** The newest chunk that was given up: the log cannot be re-run over it. 0 = none. */
  get lostSeq(): number {
    return this.#lostSeq;
  }

  /** The disk does not take it now. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Chunks after `seq`, in order; damage is told, counted and skipped, and what is missing up to `through`. */
  read(seq: number, through: number): Generator<RawChunk> {
    return this.eventLog.read(seq, damageTeller(this.#options), through);
  }

  append(chunk: RawChunk): void {
    this.eventLog.append(chunk);
    if (this.eventLog.pendingBytes >= COMMIT_BYTES) this.commit();
  }

  /** True = everything appended is durable. `last`: nobody will try again, so what cannot be written is lost. */
  commit(last = false): boolean {
    const { log, now } = this.#options;
    if (!last && this.#failing && now() < this.#retryAt && !this.#isOverfull()) return false;
    try {
      this.#makeRoom();
      this.#unwatched += this.eventLog.pendingBytes;
      this.eventLog.commit();
    } catch (error) {
      this.#retryAt = now() + RETRY_MS;
      if (!this.#failing)
        log.error(
          { path: this.eventLog.dir, err: error },
          'The event log cannot be written; it is tried again. Detection goes on.',
        );
      this.#failing = true;
      if (last || this.#isOverfull()) this.#giveUp();
      return false;
    }
    if (this.#failing) log.info('The event log can be written again.');
    this.#failing = false;
    return true;
  }

  /** The end: what was committed is closed so that it can be searched fast. */
  finish(): void {
    try {
      this.eventLog.finish();
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'The last blocks of the event log have no filters; searching is slower.',
      );
      this.eventLog.close();
    }
  }

  /** The rest of a disk is for alerts. Throws when there is no room for the log. */
  #makeRoom(): void {
    const now = this.#options.now();
    if (now < this.#roomUntil && this.#unwatched < this.eventLog.keepFree * UNWATCHED_SHARE) return;
    if (!this.eventLog.makeRoom(this.#options.keepAfter?.() ?? Number.MAX_SAFE_INTEGER))
      throw new ClearError(
        'The disk has less room than storage.events.keep_free, and no old segment is left to drop. Make room on that disk.',
      );
    this.#roomUntil = now + RETRY_MS;
    this.#unwatched = 0;
  }

  #giveUp(): void {
    this.#lostSeq = this.eventLog.lastSeq;
    const records = this.eventLog.discardPending();
    this.#options.fault('log.write_failed', records);
    this.#options.log.error({ records }, 'Records are detected but missing in the event log.');
  }

  #isOverfull(): boolean {
    return this.eventLog.pendingBytes > MAX_PENDING_BYTES;
  }
}
