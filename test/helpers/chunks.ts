import type { RawChunk } from '../../src/model/raw-chunk.js';

/** A chunk of LF-terminated lines, as a source would hand it over. */
export function chunkOf(seq: number, lines: readonly string[], overrides: Partial<RawChunk> = {}): RawChunk {
  return {
    seq,
    source: 'test',
    transport: 'tcp',
    receivedAt: 1_795_190_400_000 + seq * 1000,
    clock: 1_795_190_400_000 + seq * 1000,
    cursor: null,
    records: lines.length,
    bytes: new Uint8Array(Buffer.from(lines.map((line) => `${line}\n`).join(''))),
    ends: null,
    peers: [{ address: '192.0.2.1' }],
    peerRuns: null,
    truncated: null,
    ...overrides,
  };
}

export function textOf(chunk: RawChunk): string {
  return Buffer.from(chunk.bytes).toString();
}
