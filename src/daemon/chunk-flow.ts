import type { ControlRecord, RawChunk } from '../model/raw-chunk.js';
import { BoundedQueue } from '../queue/bounded-queue.js';
import type { Dispatcher } from './dispatcher.js';
import { EventStream } from './event-stream.js';
import type { KeeperLink } from './keeper-link.js';
import type { Stdout } from './stdout.js';

/**
 * Chunks that may be between the queue and the keeper's last application at once, besides what detectors hold: what
 * detectors find in them waits in memory for its turn, and of a flood of hits that is far more than the chunks' bytes.
 */
const MAX_UNAPPLIED_CHUNKS = 16;
const POLL_MS = 5;

/**
 * The way of a chunk on the main thread: queue → keeper (which owns the bytes and writes the log) and a detector (a copy)
 * → applied → released, in log order. Control records take the same way, to the keeper alone.
 */
export class ChunkFlow {
  readonly #keeper: KeeperLink;
  readonly #dispatcher: Dispatcher;
  readonly #replayQueue: RawChunk[] = [];
  /** Chunks that wait for something besides the keeper before they are released. */
  readonly #unreleased = new Map<number, number>();
  /** What happens when the control record with this ruleset hash has its place in the log. */
  readonly #switches = new Map<string, (seq: number) => void>();
  #queue: BoundedQueue | null = null;
  #events: EventStream | null = null;
  #sentSeq = 0;
  #appliedSeq = 0;
  #closed = false;

  constructor(keeper: KeeperLink, dispatcher: Dispatcher) {
    this.#keeper = keeper;
    this.#dispatcher = dispatcher;
  }

  /** Opens the queue; `eventsTo` also gets the normalized events of every chunk. */
  open(options: {
    nextSeq: number;
    maxBytes: number;
    maxRecords: number;
    eventsTo: Stdout | null;
  }): BoundedQueue {
    const { nextSeq, eventsTo } = options;
    this.#sentSeq = nextSeq - 1;
    this.#appliedSeq = nextSeq - 1;
    const queue = new BoundedQueue({ ...options, firstSeq: nextSeq });
    this.#queue = queue;
    if (eventsTo !== null) this.#events = new EventStream(eventsTo, nextSeq, (seq) => this.#release(seq));
    queue.onItem(() => this.pump());
    return queue;
  }

  /** Moves chunks from the queue to the threads while there is room. */
  pump(): void {
    this.#pumpReplay();
    if (this.#queue === null || this.#closed) return;
    while (this.#dispatcher.hasRoom && this.#sentSeq - this.#appliedSeq < MAX_UNAPPLIED_CHUNKS) {
      const chunk = this.#queue.take();
      if (chunk === null) return;
      this.#sentSeq = chunk.seq;
      if (this.#events !== null) this.#unreleased.set(chunk.seq, 2);
      if (chunk.transport === 'control') this.#sendControl(chunk);
      else this.#send(chunk);
    }
  }

  pushControl(record: ControlRecord): void {
    const now = Date.now();
    this.#queue?.push({
      source: 'vedette',
      transport: 'control',
      receivedAt: now,
      clock: now,
      cursor: null,
      records: 0,
      bytes: new Uint8Array(Buffer.from(JSON.stringify(record))),
      ends: null,
      peers: [],
      peerRuns: null,
      truncated: null,
    });
  }

  /** Other rules from the next place in the log on: `activate` is called with it, before anything behind it is sent. */
  switchRules(hash: string, rules: number, activate: (seq: number) => void): void {
    this.#switches.set(hash, activate);
    this.pushControl({ kind: 'ruleset', hash, rules });
  }

  /** A chunk of the last run to detect again; it may come before the detectors are up. */
  replay(chunk: RawChunk): void {
    this.#replayQueue.push(chunk);
    this.#pumpReplay();
  }

  /** A detector is done with a chunk. */
  detected(seq: number, events: Uint8Array | null): void {
    this.#events?.add(seq, events);
    this.pump();
  }

  /** The keeper is done with everything up to `seq`. */
  applied(seq: number): void {
    while (this.#appliedSeq < seq) this.#release(++this.#appliedSeq);
    this.pump();
  }

  /** Resolves when nothing waits and nothing is in flight, or at the deadline (ms since the epoch), or on `aborted`. */
  async drained(deadline: number, aborted: () => boolean): Promise<void> {
    while (this.#queue !== null && !this.#queue.isIdle && !aborted() && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** What could not be detected in time is written to the log; the next start detects it. */
  close(): void {
    this.#closed = true;
    for (let chunk = this.#queue?.take() ?? null; chunk !== null; chunk = this.#queue!.take())
      this.#keeper.append(chunk);
  }

  #send(chunk: RawChunk): void {
    this.#dispatcher.dispatch({ ...chunk, bytes: new Uint8Array(chunk.bytes) });
    this.#keeper.append(chunk);
  }

  #sendControl(chunk: RawChunk): void {
    const record = JSON.parse(Buffer.from(chunk.bytes).toString()) as ControlRecord;
    if (record.kind === 'ruleset') {
      this.#switches.get(record.hash)?.(chunk.seq);
      this.#switches.delete(record.hash);
    }
    this.#events?.add(chunk.seq, null);
    this.#keeper.append(chunk);
  }

  /** Called once per party that has to be done with a chunk. */
  #release(seq: number): void {
    const left = (this.#unreleased.get(seq) ?? 1) - 1;
    if (left > 0) {
      this.#unreleased.set(seq, left);
      return;
    }
    this.#unreleased.delete(seq);
    this.#queue?.release(seq);
  }

  #pumpReplay(): void {
    while (this.#replayQueue.length > 0 && this.#dispatcher.hasRoom) {
      this.#dispatcher.dispatch(this.#replayQueue.shift()!);
    }
  }
}
