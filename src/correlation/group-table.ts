import type { Group } from './group.js';
import { OwnerList, ShelfList } from './group-list.js';
import type { GroupSaver } from './group-saver.js';
import type { Watch, WatchQueue } from './watch-queue.js';

/** The groups of one correlation. */
export class GroupShelf {
  readonly groups = new Map<string, Group>();
  /** Groups of one event only, and the others; longest untouched first. */
  readonly fresh = new ShelfList();
  readonly proven = new ShelfList();
  /** A group not touched for so long has nothing left to say, ms of receive time. */
  readonly lifetimeMs: number;
  /** Index of the correlation. */
  readonly rule: number;
  readonly groupBy: readonly string[];
  /** Rules that hit; one named twice counts twice. */
  readonly steps: number;
  /** On which its groups wait; null = they wait for nothing. */
  readonly queue: WatchQueue | null;

  constructor({ rule, groupBy, steps, lifetimeMs, queue }: ShelfSetting) {
    this.rule = rule;
    this.groupBy = groupBy;
    this.steps = steps;
    this.lifetimeMs = lifetimeMs;
    this.queue = queue;
  }
}

export type ShelfSetting = Pick<GroupShelf, 'rule' | 'groupBy' | 'steps' | 'lifetimeMs' | 'queue'>;

export interface GroupLimits {
  readonly maxGroups: number;
  /** Of the records that all groups hold as evidence. */
  readonly maxEvidenceCharacters: number;
  /** Called for every group that still mattered, with its correlation. */
  readonly onEvicted: (rule: number) => void;
}

/** An owner with more than this share of all groups is the first to lose some. */
const FAIR_SHARE = 1 / 64;
const MIN_FAIR_GROUPS = 16;
/** So many groups are put in their places at once: no long stop, and a price a touch that nobody notices. */
const MAX_STALE = 65_536;
/** Watches of one group at a time: each hit looks at all of them. */
const MAX_WATCHES = 64;
/** How far to look among the groups of an owner for one of a single event. */
const LOOK_AHEAD = 32;

/**
 * All groups, within limits. Beyond them the first to go are dead ones, then those of an owner with more than its
 * share (an attacker who varies a name cannot push out what others did), then those of one event only, then the
 * longest untouched. Depends on nothing but the order of calls, so that a replay evicts the same.
 */
export class GroupTable {
  /** While a snapshot is taken. */
  saver: GroupSaver | null = null;
  readonly #limits: GroupLimits;
  readonly #fairGroups: number;
  readonly #shelves: GroupShelf[] = [];
  /** Per owner its groups, longest untouched first; the only one, as most have no more, by itself. */
  readonly #owners = new Map<string, Group | OwnerList>();
  /** Owners with more than their share, in the order in which they came to it. */
  #heavy = new Set<string>();
  /**
   * Groups touched since they were last put in their places: where they are matters only when one must go, and moving
   * them with every hit would touch the memory of six others.
   */
  #stale: Group[] = [];
  #size = 0;
  /** Watches beyond the first of each group: they count like groups. */
  #furtherWatches = 0;
  #characters = 0;
  #touches = 0;
  /** Groups touched later are stale. */
  #inPlace = 0;

  constructor(limits: GroupLimits) {
    this.#limits = limits;
    this.#fairGroups = Math.max(MIN_FAIR_GROUPS, Math.floor(limits.maxGroups * FAIR_SHARE));
  }

  get size(): number {
    return this.#size;
  }

