import type { Event, Outcome } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION, FILE, INTRUSION_DETECTION, NETWORK, PROTOCOL } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import {
  addressField,
  countField,
  firstText,
  objectField,
  portField,
  setMac,
  setSeconds,
  setTransport,
  textField,
  toPort,
} from './values.js';

/** Generic categories that a log can feed, as SigmaHQ's Zeek configuration had it. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  conn: ['firewall'],
  dns: ['dns'],
  http: ['proxy', 'webserver'],
  notice: ['ids'],
};

/** Logs that a member's presence gives away, the more particular first; `_path` says it where it is written. */
const PATHS_BY_MEMBER: readonly (readonly [string, string])[] = [
  ['conn_state', 'conn'],
  ['qtype_name', 'dns'],
  ['query', 'dns'],
  ['status_code', 'http'],
  ['uri', 'http'],
  ['kex_alg', 'ssh'],
  ['auth_success', 'ssh'],
  ['auth_attempts', 'ssh'],
  ['endpoint', 'dce_rpc'],
  ['request_type', 'kerberos'],
  ['certificate.serial', 'x509'],
  ['security_protocol', 'rdp'],
  ['cookie', 'rdp'],
  ['share_type', 'smb_mapping'],
  ['times.modified', 'smb_files'],
  ['note', 'notice'],
  ['server_name', 'ssl'],
  ['cipher', 'ssl'],
  ['ntlm', 'ntlm'],
  ['domainname', 'ntlm'],
  ['mailfrom', 'smtp'],
  ['reply_code', 'ftp'],
  ['mime_type', 'files'],
  ['fuid', 'files'],
  ['msg_types', 'dhcp'],
];

const LOGSOURCES: ReadonlyMap<string, Logsource> = new Map(
  [
    ...new Set([
      ...PATHS_BY_MEMBER.map(([, path]) => path),
      ...['dhcp', 'mysql', 'pe', 'radius', 'sip', 'snmp', 'socks', 'software', 'syslog', 'tunnel', 'weird'],
    ]),
  ].map((path) => [
    path,
    closedLogsource({ product: 'zeek', categories: CATEGORIES[path] ?? [], services: [path] }),
  ]),
);
const OTHER = closedLogsource({ product: 'zeek' });

/** Zeek logs as JSON, with dotted (`id.orig_h`) or nested (`id: {orig_h}`) connection ids. */
export const zeek: Normalizer = {
  name: 'zeek',
  summary: 'Zeek logs as JSON: conn, dns, http, ssl, ssh, files, smb, dce_rpc, kerberos, notice …',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !isZeek(fields)) return false;
    setPayloadTime(event);
    readZeek(event, fields, pathOf(fields));
    return true;
  },
};

/** The members of one record of the log `path`, as Zeek's JSON writer names them. */
export function readZeek(event: Event, fields: JsonObject, path: string): void {
  event.logsource = LOGSOURCES.get(path) ?? OTHER;
  classify(event, NETWORK, CONNECTION, null, null);
  setEnds(event, fields);
  const service = textField(fields, 'service');
  if (service !== null) setField(event.record, 'app', service);
  mapPath(event, fields, path);
}

/** `uid` beside a connection id, or `_path` with a stamp: nothing else has those. */
function isZeek(fields: JsonObject): boolean {
  if (Object.hasOwn(fields, 'id.orig_h')) return true;
  if (!Object.hasOwn(fields, 'ts')) return false;
  if (Object.hasOwn(fields, '_path') || Object.hasOwn(fields, 'certificate.serial')) return true;
  if (
    Object.hasOwn(fields, 'suppress_for') ||
    Object.hasOwn(fields, 'fuid') ||
    Object.hasOwn(fields, 'uids')
  ) {
    // notice.log, files.log and dhcp.log are of no one connection.
    return (
      Object.hasOwn(fields, 'note') || Object.hasOwn(fields, 'source') || Object.hasOwn(fields, 'msg_types')
    );
  }
  const id = objectField(fields, 'id');
  return id !== null && Object.hasOwn(id, 'orig_h');
}

function pathOf(fields: JsonObject): string {
  const stated = textField(fields, '_path') ?? textField(fields, '@path');
  if (stated !== null) return stated;
  if (textField(fields, 'action')?.startsWith('SMB::') === true) return 'smb_files';
  for (const [member, path] of PATHS_BY_MEMBER) if (Object.hasOwn(fields, member)) return path;
  return '';
}

function setEnds(event: Event, fields: JsonObject): void {
  const id = objectField(fields, 'id');
  event['source.ip'] = addressField(fields, 'id.orig_h') ?? (id && addressField(id, 'orig_h'));
  event['source.port'] = portField(fields, 'id.orig_p') ?? (id && portField(id, 'orig_p'));
  event['destination.ip'] = addressField(fields, 'id.resp_h') ?? (id && addressField(id, 'resp_h'));
  event['destination.port'] = portField(fields, 'id.resp_p') ?? (id && portField(id, 'resp_p'));
  setTransport(event, textField(fields, 'proto'));
}

