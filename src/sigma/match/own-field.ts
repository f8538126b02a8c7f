import type { ParsedRecord } from '../../model/record.js';
import { type FieldName, lookupField } from './field-path.js';

/** What the record itself calls by that name: its fields, then those of its CEF, LEEF or structured data. */
export function ownField(record: ParsedRecord, field: FieldName): unknown {
  const { fields, cef, leef, structuredData } = record;
  let value = fields === null ? undefined : lookupField(fields, field);
  if (value === undefined && cef !== null) {
    value =
      lookupField(cef.extensions, field) ??
      lookupField(cef.custom, field) ??
      lookupField(cef, field) ??
      undefined;
  }
  if (value === undefined && leef !== null) {
    value = lookupField(leef.attributes, field) ?? lookupField(leef, field) ?? undefined;
  }
  if (value === undefined && structuredData !== null) value = lookupField(structuredData, field);
  return value;
}

/** Whether the record has names of its own at all. */
export function hasOwnFields({ fields, cef, leef, structuredData }: ParsedRecord): boolean {
  return fields !== null || cef !== null || leef !== null || structuredData !== null;
}
