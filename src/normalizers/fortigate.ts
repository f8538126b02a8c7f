import type { Event, Outcome } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, type Logsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { isDenial, setVerdict } from './device-action.js';
import {
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  CONNECTION,
  END,
  INFO,
  INTRUSION_DETECTION,
  MALWARE,
  NETWORK,
  SESSION,
  START,
} from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setDomain, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { addressField, countField, portField, setSeconds, setTransport, textField } from './values.js';

const TRAFFIC = fortigateLogsource(['firewall'], ['traffic']);
const EVENT = fortigateLogsource([], ['event']);
const LOGIN = withLogins(EVENT);
const UTM = fortigateLogsource([], ['utm']);
const BY_SUBTYPE: ReadonlyMap<string, Logsource> = new Map([
  ['dns', fortigateLogsource(['dns'], ['utm', 'dns'])],
  ['webfilter', fortigateLogsource(['proxy'], ['utm', 'webfilter'])],
  ['virus', fortigateLogsource(['antivirus'], ['utm', 'virus'])],
  ['ips', fortigateLogsource(['ids'], ['utm', 'ips'])],
  ['app-ctrl', fortigateLogsource([], ['utm', 'app-ctrl'])],
]);

/** What the UTM logs of these subtypes are about; others are about a connection. */
const BY_FINDING: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['ips', INTRUSION_DETECTION],
  ['anomaly', INTRUSION_DETECTION],
  ['virus', MALWARE],
]);

/**
 * FortiOS log message reference: key=value records that carry `logid`, `type` and `devid` or `devname`. Traffic,
 * UTM and event logs share their member names.
 */
export const fortigate: Normalizer = {
  name: 'fortigate',
  summary: 'Fortinet FortiGate (FortiOS) traffic, UTM and event logs as key=value',
  formats: ['keyvalue', 'rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'logid')) return false;
    if (!Object.hasOwn(fields, 'devid') && !Object.hasOwn(fields, 'devname')) return false;
    setPayloadTime(event);
    setDevice(event, fields);
    setEnds(event, fields);
    const type = textField(fields, 'type');
    if (type === 'event') mapEvent(event, fields);
    else mapTraffic(event, fields, type);
    return true;
  },
};

function setDevice(event: Event, fields: JsonObject): void {
  const name = textField(fields, 'devname');
  if (name !== null) event['host.name'] = name;
  event['observer.name'] = name;
  event['observer.vendor'] = 'Fortinet';
  event['observer.product'] = 'FortiGate';
  event['event.code'] = textField(fields, 'logid');
  const reason = nameField(fields, 'reason');
  event['event.reason'] = reason === 'none' ? null : reason;
}

function setEnds(event: Event, fields: JsonObject): void {
  event['source.ip'] = addressField(fields, 'srcip') ?? addressField(fields, 'remip');
  event['source.port'] = portField(fields, 'srcport') ?? portField(fields, 'remport');
  event['source.mac'] = textField(fields, 'srcmac');
  event['source.bytes'] = countField(fields, 'sentbyte');
  event['source.nat.ip'] = addressField(fields, 'transip');
  event['source.nat.port'] = portField(fields, 'transport');
  event['destination.ip'] = addressField(fields, 'dstip') ?? addressField(fields, 'locip');
  event['destination.port'] = portField(fields, 'dstport') ?? portField(fields, 'locport');
  event['destination.bytes'] = countField(fields, 'rcvdbyte');
  event['destination.nat.ip'] = addressField(fields, 'tranip');
  event['destination.nat.port'] = portField(fields, 'tranport');
  event['observer.ingress.interface.name'] = textField(fields, 'srcintf');
  event['observer.egress.interface.name'] = textField(fields, 'dstintf');
  setTransport(event, textField(fields, 'proto'));
  setSeconds(event, ownField(fields, 'duration'));
  event['user.name'] = nameField(fields, 'user') ?? nameField(fields, 'unauthuser');
  event['group.name'] = nameField(fields, 'group');
}

function nameField(fields: JsonObject, name: string): string | null {
  const text = textField(fields, name);
  return text === 'N/A' ? null : text;
}

/** Traffic and UTM logs: a session and what the firewall did to it. */
function mapTraffic(event: Event, fields: JsonObject, type: string | null): void {
  const subtype = textField(fields, 'subtype') ?? '';
  event.logsource = type === 'traffic' ? TRAFFIC : (BY_SUBTYPE.get(subtype) ?? UTM);
  classify(event, NETWORK, CONNECTION, null, null);
  setVerdict(event, textField(fields, 'action'));
  event['event.category'] = BY_FINDING.get(subtype) ?? NETWORK;
  event['rule.name'] =
    textField(fields, 'attack') ??
    textField(fields, 'virus') ??
    textField(fields, 'policyname') ??
    textField(fields, 'policyid');
  event['rule.id'] = textField(fields, 'attackid') ?? textField(fields, 'policyid');
  event['dns.question.name'] = textField(fields, 'qname');
  event['dns.question.type'] = textField(fields, 'qtype');
  event['user_agent.original'] = textField(fields, 'agent');
  event['file.name'] = textField(fields, 'filename');
  const host = textField(fields, 'hostname');
  const url = textField(fields, 'url');
  if (url !== null) setUrl(event, url);
  if (host !== null) setDomain(event, host);
  const virus = textField(fields, 'virus');
  if (virus !== null) setField(event.record, 'Signature', virus);
}

/** Event logs: administration, VPN, users. `ui` names the place: `ssh(192.0.2.31)`. */
function mapEvent(event: Event, fields: JsonObject): void {
  const action = textField(fields, 'action');
  const isLogin = action?.includes('login') ?? false;
  event.logsource = isLogin ? LOGIN : EVENT;
  const isChange = Object.hasOwn(fields, 'cfgpath');
  const category = isLogin ? AUTHENTICATION : CONFIGURATION;
  const type = isLogin ? START : isChange ? CHANGE : INFO;
  classify(event, category, type, action, eventOutcome(action, textField(fields, 'status')));
  if (action === 'logout') classify(event, AUTHENTICATION, END, action, null);
  else if (action === 'tunnel-up') classify(event, SESSION, START, action, 'success');
  else if (action === 'tunnel-down') classify(event, SESSION, END, action, null);
  if (event['source.ip'] === null) {
    const ui = textField(fields, 'ui') ?? '';
    const open = ui.indexOf('(');
    if (open > 0 && ui.endsWith(')')) {
      event['source.ip'] = toAddress(ui.slice(open + 1, -1));
    }
  }
}

function eventOutcome(action: string | null, status: string | null): Outcome | null {
  if (status === 'failed' || status === 'failure' || status?.endsWith('_error')) return 'failure';
  if (status === 'success') return 'success';
  if (action === null) return null;
  return action.endsWith('fail') || isDenial(action) ? 'failure' : null;
}

function fortigateLogsource(categories: readonly string[], services: readonly string[]): Logsource {
  return closedLogsource({ product: 'fortigate', categories, services });
}
