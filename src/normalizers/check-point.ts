import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { emptyFields, type JsonObject } from '../model/json.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import { AUTHENTICATION, CONNECTION, INFO, INTRUSION_DETECTION, NETWORK, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt } from './text.js';
import { addressField, countField, portField, setTransport, textField } from './values.js';

const FIREWALL = closedLogsource({ product: 'checkpoint', categories: ['firewall'], services: ['firewall'] });
const OTHER = closedLogsource({ product: 'checkpoint' });
const LOGIN = withLogins(OTHER);

/** A record has a few dozen fields. */
const MAX_FIELDS = 256;
const LEAD = 'CheckPoint ';

/** Check Point Log Exporter, syslog format: `CheckPoint 18160 - [action:"Drop"; src:"A"; dst:"B"; … product:"…"]`. */
export const checkPoint: Normalizer = {
  name: 'check-point',
  summary: 'Check Point Log Exporter (syslog format): firewall and other blades',
  programs: ['checkpoint'],
  formats: ['rfc3164', 'plain'],
  initials: 'C[',
  normalize(event) {
    const message = event.message;
    let at = 0;
    if (codeAt(message, 0) !== 0x5b) {
      at = standsAt(message, LEAD, 0) ? message.indexOf('[', LEAD.length) : -1;
      if (at < 0 || at > 40) return false;
    } else if (event['process.name']?.toLowerCase() !== 'checkpoint') return false;
    const fields = readFields(message, at + 1);
    if (!Object.hasOwn(fields, 'product') && !Object.hasOwn(fields, 'action')) return false;
    event.record.fields = fields;
    mapFields(event, fields);
    return true;
  },
};

/** `name:"value"; …`; in a value `\` stands before `"`, `]` and itself. */
function readFields(text: string, from: number): JsonObject {
  const fields = emptyFields();
  for (let at = from, count = 0; count < MAX_FIELDS; count++) {
    const colon = text.indexOf(':"', at);
    if (colon < 0) break;
    const name = text.slice(at, colon);
    let end = colon + 2;
    while (end < text.length && codeAt(text, end) !== 0x22) end += codeAt(text, end) === 0x5c ? 2 : 1;
    if (name !== '' && name.length <= 64 && !Object.hasOwn(fields, name)) {
      fields[name] = text.slice(colon + 2, end).replaceAll(/\\(["\]\\])/g, '$1');
    }
    at = end + 1;
    if (!standsAt(text, '; ', at)) break;
    at += 2;
  }
  return fields;
}

function mapFields(event: Event, fields: JsonObject): void {
  const product = textField(fields, 'product');
  event.logsource = product === 'VPN-1 & FireWall-1' ? FIREWALL : OTHER;
  event['observer.vendor'] = 'Check Point';
  event['observer.product'] = product;
  event['source.ip'] = addressField(fields, 'src');
  event['source.port'] = portField(fields, 's_port');
  event['source.bytes'] = countField(fields, 'sent_bytes');
  event['source.nat.ip'] = translated(fields, 'xlatesrc');
  if (event['source.nat.ip'] !== null) event['source.nat.port'] = portField(fields, 'xlatesport') || null;
  event['destination.ip'] = addressField(fields, 'dst');
  event['destination.port'] = portField(fields, 'service');
  event['destination.bytes'] = countField(fields, 'received_bytes');
  event['destination.nat.ip'] = translated(fields, 'xlatedst');
  if (event['destination.nat.ip'] !== null) {
    event['destination.nat.port'] = portField(fields, 'xlatedport') || null;
  }
  setTransport(event, textField(fields, 'proto'));
  event['rule.id'] = textField(fields, 'rule_uid') ?? textField(fields, 'rule');
  const protection = textField(fields, 'protection_name') ?? textField(fields, 'attack');
  event['rule.name'] = protection ?? textField(fields, 'rule_name');
  event['user.name'] = textField(fields, 'user') ?? textField(fields, 'src_user_name');
  event['network.direction'] = textField(fields, 'ifdir');
  const name = textField(fields, 'ifname');
  if (event['network.direction'] === 'outbound') event['observer.egress.interface.name'] = name;
  else event['observer.ingress.interface.name'] = name;
  mapAction(event, textField(fields, 'action'));
  if (protection !== null) event['event.category'] = INTRUSION_DETECTION;
}

/** 0.0.0.0 means that nothing was translated. */
function translated(fields: JsonObject, name: string): string | null {
  const address = addressField(fields, name);
  return address === '0.0.0.0' || address === '::' ? null : address;
}

function mapAction(event: Event, action: string | null): void {
  classify(event, NETWORK, CONNECTION, null, null);
  if (action === 'Log In' || action === 'Failed Log In') {
    event.logsource = LOGIN;
    classify(event, AUTHENTICATION, START, 'login', action === 'Log In' ? 'success' : 'failure');
  } else if (action === 'Log Out') classify(event, AUTHENTICATION, INFO, 'logout', null);
  else setVerdict(event, action?.toLowerCase() ?? null);
}
