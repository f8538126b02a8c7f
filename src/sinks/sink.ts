import { z } from 'zod';
import type { Change } from '../model/change.js';
import { LEVELS } from '../model/rule.js';
import { nameField } from '../model/settings.js';
import type { Logger } from '../telemetry/log.js';
import { ClearError } from '../telemetry/outside-fault.js';

/** One change in the outbox; positions ascend without reuse. */
export interface OutboxItem {
  readonly position: number;
  readonly change: Change;
}

/** What a sink needs back to be exact after a crash, e.g. file name and byte offset. Plain JSON. */
export type SinkState = Record<string, string | number | null>;

/**
 * One destination. Calls never overlap: `open`, then `prepare` and `deliver` any number of times (also after they
 * failed), `reopen` between deliveries, `close` last. A sink does not retry, buffer over calls or look at the clock
 * for backoff: deliver.ts does.
 */
export interface Sink {
  /** Whether it takes the change, besides what its common settings say. */
  wants?(change: Change): boolean;
  /** Has it deliver seldom. */
  readonly digest?: Digest;
  /**
   * It keeps one revision of each alert and incident: of those that wait it is given the newest alone. When none wait any more
   * it rests for `restMs`, or nine times as long as it worked, so that what changes again meanwhile is written once; while more
   * wait, four times as long as the last delivery took. `restMs` 0: never.
   */
  readonly newestOnly?: { readonly restMs: number };
  /** `state` = what was committed last. What a crash left of a delivery is undone, here or before the next one. Called again if it rejects. */
  open(state: SinkState | null): Promise<void>;
  /**
   * What must be committed before these items may be written, so that they can be undone after a crash, e.g. the
   * length of a file the committed state does not name yet; null = nothing. Writes nothing itself.
   */
  prepare?(items: readonly OutboxItem[]): Promise<SinkState | null>;
  /** Resolves with the new state once all items are safe at the destination. Rejects with a DeliveryError. */
  deliver(items: readonly OutboxItem[]): Promise<SinkState | null>;
  /**
   * Tells people of a change that cannot be stored (the disk is full): once, as well as it can, beside the other calls. When it can be
   * stored it is delivered as any. Not there = whoever reads the sink has time.
   */
  tellUnstored?(change: Change): Promise<void>;
  /** SIGHUP: let go of open files, take them up again at the next delivery. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** What a sink that collects before it delivers says of itself. */
export interface Digest {
  /**
   * How long the sink should still wait, ms: 0 = deliver now, Infinity = there is nothing to tell. `items`: all that wait in
   * the outbox, none when only what was noted waits. Asked again when more have come and when the time is over.
   */
  waitMs(items: readonly OutboxItem[]): number;
  /** More wait than a delivery holds: notes these in the state, of which the next delivery tells. */
  note(items: readonly OutboxItem[]): SinkState;
}

export interface SinkContext {
  readonly name: string;
  /** Tells this sink's positions from those of all others, also of other installations; 16 hexadecimal digits, always the same. */
  readonly origin: string;
  readonly log: Logger;
  readonly now: () => number;
  /** Writes to the process's stdout; resolves when taken. */
  readonly stdout: (text: string) => Promise<void>;
  /** A change as text for people, safe for a terminal, in the width and colours of stdout; ends with a line feed. */
  readonly textOf: (change: Change) => string;
}

/** Settings that every sink takes. */
export const commonOptions = {
  /** Identity of its position in the outbox; default: type, then `type-2`, … in config order. */
  name: nameField.optional(),
  /** Alerts and incidents below this level are not delivered here. */
  min_severity: z.enum(LEVELS).default('informational'),
  /** Also incidents, not alerts alone. */
  incidents: z.boolean().default(true),
};

/** One type of sink: the value of one line in registry.ts. */
export interface SinkType<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly summary: string;
  /** Strict object, `type` literal included, spreading `commonOptions`. */
  readonly options: Options;
  create(options: z.output<Options>, context: SinkContext): Sink;
}

export function defineSink<Options extends z.ZodType>(sink: SinkType<Options>): SinkType<Options> {
  return sink;
}

/**
 * Why a delivery failed; `retryable` = the same items may succeed later; `handled` = whoever caused it knows and acts,
 * so that it is no news for the log; `retryAfterMs` = for how long the destination asks to be left alone.
 */
export class DeliveryError extends ClearError {
  readonly retryable: boolean;
  readonly handled: boolean;
  readonly retryAfterMs: number;

  constructor(
    message: string,
    options: { retryable: boolean; handled?: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
    this.retryable = options.retryable;
    this.handled = options.handled ?? false;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
