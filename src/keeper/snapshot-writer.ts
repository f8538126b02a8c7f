import { serialize } from 'node:v8';
import type { SnapshotRow } from '../storage/snapshot-rows.js';
import type { SnapshotPlace, StateStore } from '../storage/state.js';

/** Work at a time, ms: a share of what others took since the last time, so that it comes to an end under load, too. */
const TURN_SHARE = 1 / 8;
const SHORTEST_TURN_MS = 5;
const LONGEST_TURN_MS = 15;
/** A part that is larger is written in several rows. */
const ROW_BYTES = 256 * 1024;

export interface WrittenSnapshot {
  readonly seq: number;
  /** Ms that it took, without what was done in between. */
  readonly costMs: number;
}

export interface SnapshotWriterOptions {
  readonly state: Pick<StateStore, 'beginSnapshot' | 'addRows' | 'endSnapshot' | 'dropRows'>;
  readonly onWritten: (snapshot: WrittenSnapshot) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Writes a snapshot into state.db a little at a time, between whatever else the keeper does, and then removes the one before it. It
 * counts when it is whole: until then a restart takes the one before.
 */
export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  #rows: Generator<SnapshotRow, void> | null = null;
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

  /** Begins with the parts of what is applied, which must be committed. */
  begin(parts: Generator<unknown, void>): void {
    this.#costMs = 0;
    this.#rows = rowsOf(parts);
    this.#try(() => {
      this.#place = this.#options.state.beginSnapshot();
      return true;
    });
  }

  /** Resolves when it is whole and the one before is gone. At `deadline`, ms since 1970, it is abandoned. */
  async ended(deadline: number): Promise<void> {
    while (this.isBusy) {
      if (Date.now() >= deadline) this.abandon();
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** It is not finished: another takes its place. */
  abandon(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#rows?.return();
    this.#rows = null;
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
    if (this.#place === null) return state.dropRows();
    this.#place = state.addRows(this.#place, this.#nextRows());
    if (this.#rows !== null) return true;
    state.endSnapshot(this.#place);
    onWritten({ seq: this.#place.seq, costMs: this.#costMs });
    this.#place = null;
    return true;
  }

  /** At least one, unless there is none left. */
  *#nextRows(): Generator<SnapshotRow, void> {
    const now = performance.now();
    const share = (now - this.#turnEndedAt) * TURN_SHARE;
    const until = now + Math.min(LONGEST_TURN_MS, Math.max(SHORTEST_TURN_MS, share));
    do {
      const next = this.#rows!.next();
      if (next.done) {
        this.#rows = null;
        return;
      }
      yield next.value;
    } while (performance.now() < until);
  }
}

function* rowsOf(parts: Iterable<unknown>): Generator<SnapshotRow, void> {
  for (const part of parts) {
    const bytes = serialize(part);
    for (let at = 0; at < bytes.length; at += ROW_BYTES)
      yield { body: bytes.subarray(at, at + ROW_BYTES), more: at + ROW_BYTES < bytes.length };
  }
}
