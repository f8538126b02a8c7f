/**
 * Items as they are when it is made, gone through once while they go on changing: one that is about to change is copied first. Each
 * that is handed out is to be written down before anything else happens.
 */
export class FrozenList<T extends object> implements Iterable<T> {
  #items: readonly T[];
  readonly #copyOf: (item: T) => T;
  readonly #copies = new Map<T, T>();

  constructor(items: readonly T[], copyOf: (item: T) => T) {
    this.#items = items;
    this.#copyOf = copyOf;
  }

  /** The item is about to change. */
  copyFirst(item: T): void {
    if (this.#items.length > 0 && !this.#copies.has(item)) this.#copies.set(item, this.#copyOf(item));
  }

  *[Symbol.iterator](): Generator<T, void> {
    try {
      for (const item of this.#items) yield this.#copies.get(item) ?? item;
    } finally {
      this.#items = [];
      this.#copies.clear();
    }
  }
}
