import type { Condition, DetectionRule, FilterRule, Rule, RuleFault, Selection } from '../model/rule.js';
import { faultOf } from './load.js';
import { itemMatcher } from './match/item-matcher.js';
import { SlotTable } from './match/match-state.js';
import { AllOf, AnyOf, AtLeast, type Matcher, NamedSelection, Not } from './match/matcher.js';
import { type CompiledRule, NaiveRuleset } from './match/naive-ruleset.js';
import { covers } from './match/route.js';
import { witnessFields } from './match/witness.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { RuleError } from './rule-error.js';
import type { Ruleset } from './ruleset.js';

export interface CompileOptions {
  /** Values of `%name%` in items with `expand`. */
  readonly placeholders?: Placeholders;
  /** `false` = try every rule of the route, whatever fields the event has: what the default is tested against. */
  readonly gate?: boolean;
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
      const matcher = compiler.rule(rule, applied);
      const witness = options.gate === false ? null : witnessFields(rule);
      const slotsOfWitness = witness?.map((field) => slots.slotOf(field)) ?? null;
      compiled.push({ index, rule, matcher, witness: slotsOfWitness });
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
