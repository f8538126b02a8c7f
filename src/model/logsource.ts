/**
 * Where an event comes from, in Sigma's terms (Sigma rules specification, "Log source").
 *
 * A *closed* logsource is a statement by a normalizer: a key it leaves out matches no rule that names it.
 * OPEN means nobody recognised the event: rules with fields run, keyword rules do not (DESIGN: routing).
 * Instances are interned, so routing tables can be keyed by `id`.
 */
export interface Logsource {
  readonly id: number;
  readonly closed: boolean;
  readonly product: string | null;
  readonly categories: readonly string[];
  readonly services: readonly string[];
}

export type LogsourcePart = 'product' | 'category' | 'service';

const interned = new Map<string, Logsource>();

export const OPEN: Logsource = Object.freeze({
  id: 0,
  closed: false,
  product: null,
  categories: [],
  services: [],
});

/** All there are so far: those that normalizers know are there once they are loaded. */
export function knownLogsources(): Logsource[] {
  return [OPEN, ...interned.values()];
}

/** The same for its logins: the category `authentication` besides its own, which the rules on guessing ask for. */
export function withLogins({ product, categories, services }: Logsource): Logsource {
  return closedLogsource({ product, categories: [...categories, 'authentication'], services });
}

/** The closed logsource with these words (lower case as in the Sigma taxonomy). Same words, same object. */
export function closedLogsource(parts: {
  product?: string | null;
  categories?: readonly string[];
  services?: readonly string[];
}): Logsource {
  const product = parts.product ?? null;
  const categories = [...(parts.categories ?? [])].sort();
  const services = [...(parts.services ?? [])].sort();
  const key = JSON.stringify([product, categories, services]);
  const known = interned.get(key);
  if (known !== undefined) return known;
  const made = Object.freeze({ id: interned.size + 1, closed: true, product, categories, services });
  interned.set(key, made);
  return made;
}
