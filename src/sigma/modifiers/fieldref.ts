import type { Cell } from '../match/cell.js';
import type { RegexBudget } from '../match/predicate.js';
import type { Chain } from './chain.js';

/** Compares two fields of an event; any pair of members of arrays. Absent, null and objects never compare. */
export type FieldComparison = (value: Cell, other: Cell, budget: RegexBudget) => boolean;

/** Event values are never wildcards. */
export function fieldComparison(chain: Chain): FieldComparison {
  const compare = scalarComparison(chain);
  const sharesText = chain.openStart || chain.openEnd ? null : setComparison(chain);
  return (value, other, budget) => {
    if (value.members === null && other.members === null) return compare(value, other);
    const [values, others] = [scalarsOf(value), scalarsOf(other)];
    if (sharesText !== null) return sharesText(values, others);
    // What each pair may cost is bounded, as it is for regular expressions.
    for (const one of values) {
      for (const two of others) {
        if (!budget.take(lengthOf(one) + lengthOf(two))) return false;
        if (compare(one, two)) return true;
      }
    }
    return false;
  };
}

type Compare = (value: Cell, other: Cell) => boolean;

function scalarComparison(chain: Chain): Compare {
  const textOf = readerOf(chain);
  const { openStart, openEnd } = chain;
  const isWhole = !openStart && !openEnd;
  return (value, other) => {
    // Folding keeps lengths.
    if (isWhole && value.text()?.length !== other.text()?.length) return false;
    const text = textOf(value);
    const wanted = textOf(other);
    if (text === null || wanted === null) return false;
    if (openStart) return openEnd ? text.includes(wanted) : text.endsWith(wanted);
    return openEnd ? text.startsWith(wanted) : text === wanted;
  };
}

function setComparison(chain: Chain): (values: readonly Cell[], others: readonly Cell[]) => boolean {
  const textOf = readerOf(chain);
  return (values, others) => {
    const wanted = new Set(others.map(textOf));
    return values.some((value) => {
      const text = textOf(value);
      return text !== null && wanted.has(text);
    });
  };
}

function readerOf({ cased }: Chain): (cell: Cell) => string | null {
  return cased ? (cell) => cell.text() : (cell) => cell.folded();
}

/** The members of arrays in arrays, or the cell itself. */
function scalarsOf(cell: Cell): readonly Cell[] {
  return cell.members === null ? [cell] : cell.members.flatMap(scalarsOf);
}

function lengthOf(cell: Cell): number {
  return cell.text()?.length ?? 0;
}
