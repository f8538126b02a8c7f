import type { Cell } from '../match/cell.js';
import { Automaton } from './automaton.js';
import type { AutomatonStore } from './automaton-store.js';
import type { Pattern } from './automaton-trie.js';
import { BEYOND_ASCII, GramSearch, LABORIOUS } from './gram-search.js';
import { ANY_VALUE, type Clue, isAscii, type Sight } from './groups.js';
import type { Marks } from './marks.js';
import { Sieve } from './sieve.js';
import { type MemoryBudget, ValueMemory } from './value-memory.js';

export interface SlotOptions {
  /** By mark: 1 = some rule waits for it. */
  readonly isAwaited: Uint8Array;
  readonly budget: MemoryBudget;
  readonly automata: AutomatonStore;
}

/** Answers all questions about one field, or about any value, in one look at it. */
export class SlotIndex {
  readonly #whole = new Map<string, number[]>();
  /** Of the whole texts, in characters. */
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  readonly #numbers = new Map<number | string, number[]>();
  readonly #automaton: Automaton | null;
  /** For what is waited for alone; null = all has to be read, undefined = it is made when the first text is read. */
  #search: GramSearch | null | undefined;
  readonly #awaited: readonly Pattern[];
  readonly #awaitedWhole: ReadonlyMap<string, readonly number[]>;
  /** Tells texts that show nothing. */
  readonly #sieve: Sieve | null;
  /** To search a text that is not long takes no longer than to recall it, and of what is looked for in any value all is waited for. */
  readonly #searchesFirst: boolean;
  readonly #presence: number[] = [];
  readonly #beyondAscii: number[] = [];
  /** Whether the text of a number may show anything. */
  #readsNumbers = false;
  readonly #memory: ValueMemory;
  readonly #anywhere: ReadonlySet<number>;
  /** Whatever a part of a text shows, the text shows. */
  readonly findsParts: boolean;

