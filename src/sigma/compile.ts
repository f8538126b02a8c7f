import type {
  Condition,
  DetectionRule,
  FieldItem,
  FilterRule,
  Rule,
  RuleFault,
  Selection,
} from '../model/rule.js';
import { GroupTable } from './index/groups.js';
import { indexedItem } from './index/indexed-item.js';
import { type IndexedCompiledRule, IndexedRuleset } from './index/indexed-ruleset.js';
import { IndexPlanner } from './index/planner.js';
import { WaitNecessity } from './index/wait.js';
import { faultOf } from './load.js';
import { itemMatcher } from './match/item-matcher.js';
import { SlotTable } from './match/match-state.js';
import { AllOf, AnyOf, AtLeast, type Matcher, NamedSelection, Not } from './match/matcher.js';
import { type CompiledRule, NaiveRuleset } from './match/naive-ruleset.js';
import { needOf } from './match/necessity.js';
import { covers } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { RuleError } from './rule-error.js';
import type { Ruleset } from './ruleset.js';

export interface CompileOptions {
  /** Values of `%name%` in items with `expand`. */
  readonly placeholders?: Placeholders;
  /** `false` = try every rule of the route: what the index is tested against. */
  readonly index?: boolean;
}

/** Compiles loaded rules for matching; filters are applied to the rules they name. */
export function compileRules(rules: readonly Rule[], options: CompileOptions = {}): Ruleset {
  const { placeholders = {}, index = true } = options;
  return index ? compileIndexed(rules, placeholders) : compileNaive(rules, placeholders);
}

function compileNaive(rules: readonly Rule[], placeholders: Placeholders): Ruleset {
  const slots = new SlotTable();
  const compiler = new ConditionCompiler((item) => itemMatcher(compileItem(item, placeholders), slots));
  const faults: RuleFault[] = [];
  const compiled = compileEach(rules, faults, (index, rule, filters): CompiledRule => {
    return { index, rule, matcher: compiler.rule(rule, filters) };
  });
  return new NaiveRuleset(rules, compiled, faults, slots.fields);
}

function compileIndexed(rules: readonly Rule[], placeholders: Placeholders): Ruleset {
  const slots = new SlotTable();
  const table = new GroupTable();
  const planner = new IndexPlanner(table, slots, placeholders);
  const faults: RuleFault[] = [];
  const ruleset = new IndexedRuleset(rules, faults);
  const compiler = new ConditionCompiler((item) => {
    const { plan, groups } = planner.planOf(item);
    return indexedItem(plan, groups, slots, ruleset);
  });
  const necessity = new WaitNecessity(table, (item) => planner.planOf(item));
  let position = 0;
  const matched = compileEach(rules, faults, (index, rule, filters) => {
    const scopes = [rule, ...filters];
    return { index, rule, scopes, matcher: compiler.rule(rule, filters), position: position++ };
  });
  // Only with all rules known is it known which clues are common.
  const compiled = matched.map(({ scopes, ...rule }): IndexedCompiledRule => {
    return { ...rule, wait: needOf(scopes, necessity), groups: planner.groupsOf(scopes) };
  });
  ruleset.fill(compiled, table.size, slots.fields);
  return ruleset;
}

/** Compiles the detection rules with their filters; those that cannot be are faults. */
function compileEach<T>(
  rules: readonly Rule[],
  faults: RuleFault[],
  compile: (index: number, rule: DetectionRule, filters: readonly FilterRule[]) => T,
): T[] {
  const filters = rules.filter((rule) => rule.kind === 'filter');
  const compiled: T[] = [];
  rules.forEach((rule, index) => {
    if (rule.kind !== 'detection') return;
    try {
      compiled.push(compile(index, rule, filtersOn(rule, filters)));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      faults.push(faultOf(error, rule.place.file, rule.place.line));
    }
  });
  return compiled;
}

/** The filters among the rules that apply to this one. */
export function filtersOn(rule: DetectionRule, rules: readonly Rule[]): FilterRule[] {
  return rules.filter((filter) => filter.kind === 'filter').filter((filter) => applies(filter, rule));
}

function applies(filter: FilterRule, rule: DetectionRule): boolean {
  if (!covers(filter.logsource, rule.logsource)) return false;
  if (filter.rules === 'any') return true;
  return filter.rules.some((name) => name === rule.name || name.toLowerCase() === rule.id.toLowerCase());
}

/** Conditions and selections as logic over items; how an item is matched is the caller's. */
class ConditionCompiler {
  readonly #item: (item: FieldItem) => Matcher;

  constructor(item: (item: FieldItem) => Matcher) {
    this.#item = item;
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
    return allOf(selection.items.map(this.#item));
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
