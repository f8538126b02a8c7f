import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { toAddress } from './address.js';
import { firstText, objectField, setTransport, toCount, toPort } from './values.js';

/** Names that programs give the same things, the most particular first; nested ECS objects are read too. */
const SOURCE_IP = [
  ...[
    'source_ip',
    'src_ip',
    'srcip',
    'sourceAddress',
    'sourceIPAddress',
    'source.ip',
    'src',
    'client_ip',
    'clientip',
  ],
  ...[
    'clientIp',
    'remote_addr',
    'remote_ip',
    'remoteAddress',
    'remote_address',
    'ip_address',
    'ipAddress',
    'ip',
    'rhost',
  ],
] as const;
const DESTINATION_IP = [
  ...[
    'dest_ip',
    'dst_ip',
    'dstip',
    'destination_ip',
    'destinationAddress',
    'destination.ip',
    'dst',
    'dest',
    'server_ip',
  ],
] as const;
const SOURCE_PORT = [
  ...[
    'source_port',
    'src_port',
    'srcport',
    'sourcePort',
    'source.port',
    'spt',
    'sport',
    'client_port',
    'remote_port',
  ],
] as const;
const DESTINATION_PORT = [
  ...[
    'dest_port',
    'dst_port',
    'dstport',
    'destination_port',
    'destinationPort',
    'destination.port',
    'dpt',
    'dport',
  ],
] as const;
const USER = ['user_name', 'username', 'userName', 'user.name', 'user', 'account', 'login'] as const;
const PROTOCOL = ['protocol', 'proto', 'transport'] as const;

/** Fills what is still null of addresses, ports, user and transport from a record's own fields. */
export function readCommonKeys(event: Event, fields: JsonObject): void {
  const found = kindsOf(fields);
  if (found === 0) return;
  if (found & KIND.sourceIp) event['source.ip'] ??= address(fields, SOURCE_IP, 'source');
  if (found & KIND.sourcePort) event['source.port'] ??= port(fields, SOURCE_PORT, 'source');
  if (found & KIND.destinationIp) event['destination.ip'] ??= address(fields, DESTINATION_IP, 'destination');
  if (found & KIND.destinationPort)
    event['destination.port'] ??= port(fields, DESTINATION_PORT, 'destination');
  if (found & KIND.user) event['user.name'] ??= text(fields, USER) ?? nestedText(fields, 'user', 'name');
  if (found & KIND.protocol && event['network.transport'] === null) {
    setTransport(event, text(fields, PROTOCOL));
  }
  if (found & KIND.event) {
    const outcome = text(fields, ['event.outcome']) ?? nestedText(fields, 'event', 'outcome');
    if (outcome === 'success' || outcome === 'failure') event['event.outcome'] ??= outcome;
    event['event.action'] ??= text(fields, ['event.action']) ?? nestedText(fields, 'event', 'action');
  }
  if (found & KIND.process) {
    event['process.name'] ??= text(fields, ['process.name']) ?? nestedText(fields, 'process', 'name');
    event['process.pid'] ??= toCount(
      text(fields, ['process.pid']) ?? nestedText(fields, 'process', 'pid') ?? undefined,
    );
  }
}

/** What the names in a record may tell, as bits. */
const KIND = {
  sourceIp: 1,
  sourcePort: 2,
  destinationIp: 4,
  destinationPort: 8,
  user: 16,
  protocol: 32,
  event: 64,
  process: 128,
} as const;

const KIND_OF = new Map<string, number>();
for (const [kind, names] of [
  [KIND.sourceIp, [...SOURCE_IP, 'source']],
  [KIND.sourcePort, [...SOURCE_PORT, 'source']],
  [KIND.destinationIp, [...DESTINATION_IP, 'destination']],
  [KIND.destinationPort, [...DESTINATION_PORT, 'destination']],
  [KIND.user, USER],
  [KIND.protocol, PROTOCOL],
  [KIND.event, ['event', 'event.outcome', 'event.action']],
  [KIND.process, ['process', 'process.name', 'process.pid']],
] as const) {
  for (const name of names) KIND_OF.set(name, (KIND_OF.get(name) ?? 0) | kind);
}

/** One look at each name that is there, instead of one for each of the dozens that might be. */
function kindsOf(fields: JsonObject): number {
  let found = 0;
  for (const name in fields) found |= KIND_OF.get(name) ?? 0;
  return found;
}

function text(fields: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const value = firstText(ownField(fields, name));
    if (value !== null) return value;
  }
  return null;
}

function address(fields: JsonObject, names: readonly string[], group: string): string | null {
  for (const name of names) {
    const value = toAddress(firstText(ownField(fields, name)));
    if (value !== null) return value;
  }
  return toAddress(nestedText(fields, group, 'ip'));
}

function port(fields: JsonObject, names: readonly string[], group: string): number | null {
  for (const name of names) {
    const value = toPort(firstText(ownField(fields, name)) ?? undefined);
    if (value !== null) return value;
  }
  return toPort(nestedText(fields, group, 'port') ?? undefined);
}

function nestedText(fields: JsonObject, group: string, name: string): string | null {
  const inner = objectField(fields, group);
  return inner === null ? null : firstText(ownField(inner, name));
}
