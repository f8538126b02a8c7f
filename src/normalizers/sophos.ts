import type { Event, Outcome } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import { AUTHENTICATION, CONFIGURATION, CONNECTION, INFO, NETWORK, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setDomain, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import {
  addressField,
  countField,
  portField,
  setMac,
  setSeconds,
  setTransport,
  textField,
} from './values.js';

const OTHER = sophosLogsource([], 'log');
const LOGSOURCES: ReadonlyMap<string, Logsource> = new Map([
  ['Firewall', sophosLogsource(['firewall'], 'firewall')],
  ['IDP', sophosLogsource(['ids'], 'idp')],
  ['Content Filtering', sophosLogsource(['proxy'], 'content-filtering')],
  ['Anti-Virus', sophosLogsource(['antivirus'], 'anti-virus')],
  ['Event', sophosLogsource(['authentication'], 'event')],
]);

/** Sophos Firewall (SFOS, XG): key=value records with `device="SFW"`, `log_type`, `log_component`, `status`. */
export const sophos: Normalizer = {
  name: 'sophos',
  summary: 'Sophos Firewall (SFOS, XG): traffic, IPS, web, virus and event logs as key=value',
  formats: ['keyvalue', 'rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'log_component') || !Object.hasOwn(fields, 'log_id'))
      return false;
    const type = textField(fields, 'log_type') ?? '';
    event.logsource = LOGSOURCES.get(type) ?? OTHER;
    setPayloadTime(event);
    setDevice(event, fields);
    setEnds(event, fields);
    if (type === 'Event') mapEvent(event, fields);
    else mapTraffic(event, fields);
    return true;
  },
};

function setDevice(event: Event, fields: JsonObject): void {
  event['observer.vendor'] = 'Sophos';
  event['observer.product'] = 'Sophos Firewall';
  event['observer.name'] = textField(fields, 'device_name');
  event['event.code'] = textField(fields, 'log_id');
}

function setEnds(event: Event, fields: JsonObject): void {
  event['source.ip'] = addressField(fields, 'src_ip');
  event['source.port'] = portField(fields, 'src_port');
  event['source.bytes'] = countField(fields, 'sent_bytes');
  event['source.nat.ip'] = addressField(fields, 'tran_src_ip');
  event['source.nat.port'] = portField(fields, 'tran_src_port') || null;
  event['destination.ip'] = addressField(fields, 'dst_ip');
  event['destination.port'] = portField(fields, 'dst_port');
  event['destination.bytes'] = countField(fields, 'recv_bytes');
  event['destination.nat.ip'] = addressField(fields, 'tran_dst_ip');
  event['destination.nat.port'] = portField(fields, 'tran_dst_port') || null;
  event['observer.ingress.interface.name'] = textField(fields, 'in_interface');
  event['observer.egress.interface.name'] = textField(fields, 'out_interface');
  event['user.name'] = textField(fields, 'user_name');
  setMac(event, textField(fields, 'src_mac') ?? '');
  setTransport(event, textField(fields, 'protocol'));
  setSeconds(event, ownField(fields, 'duration'));
}

/** `status` is Allow or Deny; where it is missing the subtype says Allowed, Denied, Drop, Detect … */
function mapTraffic(event: Event, fields: JsonObject): void {
  classify(event, NETWORK, CONNECTION, null, null);
  const word = textField(fields, 'status') ?? textField(fields, 'log_subtype');
  setVerdict(event, word?.toLowerCase() ?? null);
  event['rule.id'] = textField(fields, 'signature_id') ?? textField(fields, 'fw_rule_id');
  event['rule.name'] =
    textField(fields, 'signature_msg') ?? textField(fields, 'virus') ?? textField(fields, 'fw_rule_name');
  const url = textField(fields, 'url');
  const domain = textField(fields, 'domain');
  if (url !== null) setUrl(event, url);
  if (domain !== null) setDomain(event, domain);
}

/** Logins are of the subtype Authentication, at the console of the subtype Admin with a message that says so. */
function mapEvent(event: Event, fields: JsonObject): void {
  const subtype = textField(fields, 'log_subtype');
  const message = textField(fields, 'message') ?? '';
  const isConsole = subtype === 'Admin' && /\b(?:log(?:ged)? ?in|login)\b/i.test(message.slice(0, 256));
  const outcome = outcomeOf(textField(fields, 'status'));
  event['event.reason'] = textField(fields, 'reason');
  if (!isConsole && subtype !== 'Authentication') {
    classify(event, CONFIGURATION, INFO, null, outcome);
    return;
  }
  const component = textField(fields, 'log_component') ?? '';
  const action = isConsole ? 'admin_login' : component.includes('VPN') ? 'vpn_login' : 'login';
  classify(event, AUTHENTICATION, START, action, outcome);
}

function outcomeOf(status: string | null): Outcome | null {
  if (status === 'Successful') return 'success';
  return status === 'Failed' ? 'failure' : null;
}

function sophosLogsource(categories: readonly string[], service: string): Logsource {
  return closedLogsource({ product: 'sophos', categories, services: [service] });
}
