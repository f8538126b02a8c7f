import type { ParsedRecord } from '../../model/record.js';
import { type FieldPath, lookupField } from './field-path.js';

/** What the record itself calls by that name: its fields, then those of its CEF, LEEF or structured data. */
export function ownField(record: ParsedRecord, field: string, path: FieldPath): unknown {
  const { fields, cef, leef, structuredData } = record;
  let value = fields === null ? undefined : lookupField(fields, field, path);
  if (value === undefined && cef !== null) {
    value =
      lookupField(cef.extensions, field, path) ??
      lookupField(cef.custom, field, path) ??
      lookupField(cef, field, path) ??
      undefined;
  }
  if (value === undefined && leef !== null) {
    value = lookupField(leef.attributes, field, path) ?? lookupField(leef, field, path) ?? undefined;
  }
  if (value === undefined && structuredData !== null) value = lookupField(structuredData, field, path);
  return value;
}
