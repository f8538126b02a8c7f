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

/** Reads the records of either layout (see RawChunk). Returns how many there were. */
export function forEachRecord(chunk: RawChunk, visit: RecordVisitor): number {
  const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
  const peers = createPeerReader(chunk);
  const cut = chunk.truncated === null ? null : new Set(chunk.truncated);
  // One decode per chunk instead of one per record; in ASCII text the offsets of characters are those of bytes.
  if (isAscii(bytes)) {
    const text = bytes.toString('latin1');
    return chunk.ends === null
      ? visitLines(text, bytes, visit, peers, cut)
      : visitAsciiRecords(text, chunk.ends, visit, peers, cut);
  }
  // UTF-8 never hides an LF, so lines can be decoded together too, unless offsets are needed to tell them apart.
  if (chunk.ends === null && chunk.peerRuns === null && cut === null)
    return visitLines(bytes.toString('utf8'), bytes, visit, peers, cut);
  return visitBytes(bytes, chunk.ends, visit, peers, cut);
}

function visitLines(
  text: string,
  bytes: Buffer,
  visit: RecordVisitor,
  peers: PeerReader,
  cut: ReadonlySet<number> | null,
): number {
  const isAsciiText = text.length === bytes.length;
  let index = 0;
  let at = 0;
  for (let start = 0; start < text.length; ) {
    const lf = text.indexOf('\n', start);
    const stop = lf === -1 ? text.length : lf;
    const end = trimmedEnd(text, start, stop);
    if (end > start) {
      visit(text.slice(start, end), index, peers(stop), cut?.has(stop) ?? false, at);
      index++;
    }
    start = stop + 1;
    at = isAsciiText ? start : bytes.indexOf(10, at) + 1;
  }
  return index;
}

function visitAsciiRecords(
  text: string,
  ends: Uint32Array,
  visit: RecordVisitor,
  peers: PeerReader,
  cut: ReadonlySet<number> | null,
): number {
  let start = 0;
  for (let i = 0; i < ends.length; i++) {
    const stop = ends[i]!;
    visit(text.slice(start, trimmedEnd(text, start, stop)), i, peers(stop), cut?.has(stop) ?? false, start);
    start = stop;
  }
  return ends.length;
}

function visitBytes(
  bytes: Buffer,
  ends: Uint32Array | null,
  visit: RecordVisitor,
  peers: PeerReader,
  cut: ReadonlySet<number> | null,
): number {
  let index = 0;
  for (let start = 0; start < bytes.length; ) {
    const lf = ends === null ? bytes.indexOf(10, start) : (ends[index] ?? bytes.length);
    const stop = lf === -1 ? bytes.length : lf;
    let end = stop;
    while (end > start && isSeparator(bytes[end - 1]!)) end--;
    if (end > start || ends !== null) {
      visit(bytes.toString('utf8', start, end), index, peers(stop), cut?.has(stop) ?? false, start);
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
