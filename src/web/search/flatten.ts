/** A field of an event by its dotted name, with its values. */
export type Field = readonly [name: string, values: readonly (string | number | boolean)[]];

const MOST_FIELDS = 500;
const DEEPEST = 12;

/** All fields of an event in JSON, in its order; `parse.fields.x` for the record's own. */
export function flatten(event: object): Field[] {
  const found: Field[] = [];
  walk(event, '', 0, found);
  return found;
}

/** The first value at a dotted name, as text; null = the event has none. */
export function fieldOf(event: object, name: string): string | null {
  let at: unknown = event;
  for (const step of name.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return null;
    at = (at as Record<string, unknown>)[step];
  }
  const [first] = Array.isArray(at) ? at : [at];
  return first === null || first === undefined || typeof first === 'object' ? null : String(first);
}

function walk(value: unknown, name: string, depth: number, found: Field[]): void {
  if (found.length >= MOST_FIELDS || value === null || value === undefined) return;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    const values = value.filter((item) => item !== null);
    if (values.length > 0) found.push([name, values as (string | number | boolean)[]]);
  } else if (typeof value === 'object') {
    if (depth < DEEPEST)
      for (const [key, inner] of Object.entries(value))
        walk(inner, name === '' ? key : `${name}.${key}`, depth + 1, found);
  } else found.push([name, [value as string | number | boolean]]);
}
