import { emptyFields, type JsonObject } from './json.js';
import { type Logsource, OPEN } from './logsource.js';
import { type Envelope, ParsedRecord, type RecordFormat, type StructuredData } from './record.js';

/** The source of the demo attack that people can play: its events and alerts bear `labels.demo`. */
export const DEMO_SOURCE = 'demo';

export type Outcome = 'success' | 'failure' | 'unknown';

/** A session that begins or ends with this event; what session attribution learns from. */
export interface SessionChange {
  readonly change: 'open' | 'close';
  /** `login`: from outside (sshd, console). `elevated`: sudo or su inside a login, as `user.target.name`. */
  readonly kind: 'login' | 'elevated';
  /** Session id where the log states one (logind, auditd ses=). */
  readonly id: string | null;
}

/**
 * One normalized event. ECS fields are properties under their dotted ECS names, so that a rule's field name is
 * also the property name and the shape stays fixed; `null` = absent. Times are ms since the epoch.
 *
 * One object is reused for all records of a detector: `reset` before each, `toEventJson` to keep one.
 */
export class Event {
  /** What the parsers found; owned by and reset with the event. */
  readonly record = new ParsedRecord();
  logsource: Logsource = OPEN;
  /** Position of the record: `event.id` = `${seq}-${index}`. */
  seq = 0;
  index = 0;
  /** Event time, ms: as the record states it, else receive time. */
  timestamp = 0;
  receivedAt = 0;
  /** The stated time lies more than 5 min after receipt: a wrong clock or a lie, see `detectionTime`. */
  timestampInFuture = false;
  /** Address of the peer that delivered it, null for files and stdin. */
  peer: string | null = null;
  /** Path of the file it was read from. */
  file: string | null = null;
  /** Name of the source that it came by; empty = none. */
  source = '';
  truncated = false;
  /** How many occurrences this record stands for (`message repeated N times`). */
  repeat = 1;
  /** An authentication outside of the configured business hours. */
  offHours = false;
  session: SessionChange | null = null;
  /** MSG without syslog header and repetition wrapper: what keyword rules search. */
  message = '';

  'event.category': readonly string[] | null = null;
  'event.type': readonly string[] | null = null;
  'event.action': string | null = null;
  'event.code': string | null = null;
  'event.outcome': Outcome | null = null;
  'event.reason': string | null = null;
  'event.duration': number | null = null;
  'event.provider': string | null = null;
  'event.severity': number | null = null;
  'host.name': string | null = null;
  'host.ip': string | null = null;
  'source.ip': string | null = null;
  'source.port': number | null = null;
  'source.domain': string | null = null;
  'source.bytes': number | null = null;
  'source.mac': string | null = null;
  'source.nat.ip': string | null = null;
  'source.nat.port': number | null = null;
  'destination.ip': string | null = null;
  'destination.port': number | null = null;
  'destination.domain': string | null = null;
  'destination.bytes': number | null = null;
  'destination.mac': string | null = null;
  'destination.nat.ip': string | null = null;
  'destination.nat.port': number | null = null;
  'user.name': string | null = null;
  'user.id': string | null = null;
  'user.domain': string | null = null;
  'user.target.name': string | null = null;
  'user.target.id': string | null = null;
  'user.target.domain': string | null = null;
  'user.effective.name': string | null = null;
  'group.name': string | null = null;
  'group.id': string | null = null;
  'process.name': string | null = null;
  'process.pid': number | null = null;
  'process.executable': string | null = null;
  'process.command_line': string | null = null;
  'process.working_directory': string | null = null;
  'process.tty.name': string | null = null;
  'process.hash.sha256': string | null = null;
  'process.parent.name': string | null = null;
  'process.parent.pid': number | null = null;
  'process.parent.executable': string | null = null;
  'process.parent.command_line': string | null = null;
  'network.transport': string | null = null;
  'network.protocol': string | null = null;
  'network.direction': string | null = null;
  'network.bytes': number | null = null;
  'network.iana_number': string | null = null;
  'observer.vendor': string | null = null;
  'observer.product': string | null = null;
  'observer.name': string | null = null;
  'observer.ingress.interface.name': string | null = null;
  'observer.egress.interface.name': string | null = null;
  'rule.name': string | null = null;
  'rule.id': string | null = null;
  'http.request.method': string | null = null;
  'http.request.referrer': string | null = null;
  'http.response.status_code': number | null = null;
  'http.response.body.bytes': number | null = null;
  'http.version': string | null = null;
  'url.original': string | null = null;
  'url.domain': string | null = null;
  'url.path': string | null = null;
  'url.query': string | null = null;
  'user_agent.original': string | null = null;
  'dns.question.name': string | null = null;
  'dns.question.type': string | null = null;
  'dns.response_code': string | null = null;
  'file.path': string | null = null;
  'file.name': string | null = null;
  'registry.path': string | null = null;
  'service.name': string | null = null;
  'cloud.provider': string | null = null;
  'cloud.account.id': string | null = null;
  'cloud.region': string | null = null;
  'email.from.address': string | null = null;
  'email.to.address': string | null = null;
  'tls.server.name': string | null = null;
  'orchestrator.namespace': string | null = null;
  'orchestrator.resource.name': string | null = null;
  'log.level': string | null = null;

