import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { readEndpoint } from './cisco/endpoint.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import { ACCESS, AUTHENTICATION, CONNECTION, INFO, INTRUSION_DETECTION, NETWORK, WEB } from './ecs.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { between, keyValue, readPort, readPortAt, wordEnd } from './text.js';
import { setSource, setTransport } from './values.js';

const FIREWALL = merakiLogsource(['firewall'], 'flows');
const LOGSOURCES: ReadonlyMap<string, Logsource> = new Map([
  ['flows', FIREWALL],
  ['firewall', FIREWALL],
  ['cellular_firewall', FIREWALL],
  ['vpn_firewall', FIREWALL],
  ['ip_flow_start', FIREWALL],
  ['ip_flow_end', FIREWALL],
  ['urls', merakiLogsource(['proxy'], 'urls')],
  ['ids-alerts', merakiLogsource(['ids'], 'ids-alerts')],
  ['security_event', merakiLogsource(['ids'], 'security_event')],
  ['airmarshal_events', merakiLogsource([], 'airmarshal_events')],
  ['events', merakiLogsource([], 'events')],
]);

/** Of the types: most messages of other programs begin with none of these. */
const INITIALS: ReadonlySet<number> = new Set([...LOGSOURCES.keys()].map((type) => codeAt(type, 0)));

/** Meraki "Syslog event types": `TYPE key=value …[ pattern: allow all| request: GET url]`. */
export const meraki: Normalizer = {
  name: 'meraki',
  summary: 'Cisco Meraki flows, URLs, IDS alerts and events',
  formats: ['rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const text = event.message;
    if (!INITIALS.has(codeAt(text, 0))) return false;
    const end = wordEnd(text, 0);
    if (end < 4 || end > 17) return false;
    const type = text.slice(0, end);
    const logsource = LOGSOURCES.get(type);
    if (logsource === undefined || text.indexOf('=', end) < 0) return false;
    event.logsource = logsource;
    event['observer.vendor'] = 'Cisco';
    event['observer.product'] = 'Meraki';
    event['event.code'] = type;
    setEnds(event, text);
    if (logsource === FIREWALL) mapFlow(event, text, end);
    else if (type === 'urls') mapRequest(event, text);
    else mapEvent(event, text, type);
    return true;
  },
};

function setEnds(event: Event, text: string): void {
  const source = text.indexOf('src=');
  if (source >= 0) {
    const { ip, port } = readEnd(text, source + 4);
    event['source.ip'] = ip;
    event['source.port'] = port ?? portOf(text, 'sport=');
  }
  const destination = text.indexOf('dst=');
  if (destination >= 0) {
    const { ip, port } = readEnd(text, destination + 4);
    event['destination.ip'] = ip;
    event['destination.port'] = port ?? portOf(text, 'dport=');
  }
  event['source.mac'] = keyValue(text, 'mac=');
  setTransport(event, keyValue(text, 'protocol='));
}

/** `192.0.2.1` or `192.0.2.1:53`. */
function readEnd(text: string, at: number): { ip: string | null; port: number | null } {
  const whole = readEndpoint(text, at);
  if (whole.ip !== null && whole.interfaceName === null) return { ip: whole.ip, port: null };
  const colon = text.lastIndexOf(':', whole.end - 1);
  if (colon <= at) return { ip: null, port: null };
  const port = readPortAt(text, colon + 1);
  return { ip: readEndpoint(text.slice(at, colon), 0).ip, port };
}

function portOf(text: string, key: string): number | null {
  const value = keyValue(text, key);
  return value === null ? null : readPort(value, 0, value.length);
}

/** `flows allow src=…` or `… pattern: allow all`; a bare number is a rule, not a verdict. */
function mapFlow(event: Event, text: string, typeEnd: number): void {
  classify(event, NETWORK, CONNECTION, null, null);
  const pattern = text.indexOf('pattern: ');
  const at = pattern < 0 ? typeEnd + 1 : pattern + 9;
  const word = text.slice(at, wordEnd(text, at));
  if (word === 'allow' || word === 'deny') setVerdict(event, word);
}

/** `request: GET https://host/path` or `request: UNKNOWN https://host`. */
function mapRequest(event: Event, text: string): void {
  classify(event, WEB, ACCESS, 'http_request', null);
  event['user_agent.original'] = between(text, "agent='", "'");
  const at = text.indexOf(' request: ');
  if (at < 0) return;
  const methodEnd = wordEnd(text, at + 10);
  const method = text.slice(at + 10, methodEnd);
  if (method !== 'UNKNOWN') event['http.request.method'] = method;
  setUrl(event, text.slice(methodEnd + 1));
}

function mapEvent(event: Event, text: string, type: string): void {
  const action = keyValue(text, 'type=');
  if (type === 'events') {
    const isAuth = action?.includes('auth') ?? false;
    classify(event, isAuth ? AUTHENTICATION : NETWORK, INFO, action, null);
    event['user.name'] = keyValue(text, 'identity=') ?? keyValue(text, 'user_id=');
    setSource(event, event['source.ip'] === null ? keyValue(text, 'client_ip=') : null);
    return;
  }
  classify(event, INTRUSION_DETECTION, INFO, action ?? type, null);
  event['rule.id'] = keyValue(text, 'signature=');
  const message = text.indexOf(' message: ');
  if (message >= 0) event['rule.name'] = text.slice(message + 10);
}

function merakiLogsource(categories: readonly string[], service: string): Logsource {
  return closedLogsource({ product: 'meraki', categories, services: [service] });
}
