import { tupleOf } from '../model/group-key.js';
import type { Evidence, EvidenceOrigin, GroupValue } from '../model/signal.js';
import { EvidenceTrail, type TrailItem } from './evidence-trail.js';
import type { GroupShelf } from './group-table.js';
import type { GroupWindow, SavedWindow, SilentWindow } from './types/correlation-kind.js';
import type { Watch } from './watch-queue.js';

/** Of the groups of correlations that wait for nothing. */
const NO_WATCHES: Watch[] = [];

/** A group that holds no hit by itself. */
const NO_HIT = -1;

/** The only hit of a group, as its window is given it. */
export interface OnlyHit {
  readonly time: number;
  readonly repeat: number;
  readonly step: number;
  readonly value: string;
  /** Null when nobody is told of what the group fires. */
  readonly evidence: Evidence | null;
}

/**
 * What a correlation remembers of one group of hits. Most groups never get a second hit: of those the one is kept as it
 * is, since a window and a trail take many times as much.
 */
export class Group {
  // What every hit looks at comes first: memory is fetched in pieces of a few fields.
  /** The one that the correlation's type makes of its condition. */
  window: GroupWindow | SilentWindow | null = null;
  /**
   * The trail; while the only hit is kept as it is, its evidence, or just the record, where `#origin` and the last event say the
   * rest: of most groups this is all there is. Null when nobody is told of what the group fires.
   */
  #told: EvidenceTrail | Evidence | string | null = null;
  /** Newest event time, seconds and ms: in one number it would be an object of its own, to wait for with every hit. */
  #newestSeconds: number;
  #newestMs: number;
  /** Receive time of the last hit, rounded up, seconds. */
  touchedAt = 0;
  /** Number of the last touch, to compare groups of different correlations. */
  touch = 0;
  /** Events that hit it so far. */
  events = 0;
  /** The last event that hit. */
  lastSeq = -1;
  lastIndex = -1;
  /** Twice `savedBy`, and 1 when the last event made it fire: a field more would be 8 MB of a million groups. */
  #marks = 0;
  /** Of the only hit, at `newest`, repeat count × steps + step; they are here, since most groups have no more than that. */
  #only = NO_HIT;
  #value = '';
  #origin: EvidenceOrigin | null = null;
  readonly shelf: GroupShelf;
  /** `tupleKey` of the group-by values. */
  readonly key: string;
  /** Who made it: an address or a host. Eviction is fair among owners. */
  readonly owner: string;
  /** Those open now, in order of receipt. */
  readonly watches: Watch[];
  olderOnShelf: Group | null = null;
  newerOnShelf: Group | null = null;
  olderOfOwner: Group | null = null;
  newerOfOwner: Group | null = null;

  /** @param time of its first hit: event time, ms */
  constructor(shelf: GroupShelf, key: string, owner: string, time: number) {
    this.#newestSeconds = Math.floor(time / 1000);
    this.#newestMs = time - this.#newestSeconds * 1000;
    this.shelf = shelf;
    this.key = key;
    this.owner = owner;
    this.watches = shelf.queue === null ? NO_WATCHES : [];
  }