  reset(original: string): void {
    this.record.reset(original);
    this.logsource = OPEN;
    this.seq = 0;
    this.index = 0;
    this.timestamp = 0;
    this.receivedAt = 0;
    this.timestampInFuture = false;
    this.peer = null;
    this.file = null;
    this.source = '';
    this.truncated = false;
    this.repeat = 1;
    this.offHours = false;
    this.session = null;
    this.message = original;
    this['event.category'] = null;
    this['event.type'] = null;
    this['event.action'] = null;
    this['event.code'] = null;
    this['event.outcome'] = null;
    this['event.reason'] = null;
    this['event.duration'] = null;
    this['event.provider'] = null;
    this['event.severity'] = null;
    this['host.name'] = null;
    this['host.ip'] = null;
    this['source.ip'] = null;
    this['source.port'] = null;
    this['source.domain'] = null;
    this['source.bytes'] = null;
    this['source.mac'] = null;
    this['source.nat.ip'] = null;
    this['source.nat.port'] = null;
    this['destination.ip'] = null;
    this['destination.port'] = null;
    this['destination.domain'] = null;
    this['destination.bytes'] = null;
    this['destination.mac'] = null;
    this['destination.nat.ip'] = null;
    this['destination.nat.port'] = null;
    this['user.name'] = null;
    this['user.id'] = null;
    this['user.domain'] = null;
    this['user.target.name'] = null;
    this['user.target.id'] = null;
    this['user.target.domain'] = null;
    this['user.effective.name'] = null;
    this['group.name'] = null;
    this['group.id'] = null;
    this['process.name'] = null;
    this['process.pid'] = null;
    this['process.executable'] = null;
    this['process.command_line'] = null;
    this['process.working_directory'] = null;
    this['process.tty.name'] = null;
    this['process.hash.sha256'] = null;
    this['process.parent.name'] = null;
    this['process.parent.pid'] = null;
    this['process.parent.executable'] = null;
    this['process.parent.command_line'] = null;
    this['network.transport'] = null;
    this['network.protocol'] = null;
    this['network.direction'] = null;
    this['network.bytes'] = null;
    this['network.iana_number'] = null;
    this['observer.vendor'] = null;
    this['observer.product'] = null;
    this['observer.name'] = null;
    this['observer.ingress.interface.name'] = null;
    this['observer.egress.interface.name'] = null;
    this['rule.name'] = null;
    this['rule.id'] = null;
    this['http.request.method'] = null;
    this['http.request.referrer'] = null;
    this['http.response.status_code'] = null;
    this['http.response.body.bytes'] = null;
    this['http.version'] = null;
    this['url.original'] = null;
    this['url.domain'] = null;
    this['url.path'] = null;
    this['url.query'] = null;
    this['user_agent.original'] = null;
    this['dns.question.name'] = null;
    this['dns.question.type'] = null;
    this['dns.response_code'] = null;
    this['file.path'] = null;
    this['file.name'] = null;
    this['registry.path'] = null;
    this['service.name'] = null;
    this['cloud.provider'] = null;
    this['cloud.account.id'] = null;
    this['cloud.region'] = null;
    this['email.from.address'] = null;
    this['email.to.address'] = null;
    this['tls.server.name'] = null;
    this['orchestrator.namespace'] = null;
    this['orchestrator.resource.name'] = null;
    this['log.level'] = null;
  }
}

