/** A pattern, parsed: literal texts and wildcards. Never turned into a regular expression. */
export type Piece = string | Wildcard;

/** `many` = any length, `one` = one code point, `dash` = one of the dashes and the slash of `windash`. */
export type Wildcard = typeof MANY | typeof ONE | typeof DASH;
export const MANY = Symbol('many');
export const ONE = Symbol('one');
export const DASH = Symbol('dash');

/** What `DASH` stands for: hyphen, slash, en dash, em dash, horizontal bar. */
export const DASHES = '-/\u2013\u2014\u2015';

/** Neighbouring literals joined, neighbouring `*` made one. */
export function joinPieces(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined[joined.length - 1];
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else if (piece !== '' && !(piece === MANY && last === MANY)) joined.push(piece);
  }
  return joined;
}

/** A run of pieces without `*`: literals and single-character wildcards. Has a fixed length in code points. */
type Segment = readonly Piece[];

/** Only `*` means something: as in names of selections and paths. */
export function globOfStars(pattern: string): Glob {
  const pieces = pattern.split('*').flatMap((literal, i): Piece[] => (i === 0 ? [literal] : [MANY, literal]));
  return new Glob(joinPieces(pieces));
}

/**
 * Whole-text wildcard match: the segments between the `*` are looked for one after another, leftmost first, which
 * is enough because a segment has a fixed length. Time is linear in the text for literal segments, and at worst
 * text length times segment length with `?`; never exponential.
 */
export class Glob {
  readonly #head: Segment;
  readonly #middle: readonly Segment[];
  /** null = the pattern holds no `*`: the head is everything. */
  readonly #tail: Segment | null;

  /** `pieces` as `joinPieces` leaves them. */
  constructor(pieces: readonly Piece[]) {
    const segments: Piece[][] = [[]];
    for (const piece of pieces) {
      if (piece === MANY) segments.push([]);
      else segments[segments.length - 1]!.push(piece);
    }
    this.#head = segments[0]!;
    this.#tail = segments.length > 1 ? segments[segments.length - 1]! : null;
    this.#middle = segments.slice(1, -1).filter((segment) => segment.length > 0);
  }

  test(text: string): boolean {
    let at = matchAt(text, 0, this.#head);
    if (at < 0) return false;
    if (this.#tail === null) return at === text.length;
    for (const segment of this.#middle) {
      at = find(text, at, segment);
      if (at < 0) return false;
    }
    const tailStart = startOfTail(text, this.#tail);
    return tailStart >= at && matchAt(text, tailStart, this.#tail) === text.length;
  }
}

/** End of the segment when it stands at `at`, else -1. */
function matchAt(text: string, at: number, segment: Segment): number {
  let end = at;
  for (const piece of segment) {
    if (typeof piece === 'string') {
      if (!text.startsWith(piece, end)) return -1;
      end += piece.length;
    } else {
      if (end >= text.length) return -1;
      if (piece === DASH && !DASHES.includes(text[end]!)) return -1;
      end += widthAt(text, end);
    }
  }
  return end;
}

/** End of the leftmost occurrence at or after `from`, else -1. */
function find(text: string, from: number, segment: Segment): number {
  const first = segment[0]!;
  if (typeof first === 'string') {
    for (let at = text.indexOf(first, from); at >= 0; at = text.indexOf(first, at + 1)) {
      const end = matchAt(text, at, segment);
      if (end >= 0) return end;
    }
    return -1;
  }
  for (let at = from; at < text.length; at += widthAt(text, at)) {
    const end = matchAt(text, at, segment);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where the tail must begin to end with the text; -1 = the text is too short. */
function startOfTail(text: string, tail: Segment): number {
  let at = text.length;
  for (let i = tail.length - 1; i >= 0; i--) {
    const piece = tail[i]!;
    if (typeof piece === 'string') at -= piece.length;
    else at -= at >= 2 && isPair(text, at - 2) ? 2 : 1;
    if (at < 0) return -1;
  }
  return at;
}

function widthAt(text: string, at: number): number {
  return isPair(text, at) ? 2 : 1;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
