import { crc32 } from 'node:zlib';

/** A value of a type of binary XML, as bytes. `optional`: without bytes the element around it is left out. */
export interface Value {
  readonly type: number;
  readonly bytes: Buffer;
  readonly optional?: boolean;
  /** The type that the template expects, where it is another. */
  readonly expected?: number;
}

/** Binary XML as a value: by a template of its own, or as an element alone. */
export interface XmlValue {
  readonly xml: XmlElement;
  readonly as: 'template' | 'element';
}

export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, Part>>;
  readonly content?: readonly Part[];
}

export type Part = string | Value | XmlValue | XmlElement;

export const CHUNK_BYTES = 65_536;
const HEADER_BYTES = 4096;

/** A Windows event log with one template for records of one shape a chunk, as Windows writes it. */
export function evtxFile(records: readonly XmlElement[], perChunk = 40): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < records.length; at += perChunk)
    chunks.push(chunkOf(records.slice(at, at + perChunk), at + 1));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('ElfFile\0', 'latin1');
  header.writeBigUInt64LE(BigInt(Math.max(0, chunks.length - 1)), 16);
  header.writeBigUInt64LE(BigInt(records.length + 1), 24);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(HEADER_BYTES, 40);
  header.writeUInt16LE(chunks.length, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  return Buffer.concat([header, ...chunks]);
}

function chunkOf(records: readonly XmlElement[], firstId: number): Buffer {
  const writer = new ChunkWriter();
  let last = 512;
  records.forEach((record, i) => {
    last = writer.at;
    writer.record(record, firstId + i);
  });
  const { bytes, at } = writer;
  const lastId = BigInt(firstId + records.length - 1);
  bytes.write('ElfChnk\0', 'latin1');
  for (const place of [8, 24]) bytes.writeBigUInt64LE(BigInt(firstId), place);
  for (const place of [16, 32]) bytes.writeBigUInt64LE(lastId, place);
  bytes.writeUInt32LE(128, 40);
  bytes.writeUInt32LE(last, 44);
  bytes.writeUInt32LE(at, 48);
  bytes.writeUInt32LE(crc32(bytes.subarray(512, at)), 52);
  bytes.writeUInt32LE(crc32(Buffer.concat([bytes.subarray(0, 120), bytes.subarray(128, 512)])), 124);
  return bytes;
}

class ChunkWriter {
  readonly bytes = Buffer.alloc(CHUNK_BYTES);
  at = 512;
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();

  record(event: XmlElement, id: number): void {
    const start = this.at;
    this.#u32(0x2a2a);
    this.#u32(0);
    this.at = this.bytes.writeBigUInt64LE(BigInt(id), this.at);
    this.at = this.bytes.writeBigUInt64LE(133_000_000_000_000_000n + BigInt(id), this.at);
    this.#fragmentHeader();
    this.#instance(event);
    this.#u8(0);
    // Records begin at multiples of eight.
    this.at += 7 - ((this.at + 4 + 7) % 8);
    const size = this.at + 4 - start;
    this.#u32(size);
    this.bytes.writeUInt32LE(size, start + 4);
  }

