import type { Json } from '../../model/json.js';
import { Cell } from '../match/cell.js';
import { RegexBudget } from '../match/predicate.js';
import type { ValuePlan } from '../modifiers/compile-item.js';
import { EqualText } from '../modifiers/text.js';
import type { LintItem } from './document.js';

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

/** An item of `one` and an item of `other` that cannot both hold of one value; null = none is known. */
export function conflict(one: Conjunction, other: Conjunction): readonly [LintItem, LintItem] | null {
  if (!areFew([one], [other])) return null;
  for (const a of one) for (const b of other) if (a !== b && itemsConflict(a, b)) return [a, b];
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
  if (a.plan.kind !== 'values' || b.plan.kind !== 'values' || a.plan.negated || b.plan.negated) return false;
  const [these, those] = [a.plan, b.plan];
  if (these.values.length * those.values.length > MAX_VALUES ** 2) return false;
  if (outOfRange(a, b)) return true;
  const conflicts = (x: ValuePlan): boolean => {
    const hits = (y: ValuePlan): boolean => valuesConflict(x, a, y, b);
    return those.all ? those.values.some(hits) : those.values.every(hits);
  };
  return these.all ? these.values.some(conflicts) : these.values.every(conflicts);
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
  return a.any.every((x) =>
    b.any.every((y) => {
      if (x instanceof EqualText && !x.cased) return !couldBe(x.text, b, itemOfB);
      if (y instanceof EqualText && !y.cased) return !couldBe(y.text, a, itemOfA);
      const [one, other] = [x.witness, y.witness];
      if (one?.kind === 'number' && other?.kind === 'number') {
        // biome-ignore lint/suspicious/noDoubleEquals: 1 == 1n, as meant.
        return one.value != other.value;
      }
      if (one?.kind !== 'text' || other?.kind !== 'text' || !one.decides || !other.decides) return false;
      if (one.at === 'start' && other.at === 'start')
        return !one.text.startsWith(other.text) && !other.text.startsWith(one.text);
      return (
        one.at === 'end' &&
        other.at === 'end' &&
        !one.text.endsWith(other.text) &&
        !other.text.endsWith(one.text)
      );
    }),
  );
}

/** Whether a value that is this text, in whatever case, may satisfy the value of the item. */
function couldBe(text: string, { any }: ValuePlan, { modifiers }: LintItem): boolean {
  if (modifiers.includes('re') || modifiers.includes('cased')) return true;
  const cell = new Cell();
  cell.set(text);
  const budget = new RegexBudget();
  budget.reset(Number.POSITIVE_INFINITY);
  return any.some((predicate) => predicate.test(cell, budget));
}

/** `gt: 10` and `lt: 5`. */
function outOfRange(a: LintItem, b: LintItem): boolean {
  const bounds = [...boundsOf(a), ...boundsOf(b)];
  const low = bounds.filter(({ op }) => op.startsWith('gt'));
  const high = bounds.filter(({ op }) => op.startsWith('lt'));
  return low.some((min) =>
    high.some(
      (max) => min.value > max.value || (min.value === max.value && (min.op === 'gt' || max.op === 'lt')),
    ),
  );
}

function boundsOf({ modifiers, values }: LintItem): { readonly op: string; readonly value: number }[] {
  const [op, ...rest] = modifiers;
  const [value] = values;
  if (rest.length > 0 || values.length !== 1 || typeof value !== 'number') return [];
  return op !== undefined && /^[gl]te?$/.test(op) ? [{ op, value }] : [];
}
