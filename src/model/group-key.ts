import type { GroupValue } from './signal.js';

/** One text for a tuple of values, unambiguous whatever the values hold: every value but the last has its length before it. */
export function tupleKey(values: readonly string[]): string {
  const last = values.length - 1;
  let key = '';
  for (let i = 0; i < last; i++) key += `${values[i]!.length}:${values[i]!}`;
  return last < 0 ? '' : key + values[last]!;
}

/** The same for a group; a group of one field is its value. */
export function groupKey(group: readonly GroupValue[]): string {
  return group.length === 1 ? group[0]![1] : tupleKey(group.map(([, value]) => value));
}
