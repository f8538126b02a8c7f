/** Capacity that an idle connection may keep. */
const KEPT_CAPACITY = 2048;
const FIRST_CAPACITY = 256;
const NONE = Buffer.alloc(0);

/** Bytes of an unfinished record, kept from one read to the next: copied, so that the read's own memory is free. */
export class Carry {
  readonly #limit: number;
  #bytes: Buffer = NONE;
  #length = 0;

  /** `limit`: most bytes that are ever appended; capacity grows by doubling up to it. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** Valid up to `length`, until the next `append`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  append(from: Buffer, start: number, end: number): void {
    const size = this.#length + end - start;
    if (size > this.#bytes.length) {
      const capacity = Math.max(size, Math.min(Math.max(FIRST_CAPACITY, size * 2), this.#limit));
      const larger = Buffer.allocUnsafeSlow(capacity);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    from.copy(this.#bytes, this.#length, start, end);
    this.#length = size;
  }

  /** Takes all bytes out: valid until the next `append`. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.clear();
    return taken;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_CAPACITY) this.#bytes = NONE;
  }
}
