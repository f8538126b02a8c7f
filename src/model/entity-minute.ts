/**
 * What one entity did in one minute, as a row of 32-bit numbers that can be merged in any order: counts are added up to
 * the largest number that fits, marks are the larger of both, sketches are united. So a minute is the same however its
 * events were spread over chunks and detectors.
 *
 * A sketch is a set of bits, one per hash of a value: how many are set says how many values there were, which are set
 * says which, but for chance.
 */

/** In front of each row: whose and which minute it is, and the first of its events. */
export const MINUTE = 0;
/** Places in the texts that go with the rows; that of the host is one higher, 0 when no host is known. */
export const ENTITY = 1;
export const HOST = 2;
export const ORIGINAL = 3;
/** Record index of the event whose original is kept. */
export const INDEX = 4;
/** 1 when the entity is a source address, 0 when it is a host. */
export const IS_SOURCE = 5;

/** Counts. */
export const EVENTS = 6;
export const FAILURES = 7;
export const DENIALS = 8;
export const ERRORS = 9;
export const LOGINS = 10;
export const ELEVATIONS = 11;
export const HTTP_ERRORS = 12;
export const UNRECOGNIZED = 13;
export const CHARACTERS = 14;
export const TRAFFIC = 15;

/** Marks. `FIRST` is counted back from the minute's end, so that the larger one is the earlier. Milliseconds. */
export const LONGEST_RECORD = 16;
export const LONGEST_OBJECT = 17;
export const FIRST = 18;
export const LAST = 19;

/** Sketches. */
export const KINDS = 20;
export const USERS = 24;
export const PORTS = 28;
export const PEERS = 32;
export const OBJECTS = 36;
export const SKETCH_WORDS = 4;
export const SKETCH_BITS = 32 * SKETCH_WORDS;

export const FIRST_MARK = LONGEST_RECORD;
export const FIRST_SKETCH = KINDS;
export const ROW_WIDTH = 40;

export const MINUTE_MS = 60_000;
/** In minutes. */
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;

/** The entity-minutes of one chunk, as they cross threads. */
export interface EntityMinutes {
  readonly count: number;
  /** `count` rows of ROW_WIDTH. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** Entities, hosts and originals that the rows point into. */
  readonly texts: readonly string[];
  /** Events of entities beyond the limit of one chunk. */
  readonly skipped: number;
}
