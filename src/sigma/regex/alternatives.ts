import { OTHERS, type RegexNode } from './syntax.js';

/** Texts of a set, at most. */
const MOST_TEXTS = 16;
const LONGEST_TEXT = 64;

/**
 * Folded texts of ASCII of which one stands in the folded form of every text that the expression matches: `\.[ "']` needs one of
 * `. `, `."`, `.'`. The most telling ones that are easy to see; null = none are.
 */
export function requiredTexts(regex: RegexNode): readonly string[] | null {
  const { exact, needed } = read(regex);
  const best = better(exact, needed);
  return best === null || tellingOf(best) < LEAST_TELLING ? null : best;
}

/** Of two characters some three, of one itself: any blank, say, is in every other text. */
const LEAST_TELLING = 6;

/** How much one of these texts says, roughly in bits: of several the shortest counts. */
export function tellingOf(texts: readonly string[]): number {
  return 6 * Math.min(...texts.map(({ length }) => length)) - 2 * Math.log2(texts.length);
}

interface Reading {
  /** Every match is one of these; null = they are not known. */
  readonly exact: readonly string[] | null;
  /** One of these is in every match; null = none need be. */
  readonly needed: readonly string[] | null;
}

const NOTHING: Reading = { exact: null, needed: null };
const EMPTY: Reading = { exact: [''], needed: null };

function read(node: RegexNode): Reading {
  switch (node.kind) {
    case 'class':
      return { exact: charactersOf(node.set), needed: null };
    case 'sequence':
      return sequence(node.of.map(read));
    case 'choice':
      return choice(node.of.map(read));
    case 'repeat':
      return repeat(read(node.of), node.min, node.max);
    default:
      return EMPTY;
  }
}

function sequence(parts: readonly Reading[]): Reading {
  let run: readonly string[] | null = [''];
  let isExact = true;
  let needed: readonly string[] | null = null;
  for (const part of parts) {
    needed = better(needed, part.needed);
    const joined: readonly string[] | null =
      run === null || part.exact === null ? null : product(run, part.exact);
    if (joined === null) {
      isExact = false;
      needed = better(needed, run);
    }
    run = joined ?? part.exact ?? [''];
  }
  return isExact ? { exact: run, needed } : { exact: null, needed: better(needed, run) };
}

function choice(parts: readonly Reading[]): Reading {
  const exact = union(parts.map((part) => part.exact));
  return exact === null
    ? { exact, needed: union(parts.map((part) => better(part.exact, part.needed))) }
    : { exact, needed: null };
}

function repeat(of: Reading, min: number, max: number | null): Reading {
  if (min === 1 && max === 1) return of;
  return min === 0 ? NOTHING : { exact: null, needed: better(of.exact, of.needed) };
}

/** Folded; null = too many, or some are beyond ASCII. */
function charactersOf(set: bigint): readonly string[] | null {
  if (set >> OTHERS > 0n) return null;
  const characters = new Set<string>();
  for (let code = 0; code < 128; code++)
    if (((set >> BigInt(code)) & 1n) === 1n) characters.add(String.fromCharCode(code).toLowerCase());
  return characters.size === 0 || characters.size > MOST_TEXTS ? null : [...characters];
}

function product(before: readonly string[], after: readonly string[]): readonly string[] | null {
  if (before.length * after.length > MOST_TEXTS) return null;
  const joined = before.flatMap((start) => after.map((end) => start + end));
  return joined.some(({ length }) => length > LONGEST_TEXT) ? null : [...new Set(joined)];
}

function union(sets: readonly (readonly string[] | null)[]): readonly string[] | null {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === null) return null;
    for (const text of set) all.add(text);
  }
  return all.size > MOST_TEXTS ? null : [...all];
}

function better(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return tellingOf(b) > tellingOf(a) ? b : a;
}
