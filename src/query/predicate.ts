import type { Event } from '../model/event.js';
import { parseIpv4 } from '../model/ipv4.js';
import { readAddress } from './address.js';
import { fieldReader } from './fields.js';
import type { AddressSpan, Position, Query, ValueTest } from './query.js';
import { readNumber } from './value.js';

export type EventPredicate = (event: Event) => boolean;
type ScalarTest = (value: unknown) => boolean;

/** Lists inside of lists deeper than this are not looked into. */
const DEEPEST = 8;

/** The query as a function of one event. Its time is linear in the record's length, for a query of bounded length. */
export function compileQuery(query: Query): EventPredicate {
  switch (query.kind) {
    case 'all': {
      const parts = query.terms.map(compileQuery);
      return parts.length === 1 ? parts[0]! : (event) => parts.every((part) => part(event));
    }
    case 'any': {
      const parts = query.terms.map(compileQuery);
      return (event) => parts.some((part) => part(event));
    }
    case 'not': {
      const part = compileQuery(query.term);
      return (event) => !part(event);
    }
    case 'text': {
      const { text } = query;
      return (event) => event.record.original.toLowerCase().includes(text);
    }
    case 'positions': {
      const { after, before } = query;
      return (event) =>
        (after === null || isBefore(after, event)) && (before === null || isBefore(event, before));
    }
    case 'exists': {
      const read = fieldReader(query.field);
      return (event) => exists(read(event), 0);
    }
    case 'field': {
      const read = fieldReader(query.field);
      const test = compileTest(query.test);
      return (event) => someValue(read(event), test, 0);
    }
  }
}

function isBefore(a: Position, b: Position): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.index < b.index);
}

function exists(value: unknown, depth: number): boolean {
  if (!Array.isArray(value)) return value !== null && value !== undefined;
  return depth < DEEPEST && value.some((member) => exists(member, depth + 1));
}

function someValue(value: unknown, test: ScalarTest, depth: number): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object') return test(value);
  return (
    Array.isArray(value) && depth < DEEPEST && value.some((member) => someValue(member, test, depth + 1))
  );
}

function compileTest(test: ValueTest): ScalarTest {
  switch (test.kind) {
    case 'equal': {
      const [only, ...others] = test.texts;
      if (others.length === 0) return (value) => lowered(value) === only;
      return (value) => test.texts.includes(lowered(value));
    }
    case 'contains':
      return (value) => lowered(value).includes(test.text);
    case 'glob':
      return (value) => test.glob.test(lowered(value));
    case 'addresses':
      return addressTest(test);
    case 'numbers':
      return (value) => {
        const number = numberOf(value);
        return number !== null && number >= test.from && number <= test.to;
      };
    case 'times':
      return (value) => typeof value === 'number' && value >= test.from && value < test.until;
  }
}

function addressTest({ family, from, to }: AddressSpan): ScalarTest {
  if (family === 4) {
    const [first, last] = [Number(from), Number(to)];
    return (value) => {
      if (typeof value !== 'string') return false;
      const number = parseIpv4(value);
      return number >= first && number <= last;
    };
  }
  return (value) => {
    if (typeof value !== 'string' || !value.includes(':')) return false;
    const address = readAddress(value);
    return address !== null && address.family === 6 && address.value >= from && address.value <= to;
  };
}

function lowered(value: unknown): string {
  return String(value).toLowerCase();
}

function numberOf(value: unknown): number | bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'string' ? readNumber(value) : null;
}
