import type { ValuePlan } from '../modifiers/compile-item.js';
import { ContainsText } from '../modifiers/text.js';
import { type MatchState, VALUE_SEPARATOR } from './match-state.js';
import type { Matcher, MatchReport } from './matcher.js';
import type { Predicate } from './predicate.js';

/** Searches all values of the event, nested ones too. */
export class KeywordMatcher implements Matcher {
  readonly cost: number;
  readonly #values: readonly ValuePlan[];
  /** Per value the literals that are searched in all values at once, and the predicates for the rest. */
  readonly #searches: readonly {
    readonly literals: readonly string[];
    readonly rest: readonly Predicate[];
  }[];
  readonly #all: boolean;

  constructor(values: readonly ValuePlan[], all: boolean) {
    this.#values = values;
    this.#searches = values.map(({ any }) => {
      const joinable = any.filter(isJoinable);
      return {
        literals: joinable.map(({ text }) => text),
        rest: any.filter((predicate) => !isJoinable(predicate)),
      };
    });
    this.#all = all;
    this.cost =
      4 * values.reduce((sum, { any }) => sum + any.reduce((inner, { cost }) => inner + cost, 0), 0);
  }

  holds(state: MatchState): boolean {
    const joined = state.joinedValues();
    for (const { literals, rest } of this.#searches) {
      const found =
        literals.some((literal) => joined.includes(literal)) ||
        rest.some((predicate) => state.findValue(predicate) !== null);
      if (found !== this.#all) return found;
    }
    return this.#all;
  }

  explain(state: MatchState, report: MatchReport): void {
    for (const value of this.#values) {
      for (const predicate of value.any) {
        const cell = state.findValue(predicate);
        if (cell === null) continue;
        report.add(null, value.pattern, cell.text());
        break;
      }
    }
  }
}

/** The empty text is in every value, but also in an event without values. */
function isJoinable(predicate: Predicate): predicate is ContainsText {
  return (
    predicate instanceof ContainsText &&
    !predicate.cased &&
    predicate.text !== '' &&
    !predicate.text.includes(VALUE_SEPARATOR)
  );
}
