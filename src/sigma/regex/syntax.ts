import { MANY, type Piece } from '../../model/glob.js';

/**
 * A regular expression as far as it matters for the ways in which it can match: RE2's syntax without lookaround and
 * backreferences, which load.ts refuses. Anchors and word boundaries are empty; the end anchor is kept.
 */
export type RegexNode =
  | { readonly kind: 'class'; readonly set: bigint }
  | { readonly kind: 'empty' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly RegexNode[] }
  /** `max` null = without end. */
  | { readonly kind: 'repeat'; readonly of: RegexNode; readonly min: number; readonly max: number | null };

/** One bit an ASCII character, the last for all others. */
export const OTHERS = 128n;
export const EVERYTHING = (1n << (OTHERS + 1n)) - 1n;
const NEWLINE = 1n << 10n;
const DIGIT = rangeOf(0x30, 0x39);
const WORD = DIGIT | rangeOf(0x41, 0x5a) | rangeOf(0x61, 0x7a) | (1n << 0x5fn);
const SPACE = [9, 10, 12, 13, 32].reduce((set, code) => set | (1n << BigInt(code)), 0n);
const POSIX: Readonly<Record<string, bigint>> = {
  alnum: WORD & ~(1n << 0x5fn),
  alpha: WORD & ~(1n << 0x5fn) & ~DIGIT,
  digit: DIGIT,
  lower: rangeOf(0x61, 0x7a),
  upper: rangeOf(0x41, 0x5a),
  punct: rangeOf(0x21, 0x7e) & ~(WORD & ~(1n << 0x5fn)),
  space: SPACE,
  word: WORD,
  xdigit: DIGIT | rangeOf(0x41, 0x46) | rangeOf(0x61, 0x66),
};

/** A wildcard value as the expression that tools make of it. */
export function wildcardRegex(pieces: readonly Piece[]): RegexNode {
  const any: RegexNode = { kind: 'class', set: EVERYTHING };
  const of = pieces.flatMap((piece): RegexNode[] => {
    if (typeof piece === 'string')
      return [...piece].map((char) => ({ kind: 'class', set: bothCases(charSet(char)) }));
    return [piece === MANY ? { kind: 'repeat', of: any, min: 0, max: null } : any];
  });
  return { kind: 'sequence', of: pieces.at(-1) === MANY ? of : [...of, { kind: 'end' }] };
}

/**
 * Null for what this reader does not know: then nothing is said about the expression. Where case is left aside, if only in a
 * part, it is everywhere.
 */
