import { toJsonText } from '../../../model/json.js';
import type { Condition, DetectionRule, Rule } from '../../../model/rule.js';
import { type Necessity, needOf } from '../../match/necessity.js';
import { TimePartPredicate } from '../../modifiers/time-part.js';
import { toJson } from '../../read/yaml.js';
import { quoted } from '../../rule-error.js';
import type { Check, Remark } from '../check.js';
import { bodyOf, type LintDocument, type LintItem, type LintSelection, textAt } from '../document.js';
import { conflict, exclude, implies, inConflict } from '../logic.js';

/** Checks of the condition and of what selections can hold together. */

export const unusedSelection: Check = {
  severity: 'warning',
  summary: 'A selection that no condition uses.',
  *find({ rule, selections }) {
    if (rule === null || rule.kind === 'correlation') return;
    const used = new Set(rule.conditions.flatMap(namesOf));
    for (const { name, line } of selections) {
      if (used.has(name)) continue;
      yield {
        line,
        message: `The condition does not use the selection ${quoted(name)}.`,
        fix: 'Use it or remove it.',
      };
    }
  },
};

export const neverHolds: Check = {
  severity: 'error',
  summary: 'A selection asks for two things that one value cannot be, so it never holds.',
  *find(document) {
    yield* impossibleTimes(document);
    if (!hasSingleValues(document)) return;
    for (const { name, node, maps } of document.selections) {
      for (const map of maps) {
        const pair = conflict(map, map);
        if (pair !== null) {
          const [first, second] = [...pair].sort((a, b) => a.line - b.line) as [LintItem, LintItem];
          const what = node.kind === 'list' ? `A map in the list ${quoted(name)}` : quoted(name);
          yield {
            line: second.line,
            message: `${what} can never hold: what ${keyOf(second)} asks for rules out what ${keyOf(first)} in line ${first.line} asks for.`,
            fix: 'Put alternatives in a list, or in selections of their own joined by "or".',
          };
        }
        for (const item of map) {
          const values = inConflict(item);
          if (values === null) continue;
          yield {
            line: item.line,
            message: `${keyOf(item)} can never hold: one value cannot be both ${quoted(values[0])} and ${quoted(values[1])}.`,
            fix: 'Take away "all" if either is enough.',
          };
        }
      }
    }
  },
};

function* impossibleTimes({ selections }: LintDocument): Generator<Remark> {
  for (const item of selections.flatMap(({ maps }) => maps.flat())) {
    if (item.plan.kind !== 'values' || item.plan.negated) continue;
    for (const [at, { any, pattern }] of item.plan.values.entries()) {
      const [predicate] = any;
      if (!(predicate instanceof TimePartPredicate) || predicate.isPossible) continue;
      yield {
        line: item.nodes[at]?.line ?? item.line,
        message: `${keyOf(item)} can never hold: no time has ${pattern} there.`,
        fix: 'Minutes go from 0 to 59, hours to 23, days from 1 to 31, weeks to 53, months to 12.',
      };
    }
  }
}

export const constantCondition: Check = {
  severity: 'error',
  summary: 'The condition is never true, or always, whatever the event.',
  *find(document) {
    const table = truthTable(document);
    if (table === null || (table.some(({ holds }) => holds) && table.some(({ holds }) => !holds))) return;
    const always = table.some(({ holds }) => holds);
    yield {
      line: conditionLine(document),
      message: always
        ? 'The condition is true of every event.'
        : 'The condition can never be true: its selections rule each other out.',
      fix: 'Read it again with the selections beside it; often an "and", "or" or "not" is in the wrong place.',
    };
  },
};

