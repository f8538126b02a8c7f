import type { RawBatch } from './raw-chunk.js';

/** Records one behind the other, as a batch of the layout "records" has them. */
export function packRecords(records: readonly Uint8Array[]): Pick<RawBatch, 'records' | 'bytes'> & {
  readonly ends: Uint32Array<ArrayBuffer>;
} {
  const ends = new Uint32Array(records.length);
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0));
  let at = 0;
  records.forEach((record, i) => {
    bytes.set(record, at);
    at += record.length;
    ends[i] = at;
  });
  return { records: records.length, bytes, ends };
}
