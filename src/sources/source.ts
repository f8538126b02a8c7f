import { z } from 'zod';
import type { RawBatch } from '../model/raw-chunk.js';
import { RECORD_FORMATS } from '../model/record.js';
import { bytesField, cidrField, nameField, timezoneField } from '../model/settings.js';
import type { Counters } from '../telemetry/counters.js';
import type { Logger } from '../telemetry/log.js';
import { ClearError } from '../telemetry/outside-fault.js';

/**
 * A source turns something outside into RawBatches. The daemon calls `start` once, later `stop` once; on a failure
 * (`done` rejects) it throws the instance away and starts a new one after a pause. A source therefore never retries
 * by itself what ends it, never exits the process, and keeps no state that `cursors` does not bring back.
 */
export interface Source {
  /** Resolves once input is accepted. Rejects with a SourceError whose message is one clear line. */
  start(): Promise<void>;
  /**
   * Takes no new senders, hands over what has arrived on open ones until they are idle for 250 ms or `deadline`
   * (ms since the epoch) has come, then resolves. Nothing is pushed afterwards.
   */
  stop(deadline: number): Promise<void>;
  /**
   * Files that the settings name, such as certificates, may hold something else now. Throws a SourceError when they cannot
   * be used, and goes on with what it has.
   */
  reload?(): void;
  /** Resolves at the end of finite input (stdin); rejects when the source cannot go on; pending otherwise. */
  readonly done: Promise<void>;
  /** What it is bound to or reads, for people, e.g. `0.0.0.0:5140/udp`. */
  describe(): string;
  /** Gauges and totals of its own for `stats`, e.g. open connections, kernel drops. */
  stats(): Record<string, number>;
}

/** Where batches go: the bounded queue. */
export interface BatchSink {
  /** Takes the batch whatever the fill. False = enough: stop reading until `ready` resolves. */
  push(batch: RawBatch): boolean;
  /** For senders that cannot wait (UDP). False = not taken: count it. */
  tryPush(batch: RawBatch): boolean;
  /** Resolves when there is room again. */
  ready(): Promise<void>;
  /** Bytes queued and in flight now, and the limit: for fairness decisions. */
  readonly fill: { readonly bytes: number; readonly maxBytes: number };
}

export interface SourceContext {
  readonly name: string;
  readonly out: BatchSink;
  /**
   * Resolves when all that `out` has taken so far is in the log and its effects are in state.db; false = rules have seen it, but the disk
   * did not take it. For senders that wait for an answer.
   */
  readonly committed: () => Promise<boolean>;
  readonly counters: Counters;
  readonly log: Logger;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Committed cursor values of this source by key; empty at the first start. */
  readonly cursors: ReadonlyMap<string, string>;
}

/** One type of source: the value of one line in registry.ts. */
export interface SourceType<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly summary: string;
  /** Strict object, `type` literal included, spreading `commonOptions`. */
  readonly options: Options;
  create(options: z.output<Options>, context: SourceContext): Source;
}

export function defineSource<Options extends z.ZodType>(source: SourceType<Options>): SourceType<Options> {
  return source;
}

/**
 * A failure the person who runs the daemon can act on. `retryable`: the supervisor tries again. `elsewhere`: another machine
 * fails, which is no reason for this one not to start.
 */
export class SourceError extends ClearError {
  readonly retryable: boolean;
  readonly elsewhere: boolean;

  constructor(message: string, options: { retryable: boolean; elsewhere?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'SourceError';
    this.retryable = options.retryable;
    this.elsewhere = options.elsewhere ?? false;
  }
}

/** Settings that every source takes. */
export const commonOptions = {
  /** Identity of its cursor and counters; default: type, then `type-2`, … in config order. */
  name: nameField.optional(),
  /** Longer records are cut and flagged. 64 KiB is syslog-ng's default and covers what Windows agents send. */
  max_message: bytesField.default(64 * 1024),
  format: z.enum(['auto', ...RECORD_FORMATS]).default('auto'),
  /** Zone of stamps that state none. */
  timezone: timezoneField.default('UTC'),
  /** Sigma logsource of records that no normalizer recognises. */
  logsource: z
    .strictObject({
      category: z.string().optional(),
      product: z.string().optional(),
      service: z.string().optional(),
    })
    .optional(),
};

/** Settings of everything that listens on the network. */
export const networkOptions = {
  ...commonOptions,
  /** Senders that may talk to us; empty = all. */
  allow: z.array(cidrField).default([]),
};
