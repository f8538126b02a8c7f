/** Writing queries (docs/reference/query.md). */

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i;
const PLAIN_NUMBER = /^\d+$/;
/** A name of a field that means itself without quotes. */
const PLAIN_NAME = /^(?!exists$)[A-Za-z_@][\w.@-]*$/i;

/** Longer ones are asked for by how they begin: a query takes 1,024 characters of a value. */
const LONGEST_VALUE = 1000;
/** Every character may take two. */
const LONGEST_START = 500;

/** `user.name:"root"`: the field has this very value, or one that begins as a very long one does. */
export function term(field: string, value: string | number): string {
  const text = String(value);
  const name = PLAIN_NAME.test(field) ? field : quote(field);
  if (text.length > LONGEST_VALUE) return `${name}:${startingWith(text)}`;
  return `${name}:${ADDRESS.test(text) || PLAIN_NUMBER.test(text) ? text : quote(text)}`;
}

export function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${terms.join(' or ')})`;
}

/** The query and one more thing that must hold; one that stands there already is not added again. */
export function withTerm(query: string, added: string): string {
  const trimmed = query.trim();
  if (trimmed === '') return added;
  if (isAlternatives(trimmed)) return `(${trimmed}) and ${added}`;
  return trimmed.split(' and ').includes(added) ? trimmed : `${trimmed} and ${added}`;
}

function startingWith(text: string): string {
  const start = text.slice(0, LONGEST_START).replace(/[\ud800-\udbff]$/, '');
  // What cannot stand in a value without quotes is any character.
  return `${start
    .replace(/[*?() \\]/g, '\\$&')
    .replace(/["\s]/g, (found) => (found === ' ' ? found : '?'))
    .replace(/^[<>]/, '?')}*`;
}

/** Whether an `or` stands outside of all quotes and parentheses, and so binds less than the `and` that comes behind it. */
function isAlternatives(query: string): boolean {
  let depth = 0;
  for (const [token] of query.matchAll(/"(?:\\["\\]|[^"\\]|\\(?!["\\]))*"|\\[()" \\]|[()]|[^\s()"\\]+|\\/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0 && token.toLowerCase() === 'or') return true;
  }
  return false;
}

export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
