import { isBlank, ListOpening, LONGEST_OPENING, Nesting } from './list-opening.js';

export { LONGEST_OPENING };

const LF = 10;
const CR = 13;
const SPACE = 32;
const COMMA = 44;
const BRACKET_CLOSE = 93;
const CURLY_OPEN = 123;
const CURLY_CLOSE = 125;

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Whether a file that begins so is one object that holds a list of records (CloudTrail in S3, Azure's storage, Microsoft Graph), or a
 * list of objects, as the interfaces and command lines of clouds write them (Okta, Office 365, `az`, `gcloud`).
 */
export function beginsList(beginning: Buffer): boolean {
  return look(beginning) === 'list';
}

/** Whether it is, or may be one once more of it is there. */
export function mayBeginList(beginning: Buffer): boolean {
  const found = look(beginning);
  return found === 'list' || (found === 'more' && beginning.length < LONGEST_OPENING);
}

/** Of no more than is kept of a file to know it again: what it is now it is later. */
function look(file: Buffer): 'list' | 'none' | 'more' {
  const beginning = file.subarray(0, LONGEST_OPENING);
  const from = beginning.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
  const opening = new ListOpening();
  let at = skipBlanks(beginning, from);
  while (at < beginning.length && !opening.isWhole) if (!opening.take(beginning[at++]!)) return 'none';
  if (!opening.isWhole) return opening.bytes.length > 0 ? 'more' : 'none';
  if (!opening.isBare) return 'list';
  const first = skipBlanks(beginning, at);
  if (first < beginning.length) return beginning[first] === CURLY_OPEN ? 'list' : 'none';
  return 'more';
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

export interface Scanned {
  /** Records that ended in the block, each with an LF; the first goes on one that began before. */
  readonly whole: Buffer;
  /** The beginning of one that did not end. */
  readonly rest: Buffer;
  /** Index of the last place in the block where another scanner may go on; -1 = none. */
  readonly end: number;
}

/**
 * Where the scanner is: `between` two things of which it does not know what the first one was, at the `top`, in the `list`,
 * in a `member` of it, `after` the list, or in a `line` of no list.
 */
type Place = 'between' | 'top' | 'list' | 'member' | 'after' | 'line';

/**
 * Finds the objects in `{"Records":[…]}`, its like (list-opening.ts) and `[…]` in the bytes of a file, fed in order, as records of one
 * line: line ends in them can only be blanks. More such lists may follow, and lines, which are records as they are. It looks at each byte once
 * and keeps none but those of an opening.
 *
 * A line that begins so and goes on otherwise, as one that a stranger wrote may, hides no other: a line end that no blank
 * follows ends whatever it stands in.
 */
export class ListScanner {
  #place: Place;
  /** As far as it goes, until a member shows that it is one. */
  #opening = new ListOpening();
  /** The list is a bare one: nothing stands around it. */
  #isBare = false;
  /** The list has just ended. One that was begun by another scanner may be bare. */
  #isEnd = false;
  /** Inside a member or after the list. */
  readonly #nesting = new Nesting();
  /** The last byte ended a line. */
  #lineEnded = false;

  /** @param isBegun it goes on behind a record */
  constructor(isBegun: boolean) {
    this.#place = isBegun ? 'between' : 'top';
  }

  /** What it has of an opening that may be none. */
  get opening(): Buffer {
    return Buffer.from(this.#opening.bytes);
  }

  scan(block: Buffer): Scanned {
    // One byte is written for each that is read, an LF after each member, and an opening that was none.
    const out = Buffer.allocUnsafe(2 * block.length + LONGEST_OPENING);
    let written = 0;
    let whole = 0;
    let end = -1;
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!;
      const beginsLine = this.#lineEnded && !isBlank(byte);
      this.#lineEnded = byte === LF;
      if (this.#place === 'between' && !isBlank(byte))
        this.#place = byte === COMMA || byte === BRACKET_CLOSE ? 'list' : 'top';
      switch (this.#place) {
        case 'between':
          end = i + 1;
          break;
        case 'top':
          if (!this.#isPending && isBlank(byte)) end = i + 1;
          else if (this.#opening.take(byte)) {
            if (!this.#opening.isWhole) break;
            this.#isBare = this.#opening.isBare;
            this.#place = 'list';
          } else {
            written = this.#giveOpening(out, written);
            i--;
          }
          break;
        case 'line':
          out[written++] = byte;
          if (byte !== LF) break;
          whole = written;
          end = i + 1;
          this.#place = 'top';
          break;
        case 'list':
          this.#nesting.reset();
          if (byte === BRACKET_CLOSE || byte === CURLY_OPEN) {
            const isEmpty = this.#isBare && this.#isPending;
            if (byte === BRACKET_CLOSE && isEmpty) {
              written = this.#giveOpening(out, written);
              i--;
              break;
            }
            this.#place = byte === CURLY_OPEN ? 'member' : this.#isBare ? 'top' : 'after';
            this.#isEnd = true;
            this.#forgetOpening();
            if (byte === CURLY_OPEN) i--;
            else if (this.#isBare) end = i + 1;
          } else if (byte !== COMMA && !isBlank(byte)) {
            written = this.#giveOpening(out, written);
            i--;
          } else if (this.#isPending && this.#opening.bytes.length < LONGEST_OPENING)
            this.#opening.bytes.push(byte);
          break;
        case 'member':
          if (beginsLine) this.#place = 'top';
          else {
            this.#nesting.take(byte);
            out[written++] = byte === LF || byte === CR ? SPACE : byte;
            if (this.#nesting.depth > 0) break;
            this.#place = 'list';
          }
          out[written++] = LF;
          whole = written;
          // What begins a line is looked at once more.
          if (beginsLine) i--;
          end = i + 1;
          break;
        default:
          if ((beginsLine && byte !== CURLY_CLOSE) || (this.#isEnd && !goesOnAfter(byte))) {
            this.#place = 'top';
            i--;
            break;
          }
          if (!isBlank(byte)) this.#isEnd = false;
          this.#nesting.take(byte);
          if (this.#nesting.depth >= 0) break;
          end = i + 1;
          this.#place = 'top';
      }
    }
    return { whole: out.subarray(0, whole), rest: out.subarray(whole, written), end };
  }

  get #isPending(): boolean {
    return this.#opening.bytes.length > 0;
  }

  /** It was none: it begins a line. */
  #giveOpening(out: Buffer, at: number): number {
    out.set(this.#opening.bytes, at);
    const end = at + this.#opening.bytes.length;
    this.#forgetOpening();
    this.#place = 'line';
    return end;
  }

  #forgetOpening(): void {
    if (this.#isPending) this.#opening = new ListOpening();
  }
}

/** What may follow the list in its object. */
function goesOnAfter(byte: number): boolean {
  return isBlank(byte) || byte === COMMA || byte === CURLY_CLOSE;
}
