import type { EventKeys, KeyedField } from '../../model/event-keys.js';
import type { ParsedRecord } from '../../model/record.js';
import { FieldOrder } from './field-order.js';
import { type FieldName, fieldName, visitValues } from './field-path.js';
import { hasOwnFields, ownField } from './own-field.js';

/**
 * Names under which rules ask for keyed fields, and which keys those are. A rule is given what the record itself has under the
 * name first, so that has its key too: then whoever knows what a rule asks for knows what the log must hold.
 */
export const KEYED_NAMES: ReadonlyMap<string, KeyedField> = new Map<string, KeyedField>([
  ['source.ip', 'source.ip'],
  ['destination.ip', 'destination.ip'],
  ['host.name', 'host.name'],
  ['user.name', 'user.name'],
  ['process.name', 'process.name'],
  ['event.code', 'event.code'],
  ['EventID', 'event.code'],
]);

type KeyedName = readonly [FieldName, KeyedField];

const NAMES: readonly KeyedName[] = [...KEYED_NAMES].map(([name, field]) => [fieldName(name), field]);

/** By the name that a record of fields alone must have for them: the whole, or the first part of a path. */
const BY_FIRST_NAME = byFirstName();
const BY_PLACE = [...BY_FIRST_NAME.values()];
const order = new FieldOrder(new Map([...BY_FIRST_NAME.keys()].map((name, place) => [name, place])));

/** Adds the keys of what the record itself calls by these names. */
export function addOwnKeys(record: ParsedRecord, keys: EventKeys): void {
  if (!hasOwnFields(record)) return;
  const { fields, cef, leef, structuredData } = record;
  if (fields === null || cef !== null || leef !== null || structuredData !== null) {
    for (const keyed of NAMES) addOne(record, keyed, keys);
    return;
  }
  // Names that are there are looked at instead of names that might be: nearly always none of these is.
  let place = 0;
  for (const name in fields) {
    const known = order.slotOf(name, place++);
    if (known !== undefined) for (const keyed of BY_PLACE[known]!) addOne(record, keyed, keys);
  }
}

function addOne(record: ParsedRecord, [name, field]: KeyedName, keys: EventKeys): void {
  const value = ownField(record, name);
  if (typeof value === 'string') keys.addOwn(field, value);
  else if (value !== undefined) {
    visitValues(value, (one) => {
      keys.addOwn(field, String(one));
      return false;
    });
  }
}

function byFirstName(): ReadonlyMap<string, readonly KeyedName[]> {
  const byName = new Map<string, KeyedName[]>();
  for (const keyed of NAMES) {
    const [{ name, path }] = keyed;
    for (const first of new Set([name, path?.[0] ?? name]))
      byName.set(first, [...(byName.get(first) ?? []), keyed]);
  }
  return byName;
}
