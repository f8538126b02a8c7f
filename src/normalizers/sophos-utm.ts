import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { setVerdict } from './device-action.js';
import { ACCESS, AUTHENTICATION, INTRUSION_DETECTION, START, WEB } from './ecs.js';
import { setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { keyValue, standsAt } from './text.js';
import { setTransport, toCount, toPort } from './values.js';

const FIREWALL = utm(['firewall'], 'packetfilter');
const PROXY = utm(['proxy'], 'http');
const IPS = utm(['ids'], 'ips');
const OTHER = utm([], 'log');
const LOGIN = withLogins(OTHER);

/** Sophos UTM (Astaro): `id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" …`. */
export const sophosUtm: Normalizer = {
  name: 'sophos-utm',
  summary: 'Sophos UTM: packet filter, web proxy, intrusion prevention, logins',
  programs: ['ulogd', 'httpproxy', 'aua', 'snort', 'afcd', 'reverseproxy', 'confd'],
  normalize(event) {
    const message = event.message;
    if (!standsAt(message, 'id="', 0)) return false;
    const subsystem = keyValue(message, 'sub=');
    if (subsystem === null || keyValue(message, 'sys=') === null) return false;
    event.logsource = OTHER;
    event['observer.vendor'] = 'Sophos';
    event['observer.product'] = 'UTM';
    event['event.code'] = keyValue(message, 'id=');
    setEnds(event, message);
    if (subsystem === 'packetfilter' || subsystem === 'ips') readPacket(event, message, subsystem);
    else if (subsystem === 'http') readWeb(event, message);
    else if (subsystem === 'auth') readLogin(event, message);
    return true;
  },
};

function setEnds(event: Event, message: string): void {
  event['source.ip'] = toAddress(keyValue(message, 'srcip='));
  event['destination.ip'] = toAddress(keyValue(message, 'dstip='));
  event['source.port'] = toPort(keyValue(message, 'srcport=') ?? undefined);
  event['destination.port'] = toPort(keyValue(message, 'dstport=') ?? undefined);
  event['user.name'] = keyValue(message, 'user=');
}

function readPacket(event: Event, message: string, subsystem: string): void {
  event.logsource = subsystem === 'ips' ? IPS : FIREWALL;
  setVerdict(event, keyValue(message, 'action='));
  if (subsystem === 'ips') event['event.category'] = INTRUSION_DETECTION;
  setTransport(event, keyValue(message, 'proto='));
  event['rule.id'] = keyValue(message, 'fwrule=') ?? keyValue(message, 'sid=');
  event['rule.name'] = keyValue(message, 'reason=');
  event['observer.ingress.interface.name'] = keyValue(message, 'initf=');
  event['observer.egress.interface.name'] = keyValue(message, 'outitf=');
}

function readWeb(event: Event, message: string): void {
  event.logsource = PROXY;
  const action = keyValue(message, 'action=');
  classify(event, WEB, ACCESS, action, null);
  event['http.request.method'] = keyValue(message, 'method=');
  const url = keyValue(message, 'url=');
  if (url !== null) setUrl(event, url);
  event['user_agent.original'] = keyValue(message, 'ua=');
  event['http.response.body.bytes'] = toCount(keyValue(message, 'size=') ?? undefined);
  setStatus(event, toCount(keyValue(message, 'statuscode=') ?? undefined));
  if (action === 'block') event['event.outcome'] = 'failure';
}

/** aua: `name="Authentication failed" srcip="…" user="admin" caller="webadmin" reason="DENIED"`. */
function readLogin(event: Event, message: string): void {
  const name = keyValue(message, 'name=') ?? '';
  if (!name.startsWith('Authentication ')) return;
  event.logsource = LOGIN;
  const caller = keyValue(message, 'caller=');
  const action =
    caller === 'webadmin' || caller === 'sshd' ? 'admin_login' : caller === 'openvpn' ? 'vpn_login' : 'login';
  classify(event, AUTHENTICATION, START, action, name.endsWith('successful') ? 'success' : 'failure');
  event['event.reason'] = keyValue(message, 'reason=');
}

function utm(categories: readonly string[], service: string) {
  return closedLogsource({ product: 'sophos', categories, services: [service] });
}
