import { Malformed } from '../dialect.js';
import {
  bytesOf,
  integer,
  type LogRecord,
  type Members,
  MOST_DEPTH,
  newMembers,
  type Plain,
} from './log-record.js';

type Unknown = Readonly<Record<string, unknown>>;

/** Log records of an ExportLogsServiceRequest in JSON. Throws a Malformed when it is none. */
export function recordsInJson(body: Buffer): Iterable<Uint8Array> {
  let request: unknown;
  try {
    request = JSON.parse(body.toString());
  } catch (cause) {
    throw new Malformed('the body is not JSON', { cause });
  }
  if (
    !isObject(request) ||
    (own(request, 'resourceLogs') !== undefined && !isList(own(request, 'resourceLogs')))
  )
    throw new Malformed('expected {"resourceLogs": […]}');
  return recordsOf(request);
}

function* recordsOf(request: Unknown): Generator<Uint8Array> {
  for (const ofResource of objectsIn(request, 'resourceLogs')) {
    const resource = attributesOf(own(ofResource, 'resource'));
    for (const ofScope of objectsIn(ofResource, 'scopeLogs')) {
      const scope = scopeOf(own(ofScope, 'scope'));
      for (const record of objectsIn(ofScope, 'logRecords'))
        yield bytesOf(logRecord(record, resource, scope));
    }
  }
}

function logRecord(record: Unknown, resource: Members | undefined, scope: LogRecord['scope']): LogRecord {
  return {
    timeUnixNano: timeOf(own(record, 'timeUnixNano')) ?? '0',
    observedTimeUnixNano: timeOf(own(record, 'observedTimeUnixNano')),
    severityNumber: numberOf(own(record, 'severityNumber')),
    severityText: textOf(own(record, 'severityText')),
    eventName: textOf(own(record, 'eventName')),
    traceId: textOf(own(record, 'traceId')),
    spanId: textOf(own(record, 'spanId')),
    body: plain(own(record, 'body'), 0),
    attributes: attributesOf(record),
    resource,
    scope,
  };
}

/** `value` as OTLP has it: an object whose one member names the type. */
function plain(value: unknown, depth: number): Plain {
  if (!isObject(value) || depth > MOST_DEPTH) return undefined;
  for (const type of ['stringValue', 'bytesValue', 'boolValue', 'doubleValue'] as const) {
    const scalar = own(value, type);
    if (typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean')
      return scalar;
  }
  const whole = own(value, 'intValue');
  if (typeof whole === 'number') return whole;
  if (typeof whole === 'string') return integer(whole);
  const array = own(value, 'arrayValue');
  if (isObject(array)) return objectsIn(array, 'values').map((member) => plain(member, depth + 1) ?? null);
  const list = own(value, 'kvlistValue');
  return isObject(list) ? membersOf(objectsIn(list, 'values'), depth + 1) : undefined;
}

function attributesOf(owner: unknown): Members | undefined {
  if (!isObject(owner)) return undefined;
  const pairs = objectsIn(owner, 'attributes');
  return pairs.length === 0 ? undefined : membersOf(pairs, 0);
}

function membersOf(pairs: readonly Unknown[], depth: number): Members {
  const members = newMembers();
  for (const pair of pairs) {
    const key = own(pair, 'key');
    if (typeof key === 'string') members[key] = plain(own(pair, 'value'), depth);
  }
  return members;
}

function scopeOf(scope: unknown): LogRecord['scope'] {
  if (!isObject(scope)) return undefined;
  const name = textOf(own(scope, 'name'));
  return name === undefined ? undefined : { name, version: textOf(own(scope, 'version')) };
}

function objectsIn(owner: Unknown, name: string): Unknown[] {
  const list = own(owner, name);
  return isList(list) ? list.filter(isObject) : [];
}

function own(owner: Unknown, name: string): unknown {
  return Object.hasOwn(owner, name) ? owner[name] : undefined;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Nanoseconds since 1970, which are more than a number holds; 0 = not known. */
function timeOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? BigInt(Math.trunc(value)).toString() : value;
  return typeof text === 'string' && /^\d{1,20}$/.test(text) && text !== '0' ? text : undefined;
}
