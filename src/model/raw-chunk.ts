import type { Silence } from './silence.js';

/**
 * A RawChunk carries undecoded records from one source through the queue to the log and to a detector.
 * Its bytes are transferred between threads, never cloned; records are found again by whoever reads it.
 *
 * Two layouts:
 * - `ends === null` ("lines"): records are separated by LF and hold none. A trailing CR or NUL belongs to the
 *   separator; what is empty after trimming is not a record.
 * - `ends !== null` ("records"): record i is bytes[ends[i-1] ?? 0, ends[i]); it may hold LF. None is empty.
 */
export type Transport = 'udp' | 'tcp' | 'tls' | 'file' | 'journald' | 'stdin' | 'http' | 'nats' | 'control';

/** Who handed the bytes over, as far as the transport can tell. */
export interface Peer {
  /** IP address as text, IPv4-mapped IPv6 reduced to IPv4; for files the path. */
  readonly address: string;
  /** Subject of a verified TLS client certificate. */
  readonly identity?: string;
}

/** Where a resumable source stands after a chunk; `key` separates the files of one tail. */
export interface Cursor {
  readonly key: string;
  /** Opaque to all but the source that wrote it. JSON by convention. */
  readonly value: string;
}

/** What a source hands to the queue: a RawChunk before it has a place in the log. */
export interface RawBatch {
  /** Name of the source as configured; the key of its counters, cursors and options. */
  readonly source: string;
  readonly transport: Transport;
  /** Wall clock at receipt, ms since the epoch. */
  readonly receivedAt: number;
  /** The instant that year-less stamps are read against, ms: receive time for sockets, the file's mtime for files. */
  readonly clock: number;
  /** Position after this chunk, for sources that can resume. */
  readonly cursor: Cursor | null;
  /** Number of records, as the framing counted them. */
  readonly records: number;
  /** Owned by the chunk: whole ArrayBuffer, so that it can be transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer> | null;
  /** Distinct senders. One entry and `peerRuns === null`: all records are from it. */
  readonly peers: readonly Peer[];
  /** Pairs (end byte offset, index into peers): records that end at or before the offset are from that peer. */
  readonly peerRuns: Uint32Array<ArrayBuffer> | null;
  /** End byte offsets (separator excluded) of records that were cut to the size limit, ascending. */
  readonly truncated: Uint32Array<ArrayBuffer> | null;
}

export interface RawChunk extends RawBatch {
  /** Position in the log: 1, 2, 3, … without gaps. `event.id` = `${seq}-${record index}`. */
  readonly seq: number;
}

/** Records of transport `control` are written by the daemon itself and drive time and rule changes in replay. */
export type ControlRecord =
  | { readonly kind: 'tick'; readonly now: number }
  /** Sources that listen from here on; no other does. */
  | { readonly kind: 'listening'; readonly sources: readonly string[] }
  | { readonly kind: 'ruleset'; readonly hash: string; readonly rules: number }
  /** Another model of the anomaly stage from here on; `id` names its file. */
  | { readonly kind: 'model'; readonly id: string }
  /** What the demo left is forgotten. */
  | { readonly kind: 'forget-demo' }
  /** These silences, and no others, from here on. */
  | { readonly kind: 'silences'; readonly silences: readonly Silence[] };
