/** Tables that all threads may read: filled once, by the thread that builds them. */
export type States = Uint16Array | Int32Array;

const BLOCK = 256 * 1024;

/** Memory for many small tables, so that not each is a block of its own. */
export class SharedTables {
  #block = new SharedArrayBuffer(0);
  #used = 0;

  bytes(length: number): Uint8Array {
    const { buffer, from } = this.#take(length);
    return new Uint8Array(buffer, from, length);
  }

  numbers(length: number): Int32Array {
    const { buffer, from } = this.#take(length * 4);
    return new Int32Array(buffer, from, length);
  }

  /** For numbers up to `most`: half the memory where that fits 16 bits. */
  states(length: number, most: number): States {
    if (most > 0xffff) return this.numbers(length);
    const { buffer, from } = this.#take(length * 2);
    return new Uint16Array(buffer, from, length);
  }

  /** Where the next `size` bytes are. A large table has a block of its own: it would leave much of the last one unused. */
  #take(size: number): { buffer: SharedArrayBuffer; from: number } {
    if (size > BLOCK / 8) return { buffer: new SharedArrayBuffer(size), from: 0 };
    if (this.#used + size > this.#block.byteLength) {
      this.#block = new SharedArrayBuffer(BLOCK);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += (size + 7) & ~7;
    return { buffer: this.#block, from };
  }
}
