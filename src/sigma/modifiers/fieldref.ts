import type { Cell } from '../match/cell.js';
import type { Chain } from './chain.js';

/** Compares two fields of an event; any pair of members of arrays. Absent, null and objects never compare. */
export type FieldComparison = (value: Cell, other: Cell) => boolean;

/** Event values are never wildcards. */
export function fieldComparison(chain: Chain): FieldComparison {
  const scalar = scalarComparison(chain);
  const anyPair: FieldComparison = (value, other) => {
    if (value.members !== null) return value.members.some((member) => anyPair(member, other));
    if (other.members !== null) return other.members.some((member) => anyPair(value, member));
    return scalar(value, other);
  };
  return anyPair;
}

function scalarComparison(chain: Chain): FieldComparison {
  const textOf = chain.cased ? (cell: Cell) => cell.text() : (cell: Cell) => cell.folded();
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
