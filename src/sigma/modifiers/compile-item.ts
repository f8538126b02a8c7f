import { MANY, type Piece } from '../../model/glob.js';
import type { Json } from '../../model/json.js';
import type { FieldItem } from '../../model/rule.js';
import type { Predicate } from '../match/predicate.js';
import { parseWildcards } from '../match/wildcard.js';
import { quoted, RuleError } from '../rule-error.js';
import { type Chain, readChain } from './chain.js';
import { cidrPredicate } from './cidr.js';
import type { Placeholders } from './expand.js';
import { type FieldComparison, fieldComparison } from './fieldref.js';
import { CompareNumber, EqualNumber } from './number.js';
import { regexPredicate } from './regex.js';
import { EqualBoolean, IsNull, literalPredicate, textPredicate } from './text.js';
import { textVariants } from './text-variants.js';
import { TimePartPredicate } from './time-part.js';

/** `field|modifier…: value(s)` with its values turned into predicates. */
export type ItemPlan =
  | { readonly kind: 'exists'; readonly field: string; readonly wanted: boolean }
  | {
      readonly kind: 'reference';
      readonly field: string;
      readonly others: readonly string[];
      readonly all: boolean;
      readonly negated: boolean;
      readonly compare: FieldComparison;
    }
  | {
      readonly kind: 'values';
      /** null = keywords. */
      readonly field: string | null;
      readonly values: readonly ValuePlan[];
      /** Every value must hold (each maybe on another member of an array); else any. */
      readonly all: boolean;
      readonly negated: boolean;
    };

/** One value of the rule: alternatives, more than one when a modifier expands it. */
export interface ValuePlan {
  /** As written in the rule. */
  readonly pattern: string;
  readonly any: readonly Predicate[];
}

/** Items are compiled to check them, then to match them. Of those with placeholders the plan depends on more than the item. */
const known = new WeakMap<FieldItem, ItemPlan>();

/** Throws RuleError. `placeholders` null = check only: placeholders may stay unresolved. */
export function compileItem(item: FieldItem, placeholders: Placeholders | null): ItemPlan {
  let plan = known.get(item);
  if (plan === undefined) {
    const chain = readChain(item.modifiers);
    plan = planOf(item, chain, placeholders);
    if (!chain.expand) known.set(item, plan);
  }
  return plan;
}

function planOf(item: FieldItem, chain: Chain, placeholders: Placeholders | null): ItemPlan {
  for (const value of item.values) {
    if (value === null || typeof value !== 'object') continue;
    throw new RuleError(
      'rule.value',
      `A value must be text, a number, true, false or null, not ${shown(value)}.`,
    );
  }
  const { field } = item;
  if (chain.operator === 'exists') return existsPlan(item);
  if (chain.all && item.values.length < 2) {
    throw new RuleError('rule.modifier', '"all" needs a list of two or more values; leave it out for one.');
  }
  const { all, negated } = chain;
  if (chain.operator === 'fieldref') {
    if (field === null) throw new RuleError('rule.modifier', '"fieldref" needs a field.');
    const others = item.values.map((value) => {
      if (typeof value === 'string' && value !== '') return value;
      throw new RuleError('rule.value', `"fieldref" needs the name of a field, not ${shown(value)}.`);
    });
    return { kind: 'reference', field, others, all, negated, compare: fieldComparison(chain) };
  }
  // A keyword is found anywhere in a value, unless its modifiers say where.
  if (field === null && chain.operator === 'text' && !chain.openStart && !chain.openEnd) {
    chain.openStart = true;
    chain.openEnd = true;
  }
  const expanded = placeholders === null ? null : { ...placeholders, ...item.placeholders };
  let variants = 0;
  const values = item.values.map((value) => {
    const any = compileValue(value, chain, field === null, expanded);
    variants += any.length;
    if (variants > MAX_VARIANTS) throw new RuleError('rule.limit', TOO_MANY_VARIANTS);
    return { pattern: patternOf(value), any };
  });
  return { kind: 'values', field, values, all, negated };
}

/** Of an item: as many as a document has values. */
const MAX_VARIANTS = 100_000;
const TOO_MANY_VARIANTS = `Its modifiers make more than ${MAX_VARIANTS} patterns of the values; split the list up.`;

function existsPlan(item: FieldItem): ItemPlan {
  const [wanted] = item.values;
  if (item.field === null) throw new RuleError('rule.modifier', '"exists" needs a field.');
  if (item.values.length === 1 && typeof wanted === 'boolean')
    return { kind: 'exists', field: item.field, wanted };
  throw new RuleError(
    'rule.value',
    `"exists" needs true or false (without quotes), not ${shown(item.values.length === 1 ? wanted : item.values)}.`,
  );
}

function compileValue(
  value: Json,
  chain: Chain,
  keyword: boolean,
  placeholders: Placeholders | null,
): Predicate[] {
  switch (chain.operator) {
    case 're':
      return [regexPredicate(requireText(value, 're'), chain.flags)];
    case 'cidr':
      return [cidrPredicate(requireText(value, 'cidr'))];
    case 'compare':
      return [new CompareNumber(chain.comparison!, requireNumber(value, chain.comparison!))];
    case 'time':
      return [
        new TimePartPredicate(chain.timePart!, chain.comparison, requireInteger(value, chain.timePart!)),
      ];
    default:
      return textValue(value, chain, keyword, placeholders);
  }
}

function textValue(
  value: Json,
  chain: Chain,
  keyword: boolean,
  placeholders: Placeholders | null,
): Predicate[] {
  const plain = !keyword && !chain.openStart && !chain.openEnd && chain.transforms.length === 0;
  if (value === null) {
    if (plain && !chain.expand) return [new IsNull()];
    throw new RuleError('rule.value', 'null can only be compared as a whole value; use quotes for the word.');
  }
  if (plain && typeof value === 'boolean') return [new EqualBoolean(value)];
  if (plain && typeof value !== 'string') return [new EqualNumber(value as number | bigint)];
  const text = String(value);
  if (!chain.expand && chain.transforms.length === 0) return [predicateOf(parseWildcards(text), chain)];
  return textVariants(text, chain, placeholders).map((pieces) => predicateOf(pieces, chain));
}

function predicateOf(pieces: readonly Piece[], chain: Chain): Predicate {
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'string') return literalPredicate(only, chain);
  const start: Piece[] = chain.openStart ? [MANY] : [];
  const end: Piece[] = chain.openEnd ? [MANY] : [];
  return textPredicate([...start, ...pieces, ...end], chain.cased);
}

function requireText(value: Json, modifier: string): string {
  if (typeof value === 'string') return value;
  if (modifier === 're' && (typeof value === 'number' || typeof value === 'bigint')) return String(value);
  throw new RuleError('rule.value', `"${modifier}" needs text, not ${shown(value)}.`);
}

function requireNumber(value: Json, modifier: string): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new RuleError('rule.value', `"${modifier}" needs a number (without quotes), not ${shown(value)}.`);
}

function requireInteger(value: Json, modifier: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new RuleError(
    'rule.value',
    `"${modifier}" needs a whole number (without quotes), not ${shown(value)}.`,
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'a map' : quoted(String(value));
}

/** A value of a rule as reports name it. */
export function patternOf(value: Json): string {
  return value === null ? 'null' : String(value);
}
