import {
  CLASS_BITS,
  FIRST_CHARACTER,
  OTHER,
  type Pattern,
  symbolAt,
  Trie,
  wordsOf,
} from './automaton-trie.js';
import type { SharedTables, States } from './shared-tables.js';

/**
 * An automaton as tables. Letters of both cases are one class of characters, so that text need not be folded; the edges of
 * the searched text are classes of their own. Of a long text only the beginning that no other text has is in the automaton:
 * where that ends the rest, its tail, is compared. Most other states are met seldom, in the middle of some text: they have no row of
 * next states, only the one class that goes on with the text, and the state to fall back to. States are numbered in four
 * runs: with a row, the ending ones last, then without, the ending ones first. So the ending states are one run.
 */
export interface AutomatonTables {
  /**
   * By ASCII character its class, in the low 8 bits. Above them one bit for each of some single characters that are looked for
   * anywhere: they are in every other text, so they are no states.
   */
  readonly classes: Int32Array;
  readonly root: number;
  /** States below have a row: the next state by (state << shift | class). */
  readonly withRow: number;
  readonly shift: number;
  readonly rows: States;
  /** By state - withRow: the class that goes on, where to, and the state of the longest proper suffix. */
  readonly symbols: Uint8Array;
  readonly goesOn: States;
  readonly fallsBack: States;
  /** A pattern, or what of it is in the automaton, ends in `ending` states from this one on. */
  readonly firstEnding: number;
  readonly ending: number;
  /** By state - firstEnding: the text that ends there, the longest of several. */
  readonly endings: States;
  /** By text: the next shorter text that ends where it does, or -1. */
  readonly shorter: Int32Array;
  /** How many texts there are beside the single characters. */
  readonly texts: number;
  /** By text: where the classes of its tail begin in `tails`; most have none. */
  readonly tailsFrom: Int32Array;
  readonly tails: Uint8Array;
  /** By text: 1 = it or a shorter one that ends where it does has a tail. Each time it is met may be the one. */
  readonly isOpen: Uint8Array;
  /** By text, then by single character: where its marks begin in `marks`. */
  readonly marksFrom: Int32Array;
  readonly marks: Int32Array;
}

/** Stands for the class of a state that no text goes on from. */
const NOTHING = 255;

/** States near the root are met at every character, those where texts part when one of them is there. */
const ROWS_TO_DEPTH = 2;
/** So few states have a row each: it is faster, and they stay in the processor's cache. */
const FEW_STATES = 1500;

export function buildAutomaton(patterns: readonly Pattern[], memory: SharedTables): AutomatonTables {
  const classes = memory.numbers(128);
  const singles = marksOfSingles(patterns);
  const texts = patterns.filter(({ text, at }) => at !== 'anywhere' || !singles.has(text));
  const shift = 32 - Math.clz32(fillClasses(classes, texts) - 1);
  addSingles(classes, [...singles.keys()]);
  const trie = new Trie(wordsOf(texts), classes);
  const states = numberStates(trie);
  const ends = trie.byDepth.filter((node) => trie.ends[node] === 1);
  const { firstEnding, ending } = states;
  return {
    classes,
    root: states.stateOf[0]!,
    withRow: states.withRow,
    shift,
    rows: rowsOf(trie, states, shift, memory),
    ...chainsOf(trie, states, memory),
    firstEnding,
    ending,
    texts: ends.length,
    ...endingsOf(trie, states, ends, memory),
    ...tailsOf(trie, ends, classes, memory),
    ...marksTables([...Array.from(ends, (node) => trie.words.get(node)!.marks), ...singles.values()], memory),
  };
}

function rowsOf(
  trie: Trie,
  { stateOf, withRow }: NumberedStates,
  shift: number,
  memory: SharedTables,
): States {
  const { byDepth, child: firstChild, sibling, symbol, fallback } = trie;
  const rows = memory.states(withRow << shift, byDepth.length);
  for (const node of byDepth) {
    if (stateOf[node]! >= withRow) continue;
    const row = stateOf[node]! << shift;
    if (node === 0) rows.fill(stateOf[0]!, row, row + (1 << shift));
    else {
      // What goes on from a suffix goes on from here, from a longer one rather than from a shorter one. Those are less deep: if
      // they have rows, these are there.
      const rowless: number[] = [];
      let suffix = fallback[node]!;
      for (; stateOf[suffix]! >= withRow; suffix = fallback[suffix]!) rowless.push(suffix);
      rows.copyWithin(row, stateOf[suffix]! << shift, (stateOf[suffix]! + 1) << shift);
      for (let at = rowless.length - 1; at >= 0; at--) {
        const child = firstChild[rowless[at]!]!;
        if (child > 0) rows[row + symbol[child]!] = stateOf[child]!;
      }
    }
    for (let child = firstChild[node]!; child > 0; child = sibling[child]!)
      rows[row + symbol[child]!] = stateOf[child]!;
  }
  return rows;
}

/** Of the states without a row. */
function chainsOf(
  trie: Trie,
  { numbered, stateOf, withRow }: NumberedStates,
  memory: SharedTables,
): Pick<AutomatonTables, 'symbols' | 'goesOn' | 'fallsBack'> {
  const size = numbered.length;
  const symbols = memory.bytes(size - withRow);
  const goesOn = memory.states(size - withRow, size);
  const fallsBack = memory.states(size - withRow, size);
  for (let at = 0; at < symbols.length; at++) {
    const node = numbered[withRow + at]!;
    const child = trie.child[node]!;
    symbols[at] = child > 0 ? trie.symbol[child]! : NOTHING;
    goesOn[at] = child > 0 ? stateOf[child]! : 0;
    fallsBack[at] = stateOf[trie.fallback[node]!]!;
  }
  return { symbols, goesOn, fallsBack };
}

