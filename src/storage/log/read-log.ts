import { existsSync } from 'node:fs';
import type { RawChunk } from '../../model/raw-chunk.js';
import { Gaps } from './gaps.js';
import { firstSeqOf, listSegments } from './segment-files.js';
import { type OnDamage, SegmentReader } from './segment-reader.js';

/**
 * All chunks of the log in a folder, in order, also while a daemon writes it: each file as it is when its turn comes. What
 * is damaged or missing is told and skipped; nothing is changed.
 */
export function* readLog(dir: string, onDamage: OnDamage): Generator<RawChunk> {
  if (!existsSync(dir)) return;
  const gaps = new Gaps(0, onDamage);
  for (const path of listSegments(dir)) {
    // The daemon drops its oldest meanwhile.
    if (existsSync(path)) yield* readSegment(path, 0, gaps);
  }
}

/** Chunks after `seq` of one file. */
export function* readSegment(path: string, seq: number, gaps: Gaps): Generator<RawChunk> {
  const firstSeq = firstSeqOf(path);
  gaps.begin(path, firstSeq);
  let reader: SegmentReader;
  try {
    reader = SegmentReader.open(path);
  } catch (error) {
    gaps.onDamage(path, error, { firstSeq, lastSeq: null, records: null });
    return;
  }
  try {
    yield* gaps.watch(reader.readFrozen(seq, gaps.onDamage));
  } finally {
    reader.close();
  }
}
