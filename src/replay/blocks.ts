import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { isGzip } from '../sources/tail/gzip.js';

/** Bytes: the same file gives the same blocks, however it comes. */
const BLOCK_BYTES = 256 * 1024;

/** An open log file, unpacked as it is read. */
export interface LogFile {
  /** Of its last change, ms: stamps without a year are older than that. */
  readonly changedAt: number;
  readonly blocks: AsyncIterable<Buffer>;
}

/** `-` is standard input. Throws what the system says. */
export function openLogFile(path: string): LogFile {
  const fd = path === '-' ? 0 : openSync(path, 'r');
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw new Error('it is a folder');
  }
  const changedAt = stat.isFile() ? stat.mtimeMs : Date.now();
  const bytes = createReadStream('', { fd, ...(stat.isFile() && { start: 0 }), highWaterMark: BLOCK_BYTES });
  if (!stat.isFile() || !isGzip(fd)) return { changedAt, blocks: evenBlocks(bytes) };
  const unpacked = createGunzip({ chunkSize: BLOCK_BYTES });
  bytes.on('error', (error) => unpacked.destroy(error));
  return { changedAt, blocks: evenBlocks(bytes.pipe(unpacked)) };
}

/** Pipes and compression cut where they like. */
async function* evenBlocks(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const part of parts) {
    waiting.push(part);
    length += part.length;
    if (length < BLOCK_BYTES) continue;
    const bytes = Buffer.concat(waiting);
    let at = 0;
    for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
    waiting = [bytes.subarray(at)];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(waiting);
}
