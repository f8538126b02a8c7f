import type { Piece } from '../../model/glob.js';
import type { DetectionRule, FilterRule } from '../../model/rule.js';
import type { Comparison, TimePart } from '../modifiers/chain.js';
import type { Placeholders } from '../modifiers/expand.js';
import { buildCondition, type ConditionParts } from '../rule-condition.js';
import { NotExpressible } from './backend.js';
import { itemExpression } from './item.js';

/** What a rule asks of an event, without the words of any query language. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'test'; readonly field: string | null; readonly test: Test };

/** One question to a field; field null = to the whole event. */
export type Test =
  | { readonly kind: 'text'; readonly pieces: readonly Piece[]; readonly cased: boolean }
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly value: number | bigint }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' | 'exists' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'cidr'; readonly block: string }
  | {
      readonly kind: 'time';
      readonly part: TimePart;
      readonly op: Comparison | null;
      readonly value: number;
    }
  | {
      readonly kind: 'reference';
      readonly other: string;
      readonly openStart: boolean;
      readonly openEnd: boolean;
    };

/** An expression without `not`: each test says whether it is negated. Members of a kind are never of that kind themselves. */
export type Clause = Junction | Leaf;
export interface Junction {
  readonly kind: 'and' | 'or';
  readonly of: readonly Clause[];
}
export interface Leaf {
  readonly kind: 'test';
  readonly field: string | null;
  readonly test: Test;
  readonly negated: boolean;
}

/** Ways in which some of several parts can hold, at most: each is written out. */
const MAX_WAYS = 200;

/** A rule with its filters: an expression for each of its conditions. Throws RuleError or NotExpressible. */
export function ruleExpressions(
  rule: DetectionRule,
  filters: readonly FilterRule[],
  placeholders: Placeholders,
): Expression[] {
  return rule.conditions.map((condition) =>
    buildCondition([{ ...rule, conditions: [condition] }, ...filters], PARTS, (item) =>
      itemExpression(item, placeholders),
    ),
  );
}

const PARTS: ConditionParts<Expression, Expression> = {
  item: (item) => item,
  all: (of) => ({ kind: 'and', of }),
  any: (of) => ({ kind: 'or', of }),
  not: (of) => ({ kind: 'not', of }),
  atLeast: (count, of) => ({ kind: 'or', of: waysOf(count, of).map((way) => ({ kind: 'and', of: way })) }),
  selection: (_, part) => part,
};

function waysOf(count: number, of: readonly Expression[]): (readonly Expression[])[] {
  let ways: (readonly Expression[])[] = [[]];
  of.forEach((part, at) => {
    const left = of.length - at - 1;
    ways = ways.flatMap((way) => [
      ...(way.length < count ? [[...way, part]] : []),
      ...(way.length + left >= count ? [way] : []),
    ]);
    if (ways.length > MAX_WAYS)
      throw new NotExpressible(
        `"${count} of" ${of.length} selections can hold in more than ${MAX_WAYS} ways, which a query would have to list.`,
      );
  });
  return ways;
}

/** Tests of a rule that are written out, at most: a condition can name a selection many times. */
const MAX_TESTS = 50_000;

/** Throws NotExpressible for what would be too much to write out. */
export function boundedClause(expression: Expression): Clause {
  const counted = new Map<Expression, number>();
  const count = (one: Expression): number => {
    let tests = counted.get(one);
    if (tests === undefined) {
      if (one.kind === 'test') tests = 1;
      else tests = one.kind === 'not' ? count(one.of) : one.of.reduce((sum, part) => sum + count(part), 0);
      counted.set(one, tests);
    }
    return tests;
  };
  const tests = count(expression);
  if (tests <= MAX_TESTS) return clauseOf(expression);
  throw new NotExpressible(`It takes ${tests} tests to write out; ${MAX_TESTS} are the most.`);
}

/** The expression with its negations pushed down to the tests. */
export function clauseOf(expression: Expression, negated = false): Clause {
  switch (expression.kind) {
    case 'not':
      return clauseOf(expression.of, !negated);
    case 'test':
      return { kind: 'test', field: expression.field, test: expression.test, negated };
    default: {
      const kind = (expression.kind === 'and') === negated ? 'or' : 'and';
      return junction(
        kind,
        expression.of.map((part) => clauseOf(part, negated)),
      );
    }
  }
}

/** Parts of the same kind are taken in; one part stands for itself. */
export function junction(kind: 'and' | 'or', parts: readonly Clause[]): Clause {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  return of.length === 1 ? of[0]! : { kind, of };
}

/** All tests, left to right. */
export function leavesOf(clause: Clause): readonly Leaf[] {
  return clause.kind === 'test' ? [clause] : clause.of.flatMap(leavesOf);
}

/** The clause with something else in the place of each test. */
export function mapLeaves(clause: Clause, change: (leaf: Leaf) => Clause): Clause {
  if (clause.kind === 'test') return change(clause);
  return junction(
    clause.kind,
    clause.of.map((part) => mapLeaves(part, change)),
  );
}
