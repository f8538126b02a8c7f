import { isAscii } from 'node:buffer';
import type { Peer, RawChunk } from './raw-chunk.js';

/**
 * Called for each record of a chunk in order, `index` 0, 1, 2, …: its text (separators trimmed, invalid UTF-8 as
 * U+FFFD), who sent it, whether it was cut to the size limit, and where in the chunk's bytes it begins.
 */
export type RecordVisitor = (
  text: string,
  index: number,
  peer: Peer | null,
  truncated: boolean,
  at: number,
) => void;

/**
 * Text is decoded in parts of whole records of about so many bytes. One decode of a part is cheaper than one a record; a text of more
 * than 128 KiB is a large object to V8, for which it maps fresh pages each time: a page fault for each 4 KiB.
 */
const PART_BYTES = 64 * 1024;

/** Reads the records of either layout (see RawChunk). Returns how many there were. */
export function forEachRecord(chunk: RawChunk, visit: RecordVisitor, partBytes = PART_BYTES): number {
  const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
  const peers = createPeerReader(chunk);
  const cut = chunk.truncated === null ? null : new Set(chunk.truncated);
  const { ends } = chunk;
  const tell: Teller = (text, index, stop, at) =>
    visit(text, index, peers(stop), cut?.has(stop) ?? false, at);
  let index = 0;
  for (let from = 0; ends === null ? from < bytes.length : index < ends.length; ) {
    const to =
      ends === null ? endOfLines(bytes, from, partBytes) : endOfRecords(ends, index, from + partBytes);
    const part = bytes.subarray(from, to);
    // In ASCII text the offsets of characters are those of bytes. UTF-8 never hides an LF, so lines can be decoded together
    // too, unless offsets are needed to tell them apart.
    if (isAscii(part)) {
      const text = part.toString('latin1');
      index =
        ends === null
          ? visitLines(text, part, from, index, tell)
          : visitAsciiRecords(text, ends, from, index, tell);
    } else if (ends === null && chunk.peerRuns === null && cut === null) {
      index = visitLines(part.toString('utf8'), part, from, index, tell);
    } else {
      index = visitBytes(bytes, ends, from, to, index, tell);
    }
    from = to;
  }
  return index;
}

/** Takes a record that ends at byte `stop` of the chunk and begins at `at`. */
type Teller = (text: string, index: number, stop: number, at: number) => void;

/** Behind the last line that ends within a part, or the first of all if that one is longer. */
function endOfLines(bytes: Buffer, from: number, partBytes: number): number {
  if (bytes.length - from <= partBytes) return bytes.length;
  const last = bytes.lastIndexOf(10, from + partBytes - 1);
  const lf = last >= from ? last : bytes.indexOf(10, from);
  return lf === -1 ? bytes.length : lf + 1;
}

function endOfRecords(ends: Uint32Array, index: number, limit: number): number {
  let at = index;
  while (at + 1 < ends.length && ends[at + 1]! <= limit) at++;
  return ends[at]!;
}

/** Visits lines of one part, which begins at byte `base` of the chunk. Returns the index behind its last record; so do the others. */
function visitLines(text: string, part: Buffer, base: number, first: number, tell: Teller): number {
  const isAsciiText = text.length === part.length;
  let index = first;
  let at = 0;
  for (let start = 0; start < text.length; ) {
    const lf = text.indexOf('\n', start);
    const stop = lf === -1 ? text.length : lf;
    const end = trimmedEnd(text, start, stop);
    if (end > start) {
      tell(text.slice(start, end), index, base + stop, base + at);
      index++;
    }
    start = stop + 1;
    at = isAsciiText ? start : part.indexOf(10, at) + 1;
  }
  return index;
}

function visitAsciiRecords(
  text: string,
  ends: Uint32Array,
  base: number,
  first: number,
  tell: Teller,
): number {
  let index = first;
  for (let start = 0; index < ends.length && ends[index]! - base <= text.length; index++) {
    const stop = ends[index]! - base;
    tell(text.slice(start, trimmedEnd(text, start, stop)), index, base + stop, base + start);
    start = stop;
  }
  return index;
}

function visitBytes(
  bytes: Buffer,
  ends: Uint32Array | null,
  from: number,
  to: number,
  first: number,
  tell: Teller,
): number {
  let index = first;
  for (let start = from; ends === null ? start < to : index < ends.length && ends[index]! <= to; ) {
    const lf = ends === null ? bytes.indexOf(10, start) : ends[index]!;
    const stop = lf === -1 ? to : lf;
    let end = stop;
    while (end > start && isSeparator(bytes[end - 1]!)) end--;
    if (end > start || ends !== null) {
      tell(bytes.toString('utf8', start, end), index, stop, start);
      index++;
    }
    start = ends === null ? stop + 1 : stop;
  }
  return index;
}

function trimmedEnd(text: string, start: number, stop: number): number {
  let end = stop;
  while (end > start && isSeparator(text.charCodeAt(end - 1))) end--;
  return end;
}

/** CR, LF and NUL end records in one framing or another (RFC 6587 §3.4.2) and are never part of one's end. */
function isSeparator(code: number): boolean {
  return code === 13 || code === 10 || code === 0;
}

/** Peer of the record that ends at `stop`; asked with ascending offsets. */
type PeerReader = (stop: number) => Peer | null;

function createPeerReader({ peers, peerRuns }: RawChunk): PeerReader {
  if (peerRuns === null) {
    const only = peers[0] ?? null;
    return () => only;
  }
  let run = 0;
  return (stop) => {
    while (run < peerRuns.length - 2 && peerRuns[run]! < stop) run += 2;
    return peers[peerRuns[run + 1]!] ?? null;
  };
}
