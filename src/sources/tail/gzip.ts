import { createReadStream, type ReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { ClearError } from '../../telemetry/outside-fault.js';
import { digest, HEAD_BYTES, type Position, readAt, sameDigest, TAIL_BYTES } from './identity.js';
import { LineCutter } from './line-cutter.js';
import type { BlockReader } from './tracked-file.js';

/** Whether the file says it is gzip (RFC 1952 §2.3.1). Its name is not asked. */
export function isGzip(fd: number): boolean {
  const magic = readAt(fd, 0, 3);
  return magic[0] === 0x1f && magic[1] === 0x8b && magic[2] === 8;
}

/**
 * A compressed generation, decompressed as it is read. It never grows: whoever compresses writes it once. What it
 * decompresses to ends at `maxDecompressed` bytes, whatever the file says.
 */
export class GzipReader implements BlockReader {
  readonly gzip = true;
  readonly #file: ReadStream;
  readonly #blocks: AsyncIterator<Buffer>;
  #left: number;
  #pending: Buffer = Buffer.alloc(0);

  /** Owns the descriptor from here on. */
  constructor(fd: number, maxDecompressed: number) {
    this.#left = maxDecompressed;
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    this.#file = createReadStream('', { fd, start: 0 });
    this.#file.on('error', (error) => gunzip.destroy(error));
    // Told to whoever reads; an error after that concerns nobody.
    gunzip.on('error', () => {});
    this.#blocks = this.#file.pipe(gunzip)[Symbol.asyncIterator]();
  }

  async read(): Promise<Buffer> {
    if (this.#pending.length > 0) {
      const pending = this.#pending;
      this.#pending = Buffer.alloc(0);
      return pending;
    }
    const next = await this.#blocks.next();
    if (next.done === true) return Buffer.alloc(0);
    if (this.#left === 0) throw new ClearError('decompresses to more than max_decompressed');
    const block = next.value.subarray(0, this.#left);
    this.#left -= block.length;
    return block;
  }

  close(): void {
    this.#file.destroy();
    this.#blocks.return?.()?.catch(() => {});
  }

  /** Decompresses what lies before `position.offset`. Null: that is not what the position was read from. */
  async skipTo(position: Position, maxMessage: number): Promise<LineCutter | null> {
    let head: Buffer = Buffer.alloc(0);
    let recent: Buffer = Buffer.alloc(0);
    for (let at = 0; at < position.offset; ) {
      const block = await this.read();
      if (block.length === 0) return null;
      const taken = block.subarray(0, position.offset - at);
      this.#pending = block.subarray(taken.length);
      at += taken.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, taken.subarray(0, HEAD_BYTES - head.length)]);
      recent = Buffer.concat([recent, taken.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
      if (head.length >= position.head.bytes && !begins(head, position)) return null;
    }
    const ends = sameDigest(digest(recent.subarray(recent.length - position.tail.bytes)), position.tail);
    return begins(head, position) && ends ? new LineCutter(maxMessage, position.offset, head, recent) : null;
  }
}

function begins(head: Buffer, position: Position): boolean {
  return sameDigest(digest(head.subarray(0, position.head.bytes)), position.head);
}
