import type { Match } from '../model/detection.js';
import type { FilterRule, Rule } from '../model/rule.js';
import type { EventView } from './event-view.js';
import { MatchState, SlotTable } from './match/match-state.js';
import { type Matcher, MatchReport } from './match/matcher.js';
import { MatcherParts } from './match/matcher-parts.js';
import { scopesOf } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { buildCondition } from './rule-condition.js';

/** Tells why rules matched. Slow and small: a rule is compiled, in the plain way, when it first has to be explained. */
export class RuleExplainer {
  readonly #rules: readonly Rule[];
  readonly #filters: readonly FilterRule[];
  readonly #placeholders: Placeholders;
  /** By index of the rule. */
  readonly #compiled = new Map<number, { readonly matcher: Matcher; readonly state: MatchState }>();

  /** `rules`: all that loaded, those that do not compile included. */
  constructor(rules: readonly Rule[], placeholders: Placeholders = {}) {
    this.#rules = rules;
    this.#filters = rules.filter((rule) => rule.kind === 'filter');
    this.#placeholders = placeholders;
  }

  /** Why `rules[index]`, a detection rule that compiles, matched this event: every positive item that was true. */
  explain(index: number, event: EventView): Match[] {
    const report = new MatchReport();
    const compiled = this.#compiledRule(index);
    if (compiled !== null) {
      compiled.state.begin(event);
      compiled.matcher.explain(compiled.state, report);
    }
    return report.matches;
  }

  #compiledRule(index: number): { matcher: Matcher; state: MatchState } | null {
    const known = this.#compiled.get(index);
    if (known !== undefined) return known;
    const rule = this.#rules[index];
    if (rule?.kind !== 'detection') return null;
    const slots = new SlotTable();
    const matcher = buildCondition(scopesOf(rule, this.#filters), new MatcherParts(slots), (item) =>
      compileItem(item, this.#placeholders),
    );
    const compiled = { matcher, state: new MatchState(slots.fields) };
    this.#compiled.set(index, compiled);
    return compiled;
  }
}
