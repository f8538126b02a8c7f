/** What an event log says that cannot be: broken, torn, or made to harm. Its record is left out and counted. */
export class Damage extends Error {}

/** Reads little-endian numbers and UTF-16 text in bytes[at, end) of a chunk. Throws `Damage` where that ends. */
export class Cursor {
  readonly bytes: Buffer;
  readonly end: number;
  at: number;

  constructor(bytes: Buffer, at: number, end: number) {
    if (at < 0 || end > bytes.length || at > end) throw new Damage('it points out of its chunk');
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The byte that `u8` reads next; -1 at the end. */
  get next(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  u8(): number {
    return this.bytes[this.take(1)]!;
  }

  u16(): number {
    return this.bytes.readUInt16LE(this.take(2));
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.take(4));
  }

  /** So many UTF-16 code units. */
  text(units: number): string {
    const from = this.take(units * 2);
    return this.bytes.toString('utf16le', from, this.at);
  }

  /** Passes over so many bytes and returns where they begin. */
  take(size: number): number {
    const from = this.at;
    if (size > this.end - from) throw new Damage('it ends too early');
    this.at = from + size;
    return from;
  }
}
