import { itemMatcher } from '../match/item-matcher.js';
import type { SlotTable } from '../match/match-state.js';
import { COST } from '../match/predicate.js';
import type { ConditionParts } from '../rule-condition.js';
import type { Group } from './groups.js';
import { Check, type Logic } from './program.js';
import type { IndexedPlan } from './wait.js';

/** Conditions as logic over groups. */
export class LogicParts implements ConditionParts<Logic, IndexedPlan> {
  readonly #slots: SlotTable;

  constructor(slots: SlotTable) {
    this.#slots = slots;
  }

  item({ item, plan, groups }: IndexedPlan): Logic {
    if (plan.kind !== 'values') {
      const matcher = itemMatcher(plan, this.#slots);
      return { kind: 'check', check: new Check(item, matcher), cost: matcher.cost };
    }
    const asked = this.all(groups.map(ask));
    return plan.negated ? this.not(asked) : asked;
  }

  all(parts: readonly Logic[]): Logic {
    return { kind: 'all', parts, cost: sumOfCosts(parts) };
  }

  any(parts: readonly Logic[]): Logic {
    return { kind: 'any', parts, cost: sumOfCosts(parts) };
  }

  not(part: Logic): Logic {
    return { kind: 'not', part, cost: part.cost };
  }

  atLeast(count: number, parts: readonly Logic[]): Logic {
    return { kind: 'at_least', count, parts, cost: sumOfCosts(parts) };
  }

  /** Names matter to explanations only. */
  selection(_name: string, part: Logic): Logic {
    return part;
  }
}

/** Clues may have to be looked for first. */
function ask(group: Group): Logic {
  const looking = group.clues.length > 0 ? COST.edge : 0;
  return { kind: 'group', group, cost: group.rest.reduce((sum, { cost }) => sum + cost, looking) };
}

function sumOfCosts(parts: readonly Logic[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}
