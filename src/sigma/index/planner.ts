import type { DetectionRule, FieldItem, FilterRule, Selection } from '../../model/rule.js';
import type { SlotTable } from '../match/match-state.js';
import type { Predicate } from '../match/predicate.js';
import { compileItem, type ItemPlan } from '../modifiers/compile-item.js';
import type { Placeholders } from '../modifiers/expand.js';
import { ANY_VALUE, type Group, type GroupTable } from './groups.js';
import type { IndexedPlan } from './wait.js';

/** Turns the items of rules into groups of predicates, each item once. */
export class IndexPlanner {
  readonly #table: GroupTable;
  readonly #slots: SlotTable;
  readonly #placeholders: Placeholders;
  readonly #plans = new Map<FieldItem, IndexedPlan>();

  constructor(table: GroupTable, slots: SlotTable, placeholders: Placeholders) {
    this.#table = table;
    this.#slots = slots;
    this.#placeholders = placeholders;
  }

  /** Throws RuleError. */
  planOf(item: FieldItem): IndexedPlan {
    let known = this.#plans.get(item);
    if (known === undefined) {
      const plan = compileItem(item, this.#placeholders);
      const slot = plan.field === null ? ANY_VALUE : this.#slots.slotOf(plan.field);
      known = { item, plan, slot, groups: this.#groupsOfItem(item, plan, slot) };
      this.#plans.set(item, known);
    }
    return known;
  }

  /** All groups that the conditions of a compiled rule and its filters may ask; selections that none names are left out. */
  groupsOf(scopes: readonly (DetectionRule | FilterRule)[]): Group[] {
    const groups = new Set<Group>();
    const addAll = (selection: Selection): void => {
      if (selection.kind !== 'all') selection.of.forEach(addAll);
      else
        for (const item of selection.items)
          for (const group of this.#plans.get(item)?.groups ?? []) groups.add(group);
    };
    for (const { selections } of scopes) for (const selection of selections.values()) addAll(selection);
    return [...groups];
  }

  #groupsOfItem(item: FieldItem, plan: ItemPlan, slot: number): Group[] {
    if (plan.kind !== 'values') return [];
    if (plan.all) return plan.values.map(({ any }, value) => this.#table.group(slot, any, { item, value }));
    const any: Predicate[] = plan.values.flatMap((value) => value.any);
    return [this.#table.group(slot, any, { item, value: null })];
  }
}