  /** Owners with more than their share: to be handed to `restoreHeavy`. */
  get heavy(): string[] {
    return [...this.#heavy];
  }

  addShelf(setting: ShelfSetting): GroupShelf {
    const shelf = new GroupShelf(setting);
    this.#shelves.push(shelf);
    return shelf;
  }

  /** Adds a group, after making room for it. */
  add(group: Group, receivedAt: number): void {
    if (this.size * 2 >= this.#limits.maxGroups) this.#sweep(group.shelf, receivedAt);
    while (this.size > 0 && this.#isFull()) this.#evict();
    this.saver?.passOver(group);
    this.#insert(group);
    this.touch(group, receivedAt);
  }

  /** An event hit the group. */
  touch(group: Group, receivedAt: number): void {
    const isStale = group.touch > this.#inPlace;
    group.touchedAt = Math.ceil(receivedAt / 1000);
    group.touch = ++this.#touches;
    if (isStale) return;
    this.#stale.push(group);
    if (this.#stale.length >= MAX_STALE) this.#putInPlace();
  }

  /** An event that the group had not seen hits it. */
  count(group: Group): void {
    const { shelf } = group;
    if (++group.events !== 2) return;
    shelf.fresh.remove(group);
    shelf.proven.append(group);
  }

  /** The evidence held by a group changed. */
  addCharacters(change: number): void {
    this.#characters += change;
  }

  /** Whether the group may wait on one more hit: on one always, on more within the limits. */
  hasRoomToWatch({ watches }: Group): boolean {
    return watches.length === 0 || (watches.length < MAX_WATCHES && !this.#isFull());
  }

  openWatch(watch: Watch): void {
    if (watch.group.watches.length > 0) this.#furtherWatches++;
    this.#characters += watch.hit.evidence.original.length;
    watch.group.shelf.queue!.open(watch);
  }

  endWatch(watch: Watch): void {
    watch.group.shelf.queue!.end(watch);
    this.#characters -= watch.hit.evidence.original.length;
    if (watch.group.watches.length > 0) this.#furtherWatches--;
  }

  /** Puts saved groups back, those of all shelves together, in order of their `touch`. */
  restore(groups: readonly Group[], heavy: readonly string[]): void {
    for (const group of groups) {
      this.#insert(group);
      this.#characters += group.characters;
      this.#touches = group.touch;
    }
    this.#inPlace = this.#touches;
    this.#heavy = new Set(heavy.filter((owner) => this.#owners.has(owner)));
  }

  #isFull(): boolean {
    return (
      this.size + this.#furtherWatches >= this.#limits.maxGroups ||
      this.#characters > this.#limits.maxEvidenceCharacters
    );
  }

  /** Every group that is not stale was touched before every one that is. */
  #putInPlace(): void {
    if (this.#stale.length === 0) return;
    for (const group of this.#stale.sort((a, b) => a.touch - b.touch)) {
      const { shelf } = group;
      (group.proven ? shelf.proven : shelf.fresh).refresh(group);
      const owned = this.#owners.get(group.owner);
      if (owned instanceof OwnerList) owned.refresh(group);
    }
    this.#stale = [];
    this.#inPlace = this.#touches;
  }

  #sweep(shelf: GroupShelf, receivedAt: number): void {
    this.#putInPlace();
    for (const list of [shelf.fresh, shelf.proven]) {
      for (let n = 0; n < 2; n++) {
        const { oldest } = list;
        // What is watched still has something to say: it waits for the next tick.
        if (
          oldest === null ||
          oldest.watches.length > 0 ||
          receivedAt - oldest.touchedAt * 1000 <= shelf.lifetimeMs
        )
          break;
        this.#remove(oldest);
      }
    }
  }

  #evict(): void {
    this.#putInPlace();
    const victim =
      this.#victimOfHeavy() ?? this.#longestUntouched('fresh') ?? this.#longestUntouched('proven');
    if (victim === null) return;
    this.#remove(victim);
    this.#limits.onEvicted(victim.shelf.rule);
  }

  #victimOfHeavy(): Group | null {
    for (const owner of this.#heavy) {
      const owned = this.#owners.get(owner) as OwnerList;
      let group = owned.oldest;
      for (let n = 0; n < LOOK_AHEAD && group?.proven; n++) group = owned.newer(group);
      return group?.proven === false ? group : owned.oldest;
    }
    return null;
  }

  #longestUntouched(list: 'fresh' | 'proven'): Group | null {
    let found: Group | null = null;
    for (const shelf of this.#shelves) {
      const { oldest } = shelf[list];
      if (oldest !== null && (found === null || oldest.touch < found.touch)) found = oldest;
    }
    return found;
  }

  #insert(group: Group): void {
    const { shelf } = group;
    shelf.groups.set(group.key, group);
    (group.proven ? shelf.proven : shelf.fresh).append(group);
    this.#size++;
    const owned = this.#owners.get(group.owner);
    if (owned === undefined) this.#owners.set(group.owner, group);
    else this.#addToOwner(owned instanceof OwnerList ? owned : this.#listFrom(owned), group);
  }

  #listFrom(only: Group): OwnerList {
    const list = new OwnerList();
    list.append(only);
    this.#owners.set(only.owner, list);
    return list;
  }

  #addToOwner(owned: OwnerList, group: Group): void {
    owned.append(group);
    if (owned.size > this.#fairGroups) this.#heavy.add(group.owner);
  }

  #remove(group: Group): void {
    const { shelf, watches } = group;
    this.saver?.saveFirst(group);
    while (watches.length > 0) this.endWatch(watches[watches.length - 1]!);
    this.#size--;
    shelf.groups.delete(group.key);
    (group.proven ? shelf.proven : shelf.fresh).remove(group);
    this.#removeFromOwner(group);
    this.#characters -= group.characters;
  }

  #removeFromOwner(group: Group): void {
    const owned = this.#owners.get(group.owner)!;
    if (owned instanceof OwnerList) {
      owned.remove(group);
      if (owned.size <= this.#fairGroups) this.#heavy.delete(group.owner);
      if (owned.size > 0) return;
    }
    this.#owners.delete(group.owner);
  }
}
