import type { DetectionRule, Rule, RuleFault } from '../model/rule.js';
import { RuleExplainer } from './explain.js';
import type { AutomatonStore } from './index/automaton-store.js';
import { GroupTable } from './index/groups.js';
import { type IndexedCompiledRule, IndexedRuleset } from './index/indexed-ruleset.js';
import { LogicParts } from './index/logic.js';
import { openIndex, type PackedIndex } from './index/packed-index.js';
import { IndexPlanner } from './index/planner.js';
import { ProgramWriter } from './index/program.js';
import { WaitNecessity } from './index/wait.js';
import { SlotTable } from './match/match-state.js';
import { MatcherParts } from './match/matcher-parts.js';
import { type CompiledRule, NaiveRuleset } from './match/naive-ruleset.js';
import { needOf } from './match/necessity.js';
import { routedBy, type Scope, scopesOf } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { faultOf } from './read/document-faults.js';
import { buildCondition } from './rule-condition.js';
import { RuleError } from './rule-error.js';
import type { Ruleset } from './ruleset.js';

export interface CompileOptions {
  /** Values of `%name%` in items with `expand`. */
  readonly placeholders?: Placeholders;
  /** `false` = try every rule of the route: what the index is tested against. */
  readonly index?: boolean;
  /** Automata that another thread has built already. */
  readonly automata?: AutomatonStore;
}

/** Compiles loaded rules for matching; filters are applied to the rules they name. */
export function compileRules(rules: readonly Rule[], options: CompileOptions = {}): Ruleset {
  return options.index === false ? compileNaive(rules, options) : compileIndexed(rules, options);
}

function compileNaive(rules: readonly Rule[], { placeholders = {} }: CompileOptions): Ruleset {
  const slots = new SlotTable();
  const parts = new MatcherParts(slots);
  const faults: RuleFault[] = [];
  const compiled = compileEach(rules, faults, (index, rule, scopes): CompiledRule => {
    const matcher = buildCondition(scopes, parts, (item) => compileItem(item, placeholders));
    return { index, rule, matcher };
  });
  const explainer = new RuleExplainer(rules, placeholders);
  return new NaiveRuleset({ rules, compiled, faults, fields: slots.fields, explainer });
}

/**
 * Predicates of all rules, each once → what every rule waits for → programs over them. The tables of a route are built from
 * these by `prepare`, or when they are first needed.
 */
export function compileIndexed(
  rules: readonly Rule[],
  { placeholders = {}, automata }: Omit<CompileOptions, 'index'>,
): IndexedRuleset {
  const slots = new SlotTable();
  const table = new GroupTable();
  const planner = new IndexPlanner(table, slots, placeholders);
  const logic = new LogicParts(slots);
  const writer = new ProgramWriter();
  const faults: RuleFault[] = [];
  const found = compileEach(rules, faults, (index, rule, scopes) => {
    const condition = buildCondition(scopes, logic, (item) => planner.planOf(item));
    return { index, routed: routedBy(rule), scopes, start: writer.write(condition) };
  });
  // Only with all rules known is it known which clues are common.
  const necessity = new WaitNecessity(table, (item) => planner.planOf(item));
  const compiled = found.map(({ index, routed, scopes, start }, position): IndexedCompiledRule => {
    const wait = needOf(scopes, necessity);
    return { ...routed, index, start, position, wait, groups: planner.groupsOf(scopes) };
  });
  return new IndexedRuleset({
    rules,
    faults,
    compiled,
    programs: writer.programs(),
    groups: table.groups,
    marks: table.size,
    fields: slots.fields,
    explainer: new RuleExplainer(rules, placeholders),
    automata,
  });
}

/** The ruleset of an index that another thread has compiled; `rules` as they were given there. */
export function openIndexed(
  index: PackedIndex,
  rules: readonly Rule[],
  { placeholders = {}, automata }: Omit<CompileOptions, 'index'>,
): IndexedRuleset {
  const explainer = new RuleExplainer(rules, placeholders);
  return new IndexedRuleset({ ...openIndex(index, placeholders), rules, faults: [], explainer, automata });
}

/** Compiles the detection rules with their filters; those that cannot be are faults. */
function compileEach<T>(
  rules: readonly Rule[],
  faults: RuleFault[],
  compile: (index: number, rule: DetectionRule, scopes: readonly Scope[]) => T,
): T[] {
  const filters = rules.filter((rule) => rule.kind === 'filter');
  const compiled: T[] = [];
  rules.forEach((rule, index) => {
    if (rule.kind !== 'detection') return;
    try {
      compiled.push(compile(index, rule, scopesOf(rule, filters)));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      faults.push(faultOf(error, rule.place.file, rule.place.line));
    }
  });
  return compiled;
}
