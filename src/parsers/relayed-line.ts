import { codeAt } from '../model/code-at.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { newFields } from './bag.js';
import { COLON, isDigit, isLetter, SPACE } from './characters.js';
import { streamLength } from './container-frame.js';
import { parseDetected } from './detect-format.js';
import { isEventHeader } from './event-header.js';
import { json, readObject } from './json.js';
import { isLoggersOwn } from './json-lift.js';
import { mayBeObject } from './json-nested.js';
import { openParcel, type Parcel } from './parcel.js';
import type { ParseContext } from './parser.js';
import { statesZone } from './states-zone.js';
import { scanIsoStamp } from './timestamp/iso.js';
import { payloadTime } from './timestamp/payload-time.js';
import { Stamp } from './timestamp/stamp.js';

const CURLY_OPEN = 123;
const LESS = 60;
const MAX_CLIENT = 512;
/** What lines of key=value pairs begin with that are of a product, and not an application's text with an equals sign. */
const PAIRS = ['date=', 'type=', 'node=', 'id=', 'device'];

/**
 * Reads the log line that a shipper put into JSON (Docker's json-file, Filebeat, Fluent Bit, Vector: `{"log": "Nov 19
 * 21:54:44 web sshd[7]: …"}`) as if it had come alone, and what HEC, OTLP and Wazuh put into a parcel. Expects a record of `json`
 * without an envelope. The object's fields stay beside the line's own; its time stands where the line's has no zone. A text that
 * is no such line changes nothing.
 */
export function readRelayedLine(record: ParsedRecord, context: ParseContext): void {
  const parcel = openParcel(record.fields!);
  if (parcel === null) readShippedLine(record, context);
  else readParcel(parcel, record, context);
}

function readShippedLine(record: ParsedRecord, context: ParseContext): void {
  const fields = record.fields!;
  if (record.app !== null || !mayBeLine(record.message) || !isShipped(fields)) return;
  readLine(record, record.message, context);
}

/** What is in a parcel is read as if it had come alone. What is said on the parcel stands where the event says nothing. */
function readParcel(parcel: Parcel, record: ParsedRecord, context: ParseContext): void {
  const { content, beside } = parcel;
  const { message, errors } = record;
  const time = firstTime(parcel, context);
  record.reset(record.original);
  Object.assign(record, { message, errors, format: 'json', host: parcel.host });
  if (typeof content === 'string') {
    record.fields = beside;
    record.message = content;
    const isObject = mayBeObject(content);
    if (!isObject) record.timestamp = time;
    const text = content.trimStart();
    const mayBeRead = parcel.isRead && (isObject || mayBeLine(text));
    if (!mayBeRead || !readLine(record, text, context)) record.app = parcel.app;
  } else {
    readObject(content, record, context);
    if (record.format === 'json') readShippedLine(record, context);
    record.fields = merged(beside, record.fields);
  }
  record.host ??= parcel.host;
  if (record.severity < 0) record.severity = parcel.severity;
  if (!Number.isNaN(record.timestamp)) return;
  record.timestamp = time;
  if (Number.isNaN(record.payloadTimestamp)) record.payloadTimestamp = time;
}

function firstTime({ times }: Parcel, context: ParseContext): number {
  for (const stated of times) {
    const time = payloadTime(stated, context);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}

const stamp = new Stamp();

/** Reads what a container wrote, JSON or a line, out of its CRI frame: `stream` and `partial` are fields besides its own. */
export function parseContainerFrame(text: string, record: ParsedRecord, context: ParseContext): void {
  const blank = text.indexOf(' ');
  const end = blank + streamLength(text, blank);
  const frame = newFields();
  frame.stream = text.slice(blank + 1, end - 3);
  frame.partial = codeAt(text, end - 2) === 80;
  record.fields = frame;
  record.message = text.slice(end);
  record.timestamp = scanIsoStamp(text, 0, context.timezone, stamp) ? stamp.time : Number.NaN;
  const { timestamp } = record;
  if (codeAt(text, end) !== CURLY_OPEN) {
    if (mayBeLine(record.message)) readLine(record, record.message, context);
    return;
  }
  if (!json.parse(record.message, record, context)) return;
  record.fields = merged(frame, record.fields);
  if (Number.isNaN(record.timestamp)) record.timestamp = timestamp;
}

/** `message` and `log` are where shippers put a line as they read it. */
function isShipped(fields: JsonObject): boolean {
  if (typeof fields.message !== 'string' && typeof fields.log !== 'string') return false;
  return !isLoggersOwn(fields);
}

/** Returns whether the text is such a line; nothing is changed where it is none. */
function readLine(record: ParsedRecord, text: string, context: ParseContext): boolean {
  const line = text.trimEnd();
  const { format, timestamp, payloadTimestamp, host, severity, errors, message, fields } = record;
  record.fields = null;
  record.errors = null;
  context.bytes = Buffer.from(line);
  context.from = 0;
  record.format = 'plain';
  record.message = line;
  parseDetected(line, record, context);
  if (!isCertain(record, line, host)) {
    Object.assign(record, { format, timestamp, payloadTimestamp, host, severity, errors, message, fields });
    Object.assign(record, { envelope: null, facility: -1, app: null, procid: null, msgid: null });
    Object.assign(record, { structuredData: null, cef: null, leef: null });
    return false;
  }
  record.fields = merged(fields, record.fields);
  record.host ??= host;
  if (record.severity < 0) record.severity = severity;
  for (const error of errors ?? []) record.fault(error);
  if (!Number.isNaN(timestamp) && !statesZone(record, line)) record.timestamp = timestamp;
  return true;
}

/** A look at what the line begins with: nearly all texts of applications end here, and those of Windows events. */
function mayBeLine(line: string): boolean {
  const first = codeAt(line, 0);
  if (first === LESS || isDigit(first)) return true;
  if (!isLetter(first)) return false;
  if (codeAt(line, 3) === SPACE && codeAt(line, 6) === SPACE && codeAt(line, 9) === COLON) return true;
  if (isEventHeader(line, 0) || PAIRS.some((start) => line.startsWith(start))) return true;
  // The time of an access log, after names or an address that begins with a letter.
  for (let open = line.indexOf('['); open >= 0 && open < MAX_CLIENT; open = line.indexOf('[', open + 1)) {
    if (isDigit(codeAt(line, open + 1)) && codeAt(line, open - 1) === SPACE) return true;
  }
  return false;
}

/** Whether what was found in the text cannot well be the prose of an application. */
function isCertain(record: ParsedRecord, line: string, host: string | null): boolean {
  const { format, envelope } = record;
  if (format === 'plain') return false;
  if (format === 'keyvalue') return PAIRS.some((start) => line.startsWith(start));
  if (envelope === null) return true;
  if (codeAt(line, 0) === LESS) return true;
  if (record.app === null) return format !== envelope;
  // `2026-11-19T21:54:44Z INFO http: …` is no host INFO.
  return isLetter(codeAt(line, 0)) || record.procid !== null || record.host === host;
}

/** A line's own fields stand before those of the object around it. */
function merged(outer: JsonObject | null, inner: JsonObject | null): JsonObject | null {
  if (outer === null || inner === null) return outer ?? inner;
  return Object.assign(newFields(), outer, inner);
}
