import type { GroupValue } from './signal.js';

/** One text for a tuple of values, unambiguous whatever the values hold: every value but the last has its length before it. */
export function tupleKey(values: readonly string[]): string {
  const last = values.length - 1;
  let key = '';
  for (let i = 0; i < last; i++) key += `${values[i]!.length}:${values[i]!}`;
  return last < 0 ? '' : key + values[last]!;
}

/** The `count` values of a `tupleKey`. */
export function tupleOf(key: string, count: number): string[] {
  const values: string[] = [];
  let at = 0;
  while (values.length < count - 1) {
    const start = key.indexOf(':', at) + 1;
    const end = start + Number(key.slice(at, start - 1));
    values.push(key.slice(start, end));
    at = end;
  }
  if (count > 0) values.push(key.slice(at));
  return values;
}

/** The same for a group; a group of one field is its value. */
export function groupKey(group: readonly GroupValue[]): string {
  return group.length === 1 ? group[0]![1] : tupleKey(group.map(([, value]) => value));
}
