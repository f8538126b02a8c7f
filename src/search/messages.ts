import type { Config } from '../config/schema.js';
import type { Position } from '../query/query.js';

/** What a search asks for; plain data, since it crosses to the threads. */
export interface Search {
  /** In the query language. */
  readonly text: string;
  /** ms, what `last` and `now-6h` are reckoned from. */
  readonly now: number;
  /** Besides the text: times from `from` to before `until`, ms; the event of this id. */
  readonly from: number | null;
  readonly until: number | null;
  readonly id: string | null;
  /** In the order of the log between these events, which are not meant themselves; null = no bound. */
  readonly after?: Position | null;
  readonly before?: Position | null;
  /** Events of the demo up to this place in the log are forgotten. */
  readonly noDemoUpTo?: number;
  /** Name of the source that the events came by; null = any. */
  readonly source?: string | null;
  /** From the beginning of the log on: of events those that came first, in the order in which they came. */
  readonly oldestFirst?: boolean;
  readonly want: Want;
}

export type Want =
  /** At most `limit` events, in order: as JSON, or the text of these fields. */
  | { readonly kind: 'events'; readonly limit: number; readonly fields: readonly string[] | null }
  /** How many events have each value of the field. */
  | { readonly kind: 'values'; readonly field: string }
  /** The same for several fields at once: counts are by the field's place in the list, NUL, and the value. */
  | { readonly kind: 'facets'; readonly fields: readonly string[] }
  /** How many events there are in each stretch of `width` ms. */
  | { readonly kind: 'histogram'; readonly width: number };

/** An event as JSON text, or the texts of its fields. */
export type Item = string | readonly string[];

export interface SearcherStart {
  readonly search: Search;
  readonly config: Pick<Config, 'sources' | 'extractors' | 'business_hours'>;
}

export type ToSearcher =
  | { readonly kind: 'search'; readonly start: SearcherStart }
  | Task
  /** Nothing follows for now. */
  | { readonly kind: 'rest' };

/** Part of a segment. Newest comes first everywhere, but in a search that is `oldestFirst`. */
export type Task =
  | { readonly kind: 'plan'; readonly path: string }
  | { readonly kind: 'blocks'; readonly path: string; readonly blocks: readonly PlannedBlock[] }
  /** Chunks from after `after` to `upTo`: what was in no block yet. */
  | { readonly kind: 'tail'; readonly path: string; readonly after: number; readonly upTo: number };

export interface PlannedBlock {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly records: number;
}

/** What a segment has to offer. */
export interface Plan {
  readonly kind: 'plan';
  readonly path: string;
  readonly blocks: readonly PlannedBlock[];
  readonly tail: { readonly after: number; readonly upTo: number; readonly records: number } | null;
  /** Records in blocks that cannot hold anything. */
  readonly skipped: number;
  /** Records in blocks whose filters were made under another configuration or version. */
  readonly unfiltered: number;
  readonly damage: readonly Damage[];
}

export interface Found {
  readonly kind: 'found';
  readonly items: readonly Item[];
  /** By value or start of the stretch. */
  readonly counts: ReadonlyMap<string, number>;
  /** Events with values that were too many to count one by one. */
  readonly others: number;
  readonly matches: number;
  /** Records looked at. */
  readonly records: number;
  readonly damage: readonly Damage[];
}

/** What could not be read, in words. */
export interface Damage {
  readonly path: string;
  readonly reason: string;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly records: number | null;
}
