import { itemMatcher } from '../match/item-matcher.js';
import type { MatchState, SlotTable } from '../match/match-state.js';
import type { Matcher, MatchReport } from '../match/matcher.js';
import { AllOf, Not } from '../match/matcher.js';
import { COST } from '../match/predicate.js';
import type { ItemPlan } from '../modifiers/compile-item.js';
import type { Group } from './groups.js';

/** Answers whether some predicate of a group holds of the event under test. */
export interface GroupAnswers {
  holds(group: Group, state: MatchState): boolean;
}

/** An item of a selection, answered by the index. */
export function indexedItem(
  plan: ItemPlan,
  groups: readonly Group[],
  slots: SlotTable,
  answers: GroupAnswers,
): Matcher {
  if (plan.kind !== 'values') return itemMatcher(plan, slots);
  const parts = groups.map((group) => new GroupMatcher(group, answers));
  const matcher = new ExplainedItem(parts.length === 1 ? parts[0]! : new AllOf(parts), plan, slots);
  return plan.negated ? new Not(matcher) : matcher;
}

class GroupMatcher implements Matcher {
  readonly cost: number;
  readonly #group: Group;
  readonly #answers: GroupAnswers;

  constructor(group: Group, answers: GroupAnswers) {
    this.#group = group;
    this.#answers = answers;
    // Clues may have to be looked for first.
    const looking = group.clues.length > 0 ? COST.edge : 0;
    this.cost = group.rest.reduce((sum, { cost }) => sum + cost, looking);
  }

  holds(state: MatchState): boolean {
    return this.#answers.holds(this.#group, state);
  }

  /** The item as a whole explains. */
  explain(): void {}
}

/** Explaining is seldom: it goes the plain way, through the values as they are written. */
class ExplainedItem implements Matcher {
  readonly cost: number;
  readonly #matcher: Matcher;
  readonly #plan: ItemPlan;
  readonly #slots: SlotTable;

  constructor(matcher: Matcher, plan: ItemPlan, slots: SlotTable) {
    this.#matcher = matcher;
    this.#plan = plan;
    this.#slots = slots;
    this.cost = matcher.cost;
  }

  holds(state: MatchState): boolean {
    return this.#matcher.holds(state);
  }

  explain(state: MatchState, report: MatchReport): void {
    itemMatcher(this.#plan, this.#slots).explain(state, report);
  }
}
