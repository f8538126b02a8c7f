import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventKeys } from '../../src/model/event-keys.js';
import { emptyFields, type Json, type JsonObject } from '../../src/model/json.js';
import { ParsedRecord } from '../../src/model/record.js';
import { fieldName, visitValues } from '../../src/sigma/match/field-path.js';
import { ownField } from '../../src/sigma/match/own-field.js';
import { addOwnKeys, KEYED_NAMES } from '../../src/sigma/match/own-keys.js';

/** Each name looked up, whether it may be there or not. */
function addEach(record: ParsedRecord, keys: EventKeys): void {
  for (const [name, field] of KEYED_NAMES)
    visitValues(ownField(record, fieldName(name)), (value) => {
      keys.addOwn(field, String(value));
      return false;
    });
}

function fieldsOf(members: readonly (readonly [string, Json])[]): JsonObject {
  const fields = emptyFields();
  for (const [name, member] of members) fields[name] = member;
  return fields;
}

it('the keys of a record are those of all names that it has, in whatever order and however deep', () => {
  const parts = [...KEYED_NAMES.keys()].flatMap((name) => [name, ...name.split('.')]);
  const names = fc.constantFrom(...new Set(parts), 'other', 'constructor', '__proto__', 'hasOwnProperty');
  const { value } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>('root', '203.0.113.7', 4624, true, null, 2n ** 60n, ''),
      fc.array(tie('value'), { maxLength: 3 }) as fc.Arbitrary<Json>,
      tie('object'),
    ),
    object: fc.array(fc.tuple(names, tie('value')), { maxLength: 6 }).map(fieldsOf),
  }));
  const members = fc.array(fc.tuple(names, value), { maxLength: 8 });
  const keys = new EventKeys();
  fc.assert(
    fc.property(members, (own) => {
      const record = new ParsedRecord();
      record.reset('');
      record.fields = fieldsOf(own);
      addOwnKeys(record, keys);
      const found = [...keys.take()].sort();
      addEach(record, keys);
      expect(found).toEqual([...keys.take()].sort());
    }),
    { numRuns: 3000 },
  );
});
