import { expect } from 'vitest';
import type { EcsField, Event } from '../../src/model/event.js';
import { normalized } from './normalized.js';

/** A line, the ECS fields it must have (null = none), and its raw fields. */
export type LineCase = [
  line: string,
  wanted: Partial<Record<EcsField, unknown>>,
  raw?: Readonly<Record<string, unknown>>,
];

/** Fails where the event that the line becomes has other values in the fields that are named. */
export function expectFields(line: string, wanted: LineCase[1], raw: LineCase[2] = {}): Event {
  const event = normalized(line);
  const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
  const fields = event.record.fields ?? {};
  expect([found, Object.fromEntries(Object.keys(raw).map((name) => [name, fields[name]]))]).toEqual([
    wanted,
    raw,
  ]);
  return event;
}
