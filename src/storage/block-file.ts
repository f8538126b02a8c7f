import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';

/** Something that was made with much work, and can be made again: its large parts, and what else is to be known of it. */
export interface Blocks<Head> {
  /** Plain data that `v8.serialize` takes. */
  readonly head: Head;
  readonly blocks: readonly SharedArrayBuffer[];
}

/**
 * The file: SHA-256 of all that follows, the length of the prologue (uint32, little-endian), the prologue (a `Prologue`,
 * serialized), the blocks one behind the other.
 */
interface Prologue<Head> {
  readonly key: string;
  readonly head: Head;
  /** Of each block, in bytes. */
  readonly sizes: readonly number[];
}

const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const MAX_PROLOGUE_BYTES = 64 * 1024 * 1024;
/** So much is hashed and written at a time: the calling thread goes on in between. */
const PIECE_BYTES = 1024 * 1024;

/** Replaces the file as a whole. `key` is of all that the content was made of. */
export async function writeBlocks<Head>(
  path: string,
  key: string,
  { head, blocks }: Blocks<Head>,
): Promise<void> {
  const sizes = blocks.map(({ byteLength }) => byteLength);
  const prologue = serialize({ key, head, sizes } satisfies Prologue<Head>);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(prologue.length);
  const unfinished = `${path}.tmp`;
  try {
    await writeHashed(unfinished, [length, prologue, ...blocks.map((block) => new Uint8Array(block))]);
    await rename(unfinished, path);
  } catch (error) {
    // On a full disk half a file takes room that others need.
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeHashed(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    let at = HASH_BYTES;
    for (const piece of piecesOf(parts)) {
      hash.update(piece);
      await file.write(piece, 0, piece.length, at);
      at += piece.length;
    }
    await file.write(hash.digest(), 0, HASH_BYTES, 0);
  } finally {
    await file.close();
  }
}

/** What was written under that key, null = any; null = there is none, or not whole: then it has to be made again. */
export function readBlocks<Head>(path: string, key: string | null): Blocks<Head> | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return read<Head>(file, key);
  } catch {
    // Whatever is wrong with it, it is not what was written.
    return null;
  } finally {
    closeSync(file);
  }
}

function read<Head>(file: number, key: string | null): Blocks<Head> | null {
  const stat = fstatSync(file);
  if (!stat.isFile()) return null;
  const hash = createHash('sha256');
  const written = filled(file, Buffer.alloc(HASH_BYTES));
  const length = filled(file, Buffer.alloc(LENGTH_BYTES));
  const bytes = length.readUInt32LE();
  if (bytes > Math.min(MAX_PROLOGUE_BYTES, stat.size)) return null;
  const prologue = filled(file, Buffer.alloc(bytes));
  hash.update(length).update(prologue);
  const { key: found, head, sizes } = deserialize(prologue) as Prologue<Head>;
  const whole = sizes.reduce((sum, size) => sum + size, HASH_BYTES + LENGTH_BYTES + bytes);
  if ((key !== null && found !== key) || whole !== stat.size) return null;
  const blocks = sizes.map((size) => {
    const block = new SharedArrayBuffer(size);
    hash.update(filled(file, new Uint8Array(block)));
    return block;
  });
  return hash.digest().equals(written) ? { head, blocks } : null;
}

/** Read to its end from where the file stands. Throws when the file ends before. */
function filled<Bytes extends Uint8Array>(file: number, bytes: Bytes): Bytes {
  for (let at = 0; at < bytes.length; ) {
    const got = readSync(file, bytes, at, bytes.length - at, null);
    if (got === 0) throw new Error('The file ends too early.');
    at += got;
  }
  return bytes;
}

function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield part.subarray(at, at + PIECE_BYTES);
}
