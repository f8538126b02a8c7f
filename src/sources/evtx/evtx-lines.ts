import { ClearError } from '../../telemetry/outside-fault.js';
import { readAt } from '../tail/identity.js';
import { CHUNK_BYTES, chunkLines } from './chunk.js';

/** How an event log of Windows (EVTX) begins. */
const MAGIC = Buffer.from('ElfFile\0');
const HEADER_BYTES = 4096;
/** Lines are handed on once there is as much of them, in characters. */
const BLOCK_CHARACTERS = 256 * 1024;
/** Reasons that are told: there are hundreds. */
const MAX_REASONS = 4;

export function isEvtx(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Of an open file. */
export function isEvtxFile(fd: number): boolean {
  return isEvtx(readAt(fd, 0, MAGIC.length));
}

/**
 * The events of a Windows event log, whose bytes come in blocks of any size, as lines of JSON. It is read in one go, chunk by
 * chunk, and needs nothing but a chunk in memory. Throws `ClearError` behind the last event when some were damaged.
 */
export async function* evtxLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const damage = new Map<string, number>();
  const onDamage = (reason: string): void => void damage.set(reason, (damage.get(reason) ?? 0) + 1);
  for await (const chunk of chunksOf(bytes)) {
    let lines: string[] = [];
    let characters = 0;
    for (const line of chunkLines(chunk, onDamage)) {
      lines.push(line);
      characters += line.length;
      if (characters < BLOCK_CHARACTERS) continue;
      yield asBlock(lines);
      lines = [];
      characters = 0;
    }
    if (lines.length > 0) yield asBlock(lines);
  }
  if (damage.size > 0) throw new ClearError(told(damage));
}

/** The last one may be torn: it is filled with zeros. The buffer is one for all. */
async function* chunksOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let headerLeft = HEADER_BYTES;
  let length = 0;
  for await (const block of bytes) {
    let at = Math.min(headerLeft, block.length);
    headerLeft -= at;
    while (at < block.length) {
      const copied = block.copy(chunk, length, at);
      at += copied;
      length += copied;
      if (length < CHUNK_BYTES) continue;
      yield chunk;
      length = 0;
    }
  }
  if (length > 0) yield chunk.fill(0, length);
}

function asBlock(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** "3 records or chunks are damaged and left out: it ends too early (2), it has no element (1)". */
function told(damage: ReadonlyMap<string, number>): string {
  const count = [...damage.values()].reduce((sum, n) => sum + n, 0);
  const most = [...damage].sort(([, a], [, b]) => b - a).slice(0, MAX_REASONS);
  const reasons = most.map(([reason, n]) => `${reason} (${n})`).join(', ');
  const more = damage.size > MAX_REASONS ? ', …' : '';
  return `${count} ${count === 1 ? 'record or chunk is' : 'records or chunks are'} damaged and left out: ${reasons}${more}`;
}
