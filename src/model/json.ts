/** A value as JSON knows it; bigint for integers that a double cannot hold exactly. */
export type Json = string | number | bigint | boolean | null | JsonArray | JsonObject;
export type JsonArray = Json[];
export interface JsonObject {
  [key: string]: Json;
}

/** Own property or undefined: never what an attacker's field name finds on Object.prototype. */
export function ownField(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An empty object whose keys are only those that are put in: nothing is inherited and `__proto__` is a key like any
 * other. Unlike `Object.create(null)` it starts with fast properties, which makes it twice as quick to fill.
 */
export function emptyFields(): JsonObject {
  return new Fields();
}

const Fields = function Fields() {} as unknown as new () => JsonObject;
Fields.prototype = Object.create(null);

/** JSON text with bigint written as an integer literal, exactly. Undefined members are left out. */
export function toJsonText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return withBigints(value);
  }
}

function withBigints(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((v) => withBigints(v ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${withBigints(member)}`);
  }
  return `{${members.join(',')}}`;
}
