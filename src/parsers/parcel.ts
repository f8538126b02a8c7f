import { isObject, type Json, type JsonObject } from '../model/json.js';
import { newFields } from './bag.js';
import { isLoggersOwn, isRelayed } from './json-lift.js';

/** What a protocol between shippers and collectors, or a manager of agents, put around one event. */
export interface Parcel {
  /** The event: text as it was logged, or an object. */
  readonly content: string | JsonObject;
  /** Whether a text is what a shipper read somewhere: that of an application may be a stranger's. */
  readonly isRead: boolean;
  /** What is said of it besides. */
  readonly beside: JsonObject;
  /** Of the event; the first that is one counts. */
  readonly times: readonly (Json | undefined)[];
  readonly host: string | null;
  readonly app: string | null;
  /** Of syslog, -1 = none. */
  readonly severity: number;
}

/** The parcel that an object is, null = none. To be told so costs other records a look for four names. */
export function openParcel(fields: JsonObject): Parcel | null {
  if (fields.event !== undefined) return openHec(fields);
  if (fields.decoder !== undefined) return openWazuh(fields);
  return fields.timeUnixNano === undefined && fields.observedTimeUnixNano === undefined
    ? null
    : openOtlp(fields);
}

const isText = (value: Json): boolean => typeof value === 'string';

/** All that may stand beside `event` in Splunk's HTTP Event Collector (HEC). */
const HEC: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['event', (value) => isText(value) || isObject(value)],
  ['time', (value) => typeof value === 'number' || (typeof value === 'string' && /^\d{10}/.test(value))],
  ['host', isText],
  ['source', isText],
  ['sourcetype', isText],
  ['index', isText],
  ['fields', isObject],
]);

/** An application's own event may have a member of that name: one thing more has to be there, and nothing that HEC does not know. */
function openHec(fields: JsonObject): Parcel | null {
  let known = 0;
  for (const name in fields) {
    if (HEC.get(name)?.(fields[name]!) !== true) return null;
    known++;
  }
  if (known < 2) return null;
  const { event, time, host, fields: more } = fields;
  const beside = newFields();
  addAll(beside, more);
  for (const name of ['source', 'sourcetype', 'index'])
    if (fields[name] !== undefined) beside[name] = fields[name];
  const content = isObject(event) ? lineOfDocker(event, beside) : (event as string);
  const isRead = !isLoggersOwn(beside);
  return { content, isRead, beside, times: [time], host: textOf(host), app: null, severity: -1 };
}

/** Docker's logging driver for Splunk: `{"line": …, "source": "stdout", "tag": …}`. */
function lineOfDocker(event: JsonObject, beside: JsonObject): string | JsonObject {
  const { line, source, ...others } = event;
  if (source !== 'stdout' && source !== 'stderr') return event;
  if (typeof line !== 'string' && !isObject(line)) return event;
  beside.stream = source;
  addAll(beside, others);
  return line;
}

const NOT_BESIDE = new Set(['timeUnixNano', 'observedTimeUnixNano', 'attributes', 'resource']);
/** What only who read a line out of a file or a container's output says of it. */
const READ_FROM = ['log.file.name', 'log.file.path', 'log.iostream'];

/** A record of OpenTelemetry's logs, its values as plain JSON. What is empty in OTLP may be there as 0 or `"0"`. */
function openOtlp(fields: JsonObject): Parcel | null {
  const { attributes, resource, body, timeUnixNano: stated, observedTimeUnixNano: observed } = fields;
  const isContent = typeof body === 'string' || isObject(body);
  const beside = newFields();
  addAll(beside, resource);
  addAll(beside, attributes);
  for (const name of Object.keys(fields))
    if (!NOT_BESIDE.has(name) && !(isContent && name === 'body')) beside[name] = fields[name]!;
  const severity = otelSeverity(fields.severityNumber);
  return {
    content: isContent ? body : newFields(),
    isRead: severity < 0 || isRelayed(beside) || READ_FROM.some((name) => beside[name] !== undefined),
    beside,
    times: [stated, observed],
    host: textOf(beside['host.name']) ?? textOf(beside.hostname),
    app: textOf(beside.appname) ?? textOf(beside['service.name']),
    severity,
  };
}

/** Of 1 (TRACE) to 24 (FATAL4), four to each word. */
const SEVERITIES = [7, 7, 6, 4, 3, 2];

function otelSeverity(value: Json | undefined): number {
  return typeof value === 'number' ? (SEVERITIES[Math.floor((value - 1) / 4)] ?? -1) : -1;
}

/** Whose records Wazuh's modules fetch, and under which name they stand in `data`. */
const INTEGRATIONS = ['aws', 'office365', 'gcp', 'github'];

/** An alert of Wazuh, or an event of its archives: the line that an agent read, or what the decoder of JSON made of it, all text. */
function openWazuh(fields: JsonObject): Parcel | null {
  const { decoder, agent, location, data, predecoder, full_log: line, timestamp } = fields;
  if (!isObject(decoder) || !isObject(agent) || typeof location !== 'string') return null;
  const content = contentOfWazuh(decoder, data) ?? line;
  if (typeof content !== 'string' && !isObject(content)) return null;
  const beside = newFields();
  addAll(beside, fields);
  const header = isObject(predecoder) ? predecoder : newFields();
  const host = textOf(header.hostname) ?? textOf(agent.name);
  return {
    content,
    isRead: true,
    beside,
    times: [timestamp],
    host,
    app: textOf(header.program_name),
    severity: -1,
  };
}

function contentOfWazuh(decoder: JsonObject, data: Json | undefined): JsonObject | null {
  if (!isObject(data) || isObject(data.win)) return null;
  const name = INTEGRATIONS.find((each) => each === data.integration);
  const own = name === undefined ? undefined : data[name];
  if (isObject(own)) return own;
  return decoder.name === 'json' ? data : null;
}

function addAll(to: JsonObject, members: Json | undefined): void {
  if (isObject(members)) Object.assign(to, members);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
