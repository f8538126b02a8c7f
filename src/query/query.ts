import type { Glob } from '../model/glob.js';

/**
 * A question to the event log, read from text by parse.ts. Everything compared is in lower case already: case never
 * matters.
 */
export type Query =
  /** Every event when there are no terms. */
  | { readonly kind: 'all'; readonly terms: readonly Query[] }
  | { readonly kind: 'any'; readonly terms: readonly Query[] }
  | { readonly kind: 'not'; readonly term: Query }
  /** The record as it was received holds this. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'exists'; readonly field: string }
  /** Some value of the field passes. */
  | { readonly kind: 'field'; readonly field: string; readonly test: ValueTest };

export type ValueTest =
  | { readonly kind: 'equal'; readonly texts: readonly string[] }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: Glob }
  | AddressSpan
  /** From `from` to `to`, both included. */
  | { readonly kind: 'numbers'; readonly from: number; readonly to: number }
  | TimeSpan;

/** Addresses of one family from `from` to `to`, both included. */
export interface AddressSpan {
  readonly kind: 'addresses';
  readonly family: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

/** Times from `from` to before `until`, ms since the epoch. */
export interface TimeSpan {
  readonly kind: 'times';
  readonly from: number;
  readonly until: number;
}

/** What a caller asks besides the text: all of it must hold. */
export function allOf(...terms: readonly (Query | null)[]): Query {
  return { kind: 'all', terms: terms.filter((term) => term !== null) };
}

/** Names of all fields that are asked for, each once. */
export function fieldsOf(query: Query): string[] {
  switch (query.kind) {
    case 'all':
    case 'any':
      return [...new Set(query.terms.flatMap(fieldsOf))];
    case 'not':
      return fieldsOf(query.term);
    case 'text':
      return [];
    default:
      return [query.field];
  }
}
