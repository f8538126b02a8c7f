import { TextDecoder } from 'node:util';
import { type Encoding, encodingOf, linesEnd } from './encoding.js';
import { type Digest, digest, HEAD_BYTES, TAIL_BYTES } from './identity.js';
import { beginsList, ListScanner, LONGEST_OPENING, mayBeginList, type Scanned } from './list-scanner.js';

/** Complete lines in the "lines" layout of a RawBatch: separated by LF, over-long ones cut. */
export interface Lines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly records: number;
  readonly truncated: Uint32Array<ArrayBuffer> | null;
}

const LF = 10;
const CR = 13;
const NUL = 0;
const NOTHING = Buffer.alloc(0);
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Turns the bytes of one file, fed in order, into complete lines, and knows where in the file they ended.
 *
 * - What follows the last LF waits; of a line longer than `maxMessage` only the first `maxMessage` bytes do.
 * - NULs before a line (a hole left by a writer that did not notice a truncation) and a BOM are no part of it.
 * - Of a file that begins with a BOM of UTF-16 the lines are in UTF-8; all positions, and what is remembered to know the
 *   file again, are of its own bytes.
 * - Of a file that begins with `{"Records":[` or its like (list-opening.ts) or `[{` the lines are the members of that list.
 */
export class LineCutter {
  readonly #maxMessage: number;
  /** Start of the unfinished line, at most maxMessage bytes and one to tell a CR from a byte too many. */
  #carry: Buffer = Buffer.alloc(0);
  #carryCut = false;
  #head: Buffer;
  /** The last bytes before `position`, as they stand in the file. */
  #recent: Buffer;
  #offset: number;
  #tail: Digest;
  #position: number;
  #endsInNul = false;
  #encoding: Encoding;
  /** Of UTF-16: holds the character that the next bytes end. */
  #decoder: TextDecoder | null = null;
  #isList: boolean;
  #scanner: ListScanner | null = null;

  /** Resumes after `before`, the up to TAIL_BYTES bytes that end at `offset`, in a file that begins with `head`. */
  constructor(
    maxMessage: number,
    offset = 0,
    head: Buffer = Buffer.alloc(0),
    before: Buffer = Buffer.alloc(0),
  ) {
    this.#maxMessage = maxMessage;
    this.#offset = offset;
    this.#position = offset;
    this.#head = head.subarray(0, Math.min(HEAD_BYTES, offset));
    this.#recent = before;
    this.#tail = digest(before);
    this.#encoding = encodingOf(this.#head);
    this.#isList = beginsList(this.#head);
  }

  /** End of the last line handed over. */
  get offset(): number {
    return this.#offset;
  }

  /** Where the next byte to feed stands in the file. */
  get position(): number {
    return this.#position;
  }

  /** The last bytes fed, to see whether the file still holds them. */
  get recent(): Buffer {
    return this.#recent;
  }

  /** The first bytes fed, at most HEAD_BYTES. */
  get beginning(): Buffer {
    return this.#head;
  }