  /** The last event made it fire. */
  get hasFired(): boolean {
    return (this.#marks & 1) === 1;
  }

  set hasFired(hasFired: boolean) {
    this.#marks = (this.#marks & ~1) | Number(hasFired);
  }

  /** Number of the last `GroupSaver` that is done with it. */
  get savedBy(): number {
    return this.#marks >> 1;
  }

  set savedBy(number: number) {
    this.#marks = (number << 1) | (this.#marks & 1);
  }

  /** Newest event time, ms. */
  get newest(): number {
    return this.#newestSeconds * 1000 + this.#newestMs;
  }

  set newest(time: number) {
    this.#newestSeconds = Math.floor(time / 1000);
    this.#newestMs = time - this.#newestSeconds * 1000;
  }

  /** Null while the only hit is kept as it is, and when nobody is told of what the group fires. */
  get trail(): EvidenceTrail | null {
    return this.#told instanceof EvidenceTrail ? this.#told : null;
  }

  set trail(trail: EvidenceTrail) {
    this.#told = trail;
  }

  /** Hit by more than one event. */
  get proven(): boolean {
    return this.events > 1;
  }

  /** Group-by fields and what the hits share. */
  get values(): GroupValue[] {
    const { groupBy } = this.shelf;
    if (groupBy.length === 1) return [[groupBy[0]!, this.key]];
    return tupleOf(this.key, groupBy.length).map((value, i): GroupValue => [groupBy[i]!, value]);
  }

  /** The only hit, when it is kept as it is. */
  get only(): OnlyHit | null {
    if (this.#only === NO_HIT) return null;
    const { steps } = this.shelf;
    const step = this.#only % steps;
    const repeat = (this.#only - step) / steps;
    return { time: this.newest, repeat, step, value: this.#value, evidence: this.#evidence };
  }

  get hasOnly(): boolean {
    return this.#only !== NO_HIT;
  }

  /** Keeps a hit, whose time is `newest` and whose event is the last, as it is. */
  keepOnly({ repeat, step, value }: Omit<OnlyHit, 'evidence'>, evidence: Evidence | null): void {
    this.#only = repeat * this.shelf.steps + step;
    this.#value = value;
    const isBrief =
      evidence?.origin !== undefined &&
      evidence.matches === null &&
      evidence.seq === this.lastSeq &&
      evidence.index === this.lastIndex;
    this.#told = isBrief ? evidence.original : evidence;
    this.#origin = isBrief ? evidence.origin : null;
  }

  /** From now on a window remembers it. */
  dropOnly(): void {
    this.#only = NO_HIT;
    this.#value = '';
    this.#told = null;
    this.#origin = null;
  }

  /** The one that came last; null = none is held, watches apart. */
  get newestRecord(): string | null {
    return this.trail?.newest?.original ?? this.#onlyRecord;
  }

  get #evidence(): Evidence | null {
    if (this.#told instanceof EvidenceTrail) return null;
    if (typeof this.#told !== 'string') return this.#told;
    const { lastSeq: seq, lastIndex: index } = this;
    return { seq, index, original: this.#told, matches: null, origin: this.#origin! };
  }

  get #onlyRecord(): string | null {
    if (this.#told instanceof EvidenceTrail) return null;
    return typeof this.#told === 'string' ? this.#told : (this.#told?.original ?? null);
  }

  /** Of the evidence held. */
  get characters(): number {
    let characters = this.trail?.characters ?? this.#onlyRecord?.length ?? 0;
    for (const { hit } of this.watches) characters += hit.evidence.original.length;
    return characters;
  }
}

/** A group as structured-cloneable data. */
export interface SavedGroup {
  readonly key: string;
  readonly owner: string;
  readonly newest: number;
  readonly touchedAt: number;
  readonly touch: number;
  readonly events: number;
  readonly last: readonly [seq: number, index: number, hasFired: boolean];
  readonly only: OnlyHit | null;
  readonly window: SavedWindow | null;
  readonly trail: readonly TrailItem[] | null;
}

export function saveGroup(group: Group): SavedGroup {
  const { key, owner, newest, touchedAt, touch, events, only } = group;
  return {
    key,
    owner,
    newest,
    touchedAt,
    touch,
    events,
    only,
    last: [group.lastSeq, group.lastIndex, group.hasFired],
    window: group.window?.save() ?? null,
    trail: group.trail?.save() ?? null,
  };
}

export interface GroupParts {
  readonly openWindow: (saved: SavedWindow | null) => GroupWindow | SilentWindow;
  readonly trailSize: number;
  readonly isTold: boolean;
}

export function restoreGroup(
  saved: SavedGroup,
  shelf: GroupShelf,
  { openWindow, trailSize, isTold }: GroupParts,
): Group {
  const group = new Group(shelf, saved.key, saved.owner, saved.newest);
  [group.lastSeq, group.lastIndex, group.hasFired] = saved.last;
  // Other rules or settings may have it that somebody is told now, or nobody any more.
  if (saved.only !== null) group.keepOnly(saved.only, isTold ? saved.only.evidence : null);
  if (saved.window !== null) group.window = openWindow(saved.window);
  if (isTold && saved.window !== null && shelf.queue === null)
    group.trail = new EvidenceTrail(trailSize, saved.trail ?? []);
  group.touchedAt = saved.touchedAt;
  group.touch = saved.touch;
  group.events = saved.events;
  return group;
}
