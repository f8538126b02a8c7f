import { expect } from 'vitest';
import type { EcsField } from '../../src/model/event.js';
import { normalized } from './normalized.js';

/** A line and what must come of it; a field that is not named may be anything. */
export type LineCase = readonly [line: string, wanted: Partial<Record<EcsField, unknown>>];

/** Checks the named fields of the line's event, and that a normalizer has claimed it. */
export function expectFields(line: string, wanted: Partial<Record<EcsField, unknown>>): void {
  const event = normalized(line);
  const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
  expect(found).toEqual(wanted);
  expect(event.logsource.closed).toBe(true);
}
