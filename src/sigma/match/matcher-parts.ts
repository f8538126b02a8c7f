import type { ItemPlan } from '../modifiers/compile-item.js';
import type { ConditionParts } from '../rule-condition.js';
import { itemMatcher } from './item-matcher.js';
import type { SlotTable } from './match-state.js';
import { AllOf, AnyOf, AtLeast, type Matcher, NamedSelection, Not } from './matcher.js';

/** Conditions as matchers that try and explain each part. */
export class MatcherParts implements ConditionParts<Matcher, ItemPlan> {
  readonly #slots: SlotTable;

  constructor(slots: SlotTable) {
    this.#slots = slots;
  }

  item(plan: ItemPlan): Matcher {
    return itemMatcher(plan, this.#slots);
  }

  all(parts: readonly Matcher[]): Matcher {
    return new AllOf(parts);
  }

  any(parts: readonly Matcher[]): Matcher {
    return new AnyOf(parts);
  }

  not(part: Matcher): Matcher {
    return new Not(part);
  }

  atLeast(count: number, parts: readonly Matcher[]): Matcher {
    return new AtLeast(count, parts);
  }

  selection(name: string, part: Matcher): Matcher {
    return new NamedSelection(name, part);
  }
}
