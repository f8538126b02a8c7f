import type { Cell } from '../match/cell.js';
import { Automaton } from './automaton.js';
import type { AutomatonStore } from './automaton-store.js';
import type { Pattern } from './automaton-trie.js';
import { type Clue, isAscii, type Sight } from './groups.js';
import type { Marks } from './marks.js';
import { Sieve } from './sieve.js';
import { type MemoryBudget, ValueMemory } from './value-memory.js';

export interface SlotOptions {
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
  /** Tells texts that show nothing. */
  readonly #sieve: Sieve | null;
  readonly #presence: number[] = [];
  readonly #beyondAscii: number[] = [];
  /** Whether the text of a number may show anything. */
  #readsNumbers = false;
  readonly #memory: ValueMemory;
  readonly #anywhere: ReadonlySet<number>;
  /** Whatever a part of a text shows, the text shows. */
  readonly findsParts: boolean;

  /** `anywhere`: of what is looked for in any value, that which is looked for here along with `own`. */
  constructor(own: readonly Clue[], anywhere: readonly Clue[], { budget, automata }: SlotOptions) {
    const clues = [...own, ...anywhere];
    this.#anywhere = new Set(anywhere.map(({ mark }) => mark));
    this.#memory = new ValueMemory(budget);
    const patterns = this.#sort(clues);
    const texts = [...patterns.map(({ text }) => text), ...this.#whole.keys()];
    this.#readsNumbers = this.#numbers.size > 0 || texts.some((text) => OF_NUMBERS.test(text));
    const reads = patterns.length > 0 || this.#beyondAscii.length > 0;
    this.#automaton = reads ? new Automaton(automata.of(patterns)) : null;
    const onlyParts = this.#whole.size + this.#numbers.size + this.#beyondAscii.length === 0;
    this.#sieve = onlyParts ? Sieve.of(patterns) : null;
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
    if (cell.members !== null) {
      for (const member of cell.members) this.scanValue(member, marks);
      return;
    }
    const { value } = cell;
    if (!this.#readsNumbers && Number.isFinite(value)) return;
    const isText = typeof value === 'string';
    if (isText && this.#sieve?.mayHold(value) === false) return;
    // A number and its text may answer differently.
    if (!isText || !this.#memory.takes(value)) {
      this.#read(cell, marks);
      return;
    }
    let known = this.#memory.recall(value);
    if (known === undefined) {
      marks.collect();
      this.#read(cell, marks);
      known = marks.takeCollected();
      this.#memory.remember(value, known);
    }
    for (let i = 0; i < known.length; i++) marks.mark(known[i]!);
  }

  #read(cell: Cell, marks: Marks): void {
    const text = cell.text();
    if (text === null) return;
    if (this.#whole.size > 0 && text.length >= this.#shortest && text.length <= this.#longest)
      markAll(this.#whole.get(cell.folded()!), marks);
    if (this.#automaton !== null && !this.#automaton.scan(text, marks, false)) {
      markAll(this.#beyondAscii, marks);
      this.#automaton.scan(cell.folded()!, marks, true);
    }
    if (this.#numbers.size === 0) return;
    const number = cell.number();
    if (number !== null) markAll(this.#numbers.get(numberKey(number)), marks);
  }
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

/** Equal for numbers that compare equal: whole numbers beyond 2^53 by all their digits. */
function numberKey(value: number | bigint): number | string {
  if (typeof value === 'number') return isExact(value) ? value : `${BigInt(value)}`;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value}`;
}

function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || !Number.isInteger(value);
}
