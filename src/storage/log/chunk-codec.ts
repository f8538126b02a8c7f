import * as zlib from 'node:zlib';
import type { Cursor, Peer, RawChunk, Transport } from '../../model/raw-chunk.js';

/**
 * Chunks as bytes. A stored body is a sequence of chunks, each
 *
 *   u32 header length · u32 bytes length · header (JSON, UTF-8) · bytes
 *
 * little-endian, compressed as a whole or not. The header holds what RawChunk has besides its bytes, with
 * the typed arrays as plain lists.
 */
export const CODEC_STORED = 0;
/** Raw deflate: what segments of format 1 have. */
export const CODEC_DEFLATE = 1;
export const CODEC_BROTLI = 2;

interface Header {
  readonly seq: number;
  readonly source: string;
  readonly transport: Transport;
  readonly receivedAt: number;
  readonly clock: number;
  readonly records: number;
  readonly cursor?: Cursor;
  readonly peers?: readonly Peer[];
  readonly ends?: readonly number[];
  readonly peerRuns?: readonly number[];
  readonly truncated?: readonly number[];
}

export function encodeChunk(chunk: RawChunk): Buffer {
  const header: Header = {
    seq: chunk.seq,
    source: chunk.source,
    transport: chunk.transport,
    receivedAt: chunk.receivedAt,
    clock: chunk.clock,
    records: chunk.records,
    ...(chunk.cursor !== null && { cursor: chunk.cursor }),
    ...(chunk.peers.length > 0 && { peers: chunk.peers }),
    ...(chunk.ends !== null && { ends: [...chunk.ends] }),
    ...(chunk.peerRuns !== null && { peerRuns: [...chunk.peerRuns] }),
    ...(chunk.truncated !== null && { truncated: [...chunk.truncated] }),
  };
  const text = JSON.stringify(header);
  const headerLength = Buffer.byteLength(text);
  const out = Buffer.allocUnsafe(8 + headerLength + chunk.bytes.byteLength);
  out.writeUInt32LE(headerLength, 0);
  out.writeUInt32LE(chunk.bytes.byteLength, 4);
  out.write(text, 8);
  out.set(chunk.bytes, 8 + headerLength);
  return out;
}

/** Chunks of a stored body, in order. Throws on damage: callers count and skip the block. */
export function decodeChunks(body: Uint8Array, codec: number): RawChunk[] {
  const raw = expand(body, codec);
  const chunks: RawChunk[] = [];
  for (let at = 0; at < raw.length; ) {
    const headerLength = raw.readUInt32LE(at);
    const bytesLength = raw.readUInt32LE(at + 4);
    const start = at + 8 + headerLength;
    if (start + bytesLength > raw.length) throw new RangeError('A stored chunk is longer than its block');
    const header = JSON.parse(raw.toString('utf8', at + 8, start)) as Header;
    const bytes = new Uint8Array(new ArrayBuffer(bytesLength));
    bytes.set(raw.subarray(start, start + bytesLength));
    chunks.push({
      seq: header.seq,
      source: header.source,
      transport: header.transport,
      receivedAt: header.receivedAt,
      clock: header.clock,
      records: header.records,
      cursor: header.cursor ?? null,
      peers: header.peers ?? [],
      bytes,
      ends: header.ends === undefined ? null : Uint32Array.from(header.ends),
      peerRuns: header.peerRuns === undefined ? null : Uint32Array.from(header.peerRuns),
      truncated: header.truncated === undefined ? null : Uint32Array.from(header.truncated),
    });
    at = start + bytesLength;
  }
  return chunks;
}

/** CRC-32 of a stored body: what is compressed does not notice every bit that changed. */
export const checksum = (zlib as unknown as { readonly crc32: (body: Uint8Array) => number }).crc32;

/**
 * To CODEC_BROTLI. Quality 1 is faster than deflate's level 1 and leaves less: a fifth to a sixth. What cannot be
 * compressed costs it next to nothing. A higher quality costs more than the disk it saves.
 */
export function compress(body: Uint8Array): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  return zlib.brotliCompressSync(body, {
    params: {
      [BROTLI_PARAM_QUALITY]: 1,
      // 256 KiB, about what a block has: a wider window only takes memory.
      [BROTLI_PARAM_LGWIN]: 18,
      [BROTLI_PARAM_SIZE_HINT]: body.byteLength,
    },
  });
}

function expand(body: Uint8Array, codec: number): Buffer {
  switch (codec) {
    case CODEC_STORED:
      return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    case CODEC_DEFLATE:
      return zlib.inflateRawSync(body);
    case CODEC_BROTLI:
      return zlib.brotliDecompressSync(body);
    default:
      throw new RangeError(`A stored block has the unknown codec ${codec}`);
  }
}
