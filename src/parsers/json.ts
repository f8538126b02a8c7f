import { codeAt } from '../model/code-at.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { CR, LF, SPACE, TAB } from './characters.js';
import { isJournalEntry, liftJournal } from './journald.js';
import { parseExactJson } from './json-exact.js';
import { isTooDeep, LARGE_NUMBER, lookOver, TOO_DEEP } from './json-guards.js';
import { liftJson } from './json-lift.js';
import { addShell, isWindowsEvent, nestedEventText } from './json-nested.js';
import type { ParseContext, Parser } from './parser.js';
import { payloadTime } from './timestamp/payload-time.js';

const COOKIE = '@cee:';

/**
 * One JSON object, alone, after a syslog header, or after the CEE cookie `@cee:`. Integers that a double cannot
 * hold are bigint; of equal keys the last wins; arrays and scalars are plain text. An entry of the systemd journal
 * is recognised by its trusted fields (format `journald`). A Windows event that is the `message` of an object, as text, is the record.
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
  const fields = readObject(text, at, record);
  if (fields === null) return false;
  record.fields = fields;
  if (isJournalEntry(fields)) {
    record.format = 'journald';
    liftJournal(fields, record);
  } else {
    record.format = 'json';
    const nested = nestedEventText(fields);
    if (nested === null || !parseNested(nested, fields, record, context)) liftJson(fields, record, context);
  }
  return true;
}

/** Takes a Windows event that stands as JSON text in an object for the record. */
function parseNested(text: string, shell: JsonObject, record: ParsedRecord, context: ParseContext): boolean {
  const fields = tryObject(text);
  if (fields === null || fields === TOO_DEEP || !isWindowsEvent(fields)) return false;
  record.fields = fields;
  if (record.envelope === null) record.message = text.trim();
  liftJson(fields, record, context);
  if (Number.isNaN(record.payloadTimestamp))
    record.payloadTimestamp = payloadTime(shell['@timestamp'], context);
  addShell(fields, shell);
  return true;
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

function readObject(text: string, at: number, record: ParsedRecord): JsonObject | null {
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
