import { RECORD_FORMATS } from './record.js';

/**
 * What each sender sent in one chunk: a row of numbers beside the texts that it points into. A sender is an address, with the
 * subject of its TLS certificate, and a host that it speaks of: behind a relay many hosts share one address.
 */

/** Places in the texts; `IDENTITY`, `HOST` and `SAMPLE` are one higher, 0 = none. */
export const ADDRESS = 0;
export const IDENTITY = 1;
export const HOST = 2;
/** Its last record, and the last that nobody recognised. */
export const LAST = 3;
export const SAMPLE = 4;
/** Record index of the last one. */
export const LAST_INDEX = 5;

export const RECORDS = 6;
export const UNRECOGNIZED = 7;
/** Receive time less the time that the last stamped record states, ms; NaN = none was stamped. */
export const SKEW = 8;
/** Records of each of RECORD_FORMATS. */
export const FORMATS = 9;
export const SENT_WIDTH = FORMATS + RECORD_FORMATS.length;

/** Rows of one chunk, as they cross threads. */
export interface Sent {
  readonly count: number;
  /** `count` rows of SENT_WIDTH. */
  readonly rows: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  /** Records of senders beyond the limit of one chunk. */
  readonly skipped: number;
}
