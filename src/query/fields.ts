import { ENVELOPE_READERS } from '../model/envelope-fields.js';
import { type EcsField, type Event, isEcsField } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';

/** Reads a field's value, or the list of its values; null or undefined = the event has none. */
export type FieldReader = (event: Event) => unknown;

const DEEPEST = 32;

const OTHERS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ...ENVELOPE_READERS,
  // As numbers, to be compared.
  ['@timestamp', (event) => event.timestamp],
  ['event.created', (event) => event.receivedAt],
  ['event.id', (event) => `${event.seq}-${event.index}`],
  ['log.source.address', (event) => event.peer],
  ['log.file.path', (event) => event.file],
  ['vedette.source', (event) => event.source],
  ['parse.format', ({ record }) => record.format],
  ['parse.errors', ({ record }) => record.errors],
  ['related.ip', listOf('source.ip', 'destination.ip', 'source.nat.ip', 'host.ip')],
  ['related.user', listOf('user.name', 'user.target.name', 'user.effective.name')],
  ['related.hosts', listOf('host.name', 'source.domain', 'destination.domain')],
]);

/** Fields of which `event.id` and so on are names, besides those of ECS_FIELDS. */
export const OTHER_FIELDS: readonly string[] = [...OTHERS.keys()];

/**
 * ECS names as events have them in JSON; every other name, with or without `parse.fields.` before it, is one of the record's own:
 * first as it stands, then as a path through its objects.
 */
export function fieldReader(name: string): FieldReader {
  if (isEcsField(name)) return (event) => event[name];
  const other = OTHERS.get(name);
  if (other !== undefined) return other;
  const own = name.startsWith('parse.fields.') ? name.slice('parse.fields.'.length) : name;
  const path = own.split('.');
  return ({ record }) => ownValue(record, own, path);
}

function listOf(...names: readonly EcsField[]): FieldReader {
  return (event) => names.map((name) => event[name]);
}

function ownValue(
  { fields, cef, leef, structuredData }: ParsedRecord,
  name: string,
  path: readonly string[],
): unknown {
  return (
    valueIn(fields, name, path) ??
    valueIn(cef?.extensions, name, path) ??
    valueIn(cef?.custom, name, path) ??
    valueIn(leef?.attributes, name, path) ??
    valueIn(structuredData as JsonObject | null, name, path)
  );
}

function valueIn(object: object | null | undefined, name: string, path: readonly string[]): unknown {
  if (object === null || object === undefined) return undefined;
  if (Object.hasOwn(object, name)) return (object as JsonObject)[name];
  return path.length === 1 ? undefined : walk(object, path, 0, 0);
}

/** Own properties only: `constructor` and `__proto__` are names like any other. Lists on the way fan out. */
function walk(value: unknown, path: readonly string[], step: number, depth: number): unknown {
  if (step === path.length) return value;
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((member) => walk(member, path, step, depth + 1));
  const name = path[step]!;
  return Object.hasOwn(value, name)
    ? walk((value as JsonObject)[name], path, step + 1, depth + 1)
    : undefined;
}
