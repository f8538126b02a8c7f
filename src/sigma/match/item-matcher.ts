import type { ItemPlan, ValuePlan } from '../modifiers/compile-item.js';
import type { FieldComparison } from '../modifiers/fieldref.js';
import { EqualAnyText, EqualText } from '../modifiers/text.js';
import type { Cell } from './cell.js';
import { KeywordMatcher } from './keyword-matcher.js';
import type { MatchState, SlotTable } from './match-state.js';
import { type Matcher, type MatchReport, Not } from './matcher.js';
import { COST, holds, type Predicate } from './predicate.js';

/** Matches one item of a selection. */
export function itemMatcher(plan: ItemPlan, slots: SlotTable): Matcher {
  if (plan.kind === 'exists') return new ExistsMatcher(slots.slotOf(plan.field), plan.wanted);
  const matcher =
    plan.kind === 'reference'
      ? new ReferenceMatcher(
          slots.slotOf(plan.field),
          plan.others.map((other) => slots.slotOf(other)),
          plan.all,
          plan.compare,
        )
      : valuesMatcher(plan, slots);
  return plan.negated ? new Not(matcher) : matcher;
}

function valuesMatcher(plan: Extract<ItemPlan, { kind: 'values' }>, slots: SlotTable): Matcher {
  if (plan.field === null) return new KeywordMatcher(plan.values, plan.all);
  const slot = slots.slotOf(plan.field);
  return plan.all ? new AllValuesMatcher(slot, plan.values) : new AnyValueMatcher(slot, plan.values);
}

/** Presence only: null and empty values are present. */
class ExistsMatcher implements Matcher {
  readonly cost = COST.presence;
  readonly #slot: number;
  readonly #wanted: boolean;

  constructor(slot: number, wanted: boolean) {
    this.#slot = slot;
    this.#wanted = wanted;
  }

  holds(state: MatchState): boolean {
    return (state.cell(this.#slot).value !== undefined) === this.#wanted;
  }

  explain(state: MatchState, report: MatchReport): void {
    if (this.#wanted) report.add(state.fieldName(this.#slot), 'exists', state.cell(this.#slot).text());
  }
}

class ReferenceMatcher implements Matcher {
  readonly cost = COST.search;
  readonly #slot: number;
  readonly #others: readonly number[];
  readonly #all: boolean;
  readonly #compare: FieldComparison;

  constructor(slot: number, others: readonly number[], all: boolean, compare: FieldComparison) {
    this.#slot = slot;
    this.#others = others;
    this.#all = all;
    this.#compare = compare;
  }

  holds(state: MatchState): boolean {
    const cell = state.cell(this.#slot);
    const matches = (other: number) => this.#compare(cell, state.cell(other), state.budget);
    return this.#all ? this.#others.every(matches) : this.#others.some(matches);
  }

  explain(state: MatchState, report: MatchReport): void {
    const cell = state.cell(this.#slot);
    for (const other of this.#others) {
      if (!this.#compare(cell, state.cell(other), state.budget)) continue;
      report.add(state.fieldName(this.#slot), state.fieldName(other), cell.text());
    }
  }
}

class AnyValueMatcher implements Matcher {
  readonly cost: number;
  readonly #slot: number;
  readonly #values: readonly ValuePlan[];
  readonly #predicates: readonly Predicate[];

  constructor(slot: number, values: readonly ValuePlan[]) {
    this.#slot = slot;
    this.#values = values;
    this.#predicates = mergeEquals(values.flatMap((value) => value.any));
    this.cost = this.#predicates.reduce((sum, predicate) => sum + predicate.cost, 0);
  }

  holds(state: MatchState): boolean {
    const cell = state.cell(this.#slot);
    for (const predicate of this.#predicates) {
      if (holds(predicate, cell, state.budget)) return true;
    }
    return false;
  }

  explain(state: MatchState, report: MatchReport): void {
    explainValues(this.#slot, this.#values, state, report);
  }
}

class AllValuesMatcher implements Matcher {
  readonly cost: number;
  readonly #slot: number;
  readonly #values: readonly ValuePlan[];

  constructor(slot: number, values: readonly ValuePlan[]) {
    this.#slot = slot;
    this.#values = values;
    this.cost = costOf(values);
  }

  holds(state: MatchState): boolean {
    const cell = state.cell(this.#slot);
    for (const value of this.#values) {
      let found = false;
      for (const predicate of value.any) {
        found = holds(predicate, cell, state.budget);
        if (found) break;
      }
      if (!found) return false;
    }
    return true;
  }

  explain(state: MatchState, report: MatchReport): void {
    explainValues(this.#slot, this.#values, state, report);
  }
}

function explainValues(
  slot: number,
  values: readonly ValuePlan[],
  state: MatchState,
  report: MatchReport,
): void {
  for (const value of values) {
    for (const predicate of value.any) {
      const cell = firstMember(predicate, state.cell(slot), state);
      if (cell === null) continue;
      report.add(state.fieldName(slot), value.pattern, cell.text());
      break;
    }
  }
}

/** The scalar for which the predicate holds: the cell itself or a member, however deep. */
function firstMember(predicate: Predicate, cell: Cell, state: MatchState): Cell | null {
  if (cell.members === null) return predicate.test(cell, state.budget) ? cell : null;
  for (const member of cell.members) {
    const found = firstMember(predicate, member, state);
    if (found !== null) return found;
  }
  return null;
}

/** Whole-text comparisons of one item become one set; cheap tests come first. */
function mergeEquals(predicates: readonly Predicate[]): Predicate[] {
  const merged = [false, true].flatMap((cased): Predicate[] => {
    const equals = predicates.filter((p): p is EqualText => p instanceof EqualText && p.cased === cased);
    const texts = equals.map(({ text }) => text);
    return texts.length > 1 ? [new EqualAnyText(texts, cased)] : equals;
  });
  const others = predicates.filter((p) => !(p instanceof EqualText));
  return merged.concat(others).sort((a, b) => a.cost - b.cost);
}

function costOf(values: readonly ValuePlan[]): number {
  return values.reduce((sum, value) => sum + value.any.reduce((inner, p) => inner + p.cost, 0), 0);
}
