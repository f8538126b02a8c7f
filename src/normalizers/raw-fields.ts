import { emptyFields, type Json } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';

/**
 * Adds something found in the text that has no ECS name to the record's own fields. What the record itself says
 * under that name stays.
 */
export function setField(record: ParsedRecord, name: string, value: Json): void {
  if (record.fields === null) record.fields = emptyFields();
  else if (Object.hasOwn(record.fields, name)) return;
  record.fields[name] = value;
}
