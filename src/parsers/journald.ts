import { type Json, type JsonArray, type JsonObject, ownField } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';

const decoder = new TextDecoder();

/** Journal entries carry the address fields that journald itself adds (systemd.journal-fields(7)). */
export function isJournalEntry(fields: JsonObject): boolean {
  if (fields.__REALTIME_TIMESTAMP !== undefined) return true;
  if (fields.MESSAGE === undefined) return false;
  return fields._PID !== undefined || fields.SYSLOG_IDENTIFIER !== undefined;
}

/**
 * Sets header and message from the fields of systemd.journal-fields(7). Values are text, an array of bytes when
 * they are not printable UTF-8, an array of values when a field came more than once, or null when too large.
 */
export function liftJournal(fields: JsonObject, record: ParsedRecord): void {
  // Vector renames it.
  const message = journalText(fields, 'MESSAGE') ?? journalText(fields, 'message');
  if (message !== null) record.message = message;
  record.app = journalText(fields, 'SYSLOG_IDENTIFIER') ?? journalText(fields, '_COMM');
  record.procid = journalText(fields, '_PID') ?? journalText(fields, 'SYSLOG_PID');
  record.host = journalText(fields, '_HOSTNAME');
  record.severity = journalNumber(fields, 'PRIORITY', 7);
  record.facility = journalNumber(fields, 'SYSLOG_FACILITY', 23);
  const stated = journalText(fields, '__REALTIME_TIMESTAMP');
  if (stated === null) return;
  record.timestamp = /^[0-9]{1,17}$/.test(stated) ? Math.floor(Number(stated) / 1000) : Number.NaN;
  record.payloadTimestamp = record.timestamp;
  if (Number.isNaN(record.timestamp)) record.fault('parse.bad_timestamp');
}

function journalText(fields: JsonObject, name: string): string | null {
  const value = ownField(fields, name);
  if (value === undefined) return null;
  if (!Array.isArray(value)) return scalarText(value);
  if (isBytes(value)) return decoder.decode(Uint8Array.from(value));
  return value.length === 0 ? null : arrayText(value[0]!);
}

/** One of several values; each may be bytes. */
function arrayText(value: Json): string | null {
  if (Array.isArray(value)) return isBytes(value) ? decoder.decode(Uint8Array.from(value)) : null;
  return scalarText(value);
}

function scalarText(value: Json): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : null;
}

function isBytes(value: JsonArray): value is number[] {
  return value.length > 0 && value.every((byte) => typeof byte === 'number' && byte >= 0 && byte <= 255);
}

function journalNumber(fields: JsonObject, name: string, max: number): number {
  const text = journalText(fields, name);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= 0 && value <= max ? value : -1;
}
