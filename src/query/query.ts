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
  /** After one event and before another, in the order of the log; null = no bound. Not part of the language. */
  | { readonly kind: 'positions'; readonly after: Position | null; readonly before: Position | null }
  | { readonly kind: 'exists'; readonly field: string }
  /** Some value of the field passes. */
  | { readonly kind: 'field'; readonly field: string; readonly test: ValueTest };

/** Place of an event in the log. */
export interface Position {
  readonly seq: number;
  readonly index: number;
}

/** Of an `event.id`; null = it is none. */
export function positionOf(id: string): Position | null {
  const match = /^(\d{1,15})-(\d{1,9})$/.exec(id);
  return match === null ? null : { seq: Number(match[1]), index: Number(match[2]) };
}

export type ValueTest =
  | { readonly kind: 'equal'; readonly texts: readonly string[] }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: Glob }
  | AddressSpan
  /** From `from` to `to`, both included. Integers that a double cannot hold are bigints. */
  | { readonly kind: 'numbers'; readonly from: number | bigint; readonly to: number | bigint }
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
    case 'positions':
      return [];
    default:
      return [query.field];
  }
}
