import { Cell } from '../match/cell.js';
import { type Predicate, RegexBudget } from '../match/predicate.js';
import { fold } from '../match/wildcard.js';
import { areDisjointBlocks } from '../modifiers/cidr.js';
import type { ValuePlan } from '../modifiers/compile-item.js';
import { CompareNumber, EqualNumber } from '../modifiers/number.js';
import { leadingFlags } from '../modifiers/regex.js';
import { fixedEnds, requiredLiteral } from '../modifiers/required-literal.js';
import { EndsWithText, EqualBoolean, EqualText, GlobText, StartsWithText } from '../modifiers/text.js';
import { TimePartPredicate } from '../modifiers/time-part.js';

/** What is so of every value for which a predicate holds, as far as it is known. */
export interface Facts {
  readonly predicate: Predicate;
  /** All of the value. */
  readonly whole: Text | null;
  readonly start: Text | null;
  readonly end: Text | null;
  /** Stands in it somewhere, folded. */
  readonly within: string | null;
  readonly range: Range | null;
  /** As written. */
  readonly block: string | null;
  /** The predicate asks for the folded text, or none: the case of a value means nothing to it. */
  readonly isBlindToCase: boolean;
}

/** Folded unless its case counts. */
interface Text {
  readonly text: string;
  readonly cased: boolean;
}

type Bound = { readonly value: number | bigint; readonly isOpen: boolean } | null;

interface Range {
  /** What lies in it: the number that the value is, or a part of the time that it is. */
  readonly of: string;
  readonly low: Bound;
  readonly high: Bound;
}

const known = new WeakMap<ValuePlan, readonly Facts[]>();

/** Of each alternative of a value of an item with these modifiers. */
export function factsOf(value: ValuePlan, modifiers: readonly string[]): readonly Facts[] {
  let facts = known.get(value);
  if (facts === undefined) {
    facts = readFacts(value, modifiers);
    known.set(value, facts);
  }
  return facts;
}

function readFacts({ pattern, any }: ValuePlan, modifiers: readonly string[]): Facts[] {
  if (modifiers.includes('re')) return any.map((predicate) => regexFacts(predicate, pattern, modifiers));
  if (modifiers.includes('cidr')) return any.map((predicate) => ({ ...nothing(predicate), block: pattern }));
  return any.map(plainFacts);
}

/** No value is as both have it. */
export function areApart(one: Facts, other: Facts): boolean {
  return (
    isNotAs(one, other) ||
    isNotAs(other, one) ||
    clash(one.start, other.start, (long, short) => long.startsWith(short)) ||
    clash(one.end, other.end, (long, short) => long.endsWith(short)) ||
    areRangesApart(one.range, other.range) ||
    (one.block !== null && other.block !== null && areDisjointBlocks(one.block, other.block))
  );
}

/** Of the first all of the value is known, and the second does not hold of it. */
function isNotAs({ whole }: Facts, other: Facts): boolean {
  if (whole === null) return false;
  if (whole.cased || other.isBlindToCase) return !holdsOf(other.predicate, whole.text);
  const text = fold(whole.text);
  return (
    (other.whole !== null && fold(other.whole.text) !== text) ||
    (other.start !== null && !text.startsWith(fold(other.start.text))) ||
    (other.end !== null && !text.endsWith(fold(other.end.text))) ||
    (other.within !== null && !text.includes(other.within))
  );
}

function holdsOf(predicate: Predicate, text: string): boolean {
  const cell = new Cell();
  cell.set(text);
  const budget = new RegexBudget();
  budget.reset(Number.POSITIVE_INFINITY);
  return predicate.test(cell, budget);
}

/** Neither goes on as the other does. */
function clash(a: Text | null, b: Text | null, goesOnAs: (long: string, short: string) => boolean): boolean {
  if (a === null || b === null) return false;
  const [x, y] = a.cased && b.cased ? [a.text, b.text] : [fold(a.text), fold(b.text)];
  return !goesOnAs(x, y) && !goesOnAs(y, x);
}

function areRangesApart(a: Range | null, b: Range | null): boolean {
  return a !== null && b !== null && a.of === b.of && (isBelow(a.high, b.low) || isBelow(b.high, a.low));
}

/** Nothing up to `high` reaches `low`. */
function isBelow(high: Bound, low: Bound): boolean {
  if (high === null || low === null) return false;
  return high.value < low.value || (high.value <= low.value && (high.isOpen || low.isOpen));
}

function plainFacts(predicate: Predicate): Facts {
  const facts = nothing(predicate);
  const { witness } = predicate;
  const within = witness?.kind === 'text' ? witness.text : null;
  if (predicate instanceof EqualText || predicate instanceof EqualBoolean) {
    const { text, cased } =
      predicate instanceof EqualText ? predicate : { text: String(predicate.value), cased: false };
    return { ...facts, whole: { text, cased }, isBlindToCase: !cased };
  }
  if (predicate instanceof StartsWithText || predicate instanceof EndsWithText) {
    const { text, cased } = predicate;
    const side = predicate instanceof StartsWithText ? 'start' : 'end';
    return { ...facts, within, [side]: { text, cased }, isBlindToCase: !cased };
  }
  if (predicate instanceof GlobText) {
    const { pieces, cased } = predicate;
    const edge = (piece: unknown): Text | null => (typeof piece === 'string' ? { text: piece, cased } : null);
    return { ...facts, within, start: edge(pieces[0]), end: edge(pieces.at(-1)), isBlindToCase: !cased };
  }
  return {
    ...facts,
    within,
    range: rangeOf(predicate),
    isBlindToCase: witness?.kind !== 'text' || witness.decides,
  };
}

function regexFacts(predicate: Predicate, pattern: string, modifiers: readonly string[]): Facts {
  const { source, inline } = leadingFlags(pattern);
  const has = (flag: string): boolean => modifiers.includes(flag) || inline.includes(flag);
  const cased = !has('i');
  const textOf = (text: string): Text | null => (text === '' ? null : { text, cased });
  const literal = requiredLiteral(source);
  const facts = {
    ...nothing(predicate),
    within: literal === null ? null : fold(literal),
    isBlindToCase: false,
  };
  if (has('m')) return facts;
  const { start, end, isWhole } = fixedEnds(source);
  const whole = isWhole ? { text: start, cased } : null;
  return { ...facts, whole, start: textOf(start), end: textOf(end) };
}

function nothing(predicate: Predicate): Facts {
  return {
    predicate,
    ...{ whole: null, start: null, end: null, within: null, range: null, block: null },
    isBlindToCase: true,
  };
}

function rangeOf(predicate: Predicate): Range | null {
  if (predicate instanceof EqualNumber) return rangeFrom('number', null, predicate.value);
  if (predicate instanceof CompareNumber) return rangeFrom('number', predicate.comparison, predicate.value);
  if (predicate instanceof TimePartPredicate)
    return rangeFrom(predicate.part, predicate.comparison, predicate.value);
  return null;
}

/** `comparison`: null = it is this value. */
function rangeFrom(of: string, comparison: string | null, value: number | bigint): Range {
  const bound = { value, isOpen: comparison === 'gt' || comparison === 'lt' };
  return {
    of,
    low: comparison?.startsWith('lt') ? null : bound,
    high: comparison?.startsWith('gt') ? null : bound,
  };
}
