import type { JsonObject } from './json.js';

/**
 * Innermost payload formats; CEF, LEEF, JSON and so on win over the syslog envelope around them. Snapshots count them by
 * place: a new one goes to the end.
 */
export const RECORD_FORMATS = [
  'rfc5424',
  'rfc3164',
  'cef',
  'leef',
  'json',
  'journald',
  'keyvalue',
  'access-log',
  'plain',
  'snare',
  'event-xml',
] as const;

export type RecordFormat = (typeof RECORD_FORMATS)[number];

export type Envelope = 'rfc5424' | 'rfc3164' | null;

/** SD-ID → PARAM-NAME → value, or values when a name is repeated (RFC 5424 §6.3). Null-prototype. */
export type StructuredData = { [id: string]: { [name: string]: string | string[] } };

export interface CefHeader {
  cef_version: string | null;
  device_vendor: string | null;
  device_product: string | null;
  device_version: string | null;
  signature_id: string | null;
  name: string | null;
  severity: string | null;
  extensions: { [key: string]: string };
  /** label → value of the csN/csNLabel pairs. */
  custom: { [label: string]: string };
  valid: boolean;
}

export interface LeefHeader {
  leef_version: string | null;
  vendor: string | null;
  product: string | null;
  product_version: string | null;
  event_id: string | null;
  delimiter: string;
  attributes: { [key: string]: string };
  valid: boolean;
}

/**
 * What the parsers found in one record. One object is reused for all records of a detector: `reset` before each,
 * copy whatever must outlive it. Strings may be slices of the chunk: flatten what is kept for long.
 */
export class ParsedRecord {
  /** The record's text, separators trimmed, invalid UTF-8 as U+FFFD. */
  original = '';
  format: RecordFormat = 'plain';
  envelope: Envelope = null;
  /** Syslog PRI parts; -1 = no valid PRI. */
  facility = -1;
  severity = -1;
  /** Event time stated by the record, ms since the epoch; NaN = none or unreadable. */
  timestamp = Number.NaN;
  /**
   * Time that the payload states under a name of its own (JSON `timestamp`, CEF `rt`, FortiGate `date` and `time`),
   * ms; NaN = none or unreadable. `timestamp` may be the envelope's, or NaN where the name alone does not prove
   * that it is the event's time: a normalizer that knows the product decides.
   */
  payloadTimestamp = Number.NaN;
  host: string | null = null;
  /** APP-NAME or TAG. */
  app: string | null = null;
  procid: string | null = null;
  msgid: string | null = null;
  structuredData: StructuredData | null = null;
  /** MSG part; the whole record when there is no envelope. */
  message = '';
  /**
   * Everything else that was parsed, under the record's own names. May come from JSON.parse, so read it with
   * `ownField`: names such as `constructor` or `__proto__` are just field names.
   */
  fields: JsonObject | null = null;
  cef: CefHeader | null = null;
  leef: LeefHeader | null = null;
  /** Codes of telemetry/codes.ts for what was wrong but survivable. */
  errors: string[] | null = null;

  reset(original: string): void {
    this.original = original;
    this.format = 'plain';
    this.envelope = null;
    this.facility = -1;
    this.severity = -1;
    this.timestamp = Number.NaN;
    this.payloadTimestamp = Number.NaN;
    this.host = null;
    this.app = null;
    this.procid = null;
    this.msgid = null;
    this.structuredData = null;
    this.message = original;
    this.fields = null;
    this.cef = null;
    this.leef = null;
    this.errors = null;
  }

  fault(code: string): void {
    if (this.errors === null) this.errors = [code];
    else if (this.errors.length < 8 && !this.errors.includes(code)) this.errors.push(code);
  }
}
