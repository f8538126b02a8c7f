import { expect } from 'vitest';
import type { EcsField, Event } from '../../src/model/event.js';
import { normalized } from './normalized.js';

/**
 * A line, what must come of it (null = none; a field that is not named may be anything), and what is among the fields that the
 * record has under its own names.
 */
export type LineCase = [
  line: string,
  wanted: Partial<Record<EcsField, unknown>>,
  own?: Readonly<Record<string, unknown>>,
];

/** Checks the named fields of the line's event, and that a normalizer has claimed it. */
export function expectFields(...line: LineCase): void {
  const event = expectFieldsOfAny(...line);
  expect(event.logsource.closed).toBe(true);
}

/** The same of a line that may be nobody's. */
export function expectFieldsOfAny(...[line, wanted, own = {}]: LineCase): Event {
  const event = normalized(line);
  const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
  const fields = event.record.fields ?? {};
  const ownFound = Object.fromEntries(Object.keys(own).map((name) => [name, fields[name]]));
  expect([found, ownFound]).toEqual([wanted, own]);
  return event;
}
