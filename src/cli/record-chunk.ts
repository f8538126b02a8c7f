import { packRecords } from '../model/pack-records.js';
import type { RawChunk } from '../model/raw-chunk.js';

/** Records as a source would hand them over, so that what a command shows is the daemon's own code path. */
export function recordChunk(
  records: readonly Uint8Array[],
  seq: number,
  receivedAt: number,
  source: string,
): RawChunk {
  return {
    seq,
    source,
    transport: 'stdin',
    receivedAt,
    clock: receivedAt,
    cursor: null,
    ...packRecords(records),
    peers: [],
    peerRuns: null,
    truncated: null,
  };
}