  /** `anywhere`: of what is looked for in any value, that which is looked for here along with `own`. */
  constructor(own: readonly Clue[], anywhere: readonly Clue[], { isAwaited, budget, automata }: SlotOptions) {
    const clues = [...own, ...anywhere];
    this.#anywhere = new Set(anywhere.map(({ mark }) => mark));
    const patterns = this.#sort(clues);
    const texts = [...patterns.map(({ text }) => text), ...this.#whole.keys()];
    this.#readsNumbers = this.#numbers.size > 0 || texts.some((text) => OF_NUMBERS.test(text));
    const reads = patterns.length > 0 || this.#beyondAscii.length > 0;
    this.#automaton = reads ? new Automaton(automata.of(patterns)) : null;
    this.#awaited = patterns.filter(({ mark }) => isAwaited[mark] === 1);
    this.#awaitedWhole = awaitedOf(this.#whole, isAwaited);
    const onlyParts = this.#whole.size + this.#numbers.size + this.#beyondAscii.length === 0;
    this.#sieve = onlyParts ? Sieve.of(patterns) : null;
    this.#memory = new ValueMemory(budget);
    this.#searchesFirst = this.#awaited.length > 0 && own[0]?.slot === ANY_VALUE;
    this.findsParts = clues.every(({ sight }) => sight.kind === 'beyond-ascii' || isAnywhere(sight));
  }

  /** Takes the clues in, except those that the automaton looks for: returns these. */
  #sort(clues: readonly Clue[]): Pattern[] {
    const patterns: Pattern[] = [];
    const joins = wholeTextsJoin(clues);
    for (const { sight, mark } of clues) {
      if (sight.kind === 'presence') this.#presence.push(mark);
      else if (sight.kind === 'beyond-ascii') this.#beyondAscii.push(mark);
      else if (sight.kind === 'number') addTo(this.#numbers, numberKey(sight.value), mark);
      else if (sight.at === 'whole' && !(joins && isAscii(sight.text))) {
        addTo(this.#whole, sight.text, mark);
        this.#shortest = Math.min(this.#shortest, sight.text.length);
        this.#longest = Math.max(this.#longest, sight.text.length);
      } else patterns.push({ text: sight.text, at: sight.at, mark });
    }
    return patterns;
  }

  /** Marks what the field shows, which is no value of the event itself: one derived from it, or found by another name. */
  scanField(cell: Cell, marks: Marks): void {
    if (this.#anywhere.size === 0) {
      this.scan(cell, marks);
      return;
    }
    for (const mark of this.#presence) marks.mark(mark);
    marks.collect();
    this.#readMembers(cell, marks);
    for (const mark of marks.takeCollected()) if (!this.#anywhere.has(mark)) marks.mark(mark);
  }

  /** As `scanField`, but what no rule waits for may be left out. True = nothing is. */
  watchField(cell: Cell, marks: Marks): boolean {
    if (this.#anywhere.size === 0) return this.watch(cell, marks);
    for (const mark of this.#presence) marks.mark(mark);
    marks.collect();
    const isAll = this.#watchMembers(cell, marks);
    for (const mark of marks.takeCollected()) if (!this.#anywhere.has(mark)) marks.mark(mark);
    return isAll;
  }

  #readMembers(cell: Cell, marks: Marks): void {
    if (cell.members === null) this.#read(cell, marks);
    else for (const member of cell.members) this.#readMembers(member, marks);
  }

  /** Marks what the field shows, and what its value, one of the event, shows to those who look for it anywhere. */
  scan(cell: Cell, marks: Marks): void {
    for (const mark of this.#presence) marks.mark(mark);
    this.scanValue(cell, marks);
  }

  /** Of an array any member answers. */
  scanValue(cell: Cell, marks: Marks): void {
    if (cell.members !== null) for (const member of cell.members) this.scanValue(member, marks);
    else if (!this.#isRemembered(cell, marks)) this.#read(cell, marks);
  }

  /** As `scan`, but what no rule waits for may be left out. True = nothing is. */
  watch(cell: Cell, marks: Marks): boolean {
    for (const mark of this.#presence) marks.mark(mark);
    return this.watchValue(cell, marks);
  }

  /** As `scanValue`, but what no rule waits for may be left out. True = nothing is. */
  watchValue(cell: Cell, marks: Marks): boolean {
    if (cell.members !== null) {
      let isAll = true;
      for (const member of cell.members) if (!this.watchValue(member, marks)) isAll = false;
      return isAll;
    }
    const { value } = cell;
    if (typeof value !== 'string' && !this.#readsNumbers && Number.isFinite(value)) return true;
    if (typeof value === 'string' && this.#sieve?.mayHold(value) === false) return true;
    const isShort = this.#searchesFirst && typeof value === 'string' && value.length < LONG;
    if (!isShort && this.#isRemembered(cell, marks)) return true;
    return this.#watchOne(cell, marks);
  }

  #watchMembers(cell: Cell, marks: Marks): boolean {
    if (cell.members === null) return this.#watchOne(cell, marks);
    let isAll = true;
    for (const member of cell.members) if (!this.#watchMembers(member, marks)) isAll = false;
    return isAll;
  }

  #watchOne(cell: Cell, marks: Marks): boolean {
    const text = cell.text();
    if (text === null) return true;
    if (text.length >= SEARCHED) {
      if (this.#search === undefined)
        this.#search = GramSearch.of(this.#awaited, this.#beyondAscii.length > 0);
      if (this.#search !== null && this.#readAwaited(cell, text, this.#search, marks)) return false;
    }
    this.#read(cell, marks);
    return true;
  }

  /** Marks all that the value shows, where that is known or worth remembering: else false. */
  #isRemembered(cell: Cell, marks: Marks): boolean {
    const { value } = cell;
    // A number and its text may answer differently.
    if (typeof value !== 'string' || !this.#memory.takes(value)) return false;
    let known = this.#memory.recall(value);
    if (known === undefined) {
      marks.collect();
      this.#read(cell, marks);
      known = marks.takeCollected();
      this.#memory.remember(value, known);
    }
    for (let i = 0; i < known.length; i++) marks.mark(known[i]!);
    return true;
  }

  /** False = it has to be read in full. */
  #readAwaited(cell: Cell, text: string, search: GramSearch, marks: Marks): boolean {
    if (this.#awaitedWhole.size > 0) this.#findWhole(text, cell, this.#awaitedWhole, marks);
    let outcome = search.scan(text, marks, false);
    if (outcome === BEYOND_ASCII) {
      markAll(this.#beyondAscii, marks);
      outcome = search.scan(cell.folded()!, marks, true);
    }
    if (outcome === LABORIOUS) return false;
    this.#findNumber(cell, marks);
    return true;
  }

  #read(cell: Cell, marks: Marks): void {
    const text = cell.text();
    if (text === null) return;
    if (this.#whole.size > 0) this.#findWhole(text, cell, this.#whole, marks);
    if (this.#automaton !== null && !this.#automaton.scan(text, marks, false)) {
      markAll(this.#beyondAscii, marks);
      this.#automaton.scan(cell.folded()!, marks, true);
    }
    this.#findNumber(cell, marks);
  }

  #findWhole(
    { length }: string,
    cell: Cell,
    texts: ReadonlyMap<string, readonly number[]>,
    marks: Marks,
  ): void {
    if (length >= this.#shortest && length <= this.#longest) markAll(texts.get(cell.folded()!), marks);
  }

  #findNumber(cell: Cell, marks: Marks): void {
    if (this.#numbers.size === 0) return;
    const number = cell.number();
    if (number !== null) markAll(this.#numbers.get(numberKey(number)), marks);
  }
}

const LONG = 32;

function awaitedOf(
  whole: ReadonlyMap<string, readonly number[]>,
  isAwaited: Uint8Array,
): ReadonlyMap<string, readonly number[]> {
  const awaited = new Map<string, readonly number[]>();
  for (const [text, all] of whole) {
    const some = all.filter((mark) => isAwaited[mark] === 1);
    if (some.length > 0) awaited.set(text, some);
  }
  return awaited;
}

/** Where the text is read anyway, a few whole texts are found on the way: no folding, no hashing. Hash lists are not few. */
function wholeTextsJoin(clues: readonly Clue[]): boolean {
  let characters = 0;
  let reads = false;
  for (const { sight } of clues) {
    if (sight.kind !== 'text') continue;
    if (sight.at === 'whole') characters += sight.text.length;
    else reads = true;
  }
  return reads && characters <= MAX_JOINED;
}

const MAX_JOINED = 4096;

function isAnywhere(sight: Sight): boolean {
  return sight.kind === 'text' && sight.at === 'anywhere';
}

/** What the text of a finite number consists of: digits, sign, point, exponent. */
const OF_NUMBERS = /^[0-9.+\-e]*$/;

function markAll(found: readonly number[] | undefined, marks: Marks): void {
  if (found !== undefined) for (const mark of found) marks.mark(mark);
}

function addTo<K>(map: Map<K, number[]>, key: K, mark: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [mark]);
  else known.push(mark);
}

/** A text of fewer characters is read in full as fast. */
const SEARCHED = 20;

/** Equal for numbers that compare equal: whole numbers beyond 2^53 by all their digits. */
function numberKey(value: number | bigint): number | string {
  if (typeof value === 'number') return isExact(value) ? value : `${BigInt(value)}`;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value}`;
}

function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || !Number.isInteger(value);
}