function mapPath(event: Event, fields: JsonObject, path: string): void {
  switch (path) {
    case 'conn':
      mapConnection(event, fields);
      return;
    case 'dns':
      mapDns(event, fields);
      return;
    case 'http':
      mapHttp(event, fields);
      return;
    case 'ssh':
      mapSsh(event, fields);
      return;
    case 'notice':
      mapNotice(event, fields);
      return;
    case 'smb_files':
    case 'files':
      classify(event, FILE, PROTOCOL, textField(fields, 'action'), null);
      event['file.name'] = textField(fields, 'name') ?? textField(fields, 'filename');
      event['file.path'] = textField(fields, 'path');
      // Who sent the file, and who got it.
      event['source.ip'] ??= toAddress(firstText(ownField(fields, 'tx_hosts')));
      event['destination.ip'] ??= toAddress(firstText(ownField(fields, 'rx_hosts')));
      return;
    case 'dhcp':
      event['source.ip'] ??= toAddress(
        textField(fields, 'client_addr') ?? textField(fields, 'assigned_addr'),
      );
      event['destination.ip'] ??= toAddress(textField(fields, 'server_addr'));
      setMac(event, textField(fields, 'mac') ?? '');
      return;
    case 'kerberos':
    case 'ntlm':
    case 'rdp':
      mapLogin(event, fields);
      return;
    case 'ssl':
      event['tls.server.name'] = textField(fields, 'server_name');
      return;
    case 'smtp':
      event['email.from.address'] = textField(fields, 'mailfrom');
      event['email.to.address'] = firstText(ownField(fields, 'rcptto'));
      return;
    case 'ftp':
      event['user.name'] = textField(fields, 'user');
      event['event.action'] = textField(fields, 'command');
  }
}

function mapConnection(event: Event, fields: JsonObject): void {
  event['source.bytes'] = countField(fields, 'orig_bytes');
  event['destination.bytes'] = countField(fields, 'resp_bytes');
  setSeconds(event, ownField(fields, 'duration'));
  const state = textField(fields, 'conn_state');
  event['event.outcome'] = state === 'SF' ? 'success' : state === 'REJ' ? 'failure' : null;
}

function mapDns(event: Event, fields: JsonObject): void {
  classify(event, NETWORK, PROTOCOL, 'dns_query', null);
  event['dns.question.name'] = textField(fields, 'query');
  event['dns.question.type'] = textField(fields, 'qtype_name');
  const code = textField(fields, 'rcode_name');
  event['dns.response_code'] = code;
  if (code !== null) event['event.outcome'] = code === 'NOERROR' ? 'success' : 'failure';
}

function mapHttp(event: Event, fields: JsonObject): void {
  classify(event, NETWORK, PROTOCOL, 'http_request', null);
  event['http.request.method'] = textField(fields, 'method');
  const uri = textField(fields, 'uri');
  if (uri !== null) setUrl(event, uri);
  event['url.domain'] = textField(fields, 'host') ?? event['url.domain'];
  event['http.request.referrer'] = textField(fields, 'referrer');
  event['user_agent.original'] = textField(fields, 'user_agent');
  event['http.response.status_code'] = countField(fields, 'status_code');
  event['http.response.body.bytes'] = countField(fields, 'response_body_len');
  event['user.name'] = textField(fields, 'username');
}

function mapSsh(event: Event, fields: JsonObject): void {
  classify(event, AUTHENTICATION, PROTOCOL, 'ssh_login', booleanOutcome(ownField(fields, 'auth_success')));
}

function mapLogin(event: Event, fields: JsonObject): void {
  classify(event, AUTHENTICATION, PROTOCOL, null, booleanOutcome(ownField(fields, 'success')));
  // A Kerberos principal is NAME/REALM.
  const [client = null, realm = null] = textField(fields, 'client')?.split('/', 2) ?? [];
  event['user.name'] = textField(fields, 'username') ?? client ?? textField(fields, 'cookie');
  event['user.domain'] = textField(fields, 'domainname') ?? realm;
  event['event.reason'] = textField(fields, 'error_msg');
}

/** A notice has addresses of its own where it is about no single connection. */
function mapNotice(event: Event, fields: JsonObject): void {
  classify(event, INTRUSION_DETECTION, CONNECTION, textField(fields, 'note'), null);
  event['rule.name'] = textField(fields, 'note');
  event['source.ip'] ??= toAddress(textField(fields, 'src'));
  event['destination.ip'] ??= toAddress(textField(fields, 'dst'));
  event['destination.port'] ??= toPort(ownField(fields, 'p'));
}

function booleanOutcome(value: unknown): Outcome | null {
  if (value === true || value === 'true' || value === 'T') return 'success';
  return value === false || value === 'false' || value === 'F' ? 'failure' : null;
}
