import { codeAt } from '../model/code-at.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { isWhitespace } from './characters.js';
import { isLoggersOwn } from './json-lift.js';

/** Members of the shell that say of the shipper what the event says of itself. */
const SHELL = new Set(['message', 'host', '@timestamp', '__proto__']);
const ORIGINS = ['Channel', 'SourceName', 'Provider_Name', 'ProviderName', 'EventSourceName'];

/**
 * The text of a Windows event in JSON that the `message` of another object holds: a shipper read it out of a file, line by
 * line (Filebeat, Fluent Bit). Null = there is none; to be told so costs other records a look at one character.
 */
export function nestedEventText(fields: JsonObject): string | null {
  const { message } = fields;
  if (typeof message !== 'string') return null;
  let at = 0;
  while (isWhitespace(codeAt(message, at))) at++;
  if (codeAt(message, at) !== 123 || isLoggersOwn(fields)) return null;
  return message.includes('"EventID"') || message.includes('"event_id"') ? message : null;
}

/** Whether an object is shaped like a Windows event, and no other has an id of that name. */
export function isWindowsEvent(fields: JsonObject): boolean {
  if (isEventId(fields.EventID)) return ORIGINS.some((name) => typeof fields[name] === 'string');
  const { winlog, Event: event = fields } = fields;
  if (isObject(winlog)) return isEventId(winlog.event_id);
  return isObject(event) && isObject(event.System) && event.System.EventID !== undefined;
}

/** Adds what the shell knows besides. */
export function addShell(fields: JsonObject, shell: JsonObject): void {
  for (const name of Object.keys(shell)) {
    if (!SHELL.has(name) && !Object.hasOwn(fields, name)) fields[name] = shell[name]!;
  }
}

function isEventId(value: Json | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,5}$/.test(value));
}
