import { toJsonText } from '../../model/json.js';
import { BinaryXml } from './binary-xml.js';
import { Damage } from './cursor.js';
import { eventJson } from './event-json.js';

export const CHUNK_BYTES = 64 * 1024;
/** Bytes of an event's JSON, at most: more than a record of 64 KiB can honestly tell. */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** Characters that a chunk's events may come to, 128 times its size: real ones come to 20 times. */
const MAX_CHUNK_CHARACTERS = 8 * 1024 * 1024;

const CHUNK_MAGIC = Buffer.from('ElfChnk\0');
const RECORD_MAGIC = Buffer.from([0x2a, 0x2a, 0, 0]);
const HEADER_BYTES = 512;
const RECORD_HEADER_BYTES = 24;
/** Header, a token, the size again. */
const MIN_RECORD_BYTES = RECORD_HEADER_BYTES + 1 + 4;

/** Why a record or a chunk is left out, in words that begin with "it". */
export type OnDamage = (reason: string) => void;

/**
 * The events of a chunk as lines of JSON. What is damaged is told and left out. Checksums are not looked at: those of a log that was copied
 * from a running machine are old, and its records whole.
 */
export function* chunkLines(chunk: Buffer, onDamage: OnDamage): Generator<string> {
  if (!chunk.subarray(0, CHUNK_MAGIC.length).equals(CHUNK_MAGIC)) {
    // Room that was never used.
    if (isEmpty(chunk)) return;
    onDamage('it does not begin as chunks do');
    // Only its header may be damaged.
    if (sizeOfRecord(chunk, HEADER_BYTES) === 0) return;
  }
  const xml = new BinaryXml(chunk);
  let left = MAX_CHUNK_CHARACTERS;
  for (const { from, to } of recordsOf(chunk, onDamage)) {
    try {
      const line = toJsonText(eventJson(xml, xml.fragment(from, to)));
      left -= line.length;
      if (left < 0 || Buffer.byteLength(line) > MAX_EVENT_BYTES)
        throw new Damage('it comes to more than a record can tell');
      yield line;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      onDamage(error.message);
    }
  }
}

/** Where the XML of each record stands. */
function* recordsOf(chunk: Buffer, onDamage: OnDamage): Generator<{ from: number; to: number }> {
  const free = Math.min(Math.max(chunk.readUInt32LE(48), HEADER_BYTES), chunk.length);
  let at = HEADER_BYTES;
  let lastId: bigint | null = null;
  while (at + MIN_RECORD_BYTES <= chunk.length) {
    const size = sizeOfRecord(chunk, at);
    if (size === 0) {
      if (at >= free) return;
      // Archives call all of a chunk used and leave the rest of it empty, but know their last record.
      if (isEmpty(chunk.subarray(at, free))) {
        if (lastId !== chunk.readBigUInt64LE(32)) onDamage('it lacks its last records');
        return;
      }
      onDamage('it does not begin or end as records do');
      const next = chunk.indexOf(RECORD_MAGIC, at + 1);
      if (next < 0) return;
      at = next;
      continue;
    }
    const id = chunk.readBigUInt64LE(at + 8);
    // The header of a chunk that was copied while it was written is old; behind the newest may stand what it was used for before.
    if (at >= free && lastId !== null && id !== lastId + 1n) return;
    lastId = id;
    yield { from: at + RECORD_HEADER_BYTES, to: at + size - 4 };
    at += size;
  }
}

function isEmpty(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** 0 = no record begins here. */
function sizeOfRecord(chunk: Buffer, at: number): number {
  if (!chunk.subarray(at, at + RECORD_MAGIC.length).equals(RECORD_MAGIC)) return 0;
  const size = chunk.readUInt32LE(at + 4);
  if (size < MIN_RECORD_BYTES || at + size > chunk.length) return 0;
  return chunk.readUInt32LE(at + size - 4) === size ? size : 0;
}
