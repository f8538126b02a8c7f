import type { Json, JsonObject } from '../model/json.js';

/** Members lifted out of one object; no real event has a quarter of it. */
export const MAX_LIFTED = 256;

/** Lifts every member of a nested object, blanks in names stripped as Sigma's field names have it. */
export function liftAll(fields: JsonObject, data: JsonObject | null): void {
  if (data === null) return;
  let left = MAX_LIFTED;
  for (const name in data) {
    if (left-- === 0) return;
    lift(fields, name, data[name]!);
  }
}

/**
 * Adds a member, under its own name, to the record's fields unless they have one of that name. `__proto__` is left
 * out: assigning it would set what the object inherits from.
 */
export function lift(fields: JsonObject, name: string, value: Json): void {
  const flat = name.indexOf(' ') < 0 ? name : name.replaceAll(' ', '');
  if (flat !== '__proto__' && !Object.hasOwn(fields, flat)) fields[flat] = value;
}
