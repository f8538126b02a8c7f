/** A member of a `RecencyList`: holds its item and its neighbours. */
export class RecencyNode<T> {
  readonly item: T;
  older: RecencyNode<T> | null = null;
  newer: RecencyNode<T> | null = null;

  constructor(item: T) {
    this.item = item;
  }
}

/** Items in the order in which they were last used: O(1) to append, to refresh and to remove. */
export class RecencyList<T> implements Iterable<T> {
  #oldest: RecencyNode<T> | null = null;
  #newest: RecencyNode<T> | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): RecencyNode<T> | null {
    return this.#oldest;
  }

  /** Adds a node that is in no list as the newest. */
  append(node: RecencyNode<T>): void {
    node.older = this.#newest;
    node.newer = null;
    if (this.#newest === null) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
    this.#size++;
  }

  /** Makes a node of this list the newest. */
  refresh(node: RecencyNode<T>): void {
    if (node === this.#newest) return;
    this.remove(node);
    this.append(node);
  }

  /** Takes a node out of this list. */
  remove(node: RecencyNode<T>): void {
    if (node.older === null) this.#oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === null) this.#newest = node.older;
    else node.newer.older = node.older;
    node.older = null;
    node.newer = null;
    this.#size--;
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let node = this.#oldest; node !== null; node = node.newer) yield node.item;
  }
}
