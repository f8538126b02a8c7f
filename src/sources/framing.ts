import type { Peer } from '../model/raw-chunk.js';
import type { Code } from '../telemetry/codes.js';
import { Carry } from './carry.js';
import { type RecordSink, trimmedEnd } from './chunk-builder.js';

/**
 * Cuts the byte stream of one connection into records (RFC 6587, RFC 5425 §4.3).
 *
 * `auto` decides per frame, as rsyslog does: CR, LF and NUL before a frame are skipped; `[1-9][0-9]{0,6} SP` is an
 * octet count; anything else is a line that ends at LF or NUL. Trailing CR, LF and NUL belong to no record.
 * What comes out never depends on how the stream was cut into reads.
 */
export type FramingMode = 'auto' | 'lf' | 'octet';

export interface FramerOptions {
  readonly mode: FramingMode;
  /** Longer records are cut to this many bytes, flagged and counted; the rest is skipped. */
  readonly maxMessage: number;
  /** A TLS ClientHello as the first thing on the connection is a fault, not a line. */
  readonly refuseTls: boolean;
  readonly count: (code: Code) => void;
}

/** Why the connection must be closed. */
export type FramingFault = Extract<Code, 'frame.tls_on_plain_port' | 'frame.bad_octet_count'>;

const NUL = 0;
const LF = 10;
const CR = 13;
const TLS_HANDSHAKE = 0x16;
const SPACE = 0x20;
const ZERO = 0x30;
const ONE = 0x31;
const NINE = 0x39;
const LESS_THAN = 0x3c;
const MAX_COUNT_DIGITS = 7;

/** Where the next byte stands: before a frame, in a line, after a cut line, in a counted frame, after a cut one. */
type State = 'start' | 'line' | 'line-rest' | 'counted' | 'counted-rest';

export class Framer {
  readonly #peer: Peer;
  readonly #out: RecordSink;
  readonly #options: FramerOptions;
  #state: State = 'start';
  /** The unfinished frame, or the unfinished count before one. Never more than maxMessage + 1 bytes. */
  readonly #carry: Carry;
  /** Octets of the counted frame that have not come yet. */
  #missing = 0;
  #fault: FramingFault | null = null;
  #atFirstFrame = true;
  /** The read at hand, and the next LF and NUL at or after the position, -1 = not looked for. */
  #bytes: Buffer = EMPTY;
  #lf = -1;
  #nul = -1;

  constructor(peer: Peer, out: RecordSink, options: FramerOptions) {
    this.#peer = peer;
    this.#out = out;
    this.#options = options;
    this.#carry = new Carry(options.maxMessage + 1);
  }

