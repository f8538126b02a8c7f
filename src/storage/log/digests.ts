import { EventKeys } from '../../model/event-keys.js';

/** What a detector says of one chunk, for finding it again. */
export interface ChunkDigest {
  /** Oldest and newest event time, ms; null = it holds no events. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Keys of model/event-keys.ts. */
  readonly keys: Uint32Array;
}

/** Digests that came and whose chunks are not in a block with a filter yet, by seq, ascending. */
export class Digests {
  readonly #bySeq = new Map<number, ChunkDigest>();
  readonly #union = new EventKeys();
  #appliedSeq = 0;

  /** `null`: nobody knows what the chunk holds. Called in log order. */
  add(seq: number, digest: ChunkDigest | null): void {
    if (digest !== null) this.#bySeq.set(seq, digest);
    this.#appliedSeq = seq;
  }

  /** Whether all digests up to this chunk have come that will come. */
  isComplete(lastSeq: number): boolean {
    return lastSeq <= this.#appliedSeq;
  }

  /** All of them in one, null when one is missing. Those up to `lastSeq` are forgotten. */
  take(firstSeq: number, lastSeq: number): ChunkDigest | null {
    let from = Number.MAX_SAFE_INTEGER;
    let to = Number.MIN_SAFE_INTEGER;
    let missing = false;
    for (let seq = firstSeq; seq <= lastSeq && !missing; seq++) {
      const digest = this.#bySeq.get(seq);
      if (digest === undefined) missing = true;
      else {
        for (const key of digest.keys) this.#union.put(key);
        if (digest.times !== null) {
          from = Math.min(from, digest.times.from);
          to = Math.max(to, digest.times.to);
        }
      }
    }
    for (const seq of this.#bySeq.keys()) {
      if (seq > lastSeq) break;
      this.#bySeq.delete(seq);
    }
    const keys = this.#union.take();
    return missing ? null : { times: from <= to ? { from, to } : null, keys };
  }
}
