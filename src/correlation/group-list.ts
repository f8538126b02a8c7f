import type { Group } from './group.js';

/**
 * Groups in the order in which they were last touched, as `RecencyList`. The neighbours are in the groups themselves, since
 * there are so many that nodes beside them would be a fifth of their memory.
 */
abstract class GroupList {
  #oldest: Group | null = null;
  #newest: Group | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Group | null {
    return this.#oldest;
  }

  /** Adds a group that is in no list of this kind as the newest. */
  append(group: Group): void {
    this.setOlder(group, this.#newest);
    this.setNewer(group, null);
    if (this.#newest === null) this.#oldest = group;
    else this.setNewer(this.#newest, group);
    this.#newest = group;
    this.#size++;
  }

  /** Makes a group of this list the newest. */
  refresh(group: Group): void {
    if (group === this.#newest) return;
    this.remove(group);
    this.append(group);
  }

  /** Takes a group out of this list. */
  remove(group: Group): void {
    const older = this.older(group);
    const newer = this.newer(group);
    if (older === null) this.#oldest = newer;
    else this.setNewer(older, newer);
    if (newer === null) this.#newest = older;
    else this.setOlder(newer, older);
    this.setOlder(group, null);
    this.setNewer(group, null);
    this.#size--;
  }

  abstract newer(group: Group): Group | null;
  protected abstract older(group: Group): Group | null;
  protected abstract setNewer(group: Group, newer: Group | null): void;
  protected abstract setOlder(group: Group, older: Group | null): void;
}

/** Groups of one shelf, each in one of its lists. */
export class ShelfList extends GroupList {
  newer(group: Group): Group | null {
    return group.newerOnShelf;
  }
  protected older(group: Group): Group | null {
    return group.olderOnShelf;
  }
  protected setNewer(group: Group, newer: Group | null): void {
    group.newerOnShelf = newer;
  }
  protected setOlder(group: Group, older: Group | null): void {
    group.olderOnShelf = older;
  }
}

/** Groups of one owner. */
export class OwnerList extends GroupList {
  newer(group: Group): Group | null {
    return group.newerOfOwner;
  }
  protected older(group: Group): Group | null {
    return group.olderOfOwner;
  }
  protected setNewer(group: Group, newer: Group | null): void {
    group.newerOfOwner = newer;
  }
  protected setOlder(group: Group, older: Group | null): void {
    group.olderOfOwner = older;
  }
}