  /** Takes one read. A fault means that nothing more will be read; later reads are ignored. */
  read(bytes: Buffer): FramingFault | null {
    if (this.#fault !== null) return this.#fault;
    // An unfinished count is at most eight bytes, so joining it with the next read stays linear.
    const unfinished = this.#state === 'start' && this.#carry.length > 0;
    this.#bytes = unfinished ? Buffer.concat([this.#carry.take(), bytes]) : bytes;
    this.#lf = -1;
    this.#nul = -1;
    let at = 0;
    while (at < this.#bytes.length && this.#fault === null) at = this.#step(at);
    this.#bytes = EMPTY;
    return this.#fault;
  }

  /** The stream has ended: what is there of the last frame becomes a record. */
  end(): void {
    const rest = this.#carry.take();
    const state = this.#state;
    const { mode, maxMessage } = this.#options;
    this.#state = 'start';
    if (this.#fault !== null) return;
    const unfinishedCount = state === 'start' && rest.length > 0 && mode === 'octet';
    if (unfinishedCount || state === 'counted' || state === 'counted-rest') {
      this.#options.count('frame.incomplete');
    }
    if (rest.length === 0 || unfinishedCount) return;
    if (state === 'counted' && mode === 'auto' && rest[0] !== LESS_THAN) this.#endAsLines(rest);
    else {
      // Digits that never became a count are a line, and may be longer than one may be.
      const length = trimmedEnd(rest, 0, rest.length);
      this.#emit(rest, 0, Math.min(length, maxMessage), length > maxMessage);
    }
  }

  #step(at: number): number {
    switch (this.#state) {
      case 'start':
        return this.#start(at);
      case 'line':
        return this.#line(at);
      case 'line-rest':
        return this.#lineRest(at);
      case 'counted':
        return this.#counted(at);
      case 'counted-rest':
        return this.#countedRest(at);
    }
  }

  #start(from: number): number {
    const run = this.#options.mode === 'octet' ? from : this.#run(from);
    if (run > from) return run;
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length && isSeparator(bytes[at]!)) at++;
    if (at === bytes.length) return at;
    const first = bytes[at]!;
    if (this.#options.mode !== 'lf' && first >= ONE && first <= NINE) return this.#count(at);
    if (first === TLS_HANDSHAKE && this.#atFirstFrame && this.#options.refuseTls)
      return this.#clientHello(at);
    return this.#noCount(at);
  }

  /**
   * The fast path: whole lines whose first byte says that they are plain ones go through as one run. Returns the
   * end of the run; what stops it is left to the slow path.
   */
  #run(from: number): number {
    const bytes = this.#bytes;
    const limit = Math.min(this.#nextNul(from), bytes.length);
    const counts = this.#options.mode === 'auto';
    const max = this.#options.maxMessage;
    let at = from;
    let records = 0;
    while (at < limit) {
      const first = bytes[at]!;
      if (first <= NINE && (first < SPACE || (first >= ONE && counts && mayBeCount(bytes, at)))) break;
      const lf = this.#nextLf(at);
      if (lf >= limit || lf - at > max) break;
      at = lf + 1;
      records++;
    }
    if (records > 0) {
      this.#atFirstFrame = false;
      this.#out.lines(this.#peer, bytes, from, at, records);
    }
    return at;
  }

  #count(from: number): number {
    const bytes = this.#bytes;
    const limit = from + MAX_COUNT_DIGITS;
    let at = from;
    let count = 0;
    for (; at < limit && isDigit(bytes[at]); at++) count = count * 10 + bytes[at]! - ZERO;
    if (at === bytes.length) return this.#keep(from);
    if (bytes[at] !== SPACE) return this.#noCount(from);
    this.#atFirstFrame = false;
    this.#missing = count;
    this.#state = 'counted';
    return at + 1;
  }

  /** A record of type handshake, version 3.x (RFC 8446 §5.1), is no text anybody logs. */
  #clientHello(from: number): number {
    const bytes = this.#bytes;
    if (bytes.length - from < 3) return this.#keep(from);
    if (bytes[from + 1] !== 3 || bytes[from + 2]! > 4) return this.#noCount(from);
    return this.#fail('frame.tls_on_plain_port');
  }

  #noCount(from: number): number {
    if (this.#options.mode === 'octet') return this.#fail('frame.bad_octet_count');
    this.#atFirstFrame = false;
    this.#state = 'line';
    return this.#line(from);
  }

  #line(from: number): number {
    const end = this.#lineEnd(from);
    const ended = end < this.#bytes.length;
    // One byte above the limit is kept, for it may be the CR of the line's end.
    const kept = Math.min(end, from + this.#options.maxMessage + 1 - this.#carry.length);
    const inRead = ended && this.#carry.length === 0;
    if (!inRead) this.#carry.append(this.#bytes, from, kept);
    const bytes = inRead ? this.#bytes : this.#carry.bytes;
    const start = inRead ? from : 0;
    const length = inRead ? kept - from : this.#carry.length;
    if (kept < end || this.#isTooLong(bytes, start, length)) {
      this.#state = 'line-rest';
      this.#emit(bytes, start, start + this.#options.maxMessage, true);
      this.#carry.clear();
      return kept;
    }
    if (!ended) return end;
    this.#state = 'start';
    this.#emit(bytes, start, start + length, false);
    this.#carry.clear();
    return end + 1;
  }