  /** Of the first bytes, as far as they were handed over. */
  get head(): Digest {
    return digest(this.#head.subarray(0, Math.min(HEAD_BYTES, this.#offset)));
  }

  /** Of the bytes that end at `offset`. */
  get tail(): Digest {
    return this.#tail;
  }

  /** Takes the block that stands at `position`; it may be reused afterwards. Null: no line ended with a record. */
  feed(block: Buffer): Lines | null {
    if (this.#position < LONGEST_OPENING && this.#offset === 0) this.#findKind(block);
    const start = this.#position === 0 ? bomLength(block) : 0;
    if (this.#isList) {
      const { whole, rest, end } = this.#scan(block.subarray(start));
      return this.#take(block, end < 0 ? -1 : end + start, whole, rest);
    }
    const end = linesEnd(block, this.#position, this.#recent.at(-1) ?? -1, this.#encoding);
    if (end === 0) return this.#take(block, -1, NOTHING, this.#toUtf8(block.subarray(start)));
    const whole = this.#toUtf8(block.subarray(start, end));
    return this.#take(block, end, whole, this.#toUtf8(block.subarray(end)));
  }

  /** `end`: where in the block the last line ends, -1 = nowhere; `whole`, `rest`: the text up to there and behind. */
  #take(block: Buffer, end: number, whole: Buffer, rest: Buffer): Lines | null {
    this.#remember(block, end);
    this.#position += block.length;
    if (end < 0) {
      this.#keep(rest);
      return null;
    }
    // What is left of a line whose beginning was already cut goes up to its LF.
    const lines = this.#cut(this.#carryCut ? whole.subarray(whole.indexOf(LF)) : whole);
    this.#carry = Buffer.alloc(0);
    this.#carryCut = false;
    this.#offset = this.#position - block.length + end;
    this.#keep(rest);
    return lines;
  }

  /** The file ends here for good: the unfinished line is one. */
  flush(): Lines | null {
    if (this.#position === this.#offset) return null;
    // Half a character at the end is none.
    if (this.#decoder !== null) this.#keep(Buffer.from(this.#decoder.decode()));
    if (this.#scanner !== null) this.#keep(this.#scanner.opening);
    const lines = this.#cut(Buffer.alloc(0));
    this.#offset = this.#position;
    this.#tail = digest(this.#recent);
    this.#carry = Buffer.alloc(0);
    this.#carryCut = false;
    return lines;
  }

  /** Bytes of the shortest character. */
  get #unit(): number {
    return this.#encoding === 'utf-8' ? 1 : 2;
  }

  /** NULs at the end of a file may be space set aside that the writer still fills. */
  get endsInNul(): boolean {
    return this.#endsInNul && this.#position > this.#offset;
  }

  /** Forgets the unfinished line, to be fed again from `offset`. `before`: the bytes that end there. */
  rewind(before: Buffer): void {
    this.#position = this.#offset;
    this.#carry = Buffer.alloc(0);
    this.#carryCut = false;
    this.#endsInNul = false;
    this.#decoder = null;
    this.#scanner = null;
    this.#recent = before;
    this.#head = this.#head.subarray(0, Math.min(this.#head.length, this.#offset));
  }

  /** The first bytes say what file it is; they may come one by one. */
  #findKind(block: Buffer): void {
    const begun = this.#head.subarray(0, this.#position);
    const beginning = Buffer.concat([begun, block.subarray(0, LONGEST_OPENING)]);
    const encoding = encodingOf(beginning);
    const isList = mayBeginList(beginning);
    if (encoding === this.#encoding && isList === this.#isList) return;
    this.#encoding = encoding;
    this.#isList = isList;
    this.#carry = Buffer.alloc(0);
    this.#carryCut = false;
    this.#scanner = null;
    const text = begun.subarray(bomLength(begun));
    this.#keep(isList ? this.#scan(text).rest : this.#toUtf8(text));
  }

  #scan(bytes: Buffer): Scanned {
    this.#scanner ??= new ListScanner(this.#offset > 0);
    return this.#scanner.scan(bytes);
  }

  #toUtf8(bytes: Buffer): Buffer {
    if (this.#encoding === 'utf-8') return bytes;
    // A BOM is one only at the start.
    this.#decoder ??= new TextDecoder(this.#encoding, { ignoreBOM: this.#offset > 0 });
    return Buffer.from(this.#decoder.decode(bytes, { stream: true }));
  }

  #remember(block: Buffer, end: number): void {
    if (this.#head.length < HEAD_BYTES && this.#head.length === this.#position) {
      this.#head = Buffer.concat([this.#head, block.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    if (end >= 0) this.#tail = digest(lastBytes(this.#recent, block.subarray(0, end)));
    this.#recent = Buffer.from(lastBytes(this.#recent, block));
    // Half a character of UTF-16 is NUL, mostly.
    if (block.length > 0) this.#endsInNul = this.#recent.subarray(-this.#unit).every((byte) => byte === NUL);
  }

  #keep(rest: Buffer): void {
    if (this.#carryCut || rest.length === 0) return;
    let from = 0;
    if (this.#carry.length === 0) while (from < rest.length && rest[from] === NUL) from++;
    if (from === rest.length) return;
    const room = this.#maxMessage + 1 - this.#carry.length;
    this.#carryCut = rest.length - from > room;
    this.#carry = Buffer.concat([this.#carry, rest.subarray(from, from + room)]);
  }

  /** Carry and lines as one batch. The common case is one copy and one look for each LF. */
  #cut(lines: Buffer): Lines | null {
    const carry = this.#carry;
    const bytes = Buffer.allocUnsafeSlow(carry.length + lines.length);
    bytes.set(carry, 0);
    bytes.set(lines, carry.length);
    const max = this.#maxMessage;
    const cuts: number[] = [];
    let records = 0;
    let written = 0;
    let moved = false;
    for (let start = 0; start < bytes.length; ) {
      const lf = bytes.indexOf(LF, start);
      const end = lf === -1 ? bytes.length : lf;
      let text = start;
      while (text < end && bytes[text] === NUL) text++;
      let stop = trimmedEnd(bytes, text, end);
      const cut = stop - text > max || (this.#carryCut && start === 0);
      if (cut) stop = trimmedEnd(bytes, text, Math.min(stop, text + max));
      if (cut || text > start) moved = true;
      if (stop > text) records++;
      if (moved) {
        bytes.copyWithin(written, text, stop);
        written += stop - text;
        if (cut && stop > text) cuts.push(written);
        if (lf !== -1) bytes[written++] = LF;
      } else written = lf === -1 ? end : lf + 1;
      start = end + 1;
    }
    if (records === 0) return null;
    return {
      bytes: moved ? exact(bytes.subarray(0, written)) : whole(bytes),
      records,
      truncated: cuts.length > 0 ? Uint32Array.from(cuts) : null,
    };
  }
}

function bomLength(bytes: Buffer): number {
  return bytes.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
}

/** CRs and NULs before an LF are part of the separator. */
function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  let stop = end;
  while (stop > start && (bytes[stop - 1] === CR || bytes[stop - 1] === NUL)) stop--;
  return stop;
}

/** The last TAIL_BYTES of `before` followed by `block`. */
function lastBytes(before: Buffer, block: Buffer): Buffer {
  if (block.length >= TAIL_BYTES) return block.subarray(block.length - TAIL_BYTES);
  const kept = before.subarray(Math.max(0, before.length + block.length - TAIL_BYTES));
  return Buffer.concat([kept, block]);
}

/** allocUnsafeSlow gives every buffer an ArrayBuffer of its own, so that it can be transferred. */
function whole(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer);
}

function exact(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return whole(copy);
}
