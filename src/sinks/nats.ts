import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { type Change, isIncident } from '../model/change.js';
import { toJsonText } from '../model/json.js';
import { connectNats, NatsError, natsOptions, natsReason, placeOf } from '../nats/connection.js';
import {
  commonOptions,
  DeliveryError,
  defineSink,
  type OutboxItem,
  type Sink,
  type SinkContext,
} from './sink.js';

const SUBJECT = 'expected the beginning of subjects, such as vedette or siem.vienna, without * and >';

const options = z.strictObject({
  ...commonOptions,
  type: z.literal('nats'),
  ...natsOptions,
  /** Alerts go to `<subject>.alert.<severity>`, incidents to `<subject>.incident.<severity>`. */
  subject: z
    .string({ error: SUBJECT })
    .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,15}$/, SUBJECT)
    .default('vedette'),
});

type Options = z.output<typeof options>;

export const nats = defineSink({
  type: 'nats',
  summary: 'Changes of alerts and incidents as JSON messages, stored by a stream of NATS JetStream.',
  options,
  create: (settings, context) => new NatsSink(settings, context),
});

const ACKNOWLEDGED_MS = 5000;
interface Connected {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
}

/** What the headers of a message take of its size. */
const HEADERS = 256;

/**
 * At least once: a message counts as delivered when a stream has stored it. One that comes again, after a crash or a lost answer, has the
 * same `Nats-Msg-Id`, by which the stream leaves it out for as long as its `duplicate_window` is (2 minutes, unless told otherwise).
 */
class NatsSink implements Sink {
  readonly #options: Options;
  readonly #context: SinkContext;
  #connected: Connected | null = null;

  constructor(settings: Options, context: SinkContext) {
    this.#options = settings;
    this.#context = context;
  }

  /** Connecting is a delivery's work: it fails and is tried again there. */
  async open(): Promise<void> {}

  async deliver(items: readonly OutboxItem[]): Promise<null> {
    const { client, connection } = await this.#connect();
    const most = (connection.info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADERS;
    for (const { change, position } of items) {
      const body = new TextEncoder().encode(toJsonText(change));
      if (body.length > most)
        throw new DeliveryError(
          `${placeOf(this.#options)} takes no message of ${body.length} bytes. Raise max_payload of the server.`,
          { retryable: false },
        );
      // One after the other, or else one that fails comes after those that followed it.
      await this.#publish(client, subjectOf(this.#options.subject, change), body, position);
    }
    return null;
  }

  /** Credentials and certificates may have been changed. */
  async reopen(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    await this.#connected?.connection.close();
    this.#connected = null;
  }

  async #connect(): Promise<Connected> {
    if (this.#connected !== null && !this.#connected.connection.isClosed()) return this.#connected;
    try {
      const connection = await connectNats(this.#options, `vedette ${this.#context.name}`);
      const { jetstream } = await import('@nats-io/jetstream');
      this.#connected = { connection, client: jetstream(connection, { timeout: ACKNOWLEDGED_MS }) };
      return this.#connected;
    } catch (cause) {
      if (cause instanceof NatsError) throw new DeliveryError(cause.message, { retryable: true, cause });
      throw cause;
    }
  }

  async #publish(
    client: JetStreamClient,
    subject: string,
    body: Uint8Array,
    position: number,
  ): Promise<void> {
    try {
      await client.publish(subject, body, { msgID: `${this.#context.origin}-${position}` });
    } catch (cause) {
      // Whether the connection is of use is found out by the next one.
      await this.close();
      // The library takes a subject that no stream takes for a server without JetStream.
      const isUntaken = cause instanceof Error && cause.name === 'JetStreamNotEnabled';
      const why = isUntaken
        ? `no stream takes ${subject}. Make one: nats stream add --subjects '${this.#options.subject}.>'`
        : natsReason(cause);
      throw new DeliveryError(`${placeOf(this.#options)}: ${why}`, { retryable: true, cause });
    }
  }
}

function subjectOf(prefix: string, change: Change): string {
  return `${prefix}.${isIncident(change) ? 'incident' : 'alert'}.${change.severity}`;
}
