import { forEachRecord } from '../../model/chunk-records.js';
import { Gaps } from './gaps.js';
import { firstSeqOf, segmentBytes } from './segment-files.js';
import { type Lost, type OnDamage, SegmentReader } from './segment-reader.js';

export interface VerifiedSegment {
  readonly path: string;
  /** null = it cannot be opened. */
  readonly format: number | null;
  /** With its write-ahead log. */
  readonly bytes: number;
  readonly blocks: number;
  readonly filtered: number;
  /** Records that can be read. */
  readonly records: number;
  readonly damage: readonly ({ readonly path: string; readonly reason: string } & Lost)[];
}

/**
 * Reads everything in the file; throws never.
 *
 * @param lastSeq the chunk before the next file's first; null when there is no next file
 */
export function verifySegment(path: string, lastSeq: number | null): VerifiedSegment {
  const damage: VerifiedSegment['damage'][number][] = [];
  const onDamage: OnDamage = (path, error, lost) =>
    damage.push({ path, reason: error instanceof Error ? error.message : String(error), ...lost });
  const bytes = segmentBytes(path);
  const found = { format: null as number | null, blocks: 0, filtered: 0, records: 0 };
  let reader: SegmentReader | null = null;
  try {
    reader = SegmentReader.open(path);
    found.format = reader.format;
    found.blocks = reader.blocksAfter(0, () => {}).length;
    const gaps = new Gaps(0, onDamage);
    gaps.begin(path, firstSeqOf(path));
    for (const chunk of gaps.watch(reader.readAfter(0, gaps.onDamage)))
      found.records += forEachRecord(chunk, () => {});
    let known = lastSeq ?? 0;
    for (const filter of reader.filters()) {
      found.filtered++;
      known = Math.max(known, filter.lastSeq);
    }
    gaps.end(known);
    reader.summary();
    const fault = damage.length > 0 ? null : reader.structuralFault();
    if (fault !== null) throw new Error(fault);
  } catch (error) {
    onDamage(path, error, { firstSeq: null, lastSeq: null, records: null });
  } finally {
    reader?.close();
  }
  return { path, ...found, bytes, damage };
}