/** The time that windows, sessions and alerts go by: nobody may put an event where no other will ever come. */
export function detectionTime(event: Event): number {
  return event.timestampInFuture ? event.receivedAt : event.timestamp;
}

/** Names of the properties above that are ECS fields, in output order. */
export const ECS_FIELDS: readonly EcsField[] = Object.keys(new Event()).filter((name): name is EcsField =>
  name.includes('.'),
);

export type EcsField = Extract<keyof Event, `${string}.${string}`>;

const ECS_FIELD_SET: ReadonlySet<string> = new Set(ECS_FIELDS);

export function isEcsField(name: string): name is EcsField {
  return ECS_FIELD_SET.has(name);
}

/** The public JSON shape of an event: ECS names nested, the record's own names under `parse.fields`. */
export function toEventJson(event: Event): JsonObject {
  const record = event.record;
  const out = emptyFields();
  out['@timestamp'] = new Date(event.timestamp).toISOString();
  put(out, 'event.kind', 'event');
  put(out, 'event.id', `${event.seq}-${event.index}`);
  put(out, 'event.created', new Date(event.receivedAt).toISOString());
  put(out, 'event.original', record.original);
  for (const name of ECS_FIELDS) {
    const value = event[name];
    if (value !== null) put(out, name, typeof value === 'object' ? [...value] : value);
  }
  putSyslog(out, record);
  out.message = event.message;
  putRelated(out, event);
  if (event.repeat > 1) put(out, 'vedette.repeat', event.repeat);
  if (event.timestampInFuture) put(out, 'vedette.timestamp_in_future', true);
  if (event.truncated) put(out, 'vedette.truncated', true);
  if (event.offHours) put(out, 'vedette.off_hours', true);
  if (event.source !== '') put(out, 'vedette.source', event.source);
  if (event.source === DEMO_SOURCE) put(out, 'labels.demo', true);
  if (event.peer !== null) put(out, 'log.source.address', event.peer);
  if (event.file !== null) put(out, 'log.file.path', event.file);
  const parse = emptyFields();
  parse.format = record.format satisfies RecordFormat;
  parse.envelope = record.envelope satisfies Envelope;
  if (record.fields !== null) parse.fields = record.fields;
  if (record.cef !== null) parse.cef = { ...record.cef };
  if (record.leef !== null) parse.leef = { ...record.leef };
  parse.errors = record.errors === null ? [] : [...record.errors];
  out.parse = parse;
  return out;
}

function putSyslog(out: JsonObject, record: ParsedRecord): void {
  if (record.facility >= 0) put(out, 'log.syslog.facility.code', record.facility);
  if (record.severity >= 0) put(out, 'log.syslog.severity.code', record.severity);
  if (record.host !== null) put(out, 'log.syslog.hostname', record.host);
  if (record.app !== null) put(out, 'log.syslog.appname', record.app);
  if (record.procid !== null) put(out, 'log.syslog.procid', record.procid);
  if (record.msgid !== null) put(out, 'log.syslog.msgid', record.msgid);
  if (record.structuredData !== null) {
    put(out, 'log.syslog.structured_data', record.structuredData satisfies StructuredData as JsonObject);
  }
}

function putRelated(out: JsonObject, event: Event): void {
  const ips = distinct([
    event['source.ip'],
    event['destination.ip'],
    event['source.nat.ip'],
    event['host.ip'],
  ]);
  const users = distinct([event['user.name'], event['user.target.name'], event['user.effective.name']]);
  const hosts = distinct([event['host.name'], event['source.domain'], event['destination.domain']]);
  if (ips.length > 0) put(out, 'related.ip', ips);
  if (users.length > 0) put(out, 'related.user', users);
  if (hosts.length > 0) put(out, 'related.hosts', hosts);
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== null && value !== ''))];
}

const paths = new Map<string, readonly string[]>();

/** Sets a dotted name in a nested object. Names come from this file, never from input. */
function put(out: JsonObject, dotted: string, value: JsonObject[string]): void {
  let path = paths.get(dotted);
  if (path === undefined) {
    path = dotted.split('.');
    paths.set(dotted, path);
  }
  let at = out;
  for (let i = 0; i < path.length - 1; i++) {
    const step = path[i]!;
    const next = at[step];
    if (next !== null && typeof next === 'object' && !Array.isArray(next)) at = next;
    else {
      const made = emptyFields();
      at[step] = made;
      at = made;
    }
  }
  at[path[path.length - 1]!] = value;
}
