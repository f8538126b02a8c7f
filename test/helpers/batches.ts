import type { RawBatch } from '../../src/model/raw-chunk.js';
import { trimmedEnd } from '../../src/sources/chunk-builder.js';

/** A record of a batch, read back by the layout rules of model/raw-chunk.ts and nothing else. */
export interface ReadRecord {
  /** latin1: one character a byte. */
  readonly text: string;
  readonly peer: string;
  readonly identity: string | undefined;
  readonly truncated: boolean;
}

export function recordsOf(batch: RawBatch): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const [start, end] of ranges(batch)) {
    const run = batch.peerRuns === null ? 0 : runIndex(batch.peerRuns, end);
    const peer = batch.peers[run]!;
    records.push({
      text: Buffer.from(batch.bytes.buffer, start, end - start).toString('latin1'),
      peer: peer.address,
      identity: peer.identity,
      truncated: batch.truncated?.includes(end) ?? false,
    });
  }
  return records;
}

function ranges(batch: RawBatch): [start: number, end: number][] {
  const { bytes, ends } = batch;
  const found: [number, number][] = [];
  if (ends !== null) {
    ends.forEach((end, i) => {
      found.push([ends[i - 1] ?? 0, end]);
    });
    return found;
  }
  for (let start = 0; start < bytes.length; ) {
    const lf = bytes.indexOf(10, start);
    const next = lf === -1 ? bytes.length : lf;
    const end = trimmedEnd(bytes, start, next);
    if (end > start) found.push([start, end]);
    start = next + 1;
  }
  return found;
}

function runIndex(runs: Uint32Array, end: number): number {
  for (let i = 0; i < runs.length; i += 2) if (end <= runs[i]!) return runs[i + 1]!;
  throw new Error(`no peer run holds the record that ends at ${end}`);
}
