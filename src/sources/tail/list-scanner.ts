const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const BRACKET_OPEN = 91;
const BRACKET_CLOSE = 93;
const CURLY_OPEN = 123;
const CURLY_CLOSE = 125;

/** How such a file begins; AWS and Azure differ in one letter. Blanks may stand around the name. */
const OPENINGS = [Buffer.from('{"Records":['), Buffer.from('{"records":[')] as const;
const OPENING_LENGTH = OPENINGS[0].length;
/** Where in it blanks may stand before the next character. */
const MAY_BE_BLANK = [0, 1, OPENING_LENGTH - 2, OPENING_LENGTH - 1];
/** Bytes that show it, with blanks. */
export const LONGEST_OPENING = 64;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Whether a file that begins so is one object that holds a list of records (CloudTrail in S3, Azure's storage), or a list of objects, as
 * the interfaces and command lines of clouds write them (Okta, Office 365, `az`, `gcloud`).
 */
export function beginsList(beginning: Buffer): boolean {
  return isWhole(openingIn(beginning));
}

/** Whether it is, or may be one once more of it is there. */
export function mayBeginList(beginning: Buffer): boolean {
  const length = openingIn(beginning);
  return isWhole(length) || (length > 0 && beginning.length < LONGEST_OPENING);
}

function isWhole(length: number): boolean {
  return length === OPENING_LENGTH || length === BARE_OPENING;
}

/** Stands for the length of the opening of a bare list, in which the first object is. */
const BARE_OPENING = OPENING_LENGTH + 1;

/** How much of an opening it begins with, -1 where it goes on with something else. */
function openingIn(beginning: Buffer): number {
  let at = 0;
  const from = beginning.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
  const start = skipBlanks(beginning, from);
  if (beginning[start] === BRACKET_OPEN) {
    const next = skipBlanks(beginning, start + 1);
    if (next >= Math.min(beginning.length, LONGEST_OPENING)) return 1;
    return beginning[next] === CURLY_OPEN ? BARE_OPENING : -1;
  }
  for (const byte of beginning.subarray(from, LONGEST_OPENING)) {
    if (isBlank(byte) && MAY_BE_BLANK.includes(at)) continue;
    if (!goesOn(at, byte)) return -1;
    if (++at === OPENING_LENGTH) break;
  }
  return at;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

function goesOn(at: number, byte: number): boolean {
  return OPENINGS.some((opening) => opening[at] === byte);
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
 * Finds the objects in `{"Records":[…]}` and in `[…]` in the bytes of a file, fed in order, as records of one line: line ends in them
 * can only be blanks. More such lists may follow, and lines, which are records as they are. It looks at each byte once
 * and keeps none but those of an opening.
 *
 * A line that begins so and goes on otherwise, as one that a stranger wrote may, hides no other: a line end that no blank
 * follows ends whatever it stands in.
 */
export class ListScanner {
  #place: Place;
  /** Of an opening the bytes so far, until a member shows that it is one, and how many of them are no blanks. */
  #opening: number[] = [];
  /** The list is a bare one: nothing stands around it. */
  #isBare = false;
  /** The list has just ended. One that was begun by another scanner may be bare. */
  #isEnd = false;
  #matched = 0;
  /** Open brackets, inside a member or after the list. */
  #depth = 0;
  #quoted = false;
  #escaped = false;
  /** The last byte ended a line. */
  #lineEnded = false;

  /** @param isBegun it goes on behind a record */
  constructor(isBegun: boolean) {
    this.#place = isBegun ? 'between' : 'top';
  }

  /** What it has of an opening that may be none. */
  get opening(): Buffer {
    return Buffer.from(this.#opening);
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
          if (this.#matched === 0 && isBlank(byte)) end = i + 1;
          else if (this.#goesOn(byte)) {
            this.#opening.push(byte);
            if (this.#isBare || this.#matched === OPENING_LENGTH) this.#place = 'list';
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
          this.#depth = 0;
          this.#quoted = false;
          if (byte === BRACKET_CLOSE || byte === CURLY_OPEN) {
            const isEmpty = this.#isBare && this.#matched > 0;
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
          } else if (this.#matched > 0 && this.#opening.length < LONGEST_OPENING) this.#opening.push(byte);
          break;
        case 'member':
          if (beginsLine) this.#place = 'top';
          else {
            this.#measure(byte);
            out[written++] = byte === LF || byte === CR ? SPACE : byte;
            if (this.#depth > 0) break;
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
          this.#measure(byte);
          if (this.#depth >= 0) break;
          end = i + 1;
          this.#place = 'top';
      }
    }
    return { whole: out.subarray(0, whole), rest: out.subarray(whole, written), end };
  }

  /** Whether an opening, as far as it was seen, may go on so. */
  #goesOn(byte: number): boolean {
    if (this.#opening.length === LONGEST_OPENING) return false;
    if (isBlank(byte) && MAY_BE_BLANK.includes(this.#matched)) return true;
    if (this.#matched === 0) this.#isBare = byte === BRACKET_OPEN;
    if (this.#isBare) {
      this.#matched = 1;
      return true;
    }
    if (!goesOn(this.#matched, byte)) return false;
    this.#matched++;
    return true;
  }

  /** It was none: it begins a line. */
  #giveOpening(out: Buffer, at: number): number {
    out.set(this.#opening, at);
    const end = at + this.#opening.length;
    this.#forgetOpening();
    this.#place = 'line';
    return end;
  }

  #forgetOpening(): void {
    this.#opening = [];
    this.#matched = 0;
  }

  #measure(byte: number): void {
    if (this.#quoted) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#quoted = false;
    } else if (byte === QUOTE) this.#quoted = true;
    else if (byte === CURLY_OPEN || byte === BRACKET_OPEN) this.#depth++;
    else if (byte === CURLY_CLOSE || byte === BRACKET_CLOSE) this.#depth--;
  }
}

/** What may follow the list in its object. */
function goesOnAfter(byte: number): boolean {
  return isBlank(byte) || byte === COMMA || byte === CURLY_CLOSE;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}
