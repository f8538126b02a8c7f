/** A field name as rules write it, ready for lookups. */
export interface FieldName {
  readonly name: string;
  /** Split at its dots; null = it has none. */
  readonly path: readonly string[] | null;
  /** Every object inherits something of this name (`constructor`): only what it has itself counts. */
  readonly isInherited: boolean;
}

export function fieldName(name: string): FieldName {
  return {
    name,
    path: name.includes('.') ? name.split('.') : null,
    isInherited: name in Object.prototype,
  };
}

/**
 * Value of a rule's field in an object that came from outside: the exact name first, then the dotted path. Arrays
 * on the way fan out: all members that have the rest of the path, as an array. Own properties only, so
 * `constructor` and `__proto__` are names like any other. Undefined = absent.
 */
export function lookupField(object: object, { name, path, isInherited }: FieldName): unknown {
  if (!isInherited || Object.hasOwn(object, name)) {
    const value = (object as Record<string, unknown>)[name];
    if (value !== undefined) return value;
  }
  if (path === null || (object as Record<string, unknown>)[path[0]!] === undefined) return undefined;
  return walk(object, path, 0, 0);
}

function walk(value: unknown, path: readonly string[], step: number, depth: number): unknown {
  if (step === path.length) return value;
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const found = value
      .map((member) => walk(member, path, step, depth + 1))
      .filter((member) => member !== undefined);
    return found.length > 0 ? found : undefined;
  }
  const name = path[step]!;
  if (!Object.hasOwn(value, name)) return undefined;
  return walk((value as Record<string, unknown>)[name], path, step + 1, depth + 1);
}

/** Nested deeper, values are not looked at; parsers stop earlier. */
const MAX_DEPTH = 64;

/** Every text, number and boolean inside, in order; stops and returns true as soon as `visit` does. */
export function visitValues(
  value: unknown,
  visit: (value: string | number | bigint | boolean) => boolean,
  depth = 0,
): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return visit(value);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const member of value) if (visitValues(member, visit, depth + 1)) return true;
    return false;
  }
  for (const name in value) {
    if (Object.hasOwn(value, name) && visitValues((value as Record<string, unknown>)[name], visit, depth + 1))
      return true;
  }
  return false;
}