  #instance(element: XmlElement): void {
    this.#u8(0x0c);
    this.#u8(1);
    const shape = shapeOf(element);
    const known = this.#templates.get(shape);
    this.#u32(this.#templates.size + 1);
    if (known !== undefined) this.#u32(known);
    else {
      this.#templates.set(shape, this.at + 4);
      this.#u32(this.at + 4);
      this.#template(element);
    }
    this.#values(valuesOf(element));
  }

  #template(element: XmlElement): void {
    this.#u32(0);
    this.bytes.fill(this.#templates.size, this.at, this.at + 16);
    this.at += 16;
    const size = this.#hole(4);
    this.#fragmentHeader();
    this.#element(element, { next: 0 });
    this.#u8(0);
    this.bytes.writeUInt32LE(this.at - size - 4, size);
  }

  #values(values: readonly (Value | XmlValue)[]): void {
    this.#u32(values.length);
    const table = this.#hole(values.length * 4);
    values.forEach((value, i) => {
      const from = this.at;
      if ('xml' in value) {
        if (value.as === 'template') {
          this.#fragmentHeader();
          this.#instance(value.xml);
          this.#u8(0);
        } else this.#element(value.xml, null);
      } else this.at += value.bytes.copy(this.bytes, this.at);
      this.bytes.writeUInt16LE(this.at - from, table + i * 4);
      this.bytes[table + i * 4 + 2] = 'xml' in value ? 0x21 : value.type;
    });
  }

  /** `counter`: of a template's substitutions; null = an element alone, which names no dependency. */
  #element({ name, attributes = {}, content = [] }: XmlElement, counter: { next: number } | null): void {
    const named = Object.entries(attributes);
    this.#u8(named.length > 0 ? 0x41 : 0x01);
    if (counter !== null) this.#u16(0xffff);
    const size = this.#hole(4);
    this.#name(name);
    if (named.length > 0) {
      const list = this.#hole(4);
      named.forEach(([attribute, part], i) => {
        this.#u8(i < named.length - 1 ? 0x46 : 0x06);
        this.#name(attribute);
        this.#part(part, counter);
      });
      this.bytes.writeUInt32LE(this.at - list - 4, list);
    }
    if (content.length === 0) this.#u8(0x03);
    else {
      this.#u8(0x02);
      for (const part of content) this.#part(part, counter);
      this.#u8(0x04);
    }
    this.bytes.writeUInt32LE(this.at - size - 4, size);
  }

  #part(part: Part, counter: { next: number } | null): void {
    if (typeof part === 'string') {
      this.#u8(0x05);
      this.#u8(1);
      this.#u16(part.length);
      this.at += this.bytes.write(part, this.at, 'utf16le');
    } else if ('name' in part) this.#element(part, counter);
    else if (counter === null) throw new Error('an element alone has no values');
    else {
      const isOptional = 'type' in part && part.optional === true;
      this.#u8(isOptional ? 0x0e : 0x0d);
      this.#u16(counter.next++);
      this.#u8('xml' in part ? 0x21 : (part.expected ?? part.type));
    }
  }

  #name(name: string): void {
    const known = this.#names.get(name);
    if (known !== undefined) {
      this.#u32(known);
      return;
    }
    this.#names.set(name, this.at + 4);
    this.#u32(this.at + 4);
    this.#u32(0);
    this.#u16(nameHash(name));
    this.#u16(name.length);
    this.at += this.bytes.write(name, this.at, 'utf16le');
    this.#u16(0);
  }

  #fragmentHeader(): void {
    for (const byte of [0x0f, 1, 1, 0]) this.#u8(byte);
  }

  /** Room for what is known later. */
  #hole(size: number): number {
    const from = this.at;
    this.at += size;
    return from;
  }

  #u8(value: number): void {
    this.at = this.bytes.writeUInt8(value, this.at);
  }

  #u16(value: number): void {
    this.at = this.bytes.writeUInt16LE(value, this.at);
  }

  #u32(value: number): void {
    this.at = this.bytes.writeUInt32LE(value, this.at);
  }
}

/** Elements that differ in values alone share a template. */
function shapeOf(element: XmlElement): string {
  return JSON.stringify(element, (_, value) =>
    value !== null && typeof value === 'object' && ('xml' in value || 'type' in value)
      ? [value.expected ?? value.type ?? 'xml', value.optional]
      : value,
  );
}

function valuesOf({ attributes = {}, content = [] }: XmlElement): (Value | XmlValue)[] {
  return [...Object.values(attributes), ...content].flatMap((part) =>
    typeof part === 'string' ? [] : 'name' in part ? valuesOf(part) : [part],
  );
}

function nameHash(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 65_599 + char.charCodeAt(0)) >>> 0;
  return hash & 0xffff;
}
