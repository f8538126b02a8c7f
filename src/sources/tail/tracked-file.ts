import { closeSync, constants, fstatSync, openSync, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { ClearError } from '../../telemetry/outside-fault.js';
import { digest, fileId, HEAD_BYTES, type Position, readAt, sameDigest, TAIL_BYTES } from './identity.js';
import { LineCutter, type Lines } from './line-cutter.js';

/** Where the bytes of a file come from: the file itself, or what it decompresses to. */
export interface BlockReader {
  /** Reads what a compressed file decompresses to; such a file never grows. */
  readonly gzip: boolean;
  /** The bytes from `position` on, valid until the next call of any reader; empty at the end. */
  read(position: number): Promise<Buffer>;
  /** Lets go of what it opened itself. */
  close(): void;
}

export interface TrackedFileOptions {
  /** The configured path it belongs to. */
  readonly path: string;
  /** Key of its cursor. */
  readonly key: string;
  readonly generation: number;
  readonly fd: number;
  readonly reader: BlockReader;
  readonly cutter: LineCutter;
  readonly maxMessage: number;
}

// A file changed this recently may change again without a new mtime (ticks of 4 ms, on some file systems 2 s).
const RACY_MS = 2000;

/** One open file, plain or compressed, read block by block into lines; its handle outlives its name. */
export class TrackedFile {
  readonly path: string;
  readonly key: string;
  readonly id: string;
  readonly fd: number;
  /** Since when its path leads elsewhere, ms; null while it does lead here. */
  leftAt: number | null = null;
  /** Nothing more to read as of the last look. */
  atEnd = false;
  /** Some configured path leads to it, if not its own. */
  reachable = true;
  /** The last look found it changed. */
  justChanged = false;
  readonly #reader: BlockReader;
  readonly #maxMessage: number;
  #cutter: LineCutter;
  #generation: number;
  #stat: Stats;
  #changedAt = 0;
  #suspect = false;

  constructor(options: TrackedFileOptions) {
    this.path = options.path;
    this.key = options.key;
    this.fd = options.fd;
    this.#reader = options.reader;
    this.#maxMessage = options.maxMessage;
    this.#cutter = options.cutter;
    this.#generation = options.generation;
    this.#stat = fstatSync(options.fd);
    this.id = fileId(this.#stat);
  }

  get generation(): number {
    return this.#generation;
  }

  get gzip(): boolean {
    return this.#reader.gzip;
  }

  get stat(): Stats {
    return this.#stat;
  }

  /** When it was last seen to change, ms. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** End of the last line handed over. */
  get offset(): number {
    return this.#cutter.offset;
  }

  /** Bytes that are there and not handed over. */
  get lag(): number {
    return this.gzip ? 0 : Math.max(0, this.#stat.size - this.#cutter.offset);
  }

  /** Where a cursor committed now would resume. */
  position(done = false): Position {
    const { dev, ino, mtimeMs } = this.#stat;
    const { tail, offset } = this.#cutter;
    // Nothing was handed over yet: what the file begins with tells it from another in its place.
    const head = offset === 0 && !this.gzip ? digest(readAt(this.fd, 0, HEAD_BYTES)) : this.#cutter.head;
    return {
      path: this.path,
      dev,
      ino,
      generation: this.#generation,
      head,
      offset,
      tail,
      mtime: mtimeMs,
      ...(done ? { done } : {}),
      ...(this.gzip ? { gzip: true } : {}),
    };
  }

  /** Looks at the open file again. False: its content was replaced; see `restart`. */
  observe(now: number): boolean {
    const stat = fstatSync(this.fd);
    const changed = stat.size !== this.#stat.size || stat.mtimeMs !== this.#stat.mtimeMs;
    this.justChanged = changed;
    if (changed) this.#changedAt = now;
    // One more look after the last change: see RACY_MS.
    const suspect = changed || now - stat.mtimeMs < RACY_MS;
    const look = suspect || this.#suspect;
    this.#suspect = suspect;
    this.#stat = stat;
    if (!look || this.gzip) return true;
    this.atEnd = false;
    const { beginning, recent, position, offset } = this.#cutter;
    if (!this.#stands(0, beginning.subarray(0, offset))) return false;
    return this.#stands(position - recent.length, recent) || (offset > 0 && this.#rewind());
  }

  /** Reads from the first byte, as another generation of its path. */
  restart(generation: number): void {
    this.#generation = generation;
    this.#cutter = new LineCutter(this.#maxMessage);
    this.atEnd = false;
  }

  /** Whether, as far as what was read shows, its content begins with these bytes or they with it. */
  mayBegin(bytes: Buffer): boolean {
    const { beginning } = this.#cutter;
    const length = Math.min(bytes.length, beginning.length);
    return beginning.subarray(0, length).equals(bytes.subarray(0, length));
  }

  /** The next block's complete lines; null without any. Sets `atEnd`. Rejects when the file cannot be read. */
  async read(): Promise<Lines | null> {
    const block = await this.#reader.read(this.#cutter.position);
    if (block.length > 0) return this.#cutter.feed(block);
    this.atEnd = true;
    if (this.#cutter.endsInNul) this.#rewind();
    return null;
  }

  /** The unfinished last line, when nobody will finish it. */
  flush(): Lines | null {
    return this.#cutter.flush();
  }

  close(): void {
    this.#reader.close();
    closeSync(this.fd);
  }

  #stands(offset: number, bytes: Buffer): boolean {
    return readAt(this.fd, offset, bytes.length).equals(bytes);
  }

  /** Drops the unfinished line when all before it still stands: only that was taken back or is to be read again. */
  #rewind(): boolean {
    const { offset, tail } = this.#cutter;
    const before = readAt(this.fd, offset - tail.bytes, tail.bytes);
    if (!sameDigest(digest(before), tail)) return false;
    this.#cutter.rewind(before);
    return true;
  }
}

/** Opens a regular file without waiting for anything; throws for all else. */
export function openRegular(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new ClearError('not a regular file');
}

/** A cutter that goes on at `offset` of an open plain file. */
export function resumeCutter(fd: number, offset: number, maxMessage: number): LineCutter {
  const from = Math.max(0, offset - TAIL_BYTES);
  const head = readAt(fd, 0, Math.min(HEAD_BYTES, offset));
  return new LineCutter(maxMessage, offset, head, readAt(fd, from, offset - from));
}

/** Reads a plain file into `scratch`, which all files of one tail share. */
export class PlainReader implements BlockReader {
  readonly gzip = false;
  readonly #fd: number;
  readonly #scratch: Buffer;

  constructor(fd: number, scratch: Buffer) {
    this.#fd = fd;
    this.#scratch = scratch;
  }

  async read(position: number): Promise<Buffer> {
    const { bytesRead } = await readAsync(this.#fd, this.#scratch, 0, this.#scratch.length, position);
    return this.#scratch.subarray(0, bytesRead);
  }

  close(): void {}
}

const readAsync = promisify(read);
