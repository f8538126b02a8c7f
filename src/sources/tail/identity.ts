import { hash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';

/**
 * How a file is known again after renames, copies and restarts: device and inode, and what it says. Inodes are
 * reused at once by ext4 and a copytruncate keeps the inode for other content, so the content decides: a hash of the
 * file's first bytes (head) and of the bytes just before the read position (tail), each with the number of bytes
 * hashed, for a file may have been shorter then.
 */
export interface Position {
  /** The configured path the file belongs to; rotated generations keep the path they were written under. */
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  /** Counts the generations one source has met: later content has the larger number. */
  readonly generation: number;
  readonly head: Digest;
  /** End of the last line handed over, in bytes; of gzip files in decompressed bytes. */
  readonly offset: number;
  /** Of the bytes that end at `offset`. */
  readonly tail: Digest;
  /** The file's mtime when it was last looked at, ms. */
  readonly mtime: number;
  /** Read to its end after it was rotated away: nothing is lost when it disappears. */
  readonly done?: boolean;
  /** Offsets count decompressed bytes. */
  readonly gzip?: boolean;
}

export interface Digest {
  readonly bytes: number;
  readonly hash: string;
}

export const HEAD_BYTES = 1024;
export const TAIL_BYTES = 256;

/** Whether the open plain file holds what the position was read from, up to its offset. */
export function holds(fd: number, position: Position): boolean {
  const { head, tail, offset } = position;
  try {
    if (fstatSync(fd).size < offset) return false;
    return matches(fd, 0, head) && matches(fd, offset - tail.bytes, tail);
  } catch {
    return false;
  }
}

/** Whether two open files begin alike: same head and same bytes just before the end of the shorter. */
export function sameBeginning(a: number, b: number): boolean {
  const length = Math.min(fstatSync(a).size, fstatSync(b).size);
  const from = Math.max(0, length - TAIL_BYTES);
  return (
    length > 0 &&
    readAt(a, 0, Math.min(HEAD_BYTES, length)).equals(readAt(b, 0, Math.min(HEAD_BYTES, length))) &&
    readAt(a, from, length - from).equals(readAt(b, from, length - from))
  );
}

/** Up to `length` bytes from `offset`; fewer at the end of the file. */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const n = readSync(fd, bytes, filled, length - filled, offset + filled);
    if (n === 0) break;
    filled += n;
  }
  return bytes.subarray(0, filled);
}

export function digest(bytes: Uint8Array): Digest {
  return { bytes: bytes.length, hash: hash('sha256', bytes, 'hex').slice(0, 32) };
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.bytes === b.bytes && a.hash === b.hash;
}

/** Device and inode as one key. */
export function fileId(stat: { readonly dev: number; readonly ino: number }): string {
  return `${stat.dev}:${stat.ino}`;
}

/** A committed cursor value read back; null when it is not one of ours. */
export function readPosition(value: string): Position | null {
  try {
    const position = JSON.parse(value) as Partial<Position> | null;
    const whole =
      typeof position?.path === 'string' &&
      [position.dev, position.ino, position.generation, position.offset, position.mtime].every(
        Number.isFinite,
      ) &&
      isDigest(position.head) &&
      isDigest(position.tail) &&
      position.tail.bytes <= (position.offset ?? 0);
    return whole ? (position as Position) : null;
  } catch {
    return null;
  }
}

function matches(fd: number, offset: number, wanted: Digest): boolean {
  return sameDigest(digest(readAt(fd, offset, wanted.bytes)), wanted);
}

function isDigest(value: Digest | undefined): value is Digest {
  return (
    typeof value?.hash === 'string' &&
    Number.isInteger(value.bytes) &&
    value.bytes >= 0 &&
    value.bytes <= HEAD_BYTES
  );
}
