import type { z } from 'zod';
import type { AlertChange } from '../model/alert.js';
import type { Logger } from '../telemetry/log.js';

/** One alert change in the outbox; positions ascend without reuse. */
export interface OutboxItem {
  readonly position: number;
  readonly change: AlertChange;
}

/** What a sink needs back to be exact after a crash, e.g. file name and byte offset. Plain JSON. */
export type SinkState = Record<string, string | number | null>;

/**
 * One destination. Calls never overlap: `open`, then `deliver` any number of times (also after it failed), `reopen`
 * between deliveries, `close` last. A sink does not retry, buffer over calls or look at the clock for backoff:
 * deliver.ts does.
 */
export interface Sink {
  /** `state` = what the last committed delivery returned; undo whatever was written after it. */
  open(state: SinkState | null): Promise<void>;
  /** Resolves with the new state once all items are safe at the destination. Rejects with a DeliveryError. */
  deliver(items: readonly OutboxItem[]): Promise<SinkState | null>;
  /** SIGHUP: let go of open files, take them up again at the next delivery. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface SinkContext {
  readonly name: string;
  readonly log: Logger;
  readonly now: () => number;
  /** Writes to the process's stdout; resolves when taken. */
  readonly stdout: (text: string) => Promise<void>;
}

export interface SinkType<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly summary: string;
  /** Strict object, `type` literal included. */
  readonly options: Options;
  create(options: z.output<Options>, context: SinkContext): Sink;
}

export function defineSink<Options extends z.ZodType>(sink: SinkType<Options>): SinkType<Options> {
  return sink;
}

/** Why a delivery failed; `retryable` = the same items may succeed later. */
export class DeliveryError extends Error {
  readonly retryable: boolean;

  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
    this.retryable = options.retryable;
  }
}
