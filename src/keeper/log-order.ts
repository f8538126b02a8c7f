import type { ControlRecord, RawChunk } from '../model/raw-chunk.js';
import type { DetectorToKeeper } from '../protocol.js';

/** A chunk without what only the log and detectors need. */
export type ChunkMeta = Omit<RawChunk, 'bytes' | 'ends' | 'peerRuns' | 'truncated'>;

/** A chunk whose turn it is: what a detector found in it, or what it tells the keeper itself. */
export type Turn =
  | { readonly meta: ChunkMeta; readonly found: DetectorToKeeper; readonly control: null }
  | { readonly meta: ChunkMeta; readonly found: null; readonly control: ControlRecord };

/** Chunks come in log order, what detectors found in them in any: they are applied in log order, each when both are there. */
export class LogOrder {
  readonly #chunks = new Map<number, { readonly meta: ChunkMeta; readonly control: ControlRecord | null }>();
  readonly #found = new Map<number, DetectorToKeeper>();
  #nextSeq: number;

  /** @param nextSeq the first whose turn it is */
  constructor(nextSeq: number) {
    this.#nextSeq = nextSeq;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** There is nothing before this position that could still come. */
  skipTo(seq: number): void {
    this.#nextSeq = seq;
  }

  expect(chunk: RawChunk): void {
    const { bytes, ends, peerRuns, truncated, ...meta } = chunk;
    const control =
      chunk.transport === 'control' ? (JSON.parse(Buffer.from(bytes).toString()) as ControlRecord) : null;
    this.#chunks.set(chunk.seq, { meta, control });
  }

  answer(found: DetectorToKeeper): void {
    this.#found.set(found.result.seq, found);
  }

  /** The next one, which counts as done; null = something is missing. */
  take(): Turn | null {
    const seq = this.#nextSeq;
    const chunk = this.#chunks.get(seq);
    if (chunk === undefined) return null;
    const { meta, control } = chunk;
    const found = this.#found.get(seq);
    if (control === null && found === undefined) return null;
    this.#chunks.delete(seq);
    this.#found.delete(seq);
    this.#nextSeq = seq + 1;
    return control === null ? { meta, found: found!, control } : { meta, found: null, control };
  }
}
