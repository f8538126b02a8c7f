/** What a detector says of one chunk, for finding it again. */
export interface ChunkDigest {
  /** Oldest and newest event time, ms; null = it holds no events. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Keys of model/event-keys.ts. */
  readonly keys: Uint32Array;
  /** How its records were read (config/reading.ts); 0 = it has none. */
  readonly reading: number;
}

/** Of several chunks. A key may stand in more than one list. */
export interface BlockDigest {
  readonly times: ChunkDigest['times'];
  readonly keys: readonly Uint32Array[];
  /** Each once. */
  readonly readings: readonly number[];
}

/** Digests that came and whose chunks are not in a block with a filter yet, by seq, ascending. */
export class Digests {
  readonly #bySeq = new Map<number, ChunkDigest>();
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

  /** Those up to `lastSeq` belong to no block: it has been written, or never will be. */
  forget(lastSeq: number): void {
    for (const seq of this.#bySeq.keys()) {
      if (seq > lastSeq) break;
      this.#bySeq.delete(seq);
    }
  }

  /** All of them in one, null when one is missing. Those up to `lastSeq` are forgotten. */
  take(firstSeq: number, lastSeq: number): BlockDigest | null {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    const keys: Uint32Array[] = [];
    const readings = new Set<number>();
    for (let seq = firstSeq; seq <= lastSeq; seq++) {
      const digest = this.#bySeq.get(seq);
      if (digest === undefined) break;
      keys.push(digest.keys);
      if (digest.reading !== 0) readings.add(digest.reading);
      from = Math.min(from, digest.times?.from ?? from);
      to = Math.max(to, digest.times?.to ?? to);
    }
    this.forget(lastSeq);
    if (keys.length <= lastSeq - firstSeq) return null;
    return { times: from <= to ? { from, to } : null, keys, readings: [...readings] };
  }
}