export function readRegex(pattern: string, ignoreCase = false): RegexNode | null {
  const reader = new Reader(pattern, ignoreCase || /\(\?[a-zA-Z]*i/.test(pattern));
  const node = reader.choice(0);
  return reader.isDone ? node : null;
}

const MAX_DEPTH = 100;

class Reader {
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #failed = false;

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
  }

  get isDone(): boolean {
    return !this.#failed && this.#at === this.#pattern.length;
  }

  choice(depth: number): RegexNode {
    if (depth > MAX_DEPTH) return this.#fail();
    const of = [this.#sequence(depth)];
    while (this.#take('|')) of.push(this.#sequence(depth));
    return of.length === 1 ? of[0]! : { kind: 'choice', of };
  }

  #sequence(depth: number): RegexNode {
    const of: RegexNode[] = [];
    while (!this.#failed && this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) {
      of.push(this.#repeated(this.#atom(depth)));
    }
    return of.length === 1 ? of[0]! : { kind: 'sequence', of };
  }

  #repeated(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      const match = /^(?:[*+?]|\{(\d{1,4})(,(\d{0,4}))?\})[?+]?/.exec(
        this.#pattern.slice(this.#at, this.#at + 14),
      );
      if (match === null) return node;
      this.#at += match[0].length;
      const [sign] = match[0];
      const min = sign === '{' ? Number(match[1]) : sign === '+' ? 1 : 0;
      const bounded = match[2] === undefined ? min : match[3] === '' ? null : Number(match[3]);
      const max = sign === '{' ? bounded : sign === '?' ? 1 : null;
      node = { kind: 'repeat', of: node, min, max };
    }
  }

  #atom(depth: number): RegexNode {
    const char = this.#pattern[this.#at++]!;
    switch (char) {
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'class', set: this.#members() };
      case '.':
        return { kind: 'class', set: EVERYTHING & ~NEWLINE };
      case '^':
        return { kind: 'empty' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return this.#escape();
      default:
        return { kind: 'class', set: this.#cases(this.#whole(char)) };
    }
  }

  /** Of a character of two code units both: what follows repeats the whole. */
  #whole(unit: string): bigint {
    if (
      /^[\uD800-\uDBFF]$/.test(unit) &&
      /^[\uDC00-\uDFFF]/.test(this.#pattern.slice(this.#at, this.#at + 1))
    )
      this.#at++;
    return charSet(unit);
  }

  #group(depth: number): RegexNode {
    const head = /^\?(?:[imsU-]*:|P?<\w+>|[imsU-]+\))/.exec(this.#pattern.slice(this.#at, this.#at + 64));
    if (head === null && this.#pattern[this.#at] === '?') return this.#fail();
    this.#at += head?.[0].length ?? 0;
    if (head?.[0].endsWith(')')) return { kind: 'empty' };
    const inner = this.choice(depth + 1);
    return this.#take(')') ? inner : this.#fail();
  }

  #escape(): RegexNode {
    const char = this.#pattern[this.#at++];
    if (char === undefined) return this.#fail();
    if ('bBAG'.includes(char)) return { kind: 'empty' };
    if (char === 'z' || char === 'Z') return { kind: 'end' };
    const set = this.#escapedSet(char);
    return set === null ? this.#fail() : { kind: 'class', set: this.#cases(set) };
  }

  /** Set of `\` and this character; null = not known. */
  #escapedSet(char: string): bigint | null {
    const named: Readonly<Record<string, bigint>> = {
      ...{
        d: DIGIT,
        D: EVERYTHING & ~DIGIT,
        w: WORD,
        W: EVERYTHING & ~WORD,
        s: SPACE,
        S: EVERYTHING & ~SPACE,
      },
      ...{
        n: charSet('\n'),
        r: charSet('\r'),
        t: charSet('\t'),
        f: charSet('\f'),
        v: charSet('\v'),
        a: 1n << 7n,
      },
    };
    if (Object.hasOwn(named, char)) return named[char]!;
    const hex =
      char === 'x'
        ? /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(this.#pattern.slice(this.#at))
        : null;
    if (hex !== null) {
      this.#at += hex[0].length;
      return codeSet(Number.parseInt(hex[1] ?? hex[2]!, 16));
    }
    return /[A-Za-z0-9]/.test(char) ? null : this.#whole(char);
  }

  #members(): bigint {
    let set = 0n;
    const negated = this.#take('^');
    for (let first = true; first || this.#pattern[this.#at] !== ']'; first = false) {
      if (this.#at >= this.#pattern.length) {
        this.#fail();
        return 0n;
      }
      set |= this.#member();
    }
    this.#at++;
    const members = this.#cases(set);
    // What stands for many characters is not left out whole.
    return negated ? (EVERYTHING & ~members) | (1n << OTHERS) : members;
  }

  #member(): bigint {
    const posix = /^\[:(\w+):\]/.exec(this.#pattern.slice(this.#at, this.#at + 16));
    if (posix !== null && Object.hasOwn(POSIX, posix[1]!)) {
      this.#at += posix[0].length;
      return POSIX[posix[1]!]!;
    }
    if (this.#pattern.startsWith('[:', this.#at)) this.#fail();
    const low = this.#single();
    if (this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']') return low;
    this.#at++;
    const high = this.#single();
    return rangeOf(lowest(low), lowest(high)) | (high >> OTHERS > 0n ? 1n << OTHERS : 0n);
  }

  #single(): bigint {
    const char = this.#pattern[this.#at++] ?? '';
    if (char !== '\\') return charSet(char);
    const set = this.#escapedSet(this.#pattern[this.#at++] ?? '');
    if (set !== null) return set;
    this.#fail();
    return 0n;
  }

  #cases(set: bigint): bigint {
    return this.#ignoreCase ? bothCases(set) : set;
  }

  #take(char: string): boolean {
    if (this.#pattern[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #fail(): RegexNode {
    this.#failed = true;
    return { kind: 'empty' };
  }
}

function charSet(char: string): bigint {
  return codeSet(char.charCodeAt(0));
}

function codeSet(code: number): bigint {
  return 1n << (code < 128 ? BigInt(code) : OTHERS);
}

function bothCases(set: bigint): bigint {
  const letters = ((set >> UPPER) | (set >> LOWER)) & LETTERS;
  return set | (letters << UPPER) | (letters << LOWER);
}

const UPPER = 0x41n;
const LOWER = 0x61n;
const LETTERS = (1n << 26n) - 1n;

function rangeOf(low: number, high: number): bigint {
  if (high < low) return 0n;
  return ((1n << BigInt(Math.min(high, 127) - low + 1)) - 1n) << BigInt(low);
}

function lowest(set: bigint): number {
  let code = 0;
  for (let rest = set; rest > 0n && (rest & 1n) === 0n; rest >>= 1n) code++;
  return code;
}
