import type { EventKeys, KeyedField } from '../../model/event-keys.js';
import type { ParsedRecord } from '../../model/record.js';
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

const NAMES: readonly (readonly [FieldName, KeyedField])[] = [...KEYED_NAMES].map(([name, field]) => [
  fieldName(name),
  field,
]);

/** Adds the keys of what the record itself calls by these names. */
export function addOwnKeys(record: ParsedRecord, keys: EventKeys): void {
  if (!hasOwnFields(record)) return;
  for (const [name, field] of NAMES) {
    const value = ownField(record, name);
    if (typeof value === 'string') keys.addOwn(field, value);
    else if (value !== undefined) {
      visitValues(value, (one) => {
        keys.addOwn(field, String(one));
        return false;
      });
    }
  }
}
