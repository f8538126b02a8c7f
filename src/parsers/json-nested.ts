import { codeAt } from '../model/code-at.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { isWhitespace } from './characters.js';
import { isLoggersOwn, isRelayed } from './json-lift.js';

/**
 * Where shippers put what they read: all but Fluent Bit, Fluent Bit and Docker, Fluent Bit of the events that it renders as XML. And
 * where clouds have the record beside some of its members: `aws cloudtrail lookup-events`, Microsoft's Purview.
 */
const PLACES = ['message', 'log', 'System', 'CloudTrailEvent', 'AuditData'];
/** Members of the shell that say of the shipper what the record says of itself. */
const SHELL = new Set(['message', 'CloudTrailEvent', 'AuditData', 'host', '@timestamp', '__proto__']);

/**
 * The text of an object of JSON or XML that a member of another object holds, as it was logged. Null = there is none; to be told
 * so costs other records a look at one character.
 */
export function nestedText(fields: JsonObject): string | null {
  for (const place of PLACES) {
    const text = fields[place];
    if (typeof text === 'string' && mayBeObject(text))
      return isLoggersOwn(fields) && !isRelayed(fields) ? null : text;
  }
  return null;
}

/**
 * Whether an object is what a shipper made of a line that it read out of a file (Filebeat, Fluent Bit, Vector, Logstash), of a program's
 * output (Docker) or of a log group (CloudWatch), by what only they write: the text of another may be a stranger's.
 */
export function isShippers(fields: JsonObject): boolean {
  const { log, stream, agent, beat, kubernetes, id } = fields;
  return (
    typeof log === 'string' ||
    stream === 'stdout' ||
    stream === 'stderr' ||
    isObject(beat) ||
    isObject(kubernetes) ||
    (isObject(agent) && typeof agent.type === 'string') ||
    (isObject(log) && isObject(log.file)) ||
    TEXTS.some((name) => typeof fields[name] === 'string') ||
    (typeof id === 'string' && CLOUDWATCH_ID.test(id)) ||
    (fields.CloudTrailEvent !== undefined && fields.EventName !== undefined) ||
    (fields.AuditData !== undefined && fields.RecordType !== undefined) ||
    isRelayed(fields)
  );
}

/** Logstash; Vector; CloudWatch as it is exported and as its API has it. */
const TEXTS = ['@version', 'source_type', 'logStream', 'logStreamName'];
/** Of an event in a subscription of CloudWatch. */
const CLOUDWATCH_ID = /^\d{56}$/;
const ORIGINS = ['Channel', 'SourceName', 'Provider_Name', 'ProviderName', 'EventSourceName'];

/** Whether an object is shaped like a Windows event, and no other has an id of that name. */
export function isWindowsEvent(fields: JsonObject): boolean {
  if (isEventId(fields.EventID)) return ORIGINS.some((name) => typeof fields[name] === 'string');
  const { winlog, Event: event = fields } = fields;
  if (isObject(winlog)) return isEventId(winlog.event_id);
  return isObject(event) && isObject(event.System) && event.System.EventID !== undefined;
}

function isEventId(value: Json | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,5}$/.test(value));
}

/** Whether it begins with a brace, or as XML does. */
export function mayBeObject(text: string): boolean {
  let at = 0;
  while (isWhitespace(codeAt(text, at))) at++;
  const first = codeAt(text, at);
  return first === 123 || (first === 60 && (codeAt(text, at + 1) === 69 || codeAt(text, at + 1) === 63));
}

/** Adds what the shell knows besides: its members beside those of the record, and whose the record is where that says nothing. */
export function addShell(fields: JsonObject, shell: JsonObject, record: ParsedRecord): void {
  for (const name of Object.keys(shell)) {
    if (!SHELL.has(name) && !Object.hasOwn(fields, name)) fields[name] = shell[name]!;
  }
  const { host } = shell;
  const name = isObject(host) ? host.name : (host ?? shell['host.name'] ?? shell.hostname);
  if (record.envelope === null && typeof name === 'string') record.host ??= name;
}
