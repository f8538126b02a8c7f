import {
  bytesOf,
  integer,
  type LogRecord,
  type Members,
  MOST_DEPTH,
  newMembers,
  type Plain,
} from './log-record.js';
import { type Field, fieldsOf } from './wire.js';

/** Numbers of fields are those of opentelemetry/proto/{collector/logs,logs,resource,common}/v1. */

/** Log records of an ExportLogsServiceRequest in protobuf. Throws a Malformed on the way where it is none. */
export function* recordsInProtobuf(request: Buffer): Generator<Uint8Array> {
  for (const ofResource of messagesIn(request, 1)) {
    const [resource] = messagesIn(ofResource, 1);
    const attributes = resource === undefined ? undefined : attributesIn(resource, 1);
    for (const ofScope of messagesIn(ofResource, 2)) {
      const [scope] = messagesIn(ofScope, 1);
      const named = scope === undefined ? undefined : scopeOf(scope);
      for (const record of messagesIn(ofScope, 2)) yield bytesOf(logRecord(record, attributes, named));
    }
  }
}

function logRecord(message: Buffer, resource: Members | undefined, scope: LogRecord['scope']): LogRecord {
  const record: { -readonly [Name in keyof LogRecord]: LogRecord[Name] } = { timeUnixNano: '0' };
  for (const { number, value, bytes } of fieldsOf(message)) {
    if (number === 1) record.timeUnixNano = timeOf(value) ?? '0';
    else if (number === 2 && value !== null) record.severityNumber = Number(value);
    else if (number === 3) record.severityText = textOf(bytes);
    else if (number === 5 && bytes !== null) record.body = plain(bytes, 0);
    else if (number === 9) record.traceId = bytes?.toString('hex') || undefined;
    else if (number === 10) record.spanId = bytes?.toString('hex') || undefined;
    else if (number === 11) record.observedTimeUnixNano = timeOf(value);
    else if (number === 12) record.eventName = textOf(bytes);
  }
  record.attributes = attributesIn(message, 6);
  record.resource = resource;
  record.scope = scope;
  return record;
}

function plain(message: Buffer, depth: number): Plain {
  let found: Plain;
  // Of members that exclude each other the last counts.
  if (depth <= MOST_DEPTH)
    for (const field of fieldsOf(message)) found = scalarOrNested(field, depth) ?? found;
  return found;
}

function scalarOrNested({ number, value, bytes }: Field, depth: number): Plain {
  if (number === 1) return bytes?.toString();
  if (number === 2 && value !== null) return value !== 0n;
  if (number === 3 && value !== null) return integer(BigInt.asIntN(64, value).toString());
  if (number === 4 && value !== null) return doubleOf(value);
  if (bytes === null) return undefined;
  if (number === 5) return messagesIn(bytes, 1).map((member) => plain(member, depth + 1) ?? null);
  if (number === 6) return membersOf(messagesIn(bytes, 1), depth + 1);
  return number === 7 ? bytes.toString('base64') : undefined;
}

function attributesIn(message: Buffer, number: number): Members | undefined {
  const pairs = messagesIn(message, number);
  return pairs.length === 0 ? undefined : membersOf(pairs, 0);
}

function membersOf(pairs: readonly Buffer[], depth: number): Members {
  const members = newMembers();
  for (const pair of pairs) {
    let key = '';
    let value: Plain;
    for (const { number, bytes } of fieldsOf(pair)) {
      if (number === 1 && bytes !== null) key = bytes.toString();
      else if (number === 2 && bytes !== null) value = plain(bytes, depth);
    }
    members[key] = value;
  }
  return members;
}

function scopeOf(message: Buffer): LogRecord['scope'] {
  const [name, version] = [1, 2].map((number) => textOf(messagesIn(message, number)[0] ?? null));
  return name === undefined ? undefined : { name, version };
}

function messagesIn(message: Buffer, number: number): Buffer[] {
  const messages: Buffer[] = [];
  for (const field of fieldsOf(message))
    if (field.number === number && field.bytes !== null) messages.push(field.bytes);
  return messages;
}

function textOf(bytes: Buffer | null): string | undefined {
  return bytes?.toString() || undefined;
}

function timeOf(value: bigint | null): string | undefined {
  return value === null || value === 0n ? undefined : value.toString();
}

function doubleOf(bits: bigint): number | null {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(bits);
  const value = bytes.readDoubleLE();
  return Number.isFinite(value) ? value : null;
}
