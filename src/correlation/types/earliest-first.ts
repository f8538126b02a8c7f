/** Kept in a heap: knows where. */
export interface Placed {
  /** By which they are ordered; whoever changes it tells the heap. */
  readonly first: number;
  /** In the heap; -1 = in none. */
  place: number;
}

/** Items of which the one with the lowest `first` is found at once: a heap in which each can be moved and taken out. */
export class EarliestFirst<T extends Placed> {
  readonly #items: T[] = [];

  get earliest(): T | undefined {
    return this.#items[0];
  }

  /** Puts an item where it belongs, whether it is new or its `first` changed. */
  settle(item: T): void {
    if (item.place < 0) this.#move(item, this.#items.length);
    this.#rise(item);
    this.#sink(item);
  }

  /** Takes out an item that is in it. */
  remove(item: T): void {
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#move(last, item.place);
      this.settle(last);
    }
    item.place = -1;
  }

  #rise(item: T): void {
    while (item.place > 0) {
      const { place } = item;
      const above = this.#items[(place - 1) >>> 1]!;
      if (above.first <= item.first) return;
      this.#move(item, above.place);
      this.#move(above, place);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const { place } = item;
      let below = this.#items[2 * place + 1];
      const other = this.#items[2 * place + 2];
      if (below !== undefined && other !== undefined && other.first < below.first) below = other;
      if (below === undefined || below.first >= item.first) return;
      this.#move(item, below.place);
      this.#move(below, place);
    }
  }

  #move(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
