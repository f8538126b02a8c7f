/** Tables that all threads may read: filled once, by the thread that builds them. */
export type States = Uint16Array | Int32Array;

const BLOCK = 1024 * 1024;

/** Memory for many small tables, so that not each is a block of its own. */
export class SharedTables {
  #block = new SharedArrayBuffer(0);
  #used = 0;

  bytes(length: number): Uint8Array {
    const from = this.#take(length);
    return new Uint8Array(this.#block, from, length);
  }

  numbers(length: number): Int32Array {
    const from = this.#take(length * 4);
    return new Int32Array(this.#block, from, length);
  }

  /** For numbers up to `most`: half the memory where that fits 16 bits. */
  states(length: number, most: number): States {
    if (most > 0xffff) return this.numbers(length);
    const from = this.#take(length * 2);
    return new Uint16Array(this.#block, from, length);
  }

  /** Where the next `size` bytes are, in `#block`. */
  #take(size: number): number {
    if (this.#used + size > this.#block.byteLength) {
      this.#block = new SharedArrayBuffer(Math.max(size, BLOCK));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += (size + 7) & ~7;
    return from;
  }
}
