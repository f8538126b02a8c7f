import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { MAX_EVENT_BYTES } from '../sources/evtx/chunk.js';
import { evtxLines, isEvtx } from '../sources/evtx/evtx-lines.js';
import { isGzip } from '../sources/tail/gzip.js';
import { LineCutter, type Lines } from '../sources/tail/line-cutter.js';
import { ClearError } from '../telemetry/outside-fault.js';

/** Bytes: the same file gives the same blocks, however it comes. */
const BLOCK_BYTES = 256 * 1024;

/** Longest line, as a tail's: the rest of a longer one is cut off, counted. */
const MAX_MESSAGE = 64 * 1024;

/** An open log file, unpacked as it is read. */
export interface LogFile {
  /** Of its last change, ms: stamps without a year are older than that. */
  readonly changedAt: number;
  readonly lines: AsyncIterable<Lines>;
}

/** `-` is standard input. Of a Windows event log the events are lines of JSON. Throws what the system says. */
export async function openLogFile(path: string): Promise<LogFile> {
  const fd = path === '-' ? 0 : openSync(path, 'r');
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw new ClearError('it is a folder');
  }
  const changedAt = stat.isFile() ? stat.mtimeMs : Date.now();
  return { changedAt, lines: logLines(evenBlocks(unpacked(fd, stat.isFile()))) };
}

/**
 * The lines of a log whose bytes come in blocks, at once when a block ends them; of a Windows event log, the events as lines of JSON.
 * Where the bytes end in an error, it is thrown behind the last line.
 */
export async function* logLines(blocks: AsyncIterable<Buffer>): AsyncGenerator<Lines> {
  const iterator = blocks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const all = startingWith(first.value, iterator);
  if (isEvtx(first.value)) yield* linesOf(evtxLines(all), MAX_EVENT_BYTES);
  else yield* linesOf(all, MAX_MESSAGE);
}

async function* linesOf(blocks: AsyncIterable<Buffer>, maxMessage: number): AsyncGenerator<Lines> {
  const cutter = new LineCutter(maxMessage);
  let failure: unknown = null;
  try {
    for await (const block of blocks) {
      const lines = cutter.feed(block);
      if (lines !== null) yield lines;
    }
  } catch (error) {
    failure = error;
  }
  const last = cutter.flush();
  if (last !== null) yield last;
  if (failure !== null) throw failure;
}

function unpacked(fd: number, isFile: boolean): AsyncIterable<Buffer> {
  const bytes = createReadStream('', { fd, ...(isFile && { start: 0 }), highWaterMark: BLOCK_BYTES });
  if (!isFile || !isGzip(fd)) return bytes;
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}

async function* startingWith(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Pipes and compression cut where they like. Of a damaged file all is read that comes before the damage. */
async function* evenBlocks(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  let failure: unknown = null;
  try {
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
  } catch (error) {
    failure = error;
  }
  if (length > 0) yield Buffer.concat(waiting);
  if (failure !== null) throw failure;
}
