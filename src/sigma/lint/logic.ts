import type { Json } from '../../model/json.js';
import type { ValuePlan } from '../modifiers/compile-item.js';
import type { LintItem } from './document.js';
import { areApart, factsOf } from './facts.js';

/** What follows from what among items, as far as it is certain; everything else is "perhaps". */

type Conjunction = readonly LintItem[];

/** Whenever some map of `one` holds, some map of `other` does. */
export function implies(one: readonly Conjunction[], other: readonly Conjunction[]): boolean {
  return (
    one.length * other.length <= MAX_PAIRS &&
    one.every((map) =>
      other.some((wide) => wide.every((item) => map.some((narrow) => itemImplies(narrow, item)))),
    )
  );
}

/** No map of `one` can hold together with one of `other`, if their fields hold one value and no list. */
export function exclude(one: readonly Conjunction[], other: readonly Conjunction[]): boolean {
  return areFew(one, other) && one.every((map) => other.every((counter) => conflict(map, counter) !== null));
}

const MAX_PAIRS = 400;
const MAX_ITEMS = 100;
const MAX_VALUES = 200;

function areFew(one: readonly Conjunction[], other: readonly Conjunction[]): boolean {
  const isShort = (map: Conjunction): boolean => map.length <= MAX_ITEMS;
  return one.length * other.length <= MAX_PAIRS && one.every(isShort) && other.every(isShort);
}

/**
 * Two items of both that cannot hold of one value, together with the others of that field if need be; null = none are
 * known.
 */
export function conflict(one: Conjunction, other: Conjunction): readonly [LintItem, LintItem] | null {
  if (!areFew([one], [other])) return null;
  for (const a of one) for (const b of other) if (a !== b && itemsConflict(a, b)) return [a, b];
  return withoutChoice([...new Set([...one, ...other])]);
}

/** An item each of whose values one of the others rules out, as `gte: 10` and `lte: 20` do of 5 and 30. */
function withoutChoice(items: Conjunction): readonly [LintItem, LintItem] | null {
  for (const item of items) {
    const { plan } = item;
    const others = items.filter((other) => other !== item && areComparable(item, other));
    if (others.length < 2 || plan.kind !== 'values' || plan.all || plan.values.length > MAX_VALUES) continue;
    let against: LintItem | undefined;
    const isRuledOut = (value: ValuePlan): boolean => {
      against = others.find((other) => rulesOut(other, value, item));
      return against !== undefined;
    };
    if (plan.values.every(isRuledOut)) return [item, against!];
  }
  return null;
}

/** Two values of an item with `all` that no single value can satisfy. */
export function inConflict(item: LintItem): readonly [string, string] | null {
  const { plan } = item;
  if (plan.kind !== 'values' || !plan.all || plan.negated || plan.values.length > MAX_VALUES) return null;
  for (const [i, a] of plan.values.entries()) {
    const b = plan.values.slice(i + 1).find((value) => valuesConflict(a, item, value, item));
    if (b !== undefined) return [a.pattern, b.pattern];
  }
  return null;
}

/** The same test with fewer values to choose from, or with more that must be there. */
function itemImplies(narrow: LintItem, wide: LintItem): boolean {
  if (narrow.field !== wide.field || narrow.modifiers.join('|') !== wide.modifiers.join('|')) return false;
  if (narrow.values.length > MAX_VALUES || wide.values.length > MAX_VALUES) return false;
  const [few, many] = wide.modifiers.includes('all') ? [wide, narrow] : [narrow, wide];
  if (wide.modifiers.includes('neq')) return few.values.length === many.values.length && isSubset(few, many);
  return isSubset(few, many);
}

function isSubset(few: LintItem, many: LintItem): boolean {
  const known = new Set(many.values.map(keyOf));
  return few.values.every((value) => known.has(keyOf(value)));
}

function keyOf(value: Json): string {
  return `${typeof value} ${String(value)}`;
}

function itemsConflict(a: LintItem, b: LintItem): boolean {
  if (a.field === null || a.field !== b.field || isOpen(a) || isOpen(b)) return false;
  if (isAbsence(a)) return isPresence(b);
  if (isAbsence(b)) return isPresence(a);
  if (!areComparable(a, b) || a.plan.kind !== 'values') return false;
  const conflicts = (value: ValuePlan): boolean => rulesOut(b, value, a);
  return a.plan.all ? a.plan.values.some(conflicts) : a.plan.values.every(conflicts);
}

/** Both say what one field holds. */
function areComparable(a: LintItem, b: LintItem): boolean {
  if (a.field === null || a.field !== b.field || isOpen(a) || isOpen(b)) return false;
  if (a.plan.kind !== 'values' || b.plan.kind !== 'values' || a.plan.negated || b.plan.negated) return false;
  return a.plan.values.length * b.plan.values.length <= MAX_VALUES ** 2;
}

/** What has that value, as `itemOfValue` asks, is not as the item asks. */
function rulesOut(item: LintItem, value: ValuePlan, itemOfValue: LintItem): boolean {
  const { plan } = item;
  if (plan.kind !== 'values') return false;
  const hits = (other: ValuePlan): boolean => valuesConflict(value, itemOfValue, other, item);
  return plan.all ? plan.values.some(hits) : plan.values.every(hits);
}

/** Its values are not known before the configuration is. */
function isOpen({ modifiers }: LintItem): boolean {
  return modifiers.includes('expand');
}

function isAbsence({ plan, values }: LintItem): boolean {
  if (plan.kind === 'exists') return !plan.wanted;
  return plan.kind === 'values' && !plan.negated && values.every((value) => value === null);
}

/** Cannot hold of a field that is absent or null. */
function isPresence({ plan }: LintItem): boolean {
  if (plan.kind !== 'values' || plan.negated) return false;
  return plan.values.every(({ any }) => any.every(({ witness }) => witness !== null));
}

function valuesConflict(a: ValuePlan, itemOfA: LintItem, b: ValuePlan, itemOfB: LintItem): boolean {
  const others = factsOf(b, itemOfB.modifiers);
  return factsOf(a, itemOfA.modifiers).every((one) => others.every((other) => areApart(one, other)));
}
