import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import {
  CONNECTION,
  CONNECTION_ALLOWED,
  CONNECTION_DENIED,
  HOST,
  INFO,
  INTRUSION_DETECTION,
  NETWORK,
  PROTOCOL,
} from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import {
  addressField,
  countField,
  firstText,
  objectField,
  portField,
  setTransport,
  textField,
} from './values.js';

/** Generic Sigma categories of an event type. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  alert: ['ids'],
  dns: ['dns'],
  drop: ['firewall'],
  flow: ['firewall'],
  http: ['proxy', 'webserver'],
};

/** EVE event types (Suricata user guide, "EVE JSON format"). */
const TYPES = [
  'alert',
  'anomaly',
  'dhcp',
  'dns',
  'drop',
  'fileinfo',
  'flow',
  'ftp',
  'http',
  'http2',
  'ike',
  'krb5',
  'mqtt',
  'netflow',
  'nfs',
  'rdp',
  'rfb',
  'sip',
  'smb',
  'smtp',
  'snmp',
  'ssh',
  'stats',
  'tftp',
  'tls',
] as const;

const LOGSOURCES: ReadonlyMap<string, Logsource> = new Map(
  TYPES.map((type) => [
    type,
    closedLogsource({ product: 'suricata', categories: CATEGORIES[type] ?? [], services: [type] }),
  ]),
);

/** EVE JSON, bare or behind a syslog header. */
export const suricata: Normalizer = {
  name: 'suricata',
  summary: 'Suricata EVE JSON: alerts, flows, dns, http, tls, ssh, files',
  programs: ['suricata'],
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const type = fields === null ? null : textField(fields, 'event_type');
    const logsource = type === null ? undefined : LOGSOURCES.get(type);
    if (fields === null || logsource === undefined || !isEve(fields)) return false;
    event.logsource = logsource;
    setPayloadTime(event);
    if (type === 'stats') classify(event, HOST, INFO, type, null);
    else classify(event, NETWORK, CONNECTION, type, null);
    setEnds(event, fields);
    mapAlert(event, objectField(fields, 'alert'));
    mapHttp(event, objectField(fields, 'http'));
    mapDns(event, objectField(fields, 'dns'));
    mapRest(event, fields);
    if (type === 'drop') setDrop(event, objectField(fields, 'drop'));
    if (type === 'smb') setSession(event, objectField(fields, 'smb'));
    return true;
  },
};

/** The packet was not let through, by a rule or for another reason. */
function setDrop(event: Event, drop: JsonObject | null): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'drop', 'failure');
  event['event.reason'] = drop === null ? null : textField(drop, 'reason');
}

/** Who set the session up, and whether the server took it. */
function setSession(event: Event, smb: JsonObject | null): void {
  const login = smb === null ? null : objectField(smb, 'ntlmssp');
  if (smb === null || login === null) return;
  event['user.name'] = textField(login, 'user');
  event['user.domain'] = textField(login, 'domain');
  const status = textField(smb, 'status');
  if (status === 'STATUS_SUCCESS') event['event.outcome'] = 'success';
  else if (status?.includes('FAIL') === true || status?.includes('DENIED') === true) {
    event['event.outcome'] = 'failure';
  }
}

/** Addresses are named so by EVE only; statistics have none. */
function isEve(fields: JsonObject): boolean {
  return (
    Object.hasOwn(fields, 'flow_id') || Object.hasOwn(fields, 'dest_ip') || Object.hasOwn(fields, 'stats')
  );
}

function setEnds(event: Event, fields: JsonObject): void {
  event['source.ip'] = addressField(fields, 'src_ip');
  event['source.port'] = portField(fields, 'src_port');
  event['destination.ip'] = addressField(fields, 'dest_ip');
  event['destination.port'] = portField(fields, 'dest_port');
  setTransport(event, textField(fields, 'proto'));
  event['observer.ingress.interface.name'] = textField(fields, 'in_iface');
  const host = textField(fields, 'host');
  if (host !== null && event['host.name'] === null) event['host.name'] = host;
  const app = textField(fields, 'app_proto');
  if (app !== null) setField(event.record, 'app', app);
}

function mapAlert(event: Event, alert: JsonObject | null): void {
  if (alert === null) return;
  const action = textField(alert, 'action');
  const blocked = action === 'blocked';
  const type = blocked ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, INTRUSION_DETECTION, type, action, blocked ? 'failure' : null);
  event['event.code'] = textField(alert, 'signature_id');
  event['rule.id'] = event['event.code'];
  event['rule.name'] = textField(alert, 'signature');
  event['event.severity'] = countField(alert, 'severity');
}

function mapHttp(event: Event, http: JsonObject | null): void {
  if (http === null) return;
  const outcome = event['event.outcome'];
  event['http.request.method'] = textField(http, 'http_method');
  const url = textField(http, 'url');
  if (url !== null) setUrl(event, url);
  event['url.domain'] = textField(http, 'hostname') ?? event['url.domain'];
  event['user_agent.original'] = textField(http, 'http_user_agent');
  event['http.request.referrer'] = textField(http, 'http_refer');
  event['http.response.body.bytes'] = countField(http, 'length');
  setStatus(event, countField(http, 'status'));
  // Of an alert the outcome is what became of the packet, not of the request.
  if (event['event.category'] === INTRUSION_DETECTION) event['event.outcome'] = outcome;
}

/** Version 3 of the dns record lists its questions under `queries`. */
function mapDns(event: Event, dns: JsonObject | null): void {
  if (dns === null) return;
  if (event['event.category'] === NETWORK) event['event.type'] = PROTOCOL;
  const queries = ownField(dns, 'queries');
  const first = Array.isArray(queries) ? queries[0] : undefined;
  const question = isObject(first) ? first : dns;
  event['dns.question.name'] = textField(question, 'rrname');
  event['dns.question.type'] = textField(question, 'rrtype');
  const code = textField(dns, 'rcode');
  event['dns.response_code'] = code;
  if (code !== null && event['event.category'] === NETWORK) {
    event['event.outcome'] = code === 'NOERROR' ? 'success' : 'failure';
  }
}

function mapRest(event: Event, fields: JsonObject): void {
  const flow = objectField(fields, 'flow');
  if (flow !== null) {
    event['source.bytes'] = countField(flow, 'bytes_toserver');
    event['destination.bytes'] = countField(flow, 'bytes_toclient');
  }
  const tls = objectField(fields, 'tls');
  if (tls !== null) event['tls.server.name'] = textField(tls, 'sni');
  const file = objectField(fields, 'fileinfo');
  if (file !== null) event['file.name'] = textField(file, 'filename');
  const smtp = objectField(fields, 'smtp');
  if (smtp !== null) {
    event['email.from.address'] = textField(smtp, 'mail_from');
    event['email.to.address'] = firstText(ownField(smtp, 'rcpt_to'));
  }
}
