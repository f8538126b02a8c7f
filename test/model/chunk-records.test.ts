import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachRecord, type RecordVisitor } from '../../src/model/chunk-records.js';
import type { RawChunk } from '../../src/model/raw-chunk.js';
import { chunkOf } from '../helpers/chunks.js';

interface Seen {
  readonly text: string;
  readonly peer: string | null;
  readonly truncated: boolean;
}

function read(chunk: RawChunk, partBytes?: number): Seen[] {
  const seen: Seen[] = [];
  const visit: RecordVisitor = (text, index, peer, truncated, at) => {
    expect(index).toBe(seen.length);
    // Parsers scan the bytes for as long as they are the characters.
    const [ascii] = /^[\x00-\x7f]*/.exec(text)!;
    expect(Buffer.from(chunk.bytes).toString('latin1', at, at + ascii.length)).toBe(ascii);
    seen.push({ text, peer: peer?.address ?? null, truncated });
  };
  const count = forEachRecord(chunk, visit, partBytes);
  expect(count).toBe(seen.length);
  return seen;
}

function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && [0, 10, 13].includes(bytes[end - 1]!)) end--;
  return bytes.subarray(0, end);
}

/** What a chunk holds, byte by byte: slow and plain. */
function naive(chunk: RawChunk): Seen[] {
  const bytes = Buffer.from(chunk.bytes);
  const seen: Seen[] = [];
  const add = (start: number, stop: number): void => {
    const record = trimmed(bytes.subarray(start, stop));
    if (chunk.ends === null && record.length === 0) return;
    seen.push({
      text: record.toString('utf8'),
      peer: peerAt(chunk, stop),
      truncated: chunk.truncated?.includes(stop) ?? false,
    });
  };
  let start = 0;
  if (chunk.ends !== null) {
    for (const end of chunk.ends) {
      add(start, end);
      start = end;
    }
    return seen;
  }
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 10) continue;
    add(start, at);
    start = at + 1;
  }
  return seen;
}

function peerAt({ peers, peerRuns }: RawChunk, stop: number): string | null {
  if (peerRuns === null) return peers[0]?.address ?? null;
  for (let i = 0; i < peerRuns.length; i += 2)
    if (stop <= peerRuns[i]!) return peers[peerRuns[i + 1]!]!.address;
  return peers[peerRuns[peerRuns.length - 1]!]!.address;
}

/** Records with separators, non-ASCII and bytes that are no UTF-8 among them. */
const record = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'line', '\r', '\0', '\r\n', '\n', ' ', 'ö', '😀').map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => bytes.length > 0);
const asciiRecord = fc
  .constantFrom('a', 'b c\r', '\0', 'x\r\0', 'long '.repeat(9))
  .map((text) => Buffer.from(text));

const records = fc.oneof(fc.array(record, { maxLength: 12 }), fc.array(asciiRecord, { maxLength: 12 }));

interface Given {
  readonly records: readonly Buffer[];
  readonly peerOf: readonly number[];
  readonly cut: readonly boolean[];
  readonly mixed: boolean;
}

const given = fc.record<Given>({
  records,
  peerOf: fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 }),
  cut: fc.oneof(fc.constant([]), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })),
  mixed: fc.boolean(),
});

const PEERS = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ address }));

/** A chunk as a source would build it, in one layout or the other. */
function build({ records: list, peerOf, cut, mixed }: Given, layout: 'lines' | 'records'): RawChunk {
  const separator = layout === 'lines' ? Buffer.from('\n') : Buffer.alloc(0);
  const parts: Buffer[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const bytes of list) {
    // Lines hold no LF.
    const body = layout === 'lines' ? Buffer.from(bytes.filter((byte) => byte !== 10)) : bytes;
    parts.push(body, separator);
    ends.push(at + body.length);
    at += body.length + separator.length;
  }
  const withPeers = mixed && list.length > 0;
  return chunkOf(1, [], {
    bytes: new Uint8Array(Buffer.concat(parts)),
    ends: layout === 'lines' ? null : Uint32Array.from(ends),
    peers: PEERS,
    peerRuns: withPeers ? Uint32Array.from(ends.flatMap((end, i) => [end, peerOf[i]!])) : null,
    truncated: cut.some(Boolean) ? Uint32Array.from(ends.filter((_, i) => cut[i])) : null,
  });
}

describe('the records of a chunk', () => {
  it.each(['lines', 'records'] as const)('are those that a naive splitter finds (%s)', (layout) => {
    fc.assert(
      fc.property(given, (parts) => {
        const chunk = build(parts, layout);
        expect(read(chunk)).toEqual(naive(chunk));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['lines', 'records'] as const)(
    'are the same however small the parts are that it is decoded in (%s)',
    (layout) => {
      fc.assert(
        fc.property(given, fc.integer({ min: 1, max: 40 }), (parts, partBytes) => {
          const chunk = build(parts, layout);
          expect(read(chunk, partBytes)).toEqual(naive(chunk));
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('come from any bytes without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const chunk = chunkOf(1, [], { bytes: new Uint8Array(bytes) });
        expect(read(chunk)).toEqual(naive(chunk));
      }),
    );
  });

  it('keep their peer and mark when text before them is not ASCII', () => {
    const first = Buffer.from('größer');
    const bytes = new Uint8Array(Buffer.concat([first, Buffer.from('\nplain\nlast')]));
    const chunk = chunkOf(1, [], {
      bytes,
      peers: PEERS,
      peerRuns: Uint32Array.from([first.length, 2, bytes.length, 1]),
      truncated: Uint32Array.from([first.length + 6]),
    });
    expect(read(chunk)).toEqual([
      { text: 'größer', peer: '192.0.2.3', truncated: false },
      { text: 'plain', peer: '192.0.2.2', truncated: true },
      { text: 'last', peer: '192.0.2.2', truncated: false },
    ]);
  });

  it('are none in an empty chunk, and have no peer where there is none', () => {
    expect(read(chunkOf(1, []))).toEqual([]);
    expect(read(chunkOf(1, ['x'], { peers: [] }))).toEqual([{ text: 'x', peer: null, truncated: false }]);
  });
});
