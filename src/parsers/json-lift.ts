import { codeAt } from '../model/code-at.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { SPACE } from './characters.js';
import type { ParseContext } from './parser.js';
import { parseTag } from './tag.js';
import { payloadTime } from './timestamp/payload-time.js';

/** Names under which loggers put the text; first present wins. */
const MESSAGE = ['message', 'msg', 'log', 'event', 'text', 'short_message', 'MESSAGE'];
const TIME = [
  '@timestamp',
  'timestamp',
  'ts',
  'time',
  'eventTime',
  'EventTime',
  'datetime',
  'date',
  'published',
  'ISODATE',
  // nginx
  'time_iso8601',
  'time_local',
];
const HOST = ['host', 'hostname', 'source_host', 'logsource'];
const APP = ['program', 'process', 'app', 'application', 'service'];
const PROCESS_ID = ['pid', 'procid'];
const LEVEL = ['level', 'severity', 'log.level'];

const OWN_WORDS = ['level', 'severity', 'logger'];

/** Under which names relays put the program: Vector, rsyslog, Fluent Bit, syslog-ng, GELF. */
const RELAYED_APP = ['appname', 'programname', 'ident', 'PROGRAM', '_program'];
/** rsyslog's `sshd[7]:`. */
const TAG = ['syslogtag', 'syslog-tag', 'tag'];
const RELAYED_PROCESS_ID = ['PID', '_pid'];
/** What gives a relay away; the last three hold it in Elastic's objects. */
const RELAYED: ReadonlySet<string> = new Set([...RELAYED_APP, ...TAG, 'log', 'syslog', 'process']);

/** Words of loggers for syslog severities (RFC 5424 §6.2.1, table 2). */
const SEVERITY = new Map<string, number>([
  ...['emerg', 'emergency', 'panic'].map((word) => [word, 0] as const),
  ['alert', 1],
  ...['crit', 'critical', 'fatal'].map((word) => [word, 2] as const),
  ...['err', 'error', 'severe'].map((word) => [word, 3] as const),
  ...['warn', 'warning'].map((word) => [word, 4] as const),
  ['notice', 5],
  ...['info', 'information', 'informational'].map((word) => [word, 6] as const),
  ...['debug', 'trace', 'verbose'].map((word) => [word, 7] as const),
]);

/**
 * Sets what a JSON object says about itself. `payloadTimestamp` whenever it states a time. Message, host, app,
 * procid and severity only when the object is a log line, that is, has a text: in Zeek's or a firewall's records
 * `host` or `service` mean something else. A syslog envelope keeps its own header and message.
 */
export function liftJson(fields: JsonObject, record: ParsedRecord, context: ParseContext): void {
  if (typeof fields.short_message === 'string') liftAdditional(fields);
  const stated = firstField(fields, TIME);
  if (stated !== undefined) record.payloadTimestamp = payloadTime(stated, context);
  if (record.envelope !== null) return;
  const { host } = fields;
  if (isObject(host)) record.host = firstText(host, ['name']);
  else if (host === undefined) record.host = firstText(fields, ['host.name']);
  const message = firstText(fields, MESSAGE);
  if (message === null) {
    // The name is Elastic's and Logstash's own, and means the event's time wherever it stands.
    if (fields['@timestamp'] !== undefined) setTime(record);
    return;
  }
  record.message = message;
  if (stated !== undefined) setTime(record);
  record.host ??= firstText(fields, HOST);
  record.app = firstText(fields, APP);
  record.procid = numberText(firstField(fields, PROCESS_ID));
  if (record.app === null && mayBeRelayed(fields)) liftRelayed(fields, record);
  // rsyslog leaves the blank after the tag with the text.
  if (record.app !== null && codeAt(message, 0) === SPACE) record.message = message.slice(1);
  if (record.severity < 0)
    record.severity = severityOf(firstField(fields, LEVEL), fields.short_message !== undefined);
}

/** What GELF calls additional fields begins with `_`, which is no part of their names. None is its text. */
function liftAdditional(fields: JsonObject): void {
  for (const marked of Object.keys(fields)) {
    const name = marked.slice(1);
    if (codeAt(marked, 0) !== UNDERSCORE || RESERVED.has(name) || fields[name] !== undefined) continue;
    fields[name] = fields[marked]!;
  }
}

const UNDERSCORE = 95;
const RESERVED = new Set(['', '__proto__', 'message', 'log', 'short_message', 'full_message']);

/** One look at each name that is there, instead of one for each that might be. */
function mayBeRelayed(fields: JsonObject): boolean {
  for (const name in fields) if (RELAYED.has(name)) return true;
  return false;
}

/** Whether a relay put the program beside the text, as one of syslog has it. */
export function isRelayed(fields: JsonObject): boolean {
  return firstText(fields, RELAYED_APP) !== null || firstText(fields, TAG)?.endsWith(':') === true;
}

function liftRelayed(fields: JsonObject, record: ParsedRecord): void {
  record.app = firstText(fields, RELAYED_APP);
  record.procid ??= numberText(firstField(fields, RELAYED_PROCESS_ID));
  record.host ??= firstText(fields, ['HOST']);
  record.severity = severityOf(fields.PRIORITY, false);
  if (record.app === null) liftElastic(fields, record);
  if (record.app === null) liftTag(fields, record);
}

/** The program as Elastic's shippers write it: `log.syslog.appname`, `process.name`, and older names of the two. */
function liftElastic(fields: JsonObject, record: ParsedRecord): void {
  const log = objectOf(fields.log);
  const syslog = objectOf(log?.syslog) ?? objectOf(fields.syslog);
  const process = objectOf(fields.process);
  if (syslog === null && process === null) return;
  record.app = syslog === null ? null : firstText(syslog, ['appname', 'identifier']);
  if (process !== null) record.app ??= firstText(process, ['name', 'program']);
  record.procid ??= numberText(syslog?.procid ?? syslog?.pid ?? process?.pid);
}

function liftTag(fields: JsonObject, record: ParsedRecord): void {
  const tag = firstText(fields, TAG);
  if (tag === null || !tag.endsWith(':')) return;
  const { message } = record;
  parseTag(tag, 0, record);
  record.message = message;
}

function objectOf(value: Json | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

/** Only a program that logs JSON itself states these of its text, and what it logs may be a stranger's: no shipper's line. */
export function isLoggersOwn(fields: JsonObject): boolean {
  return OWN_WORDS.some((name) => fields[name] !== undefined);
}

function setTime(record: ParsedRecord): void {
  record.timestamp = record.payloadTimestamp;
  if (Number.isNaN(record.timestamp)) record.fault('parse.bad_timestamp');
}

/** The names are ours and none of them is on Object.prototype, so a plain read is an own one, and far quicker. */
function firstField(fields: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

function firstText(fields: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return null;
}

function numberText(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : null;
}

/** -1 = none. A number is a syslog severity in GELF, and one of pino's and bunyan's levels from 10 on. */
function severityOf(level: Json | undefined, isGelf: boolean): number {
  if (typeof level === 'string') {
    return level.length > 13 ? -1 : (SEVERITY.get(level.toLowerCase()) ?? -1);
  }
  if (typeof level !== 'number' || !Number.isInteger(level)) return -1;
  if (isGelf) return level >= 0 && level <= 7 ? level : -1;
  if (level < 10 || level > 60) return -1;
  return level <= 20 ? 7 : level <= 30 ? 6 : level <= 40 ? 4 : level <= 50 ? 3 : 2;
}