/** `ends`: by text its node. */
function endingsOf(
  trie: Trie,
  { numbered, firstEnding, ending }: NumberedStates,
  ends: Int32Array,
  memory: SharedTables,
): Pick<AutomatonTables, 'endings' | 'shorter'> {
  const textOf = new Int32Array(numbered.length).fill(-1);
  for (let text = 0; text < ends.length; text++) textOf[ends[text]!] = text;
  const endings = memory.states(ending, ends.length);
  for (let at = 0; at < ending; at++) {
    const node = numbered[firstEnding + at]!;
    endings[at] = textOf[textOf[node]! < 0 ? trie.shorter[node]! : node]!;
  }
  const shorter = memory.numbers(ends.length);
  for (let text = 0; text < ends.length; text++) shorter[text] = textOf[trie.shorter[ends[text]!]!]!;
  return { endings, shorter };
}

function tailsOf(
  trie: Trie,
  ends: Int32Array,
  classes: Int32Array,
  memory: SharedTables,
): Pick<AutomatonTables, 'tailsFrom' | 'tails' | 'isOpen'> {
  const words = Array.from(ends, (node) => trie.words.get(node)!);
  const tailsFrom = memory.numbers(words.length + 1);
  const isOpen = memory.bytes(words.length);
  words.forEach(({ text, head }, i) => {
    tailsFrom[i + 1] = tailsFrom[i]! + text.length - head;
  });
  const tails = memory.bytes(tailsFrom[words.length]!);
  words.forEach((word, i) => {
    for (let at = word.head; at < word.text.length; at++)
      tails[tailsFrom[i]! + at - word.head] = symbolAt(word, at, classes);
    for (let node = ends[i]!; node > 0 && isOpen[i] === 0; node = trie.shorter[node]!) {
      const { text, head } = trie.words.get(node)!;
      if (head < text.length) isOpen[i] = 1;
    }
  });
  return { tailsFrom, tails, isOpen };
}

function marksTables(
  marksOf: readonly (readonly number[])[],
  memory: SharedTables,
): Pick<AutomatonTables, 'marksFrom' | 'marks'> {
  const marksFrom = memory.numbers(marksOf.length + 1);
  for (let text = 0; text < marksOf.length; text++)
    marksFrom[text + 1] = marksFrom[text]! + marksOf[text]!.length;
  const marks = memory.numbers(marksFrom.at(-1)!);
  for (let text = 0; text < marksOf.length; text++) marks.set(marksOf[text]!, marksFrom[text]!);
  return { marksFrom, marks };
}

/** The marks of as many single characters as there are bits for. */
function marksOfSingles(patterns: readonly Pattern[]): ReadonlyMap<string, readonly number[]> {
  const singles = new Map<string, number[]>();
  for (const { text, at, mark } of patterns) {
    if (at !== 'anywhere' || text.length !== 1) continue;
    const known = singles.get(text);
    if (known !== undefined) known.push(mark);
    else if (singles.size < 32 - CLASS_BITS) singles.set(text, [mark]);
  }
  return singles;
}

function addSingles(classes: Int32Array, singles: readonly string[]): void {
  for (const [bit, text] of singles.entries())
    for (const code of new Set([text.charCodeAt(0), text.toUpperCase().charCodeAt(0)]))
      classes[code]! |= 1 << (CLASS_BITS + bit);
}

/** Gives each ASCII character its class; returns how many classes there are. */
function fillClasses(classes: Int32Array, patterns: readonly Pattern[]): number {
  let next = FIRST_CHARACTER;
  for (const { text } of patterns) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (classes[code] === OTHER) classes[code] = next++;
    }
  }
  for (let upper = 65; upper <= 90; upper++) classes[upper] = classes[upper + 32]!;
  return next;
}

/** The nodes in the order of their states, the states by node, and where the runs begin. */
interface NumberedStates {
  readonly numbered: Int32Array;
  readonly stateOf: Int32Array;
  readonly withRow: number;
  readonly firstEnding: number;
  readonly ending: number;
}

function numberStates(trie: Trie): NumberedStates {
  const size = trie.byDepth.length;
  const runOf = new Uint8Array(size);
  const lengths: [number, number, number, number] = [0, 0, 0, 0];
  for (let node = 0; node < size; node++) {
    const isEnding = trie.ends[node] === 1 || trie.shorter[node]! > 0;
    const parts = trie.sibling[trie.child[node]!]! > 0;
    const hasRow = parts || trie.depth[node]! <= ROWS_TO_DEPTH || size <= FEW_STATES;
    const run = hasRow ? (isEnding ? 1 : 0) : isEnding ? 2 : 3;
    runOf[node] = run;
    lengths[run]++;
  }
  const [plain, rowed, chained] = lengths;
  const next = [0, plain, plain + rowed, plain + rowed + chained];
  const numbered = new Int32Array(size);
  const stateOf = new Int32Array(size);
  for (const node of trie.byDepth) {
    const state = next[runOf[node]!]!++;
    numbered[state] = node;
    stateOf[node] = state;
  }
  return { numbered, stateOf, withRow: plain + rowed, firstEnding: plain, ending: rowed + chained };
}
