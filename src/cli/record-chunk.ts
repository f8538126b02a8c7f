import { packRecords } from '../model/pack-records.js';
import type { RawBatch, RawChunk } from '../model/raw-chunk.js';
import type { Lines } from '../sources/tail/line-cutter.js';

/** Records as a source would hand them over, so that what a command shows is the daemon's own code path. */
export function recordChunk(
  records: readonly Uint8Array[],
  seq: number,
  receivedAt: number,
  source: string,
): RawChunk {
  return chunkOf({ ...packRecords(records), truncated: null }, seq, receivedAt, source);
}

/** As `recordChunk`, of lines that were cut as a file's are. */
export function linesChunk(lines: Lines, seq: number, receivedAt: number, source: string): RawChunk {
  return chunkOf({ ...lines, ends: null }, seq, receivedAt, source);
}

function chunkOf(
  batch: Pick<RawBatch, 'bytes' | 'records' | 'ends' | 'truncated'>,
  seq: number,
  receivedAt: number,
  source: string,
): RawChunk {
  return {
    ...{ ...batch, seq, source, transport: 'stdin', receivedAt },
    ...{ clock: receivedAt, cursor: null, peers: [], peerRuns: null },
  };
}
