import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import { AUTHENTICATION, CONNECTION, INTRUSION_DETECTION, MALWARE, NETWORK, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setDomain, setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { isDigit } from './text.js';
import { countField, setTransport, textField, toPort } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'sonicwall', categories: ['firewall'] });
const LOGIN = withLogins(LOGSOURCE);

/** SonicOS log events: `id=firewall sn=… fw=… m=537 msg="…" src=A:port:zone[:name] dst=… proto=tcp/https`. */
export const sonicwall: Normalizer = {
  name: 'sonicwall',
  summary: 'SonicWall firewalls (SonicOS enhanced syslog, key=value)',
  formats: ['keyvalue', 'rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || ownField(fields, 'id') !== 'firewall' || !Object.hasOwn(fields, 'm')) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    event['observer.vendor'] = 'SonicWall';
    event['event.code'] = textField(fields, 'm');
    event['user.name'] = textField(fields, 'usr') ?? textField(fields, 'user');
    setEnds(event, fields);
    classify(event, NETWORK, CONNECTION, null, null);
    setVerdict(event, textField(fields, 'fw_action'));
    setFinding(event, fields);
    setRequest(event, fields);
    setLogin(event, textField(fields, 'msg') ?? '');
    return true;
  },
};

function setEnds(event: Event, fields: JsonObject): void {
  const source = readEnd(textField(fields, 'src'));
  event['source.ip'] = source.ip;
  event['source.port'] = source.port;
  event['observer.ingress.interface.name'] = source.interfaceName;
  const destination = readEnd(textField(fields, 'dst'));
  event['destination.ip'] = destination.ip;
  event['destination.port'] = destination.port;
  event['observer.egress.interface.name'] = destination.interfaceName;
  event['source.bytes'] = countField(fields, 'sent');
  event['destination.bytes'] = countField(fields, 'rcvd');
  event['rule.name'] = textField(fields, 'rule');
  const protocol = textField(fields, 'proto');
  if (protocol === null) return;
  const slash = protocol.indexOf('/');
  setTransport(event, slash < 0 ? protocol : protocol.slice(0, slash));
  if (slash > 0) event['network.protocol'] = protocol.slice(slash + 1);
}

/** `192.0.2.5:61234:X0:name`; an IPv6 address is not followed by a port (it has members of its own). */
function readEnd(text: string | null): {
  ip: string | null;
  port: number | null;
  interfaceName: string | null;
} {
  if (text === null) return { ip: null, port: null, interfaceName: null };
  const whole = toAddress(text);
  if (whole !== null) return { ip: whole, port: null, interfaceName: null };
  const [address, port, interfaceName] = text.slice(0, 256).split(':', 3);
  return { ip: toAddress(address), port: toPort(port), interfaceName: interfaceName || null };
}

/** Intrusions and viruses are told by a category of their own. */
function setFinding(event: Event, fields: JsonObject): void {
  const isVirus = Object.hasOwn(fields, 'virus') || Object.hasOwn(fields, 'spycat');
  if (!isVirus && !Object.hasOwn(fields, 'ipscat')) return;
  event['event.category'] = isVirus ? MALWARE : INTRUSION_DETECTION;
  event['rule.name'] = textField(fields, 'msg');
  event['rule.id'] = textField(fields, 'sid');
}

/** Web sites visited: `op=GET dstname=HOST arg=/path result=200`; op is a number in older versions. */
function setRequest(event: Event, fields: JsonObject): void {
  const path = textField(fields, 'arg');
  const domain = textField(fields, 'dstname');
  if (path === null || domain === null) return;
  setUrl(event, path);
  setDomain(event, domain);
  const method = textField(fields, 'op');
  if (method !== null && !isDigit(codeAt(method, 0))) event['http.request.method'] = method;
  const outcome = event['event.outcome'];
  setStatus(event, countField(fields, 'result'));
  event['event.outcome'] = outcome ?? event['event.outcome'];
}

/** Login events are told by their text: `Administrator login denied due to bad credentials`. */
function setLogin(event: Event, message: string): void {
  const text = message.slice(0, 256).toLowerCase();
  if (!text.includes('login')) return;
  const failed = text.includes('denied') || text.includes('fail') || text.includes('incorrect');
  const known = failed || text.includes('allowed') || text.includes('success');
  event.logsource = LOGIN;
  classify(event, AUTHENTICATION, START, 'login', known ? (failed ? 'failure' : 'success') : null);
}
