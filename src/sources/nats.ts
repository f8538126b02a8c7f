import type { Consumer, ConsumerMessages, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { RawBatch } from '../model/raw-chunk.js';
import { connectNats, NatsError, natsOptions, natsReason, placeOf } from '../nats/connection.js';
import { ChunkBuilder } from './chunk-builder.js';
import { MessageCutter } from './nats/message-cutter.js';
import { type Position, readPosition } from './nats/position.js';
import { commonOptions, defineSource, type Source, type SourceContext, SourceError } from './source.js';

const STREAM = 'expected the name of a stream, without spaces, dots, slashes, * and >';
const SUBJECT = 'expected a subject such as logs.linux.*, or logs.> for all below it';

const optionsSchema = z.strictObject({
  type: z.literal('nats'),
  ...commonOptions,
  ...natsOptions,
  /** The stream of JetStream to read; it is not made here. */
  stream: z.string({ error: STREAM }).regex(/^[^\s.*>/\\]{1,255}$/, STREAM),
  /** Of the subjects of the stream, those to read; absent = all. */
  subject: z
    .string({ error: SUBJECT })
    .regex(/^[^\s.]+(?:\.[^\s.]+){0,31}$/, SUBJECT)
    .optional(),
  /** What a record is: each line of a message, or the whole message. */
  framing: z.enum(['lines', 'message']).default('lines'),
  /** Where the stream is begun at the very first start. */
  from: z.enum(['start', 'end']).default('start'),
});

type Options = z.output<typeof optionsSchema>;

export const nats = defineSource({
  type: 'nats',
  summary: 'A stream of NATS JetStream; goes on after a restart with the message where it stopped.',
  options: optionsSchema,
  create: (options, context) => new NatsSource(options, context),
});

const CURSOR_KEY = 'stream';
/** What the messages of one request may come to, all as large as the server takes them: 64 of 1 MiB by default. */
const FETCH_BYTES = 64 * 1024 ** 2;
const USUAL_PAYLOAD = 1024 ** 2;
/** A request that is not filled ends after this long, ms: until then it holds what has come. */
const FETCH_MS = 5000;
/** The server forgets a reader that has not asked for five minutes. */
const FORGOTTEN_MS = 4 * 60_000;
/** How often the stream is asked how far we are behind, ms. */
const LOOK_MS = 5000;
/** A position that moves on without messages of ours is handed over this often, ms. */
const REMEMBER_MS = 60_000;
const NANOS_PER_MS = 1_000_000n;

/**
 * Messages are not acknowledged: the position is committed with what the records did (`cursor`), so that none is read twice
 * after a crash or left out. Any number of daemons may read one stream, each all of it or the subjects it is given.
 *
 * The server is asked for the next messages only when the queue has room for those before.
 */
class NatsSource implements Source {
  readonly done: Promise<void>;
  readonly #options: Options;
  readonly #context: SourceContext;
  readonly #builder: ChunkBuilder;
  readonly #cutter: MessageCutter;
  #connection: NatsConnection | null = null;
  #manager: JetStreamManager | null = null;
  #consumer: Consumer | null = null;
  #fetching: ConsumerMessages | null = null;
  #running: Promise<void> = Promise.resolve();
  #position: Position = { stream: '', created: '', seq: 0 };
  /** When the newest message handed over was stored, ms. */
  #storedAt = 0;
  #lag = 0;
  #lookedAt = 0;
  #pushedAt = 0;
  #isFull = false;
  #stopping = false;
  #stop: () => void = () => {};
  readonly #whenStopped: Promise<void>;
  #fail: (error: SourceError) => void = () => {};

  constructor(options: Options, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#builder = new ChunkBuilder({
      source: context.name,
      transport: 'nats',
      now: context.now,
      emit: (batch) => this.#push(batch),
    });
    this.#cutter = new MessageCutter(this.#builder, {
      framing: options.framing,
      maxMessage: options.max_message,
      count: (code) => context.counters.add(code),
    });
    this.#whenStopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.done = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.done.catch(() => {});
  }

  async start(): Promise<void> {
    try {
      this.#connection = await connectNats(this.#options, `vedette ${this.#context.name}`);
      const { jetstreamManager } = await import('@nats-io/jetstream');
      this.#manager = await jetstreamManager(this.#connection);
      await this.#begin();
      await this.#ask();
      await this.#look();
    } catch (cause) {
      await this.#connection?.close();
      throw this.#sourceError(cause);
    }
    void this.#connection.closed().then((cause) => {
      if (!this.#stopping) this.#fail(this.#sourceError(cause ?? new Error('the connection has ended')));
    });
    this.#running = this.#run().catch(async (cause: unknown) => {
      this.#builder.flush();
      if (!this.#stopping) this.#fail(this.#sourceError(cause));
      await this.#connection?.close();
    });
  }

  /** The stream keeps what was not handed over. */
  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    this.#stop();
    void this.#fetching?.close();
    const cut = () => void this.#connection?.close();
    const timer = setTimeout(cut, Math.max(0, deadline - this.#context.now()));
    await this.#running;
    clearTimeout(timer);
    this.#builder.flush();
    await this.#consumer?.delete().catch(() => false);
    await this.#connection?.close();
  }

  describe(): string {
    const { stream, subject } = this.#options;
    return `stream ${stream}${subject === undefined ? '' : ` (${subject})`} of ${placeOf(this.#options)}`;
  }

  /** `lag`: messages that wait there. */
  stats(): Record<string, number> {
    return { lag: this.#lag };
  }

  /** Finds where to begin: after what was committed, if that was this stream. */
  async #begin(): Promise<void> {
    const { stream, from } = this.#options;
    const { created, state } = await this.#manager!.streams.info(stream);
    // An empty stream says 0 for both; one that was emptied says that the first is after the last.
    const start = Math.max(0, state.first_seq - 1);
    const known = readPosition(this.#context.cursors.get(CURSOR_KEY));
    this.#pushedAt = this.#context.now();
    if (known?.stream !== stream) {
      this.#position = { stream, created, seq: from === 'start' ? start : state.last_seq };
      // Or else what comes until the first message is handed over would be passed over by the next start.
      if (from === 'end') this.#push(onlyPosition(this.#context.name, this.#context.now()));
      return;
    }
    this.#position = known;
    if (known.created !== created) {
      this.#context.log.warn({ stream }, 'The stream was made anew; it is read from its start.');
      this.#position = { stream, created, seq: start };
    } else if (known.seq > state.last_seq) {
      this.#context.log.warn(
        { stream, read: known.seq, last: state.last_seq },
        'The stream has lost messages that were read; it is read on from its end.',
      );
      this.#position = { ...known, seq: state.last_seq };
    }
  }

  async #ask(): Promise<void> {
    const { jetstream } = await import('@nats-io/jetstream');
    const { stream, subject } = this.#options;
    this.#consumer = await jetstream(this.#connection!).consumers.get(stream, {
      opt_start_seq: this.#position.seq + 1,
      ...(subject !== undefined && { filter_subjects: subject }),
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#fetching = await this.#consumer!.fetch({ max_messages: this.#fetchMessages, expires: FETCH_MS });
      if (this.#stopping) void this.#fetching.close();
      for await (const message of this.#fetching) {
        if (this.#stopping) break;
        this.#take(message);
      }
      if (this.#isFull) await this.#waitForRoom();
      await this.#look();
    }
  }

  /** Not `max_bytes`: the library then waits for what is left of them when all messages have come. */
  get #fetchMessages(): number {
    return Math.max(1, Math.floor(FETCH_BYTES / (this.#connection?.info?.max_payload ?? USUAL_PAYLOAD)));
  }

  async #waitForRoom(): Promise<void> {
    const { now, out } = this.#context;
    const since = now();
    this.#isFull = false;
    await Promise.race([out.ready(), this.#whenStopped]);
    if (now() - since > FORGOTTEN_MS && !this.#stopping) await this.#ask();
  }

  #take(message: JsMsg): void {
    const { seq, subject } = message;
    // Of a stream that is read as a whole each number comes, or is gone.
    if (this.#options.subject === undefined) this.#countGone(seq - 1);
    const bytes = Buffer.from(message.data.buffer, message.data.byteOffset, message.data.byteLength);
    this.#builder.together(() => {
      this.#cutter.take(subject, bytes);
      this.#position = { ...this.#position, seq };
      this.#storedAt = Number(message.timestampNanos / NANOS_PER_MS);
    });
  }

  /** Looks now and then how far behind we are, and whether the stream has let go of what was not read. */
  async #look(): Promise<void> {
    const now = this.#context.now();
    // A clock that was set back must not blind us.
    if (now >= this.#lookedAt && now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    // In this order: what the stream has by now has been delivered if nothing waits afterwards.
    const { state } = await this.#manager!.streams.info(this.#options.stream);
    const { delivered, num_pending } = await this.#consumer!.info();
    if (delivered.stream_seq > this.#position.seq) {
      // It was sent, and nobody was there for it.
      await this.#ask();
      return;
    }
    const waited = this.#lag > 0 || num_pending > 0;
    this.#lag = num_pending;
    if (waited || this.#options.subject === undefined) this.#countGone(state.first_seq - 1);
    if (num_pending > 0 || state.last_seq <= this.#position.seq) return;
    this.#position = { ...this.#position, seq: state.last_seq };
    if (now - this.#pushedAt >= REMEMBER_MS) this.#push(onlyPosition(this.#context.name, now));
  }

  /** All up to `seq` are gone or were read. Where only some subjects are read, it is not known which were ours: each counts. */
  #countGone(seq: number): void {
    const gone = seq - this.#position.seq;
    if (gone <= 0) return;
    this.#context.counters.add('source.messages_gone', gone);
    this.#position = { ...this.#position, seq };
  }

  #push(batch: RawBatch): void {
    this.#pushedAt = batch.receivedAt;
    const cursor = { key: CURSOR_KEY, value: JSON.stringify(this.#position) };
    const clock = this.#storedAt === 0 ? batch.clock : this.#storedAt;
    if (!this.#context.out.push({ ...batch, clock, cursor })) this.#isFull = true;
  }

  #sourceError(cause: unknown): SourceError {
    if (cause instanceof NatsError)
      return new SourceError(cause.message, { retryable: true, elsewhere: !cause.ours, cause });
    const message =
      cause instanceof Error && cause.name === 'StreamNotFoundError'
        ? `${placeOf(this.#options)} has no stream ${this.#options.stream}. Make it, or name another.`
        : `stream ${this.#options.stream} of ${placeOf(this.#options)}: ${natsReason(cause)}`;
    return new SourceError(message, { retryable: true, elsewhere: true, cause });
  }
}

/** Hands over nothing but a position. */
function onlyPosition(source: string, now: number): RawBatch {
  return {
    source,
    transport: 'nats',
    receivedAt: now,
    clock: now,
    cursor: null,
    records: 0,
    bytes: new Uint8Array(0),
    ends: null,
    peers: [],
    peerRuns: null,
    truncated: null,
  };
}
