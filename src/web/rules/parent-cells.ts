import type { AttackCell } from '../kit/api-types.js';

/** The best that is to be said of one. */
const RANK = { covered: 2, no_data: 1, none: 0 } as const;

/** A technique with what its sub-techniques bring: `T1110` is covered where `T1110.001` is. */
export function parentCells(techniques: readonly AttackCell[]): AttackCell[] {
  const parents = new Map<string, AttackCell>();
  for (const cell of techniques) if (!cell.id.includes('.')) parents.set(cell.id, cell);
  for (const cell of techniques) {
    const parent = parents.get(cell.id.split('.')[0]!);
    if (parent === undefined || parent.id === cell.id) continue;
    const known = new Set(parent.rules.map(({ id }) => id));
    parents.set(parent.id, {
      ...parent,
      rules: [...parent.rules, ...cell.rules.filter(({ id }) => !known.has(id))],
      state: RANK[cell.state] > RANK[parent.state] ? cell.state : parent.state,
    });
  }
  return [...parents.values()];
}
