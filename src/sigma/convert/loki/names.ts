/** Names that no two have: of several alike each but the first gets a number. */
export class UniqueNames {
  readonly #separator: string;
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  constructor(separator: string) {
    this.#separator = separator;
  }

  unique(name: string): string {
    let unique = name;
    let n = this.#next.get(name) ?? 2;
    for (; this.#taken.has(unique); n++) unique = `${name}${this.#separator}${n}`;
    this.#next.set(name, n);
    this.#taken.add(unique);
    return unique;
  }
}

/** The title of a rule as the name of an alert. */
export function alertName(title: string): string {
  return title.replace(/[^A-Za-z0-9_:]+/g, '_').replace(/^_+|_+$/g, '') || 'Sigma_rule';
}

/** Text of a rule where templates are filled in: two braces are only braces. */
export function plainTemplate(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