export const idleSelection: Check = {
  severity: 'warning',
  summary: 'A selection that the condition uses but that never changes its result.',
  *find(document) {
    const table = truthTable(document);
    const { rule } = document;
    if (table === null || rule === null || rule.kind === 'correlation') return;
    const results = new Map(table.map(({ bits, holds }) => [bits, holds]));
    if (new Set(results.values()).size < 2) return;
    const names = [...new Set(rule.conditions.flatMap(namesOf))];
    const at = variables(document, names);
    for (const { name, line } of document.selections) {
      const variable = at.get(name);
      if (variable === undefined) continue;
      const decides = table.some(
        ({ bits, holds }) => (results.get(bits ^ (1 << variable)) ?? holds) !== holds,
      );
      if (decides) continue;
      yield {
        line,
        message: `${quoted(name)} never changes the result of the condition.`,
        fix: 'Remove it, or correct the condition.',
      };
    }
  },
};

export const onlyAbsence: Check = {
  severity: 'warning',
  summary: 'The rule can match by what is absent alone: every event of the logsource that lacks it.',
  *find(document) {
    const { rule } = document;
    if (rule === null || rule.kind !== 'detection' || needOf([rule], PRESENT) !== null) return;
    yield {
      line: conditionLine(document),
      message:
        'The rule can match by what an event does not have alone, and so matches most events of its logsource.',
      fix: 'Add a selection that must hold.',
    };
  },
};

export const legacyTimeframe: Check = {
  severity: 'warning',
  summary: 'A `timeframe` in the detection of a rule that does not count, where it means nothing.',
  *find(document) {
    const entry = bodyOf(document)?.entries.get('timeframe');
    if (entry === undefined || document.rule === null || countedOf(document) !== null) return;
    yield {
      line: entry.line,
      message: '"timeframe" means nothing without an aggregation.',
      fix: 'Write a correlation with a timespan.',
    };
  },
};

export const legacyAggregation: Check = {
  severity: 'warning',
  summary: 'The condition counts (`| count() by … > n`), which Sigma 2 leaves to correlations.',
  *find(document) {
    if (countedOf(document) === null) return;
    yield {
      line: conditionLine(document),
      message: 'The condition counts as Sigma 1 did; it runs here as a correlation, newer tools refuse it.',
      fix: 'Write a rule of what is counted, and a correlation over it.',
    };
  },
};

export const capitalKeyword: Check = {
  severity: 'info',
  summary: 'A word of the condition in capitals (`AND`), which other tools do not take.',
  *find(document) {
    const body = bodyOf(document);
    const text = body === null || document.kind === 'correlation' ? null : textAt(body, 'condition');
    const names = new Set(document.selections.map(({ name }) => name));
    for (const word of new Set(text?.split(/[\s()]+/) ?? [])) {
      if (!/^(?:and|or|not|of|them|all|any)$/i.test(word) || word === word.toLowerCase() || names.has(word))
        continue;
      yield {
        line: conditionLine(document),
        message: `${quoted(word)} is written in capitals.`,
        fix: `Write ${word.toLowerCase()}.`,
      };
    }
  },
};

/** What a Sigma 1 rule counts; null = the rule does not count, or was refused. */
function countedOf({ rule }: LintDocument): DetectionRule | null {
  return rule?.kind === 'detection' && rule.partOf !== undefined ? rule : null;
}

/** Whether something must be there; null = it may hold of an event that has nothing. */
const PRESENT: Necessity<true> = {
  ofItem: ({ modifiers, values }) => {
    if (modifiers.includes('neq') || values.includes(null)) return null;
    return modifiers.includes('exists') && values[0] !== true ? null : true;
  },
  ofAll: (parts) => (parts.includes(true) ? true : null),
  ofAny: (parts) => (parts.includes(null) ? null : true),
};

/** Fields of these hold one value each; cloud logs have lists everywhere. */
const SINGLE_PRODUCTS = ['windows', 'linux', 'macos'];

function hasSingleValues({ rule }: LintDocument): boolean {
  if (rule === null || rule.kind === 'correlation') return false;
  const { product, category } = rule.logsource;
  return (
    (product !== null && SINGLE_PRODUCTS.includes(product)) ||
    category === 'webserver' ||
    category === 'proxy'
  );
}

function namesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'selection':
      return [condition.name];
    case 'not':
      return namesOf(condition.of);
    default:
      return condition.of.flatMap(namesOf);
  }
}

interface Row {
  /** Bit i = variable i holds. */
  readonly bits: number;
  readonly holds: boolean;
}

const MAX_VARIABLES = 10;

/**
 * The condition over all combinations of its selections that can be: equal selections are one variable, and what
 * follows from their items is kept. Null = too many, or the rule was refused.
 */
function truthTable(document: LintDocument): readonly Row[] | null {
  const { rule } = document;
  if (rule === null || rule.kind === 'correlation') return null;
  let table = tables.get(rule);
  if (table === undefined) {
    table = makeTable(document, rule.conditions);
    tables.set(rule, table);
  }
  return table;
}

const tables = new WeakMap<Rule, readonly Row[] | null>();

function makeTable(document: LintDocument, conditions: readonly Condition[]): Row[] | null {
  const names = [...new Set(conditions.flatMap(namesOf))];
  const at = variables(document, names);
  const count = new Set(at.values()).size;
  if (count > MAX_VARIABLES) return null;
  const first = [...at].filter(
    ([, variable], i, all) => all.findIndex(([, other]) => other === variable) === i,
  );
  const selections = first.map(([name]) => document.selections.find((selection) => selection.name === name)!);
  const impossible = impossibilities(selections, hasSingleValues(document));
  const rows: Row[] = [];
  for (let bits = 0; bits < 1 << count; bits++) {
    if (impossible.some(({ on, off }) => (bits & on) === on && (bits & off) === 0)) continue;
    const holds = conditions.some((condition) =>
      evaluate(condition, (name) => ((bits >> at.get(name)!) & 1) === 1),
    );
    rows.push({ bits, holds });
  }
  return rows;
}

/** Selection → number; equal ones share one. */
function variables({ selections }: LintDocument, names: readonly string[]): ReadonlyMap<string, number> {
  const byText = new Map<string, number>();
  const found = new Map<string, number>();
  for (const { name, node } of selections) {
    if (!names.includes(name)) continue;
    const text = toJsonText(toJson(node));
    if (!byText.has(text)) byText.set(text, byText.size);
    found.set(name, byText.get(text)!);
  }
  return found;
}

/** Combinations that cannot be: those bits set, and these not. */
function impossibilities(
  selections: readonly LintSelection[],
  single: boolean,
): { on: number; off: number }[] {
  const found: { on: number; off: number }[] = [];
  selections.forEach((one, i) => {
    selections.forEach((other, j) => {
      if (i === j || one.maps.length === 0 || other.maps.length === 0) return;
      if (!isWhole(one) || !isWhole(other)) return;
      if (implies(one.maps, other.maps)) found.push({ on: 1 << i, off: 1 << j });
      else if (single && i < j && exclude(one.maps, other.maps))
        found.push({ on: (1 << i) | (1 << j), off: 0 });
    });
  });
  return found;
}

/** Nothing of it was too deep or refused. */
function isWhole({ maps }: LintSelection): boolean {
  return maps.every((map) => map.length > 0);
}

function evaluate(condition: Condition, holds: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case 'selection':
      return holds(condition.name);
    case 'not':
      return !evaluate(condition.of, holds);
    case 'and':
      return condition.of.every((part) => evaluate(part, holds));
    case 'or':
      return condition.of.some((part) => evaluate(part, holds));
    case 'at_least':
      return condition.of.filter((part) => evaluate(part, holds)).length >= condition.count;
  }
}

function conditionLine(document: LintDocument): number {
  return bodyOf(document)?.entries.get('condition')?.line ?? document.root.line;
}

function keyOf({ field, modifiers }: LintItem): string {
  return quoted([field ?? '', ...modifiers].join('|'));
}
