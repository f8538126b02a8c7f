import { serialize } from 'node:v8';
import type { BegunSnapshot } from '../keep.js';
import type { SnapshotPlace, StateStore } from '../storage/state.js';

/** Work at a time, ms: a share of what others took since the last time, so that it comes to an end under load, too. */
const TURN_SHARE = 1 / 8;
const SHORTEST_TURN_MS = 5;
const LONGEST_TURN_MS = 40;

export interface WrittenSnapshot {
  readonly seq: number;
  /** Ms that it took, without what was done in between. */
  readonly costMs: number;
}

export interface SnapshotWriterOptions {
  readonly state: Pick<StateStore, 'beginSnapshot' | 'addParts' | 'endSnapshot' | 'dropParts'>;
  readonly onWritten: (snapshot: WrittenSnapshot) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Writes a snapshot into state.db a little at a time, between whatever else the keeper does, and then removes the one before it. It
 * counts when it is whole: until then a restart takes the one before.
 */
export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  /** Made and not written. */
  #waiting: Uint8Array[] = [];
  #parts: BegunSnapshot['later'] | null = null;
  #place: SnapshotPlace | null = null;
  #costMs = 0;
  #turnEndedAt = 0;
  /** Something is to be done in the next turn of the loop. */
  #turn: NodeJS.Immediate | null = null;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
  }

  /** True until it is whole and the one before is gone. */
  get isBusy(): boolean {
    return this.#turn !== null;
  }

  /** Begins with what is applied, which must be committed. */
  begin({ now, later }: BegunSnapshot): void {
    this.#costMs = 0;
    this.#parts = later;
    this.#try(() => {
      this.#waiting = now.map((part) => serialize(part));
      this.#place = this.#options.state.beginSnapshot();
      return true;
    });
  }

  /** It is not finished: another takes its place. */
  abandon(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#waiting = [];
    this.#parts?.return();
    this.#parts = null;
    this.#place = null;
  }

  /** Goes on in the next turn when there is more to do. */
  #try(work: () => boolean): void {
    const startedAt = performance.now();
    this.#turn = null;
    try {
      if (work()) this.#turn = setImmediate(() => this.#try(() => this.#goOn()));
    } catch (error) {
      this.abandon();
      this.#options.onFailed(error);
    }
    this.#turnEndedAt = performance.now();
    this.#costMs += this.#turnEndedAt - startedAt;
  }

  #goOn(): boolean {
    const { state, onWritten } = this.#options;
    if (this.#place === null) return state.dropParts();
    this.#place = state.addParts(this.#place, this.#nextParts());
    if (this.#parts !== null) return true;
    state.endSnapshot(this.#place);
    onWritten({ seq: this.#place.seq, costMs: this.#costMs });
    this.#place = null;
    return true;
  }

  /** At least one, unless there is none left. */
  *#nextParts(): Generator<Uint8Array> {
    const now = performance.now();
    const share = (now - this.#turnEndedAt) * TURN_SHARE;
    const until = now + Math.min(LONGEST_TURN_MS, Math.max(SHORTEST_TURN_MS, share));
    do {
      const part = this.#waiting.shift() ?? this.#makeNext();
      if (part === null) return;
      yield part;
    } while (performance.now() < until);
  }

  #makeNext(): Uint8Array | null {
    const next = this.#parts!.next();
    if (!next.done) return serialize(next.value);
    this.#parts = null;
    return null;
  }
}
