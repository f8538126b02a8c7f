import { OTHERS, type RegexNode } from './syntax.js';

/** As many characters as a number of 32 bits has a bit for. */
const LONGEST_RUN = 32;
/** Longer texts are left to the expression: its time is linear, that of the search up to LONGEST_RUN times as much. */
const LONGEST_TEXT = 4096;
const ONE = '1'.charCodeAt(0);
/** Copies of what is repeated, at most, that are counted. */
const MOST_COPIES = 4096;

/**
 * A quick look at a text before a regular expression is tried: has it as many characters as every match has, and
 * somewhere the run of characters, each out of some class, that every match has? `\s[a-f0-9]{64}\s` has such a run,
 * though no text that is always the same.
 */
export class RegexGate {
  readonly #shortest: number;
  readonly #length: number;
  /** By character, those beyond ASCII all under 128: one bit for each place in the run that it may have, the last lowest. */
  readonly #places = new Int32Array(129);

  constructor(regex: RegexNode) {
    const runs = new Runs();
    runs.read(regex);
    runs.end();
    this.#shortest = shortestOf(regex);
    this.#length = runs.best.length;
    runs.best.forEach((set, at) => {
      const bits = set.toString(2);
      for (let code = 0; code < Math.min(bits.length, 129); code++)
        if (bits.charCodeAt(bits.length - 1 - code) === ONE)
          this.#places[code]! |= 1 << (this.#length - 1 - at);
    });
  }

  /** False = the expression does not match. */
  mayMatch(text: string): boolean {
    if (text.length < this.#shortest) return false;
    return this.#length === 0 || text.length > LONGEST_TEXT || this.#hasRun(text);
  }

  /** Reads windows from their end, and moves on by as much as what was read allows (BNDM: Navarro and Raffinot, 1998). */
  #hasRun(text: string): boolean {
    const length = this.#length;
    const places = this.#places;
    const whole = 1 << (length - 1);
    let from = 0;
    while (from <= text.length - length) {
      let left = length;
      let step = length;
      // The places at which what was read of the window may stand in the run.
      let alive = -1;
      while (alive !== 0 && left > 0) {
        const code = text.charCodeAt(from + --left);
        alive &= places[code < 128 ? code : 128]!;
        if ((alive & whole) !== 0) {
          if (left === 0) return true;
          step = left;
        }
        alive <<= 1;
      }
      from += step;
    }
    return false;
  }
}

/** The runs of classes that stand in every match, of which the one that says most is kept. */
class Runs {
  best: readonly bigint[] = [];
  #bits = 0;
  #run: bigint[] = [];

  read(node: RegexNode): void {
    switch (node.kind) {
      case 'class':
        this.#add(node.set);
        break;
      case 'sequence':
        for (const part of node.of) this.read(part);
        break;
      case 'choice':
        this.end();
        break;
      case 'repeat':
        this.#repeat(node);
        break;
      default:
    }
  }

  /** What comes next may stand anywhere behind. */
  end(): void {
    const bits = this.#run.reduce((sum, set) => sum + 7 - Math.log2(countOf(set)), 0);
    if (this.#run.length > 1 && bits > this.#bits) {
      this.best = this.#run;
      this.#bits = bits;
    }
    this.#run = [];
  }

  #repeat({ of, min, max }: Extract<RegexNode, { kind: 'repeat' }>): void {
    if (of.kind !== 'class') {
      if (min > 0) this.read(of);
      if (min !== 1 || max !== 1) this.end();
      return;
    }
    // With more copies than are sure, the first ones follow what is before, the last ones precede what is behind.
    this.#addCopies(of.set, min);
    if (min === max) return;
    this.end();
    this.#addCopies(of.set, min);
  }

  #addCopies(set: bigint, count: number): void {
    for (let i = 0; i < Math.min(count, LONGEST_RUN); i++) this.#add(set);
    if (count > LONGEST_RUN) this.end();
  }

  #add(set: bigint): void {
    // Characters of two code units have no fixed length.
    if (set >> OTHERS > 0n) {
      this.end();
      return;
    }
    if (this.#run.length === LONGEST_RUN) this.end();
    this.#run.push(withSigns(set));
  }
}

/** Regardless of case, the Kelvin sign is a k and the long s an s. */
function withSigns(set: bigint): bigint {
  return (set & K_OR_S) === 0n ? set : set | (1n << OTHERS);
}

const K_OR_S = [...'ks'].reduce((set, letter) => set | (1n << BigInt(letter.charCodeAt(0))), 0n);

function countOf(set: bigint): number {
  return set.toString(2).replaceAll('0', '').length;
}

/** Code units of the shortest match, or fewer. */
function shortestOf(node: RegexNode): number {
  switch (node.kind) {
    case 'class':
      return 1;
    case 'sequence':
      return node.of.reduce((sum, part) => sum + shortestOf(part), 0);
    case 'choice':
      return Math.min(...node.of.map(shortestOf));
    case 'repeat':
      return Math.min(shortestOf(node.of) * node.min, MOST_COPIES);
    default:
      return 0;
  }
}
