import { codeAt } from '../model/code-at.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { CR, LF, SPACE, TAB } from './characters.js';
import { readEventXml, setEvent } from './event-xml.js';
import { isJournalEntry, liftJournal } from './journald.js';
import { parseExactJson } from './json-exact.js';
import { isTooDeep, LARGE_NUMBER, lookOver, TOO_DEEP } from './json-guards.js';
import { liftJson } from './json-lift.js';
import { addShell, isShippers, isWindowsEvent, mayBeObject, nestedText } from './json-nested.js';
import type { ParseContext, Parser } from './parser.js';
import { payloadTime } from './timestamp/payload-time.js';

const COOKIE = '@cee:';
/** Of an entry of the journal, what the record itself is; and what would set what its fields inherit from. */
const LOGGED = new Set(['MESSAGE', 'message', '__proto__']);

/**
 * One JSON object, alone, after a syslog header, or after the CEE cookie `@cee:`. Integers that a double cannot
 * hold are bigint; of equal keys the last wins; arrays and scalars are plain text. An entry of the systemd journal
 * is recognised by its trusted fields (format `journald`). An object that a shipper or the journal holds as text, as JSON or as an
 * event in XML, is the record.
 */
export const json: Parser = {
  format: 'json',
  summary: 'A JSON object a line, bare, with @cee: or in a syslog message',
  parse: (text, record, context) => parseObject(text, record, context),
};

/** As `json`, only entries of the systemd journal. */
export const journald: Parser = {
  format: 'journald',
  summary: 'The systemd journal, one JSON object a line (journalctl -o json)',
  parse: (text, record, context) => parseObject(text, record, context) && record.format === 'journald',
};

function parseObject(text: string, record: ParsedRecord, context: ParseContext): boolean {
  const at = objectStart(text);
  if (at < 0) return false;
  const fields = parsedObject(text, at, record);
  if (fields === null) return false;
  readObject(fields, record, context);
  return true;
}

/** Takes a parsed object for the record. */
export function readObject(fields: JsonObject, record: ParsedRecord, context: ParseContext): void {
  record.fields = fields;
  if (isJournalEntry(fields)) {
    const { message } = record;
    record.format = 'journald';
    liftJournal(fields, record);
    if (record.message !== message && mayBeObject(record.message)) parseLogged(fields, record, context);
  } else {
    record.format = 'json';
    const nested = nestedText(fields);
    if (nested === null || !parseNested(nested, fields, record, context)) liftJson(fields, record, context);
  }
}

/** Takes an object that stands as text in another one for the record. */
function parseNested(text: string, shell: JsonObject, record: ParsedRecord, context: ParseContext): boolean {
  const isAlone = record.envelope === null;
  const event = readEventXml(text);
  const fields = event ?? tryObject(text);
  if (fields === null || fields === TOO_DEEP) return false;
  if (event === null && !isShippers(shell) && !isWindowsEvent(fields)) return false;
  record.fields = fields;
  if (isAlone) record.message = text.trim();
  if (event !== null) setEvent(fields, record, context);
  else liftJson(fields, record, context);
  const read = payloadTime(shell['@timestamp'] ?? shell.timestamp ?? shell.time ?? shell.date, context);
  if (Number.isNaN(record.payloadTimestamp)) record.payloadTimestamp = read;
  if (isAlone && Number.isNaN(record.timestamp))
    record.timestamp = event === null ? read : record.payloadTimestamp;
  addShell(fields, shell, record);
  return true;
}

/** What a program logged to the journal stands under the journal's header, as it does under one of syslog. */
function parseLogged(entry: JsonObject, record: ParsedRecord, context: ParseContext): void {
  const { message, timestamp } = record;
  const event = readEventXml(message);
  const fields = event ?? tryObject(message);
  if (fields === null || fields === TOO_DEEP) return;
  record.fields = fields;
  if (event !== null) setEvent(fields, record, context);
  else {
    record.format = 'json';
    const { host, app, procid, severity, facility } = record;
    liftJson(fields, record, context);
    Object.assign(record, { host, app, procid, facility, severity });
  }
  Object.assign(record, { message, timestamp });
  if (Number.isNaN(record.payloadTimestamp)) record.payloadTimestamp = timestamp;
  for (const name of Object.keys(entry))
    if (!LOGGED.has(name) && !Object.hasOwn(fields, name)) fields[name] = entry[name]!;
}

/** Index of the `{` that the text or its cookie begins with, or -1. */
function objectStart(text: string): number {
  let at = text.startsWith(COOKIE) ? COOKIE.length : 0;
  while (isJsonSpace(codeAt(text, at))) at++;
  return codeAt(text, at) === 123 ? at : -1;
}

function isJsonSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === LF || code === CR;
}

function parsedObject(text: string, at: number, record: ParsedRecord): JsonObject | null {
  const fields = tryObject(at === 0 ? text : text.slice(at));
  if (fields === null || fields === TOO_DEEP) {
    const isDeep = fields === TOO_DEEP || isTooDeep(text, at);
    record.fault(isDeep ? 'parse.json_too_deep' : 'parse.bad_json');
    return null;
  }
  return fields;
}

/** Null where it is no JSON; the text begins with a brace. */
function tryObject(text: string): JsonObject | typeof TOO_DEEP | null {
  try {
    const fields = JSON.parse(text) as JsonObject;
    const look = lookOver(fields);
    if (look === TOO_DEEP) return TOO_DEEP;
    return look === LARGE_NUMBER ? (parseExactJson(text) as JsonObject) : fields;
  } catch {
    return null;
  }
}
