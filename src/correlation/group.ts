import { RecencyNode } from '../model/recency-list.js';
import type { GroupValue } from '../model/signal.js';
import { EvidenceTrail, type TrailItem } from './evidence-trail.js';
import type { GroupShelf } from './group-table.js';
import type { GroupWindow, SavedWindow, SilentWindow } from './types/correlation-kind.js';
import type { Watch } from './watch-queue.js';

/** Of the groups of correlations that wait for nothing. */
const NO_WATCHES: Watch[] = [];

/** What a correlation remembers of one group of hits. */
export class Group {
  readonly shelf: GroupShelf;
  readonly key: string;
  readonly values: readonly GroupValue[];
  /** Who made it: an address or a host. Eviction is fair among owners. */
  readonly owner: string;
  /** The one that the correlation's type makes of its condition. */
  readonly window: GroupWindow | SilentWindow;
  /** Those open now, in order of receipt. */
  readonly watches: Watch[];
  readonly trail: EvidenceTrail;
  readonly shelfPlace = new RecencyNode<Group>(this);
  readonly ownerPlace = new RecencyNode<Group>(this);
  /** Newest event time, ms. */
  newest = Number.NEGATIVE_INFINITY;
  /** Receive time of the last hit, ms. */
  touchedAt = 0;
  /** Number of the last touch, to compare groups of different correlations. */
  touch = 0;
  /** Touched since it was last put in its places. */
  isStale = false;
  /** Hit by more than one event. */
  proven = false;
  /** Events that hit it so far. */
  events = 0;
  /** The last event that hit, and the last that made it fire. */
  lastSeq = -1;
  lastIndex = -1;
  firedSeq = -1;
  firedIndex = -1;

  constructor(
    shelf: GroupShelf,
    key: string,
    values: readonly GroupValue[],
    owner: string,
    window: GroupWindow | SilentWindow,
    trail: EvidenceTrail,
  ) {
    this.shelf = shelf;
    this.watches = shelf.queue === null ? NO_WATCHES : [];
    this.key = key;
    this.values = values;
    this.owner = owner;
    this.window = window;
    this.trail = trail;
  }

  /** Of the evidence held. */
  get characters(): number {
    let { characters } = this.trail;
    for (const { hit } of this.watches) characters += hit.evidence.original.length;
    return characters;
  }
}

/** A group as structured-cloneable data. */
export interface SavedGroup {
  readonly key: string;
  readonly values: readonly GroupValue[];
  readonly owner: string;
  readonly newest: number;
  readonly touchedAt: number;
  readonly touch: number;
  readonly proven: boolean;
  readonly events: number;
  readonly positions: readonly [lastSeq: number, lastIndex: number, firedSeq: number, firedIndex: number];
  readonly window: SavedWindow;
  readonly trail: readonly TrailItem[];
}

export function saveGroup(group: Group): SavedGroup {
  const { key, values, owner, newest, touchedAt, touch, proven, events } = group;
  return {
    key,
    values,
    owner,
    newest,
    touchedAt,
    touch,
    proven,
    events,
    positions: [group.lastSeq, group.lastIndex, group.firedSeq, group.firedIndex],
    window: group.window.save(),
    trail: group.trail.save(),
  };
}

export function restoreGroup(
  saved: SavedGroup,
  shelf: GroupShelf,
  window: GroupWindow | SilentWindow,
  trailSize: number,
): Group {
  const group = new Group(
    shelf,
    saved.key,
    saved.values,
    saved.owner,
    window,
    new EvidenceTrail(trailSize, saved.trail),
  );
  group.newest = saved.newest;
  group.touchedAt = saved.touchedAt;
  group.touch = saved.touch;
  group.proven = saved.proven;
  group.events = saved.events;
  [group.lastSeq, group.lastIndex, group.firedSeq, group.firedIndex] = saved.positions;
  return group;
}
