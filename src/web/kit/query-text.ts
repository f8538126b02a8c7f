/** Writing queries (docs/reference/query.md). */

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i;
const PLAIN_NUMBER = /^\d+$/;

/** `user.name:"root"`: the field has this very value. */
export function term(field: string, value: string | number): string {
  const text = String(value);
  const name = /[\s:=<>"()]/.test(field) ? quote(field) : field;
  return `${name}:${ADDRESS.test(text) || PLAIN_NUMBER.test(text) ? text : quote(text)}`;
}

export function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${terms.join(' or ')})`;
}

/** The query and one more thing that must hold; one that stands there already is not added again. */
export function withTerm(query: string, added: string): string {
  const trimmed = query.trim();
  if (trimmed === '') return added;
  if (trimmed.split(' and ').includes(added)) return trimmed;
  return `${/\bor\b/i.test(trimmed) && !trimmed.startsWith('(') ? `(${trimmed})` : trimmed} and ${added}`;
}

export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
