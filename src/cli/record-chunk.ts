import type { RawChunk } from '../model/raw-chunk.js';

/** Records as a source would hand them over, so that what a command shows is the daemon's own code path. */
export function recordChunk(
  records: readonly Uint8Array[],
  seq: number,
  receivedAt: number,
  source: string,
): RawChunk {
  const ends = new Uint32Array(records.length);
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0));
  let at = 0;
  records.forEach((record, i) => {
    bytes.set(record, at);
    at += record.length;
    ends[i] = at;
  });
  return {
    seq,
    source,
    transport: 'stdin',
    receivedAt,
    clock: receivedAt,
    cursor: null,
    records: records.length,
    bytes,
    ends,
    peers: [],
    peerRuns: null,
    truncated: null,
  };
}
