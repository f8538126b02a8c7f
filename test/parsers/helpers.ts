import { type CefHeader, type LeefHeader, ParsedRecord, type RecordFormat } from '../../src/model/record.js';
import { parseRecord } from '../../src/parsers/parse-record.js';

export const NOW = '2026-11-20T16:00:00Z';

export interface Options {
  readonly format?: RecordFormat | 'auto';
  readonly timezone?: string;
  readonly now?: string;
}

/** A new record, so that tests may keep it. */
export function parse(
  text: string,
  { format = 'auto', timezone = 'UTC', now = NOW }: Options = {},
): ParsedRecord {
  const record = new ParsedRecord();
  parseRecord(text, record, { format, timezone }, Date.parse(now));
  return record;
}

/** ISO text of a record's time, null for none. */
export function isoTime(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** The names of corpus/syslog.jsonl; -1 and NaN are null there. */
export function syslogView(record: ParsedRecord): Record<string, unknown> {
  return {
    format: record.format,
    envelope: record.envelope,
    facility: record.facility < 0 ? null : record.facility,
    severity: record.severity < 0 ? null : record.severity,
    timestamp: isoTime(record.timestamp),
    host: record.host,
    app: record.app,
    procid: record.procid,
    msgid: record.msgid,
    sd: record.structuredData,
    message: record.message,
  };
}

export const NO_CEF: CefHeader = {
  cef_version: null,
  device_vendor: null,
  device_product: null,
  device_version: null,
  signature_id: null,
  name: null,
  severity: null,
  extensions: {},
  custom: {},
  valid: false,
};

export const NO_LEEF: LeefHeader = {
  leef_version: null,
  vendor: null,
  product: null,
  product_version: null,
  event_id: null,
  delimiter: '\t',
  attributes: {},
  valid: false,
};

/** Own properties only, as plain data: what JSON output would show. */
export function plainData<T>(value: T): unknown {
  return JSON.parse(JSON.stringify(value));
}
