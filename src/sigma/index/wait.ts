import type { FieldItem } from '../../model/rule.js';
import type { Necessity } from '../match/necessity.js';
import type { ItemPlan } from '../modifiers/compile-item.js';
import { isEveryday } from './everyday.js';
import { ANY_VALUE, type Clue, type Group, type GroupTable } from './groups.js';

/** Clues of which at least one is seen in every event that a rule matches: it is not looked at before. */
export interface Wait {
  readonly clues: readonly Clue[];
  /** How seldom the least telling clue is seen; higher is better. */
  readonly rank: number;
}

/** What an item is to the index: its compiled form and the groups that answer it. */
export interface IndexedPlan {
  readonly item: FieldItem;
  readonly plan: ItemPlan;
  /** One for "any", one per value for "all"; none for `exists` and `fieldref`. */
  readonly groups: readonly Group[];
  readonly slot: number;
}

/** Chooses what rules wait for: of all that must be there the seldomest, so that few rules wake in vain. */
export class WaitNecessity implements Necessity<Wait> {
  readonly #table: GroupTable;
  readonly #planOf: (item: FieldItem) => IndexedPlan;

  constructor(table: GroupTable, planOf: (item: FieldItem) => IndexedPlan) {
    this.#table = table;
    this.#planOf = planOf;
  }

  ofItem(item: FieldItem): Wait | null {
    const { plan, groups, slot } = this.#planOf(item);
    if (plan.kind === 'exists') return plan.wanted ? this.#waitFor([this.#table.presence(slot)]) : null;
    if (plan.negated) return null;
    if (plan.kind === 'reference') return this.#waitFor([this.#table.presence(slot)]);
    return this.ofAll(groups.map((group) => this.#ofGroup(group, item.field)));
  }

  ofAll(parts: readonly (Wait | null)[]): Wait | null {
    return parts.reduce((best, part) => (isBetter(part, best) ? part : best), null);
  }

  ofAny(parts: readonly (Wait | null)[]): Wait | null {
    const clues = new Set<Clue>();
    let rank = Number.POSITIVE_INFINITY;
    for (const part of parts) {
      if (part === null) return null;
      for (const clue of part.clues) clues.add(clue);
      rank = Math.min(rank, part.rank);
    }
    return parts.length === 0 ? null : { clues: [...clues], rank };
  }

  #ofGroup({ slot, clues, rest }: Group, field: string | null): Wait | null {
    const all = [...clues];
    for (const predicate of rest) {
      const hints = this.#table.hints(slot, predicate);
      if (hints === null) return null;
      for (const hint of hints) all.push(hint);
    }
    return this.#waitFor(all, field);
  }

  #waitFor(clues: readonly Clue[], field: string | null = null): Wait {
    // Lists of indicators have more clues than a call takes arguments.
    const rank = clues.reduce((least, clue) => Math.min(least, rankOf(clue)), Number.POSITIVE_INFINITY);
    return { clues, rank: field !== null && FEW_VALUES.has(field) ? rank / 8 : rank };
  }
}

/** Fields with a handful of values, one of which nearly every event has. */
const FEW_VALUES: ReadonlySet<string> = new Set(['event.outcome', 'event.type', 'event.category']);

function isBetter(a: Wait | null, b: Wait | null): boolean {
  if (a === null || b === null) return b === null;
  return a.rank > b.rank || (a.rank === b.rank && a.clues.length < b.clues.length);
}

/**
 * Roughly the bits that a clue says: of a text the more the longer it is and the closer it is held; less when many rules
 * look for the same, for what many rules name is common, and next to none of what healthy machines show all day.
 */
function rankOf(clue: Clue): number {
  const { sight } = clue;
  const bits = bitsOf(clue);
  return isEveryday(sight) ? bits / EVERYDAY : bits;
}

/** The longest says no more than another text of two characters. */
const EVERYDAY = 32;

function bitsOf({ sight, slot, popularity }: Clue): number {
  const common = 2 * Math.log2(popularity.uses);
  if (sight.kind === 'beyond-ascii') return 20;
  if (sight.kind === 'number') return 28 - common;
  if (sight.kind === 'presence') return 0;
  const held = sight.at === 'whole' ? 6 : sight.at === 'anywhere' ? 0 : 3;
  const bits = bitsOfText(sight.text);
  // Any value is as good as all of them. However many rules name a text, a long one is no common one.
  return bits + held - Math.min(common, (bits * 3) / 4) - (slot === ANY_VALUE ? 1 : 0);
}

/** Some of two or three characters are in every other text. */
function bitsOfText({ length }: string): number {
  return length < 4 ? Math.max(2 * length - 4, 0.5) : 2 * Math.min(length, 14);
}
