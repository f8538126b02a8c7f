import type { FieldItem } from '../../model/rule.js';
import { PRESENCE, type Predicate, type Witness } from '../match/predicate.js';

/** Where an index finds something: a field by its slot, or any value of the event. */
export const ANY_VALUE = -1;

/** What the index can look for. Characters beyond ASCII are only noticed, all alike. */
export type Sight = Exclude<NonNullable<Witness>, { kind: 'texts' }> | { readonly kind: 'beyond-ascii' };

/** Something to look for in a field. Seen, it is marked. */
export interface Clue {
  readonly slot: number;
  readonly sight: Sight;
  readonly mark: number;
  /** How many questions and rules look for the same: a common clue says little. */
  readonly popularity: { uses: number };
}

/** One question about one field: does some of these predicates hold of it? Rules that ask the same share the group. */
export interface Group {
  /** Also its mark. */
  readonly id: number;
  readonly slot: number;
  readonly predicates: readonly Predicate[];
  /** What answers yes when seen. */
  readonly clues: readonly Clue[];
  /** Predicates that have to be tried. */
  readonly rest: readonly Predicate[];
  readonly hasRest: boolean;
  /** Where its predicates come from, when some have to be tried. */
  readonly source: GroupSource | null;
}

/** All values of an item, or the one at `value`. */
export interface GroupSource {
  readonly item: FieldItem;
  readonly value: number | null;
}

/** All questions and clues of a ruleset, each once. */
export class GroupTable {
  /** By id; marks of hints have none. */
  readonly groups: (Group | undefined)[] = [];
  readonly #known = new Map<string, Group>();
  /** By slot and kind of sight, then by what is looked for. */
  readonly #sights = new Map<string, Map<Sought, KnownSight>>();
  #sightsKnown = 0;
  #marks = 0;

  /** How many marks there are. */
  get size(): number {
    return this.#marks;
  }

  group(slot: number, predicates: readonly Predicate[], source: GroupSource): Group {
    const sights: KnownSight[] = [];
    const rest: Predicate[] = [];
    for (const predicate of predicates) {
      const { witness } = predicate;
      if (isDeciding(witness)) sights.push(this.#sight(slot, witness));
      else rest.push(predicate);
    }
    // Predicates that have to be tried have no name by which they could be known as the same.
    const key =
      rest.length > 0
        ? null
        : `${slot} ${sights
            .map(({ id }) => id)
            .sort((a, b) => a - b)
            .join()}`;
    const known = key === null ? undefined : this.#known.get(key);
    for (const { popularity } of sights) popularity.uses++;
    if (known !== undefined) return known;
    const id = this.#marks++;
    const clues = sights.map(({ sight, popularity }): Clue => ({ slot, sight, mark: id, popularity }));
    const hasRest = rest.length > 0;
    const group = { id, slot, predicates, clues, rest, hasRest, source: hasRest ? source : null };
    this.groups[id] = group;
    if (key !== null) this.#known.set(key, group);
    return group;
  }

  /** Of what one must be seen for the predicate to be worth trying; null = nothing need be there. */
  hints(slot: number, { witness }: Predicate): readonly Clue[] | null {
    if (witness?.kind === 'texts') return witness.texts.map((text) => this.#hintOf(slot, anywhere(text)));
    const wanted = hintOf(witness);
    return wanted === null || (wanted.kind === 'presence' && slot === ANY_VALUE)
      ? null
      : [this.#hintOf(slot, wanted)];
  }

  /** That the field is there. */
  presence(slot: number): Clue {
    return this.#hintOf(slot, PRESENCE);
  }

  #hintOf(slot: number, wanted: Sight): Clue {
    const known = this.#sight(slot, wanted);
    if (known.hint === null) {
      known.popularity.uses++;
      known.hint = { slot, sight: wanted, mark: this.#marks++, popularity: known.popularity };
    }
    return known.hint;
  }

  #sight(slot: number, sight: Sight): KnownSight {
    const kind = `${slot} ${sight.kind === 'text' ? sight.at : sight.kind}`;
    let alike = this.#sights.get(kind);
    if (alike === undefined) {
      alike = new Map();
      this.#sights.set(kind, alike);
    }
    const sought = soughtBy(sight);
    let known = alike.get(sought);
    if (known === undefined) {
      known = { id: this.#sightsKnown++, sight, popularity: { uses: 0 }, hint: null };
      alike.set(sought, known);
    }
    return known;
  }
}

interface KnownSight {
  readonly id: number;
  readonly sight: Sight;
  readonly popularity: { uses: number };
  /** The clue of what waits for it without asking a group. */
  hint: Clue | null;
}

/** The automaton knows ASCII only; whole values are looked up in a table and may be any text. */
export function isDeciding(witness: Witness): witness is Exclude<Sight, { kind: 'beyond-ascii' }> {
  if (witness?.kind === 'number') return true;
  if (witness?.kind !== 'text' || !witness.decides) return false;
  return witness.at === 'whole' || (witness.text !== '' && isAscii(witness.text));
}

function hintOf(witness: Exclude<Witness, { kind: 'texts' }>): Sight | null {
  if (witness?.kind !== 'text' || witness.at === 'whole') return witness;
  const text = longestAscii(witness.text);
  if (text !== witness.text && text.length < SHORT) return { kind: 'beyond-ascii' };
  if (text === '') return PRESENCE;
  return text === witness.text ? witness : anywhere(text);
}

function anywhere(text: string): Sight {
  return { kind: 'text', at: 'anywhere', text, decides: false };
}

export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

const BEYOND_ASCII = /[^\x00-\x7f]/;

/** A run of fewer characters is more common than any character beyond ASCII. */
const SHORT = 6;

function longestAscii(text: string): string {
  if (isAscii(text)) return text;
  let longest = '';
  for (const [run] of text.matchAll(ASCII_RUN)) if (run.length > longest.length) longest = run;
  return longest;
}

const ASCII_RUN = /[\x00-\x7f]+/g;

/** What tells apart two sights of one kind. */
type Sought = string | null;

function soughtBy(sight: Sight): Sought {
  if (sight.kind === 'number') return `${sight.value}`;
  return sight.kind === 'text' ? sight.text : null;
}
