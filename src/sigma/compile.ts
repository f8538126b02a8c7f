import { createHash } from 'node:crypto';
import type { Match } from '../model/detection.js';
import type { Logsource } from '../model/logsource.js';
import type { Condition, DetectionRule, FilterRule, Rule, RuleFault, Selection } from '../model/rule.js';
import type { EventView } from './event-view.js';
import { faultOf } from './load.js';
import { itemMatcher } from './match/item-matcher.js';
import { MatchState, SlotTable } from './match/match-state.js';
import { AllOf, AnyOf, AtLeast, type Matcher, MatchReport, NamedSelection, Not } from './match/matcher.js';
import { covers, runsOn } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { RuleError } from './rule-error.js';
import type { Ruleset } from './ruleset.js';

export interface CompileOptions {
  /** Values of `%name%` in items with `expand`. */
  readonly placeholders?: Placeholders;
}

/** Compiles loaded rules for matching; filters are applied to the rules they name. */
export function compileRules(rules: readonly Rule[], options: CompileOptions = {}): Ruleset {
  const slots = new SlotTable();
  const compiler = new Compiler(slots, options.placeholders ?? {});
  const filters = rules.filter((rule) => rule.kind === 'filter');
  const compiled: CompiledRule[] = [];
  const faults: RuleFault[] = [];
  rules.forEach((rule, index) => {
    if (rule.kind !== 'detection') return;
    try {
      const applied = filters.filter((filter) => applies(filter, rule));
      compiled.push({ index, rule, matcher: compiler.rule(rule, applied) });
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      faults.push(faultOf(error, rule.place.file, rule.place.line));
    }
  });
  return new NaiveRuleset(rules, compiled, faults, slots.fields);
}

function applies(filter: FilterRule, rule: DetectionRule): boolean {
  if (!covers(filter.logsource, rule.logsource)) return false;
  if (filter.rules === 'any') return true;
  return filter.rules.some((name) => name === rule.name || name.toLowerCase() === rule.id.toLowerCase());
}

interface CompiledRule {
  readonly index: number;
  readonly rule: DetectionRule;
  readonly matcher: Matcher;
}

class Compiler {
  readonly #slots: SlotTable;
  readonly #placeholders: Placeholders;

  constructor(slots: SlotTable, placeholders: Placeholders) {
    this.#slots = slots;
    this.#placeholders = placeholders;
  }

  /** The rule's condition and each filter's: selections of the two live in separate name spaces. */
  rule(rule: DetectionRule, filters: readonly FilterRule[]): Matcher {
    return allOf([rule, ...filters].map((scope) => this.#conditions(scope)));
  }

  #conditions({ conditions, selections }: DetectionRule | FilterRule): Matcher {
    const compiled = new Map<string, Matcher>();
    const selectionOf = (name: string): Matcher => {
      let matcher = compiled.get(name);
      if (matcher === undefined) {
        matcher = new NamedSelection(name, this.#selection(selections.get(name)!));
        compiled.set(name, matcher);
      }
      return matcher;
    };
    return anyOf(conditions.map((condition) => compileCondition(condition, selectionOf)));
  }

  #selection(selection: Selection): Matcher {
    if (selection.kind === 'any') return anyOf(selection.of.map((part) => this.#selection(part)));
    return allOf(
      selection.items.map((item) => itemMatcher(compileItem(item, this.#placeholders), this.#slots)),
    );
  }
}

function compileCondition(condition: Condition, selectionOf: (name: string) => Matcher): Matcher {
  switch (condition.kind) {
    case 'selection':
      return selectionOf(condition.name);
    case 'not':
      return new Not(compileCondition(condition.of, selectionOf));
    case 'and':
      return allOf(condition.of.map((part) => compileCondition(part, selectionOf)));
    case 'or':
      return anyOf(condition.of.map((part) => compileCondition(part, selectionOf)));
    case 'at_least':
      return new AtLeast(
        condition.count,
        condition.of.map((part) => compileCondition(part, selectionOf)),
      );
  }
}

function allOf(parts: readonly Matcher[]): Matcher {
  return parts.length === 1 ? parts[0]! : new AllOf(parts);
}

function anyOf(parts: readonly Matcher[]): Matcher {
  return parts.length === 1 ? parts[0]! : new AnyOf(parts);
}

/** Tries the rules of the event's route one after another. */
class NaiveRuleset implements Ruleset {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
  readonly hash: string;
  readonly #compiled: readonly CompiledRule[];
  readonly #byIndex: ReadonlyMap<number, Matcher>;
  /** By `Logsource.id`. */
  readonly #routes = new Map<number, readonly CompiledRule[]>();
  readonly #state: MatchState;
  #budgetSpent = 0;

  constructor(
    rules: readonly Rule[],
    compiled: readonly CompiledRule[],
    faults: readonly RuleFault[],
    fields: readonly string[],
  ) {
    this.rules = rules;
    this.faults = faults;
    this.hash = createHash('sha256')
      .update(rules.map((rule) => rule.hash).join('\n'))
      .digest('hex');
    this.#compiled = compiled;
    this.#byIndex = new Map(compiled.map(({ index, matcher }) => [index, matcher]));
    this.#state = new MatchState(fields);
  }

  match(event: EventView, logsource: Logsource | null, hits: number[]): void {
    const route = logsource === null ? this.#compiled : this.#route(logsource);
    if (route.length === 0) return;
    const state = this.#state;
    const { budget } = state;
    state.begin(event);
    for (const { index, matcher } of route) {
      budget.refused = false;
      // A rule whose expressions were not tried is undecided, whichever way its condition came out.
      if (matcher.holds(state) && !budget.refused) hits.push(index);
    }
    if (budget.spent) this.#budgetSpent++;
  }

  explain(rule: number, event: EventView): Match[] {
    const report = new MatchReport();
    this.#state.begin(event);
    this.#byIndex.get(rule)?.explain(this.#state, report);
    return report.matches;
  }

  takeBudgetSpent(): number {
    const count = this.#budgetSpent;
    this.#budgetSpent = 0;
    return count;
  }

  #route(logsource: Logsource): readonly CompiledRule[] {
    let route = this.#routes.get(logsource.id);
    if (route === undefined) {
      route = this.#compiled.filter(({ rule }) => runsOn(rule, logsource));
      this.#routes.set(logsource.id, route);
    }
    return route;
  }
}