  /** A CR right after the last byte that is allowed belongs to the line's end. */
  #isTooLong(bytes: Buffer, start: number, length: number): boolean {
    const { maxMessage } = this.#options;
    return length > maxMessage && bytes[start + maxMessage] !== CR;
  }

  #lineRest(from: number): number {
    const end = this.#lineEnd(from);
    if (end < this.#bytes.length) this.#state = 'start';
    return end + 1;
  }

  #lineEnd(from: number): number {
    return Math.min(this.#nextLf(from), this.#nextNul(from), this.#bytes.length);
  }

  #counted(from: number): number {
    const wanted = Math.min(this.#missing, this.#options.maxMessage - this.#carry.length);
    const end = Math.min(from + wanted, this.#bytes.length);
    const isWhole = end - from === wanted;
    const inRead = isWhole && this.#carry.length === 0;
    this.#missing -= end - from;
    if (!inRead) this.#carry.append(this.#bytes, from, end);
    if (!isWhole) return end;
    const truncated = this.#missing > 0;
    this.#state = truncated ? 'counted-rest' : 'start';
    if (inRead) this.#emit(this.#bytes, from, end, truncated);
    else this.#emit(this.#carry.bytes, 0, this.#carry.length, truncated);
    this.#carry.clear();
    return end;
  }

  #countedRest(from: number): number {
    const end = Math.min(from + this.#missing, this.#bytes.length);
    this.#missing -= end - from;
    if (this.#missing === 0) this.#state = 'start';
    return end;
  }

  /** A line that began with a number looked like a counted frame and never filled up: lines after all. */
  #endAsLines(rest: Buffer): void {
    const text = Buffer.concat([Buffer.from(`${this.#missing + rest.length} `), rest]);
    const lines = new Framer(this.#peer, this.#out, { ...this.#options, mode: 'lf', refuseTls: false });
    lines.read(text);
    lines.end();
  }

  #emit(bytes: Buffer, start: number, end: number, truncated: boolean): void {
    if (truncated) this.#options.count('frame.truncated');
    const stop = trimmedEnd(bytes, start, end);
    if (stop === start) return;
    const lf = bytes === this.#bytes ? this.#nextLf(start) : bytes.indexOf(LF, start);
    const multiline = lf !== -1 && lf < stop;
    this.#out.record(this.#peer, bytes, start, stop, { multiline, truncated });
  }

  #fail(fault: FramingFault): number {
    this.#fault = fault;
    this.#carry.clear();
    this.#options.count(fault);
    return this.#bytes.length;
  }

  /** Sets bytes from `from` to the end of the read aside until the next one. */
  #keep(from: number): number {
    this.#carry.append(this.#bytes, from, this.#bytes.length);
    return this.#bytes.length;
  }

  #nextLf(at: number): number {
    if (this.#lf < at) this.#lf = found(this.#bytes.indexOf(LF, at));
    return this.#lf;
  }

  #nextNul(at: number): number {
    if (this.#nul < at) this.#nul = found(this.#bytes.indexOf(NUL, at));
    return this.#nul;
  }
}

const EMPTY = Buffer.alloc(0);
/** Past the end of any read, yet a small integer to V8. */
const NOWHERE = 2 ** 30 - 1;

function found(index: number): number {
  return index === -1 ? NOWHERE : index;
}

function isSeparator(byte: number): boolean {
  return byte === LF || byte === CR || byte === NUL;
}

/** Whether bytes from a digit 1-9 on are an octet count, or are too few to tell. */
function mayBeCount(bytes: Buffer, at: number): boolean {
  let end = at + 1;
  while (end - at <= MAX_COUNT_DIGITS && isDigit(bytes[end])) end++;
  return end - at <= MAX_COUNT_DIGITS && (end === bytes.length || bytes[end] === SPACE);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
