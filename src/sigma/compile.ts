import type { DetectionRule, FilterRule, Rule, RuleFault } from '../model/rule.js';
import { GroupTable } from './index/groups.js';
import { type IndexedCompiledRule, IndexedRuleset } from './index/indexed-ruleset.js';
import { LogicParts } from './index/logic.js';
import { IndexPlanner } from './index/planner.js';
import { ProgramWriter } from './index/program.js';
import { WaitNecessity } from './index/wait.js';
import { faultOf } from './load.js';
import { SlotTable } from './match/match-state.js';
import type { Matcher } from './match/matcher.js';
import { MatcherParts } from './match/matcher-parts.js';
import { type CompiledRule, NaiveRuleset } from './match/naive-ruleset.js';
import { needOf } from './match/necessity.js';
import { appliesTo } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { buildCondition } from './rule-condition.js';
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
  const matcherOf = matcherMaker(slots, placeholders);
  const faults: RuleFault[] = [];
  const compiled = compileEach(rules, faults, (index, rule, scopes): CompiledRule => {
    return { index, rule, matcher: matcherOf(scopes) };
  });
  return new NaiveRuleset(rules, compiled, faults, slots.fields);
}

/**
 * Predicates of all rules, each once → what every rule waits for → programs over them. The tables of a route are built from
 * these when they are first needed.
 */
function compileIndexed(rules: readonly Rule[], placeholders: Placeholders): Ruleset {
  const slots = new SlotTable();
  const table = new GroupTable();
  const planner = new IndexPlanner(table, slots, placeholders);
  const logic = new LogicParts(slots);
  const writer = new ProgramWriter();
  const faults: RuleFault[] = [];
  const found = compileEach(rules, faults, (index, rule, scopes) => {
    const condition = buildCondition(scopes, logic, (item) => planner.planOf(item));
    return { index, rule, scopes, start: writer.write(condition) };
  });
  // Only with all rules known is it known which clues are common.
  const necessity = new WaitNecessity(table, (item) => planner.planOf(item));
  const compiled = found.map((one, position): IndexedCompiledRule => {
    return { ...one, position, wait: needOf(one.scopes, necessity), groups: planner.groupsOf(one.scopes) };
  });
  return new IndexedRuleset({
    rules,
    faults,
    compiled,
    programs: writer.programs(),
    groups: table.groups,
    marks: table.size,
    fields: slots.fields,
    matcherOf: matcherMaker(slots, placeholders),
  });
}

/** The plain way to try, and to explain, a rule with the filters on it. */
function matcherMaker(slots: SlotTable, placeholders: Placeholders): (scopes: readonly Scope[]) => Matcher {
  const parts = new MatcherParts(slots);
  return (scopes) => buildCondition(scopes, parts, (item) => compileItem(item, placeholders));
}

/** A rule, or a filter on it. */
type Scope = DetectionRule | FilterRule;

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
      compiled.push(compile(index, rule, [rule, ...filters.filter((filter) => appliesTo(filter, rule))]));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      faults.push(faultOf(error, rule.place.file, rule.place.line));
    }
  });
  return compiled;
}
