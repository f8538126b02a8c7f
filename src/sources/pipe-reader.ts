import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { RawBatch, Transport } from '../model/raw-chunk.js';
import { ChunkBuilder } from './chunk-builder.js';
import { Framer } from './framing.js';
import type { SourceContext } from './source.js';

export interface PipeReaderOptions {
  readonly transport: Extract<Transport, 'stdin' | 'journald'>;
  readonly maxMessage: number;
  /** Last touch to a batch before it is pushed, such as its cursor. */
  readonly complete?: (batch: RawBatch) => RawBatch;
}

const IDLE_AT_STOP_MS = 250;

/** Reads lines from one local stream: what stdin and journald have in common. The stream is paused while the queue is full. */
export class PipeReader {
  /** Resolves when the stream has ended and all of it was read; rejects when reading fails. */
  readonly ended: Promise<void>;
  readonly #input: Readable;
  readonly #context: SourceContext;
  readonly #framer: Framer;
  readonly #builder: ChunkBuilder;
  readonly #onData = (bytes: Buffer): void => this.#read(bytes);
  #blocked = false;
  #lastRead: number;
  #finished = false;

  constructor(input: Readable, options: PipeReaderOptions, context: SourceContext) {
    this.#input = input;
    this.#context = context;
    this.#lastRead = context.now();
    const complete = options.complete ?? ((batch) => batch);
    this.#builder = new ChunkBuilder({
      source: context.name,
      transport: options.transport,
      now: context.now,
      emit: (batch) => {
        if (!context.out.push(complete(batch))) this.#block();
      },
    });
    const peer = { address: options.transport };
    this.#framer = new Framer(peer, this.#builder, {
      mode: 'lf',
      maxMessage: options.maxMessage,
      refuseTls: false,
      count: (code) => context.counters.add(code),
    });
    this.ended = new Promise((resolve, reject) => {
      input.once('end', resolve);
      input.once('error', reject);
    });
    this.ended.catch(() => {});
    input.on('data', this.#onData);
  }

  /** Waits until nothing has come for 250 ms, or the deadline (ms since the epoch). */
  async idle(deadline: number): Promise<void> {
    const { now } = this.#context;
    this.#lastRead = now();
    while (now() < deadline && (this.#blocked || now() - this.#lastRead < IDLE_AT_STOP_MS)) await pause(20);
  }

  /** Hands over what was read and reads no more. `partial`: a last line without LF is a record too. */
  finish(options: { partial: boolean }): void {
    if (this.#finished) return;
    this.#input.off('data', this.#onData);
    this.#input.pause();
    if (options.partial) this.#framer.end();
    this.#builder.flush();
    this.#finished = true;
  }

  #read(bytes: Buffer): void {
    this.#lastRead = this.#context.now();
    this.#framer.read(bytes);
  }

  #block(): void {
    if (this.#blocked) return;
    this.#blocked = true;
    this.#input.pause();
    void this.#context.out.ready().then(() => {
      this.#blocked = false;
      this.#lastRead = this.#context.now();
      if (!this.#finished) this.#input.resume();
    });
  }
}
