import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CHANGE, CONFIGURATION, END, SESSION, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import { readMikrotikPacket } from './mikrotik-packet.js';
import { readMikrotikTunnel } from './mikrotik-tunnel.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { isDigit, standsAt } from './text.js';
import { setSource } from './values.js';

const FIREWALL = closedLogsource({ product: 'mikrotik', categories: ['firewall'], services: ['firewall'] });
const SYSTEM = closedLogsource({
  product: 'mikrotik',
  categories: ['authentication'],
  services: ['system'],
});
const TUNNEL = closedLogsource({
  product: 'mikrotik',
  categories: ['authentication'],
  services: ['ppp'],
});
const OTHER = closedLogsource({ product: 'mikrotik' });

/** The chains of RouterOS, which are the tag where no prefix is set and topics are not sent (BSD syslog). */
const CHAINS = ['input', 'forward', 'output', 'prerouting', 'postrouting', 'srcnat', 'dstnat'] as const;

/** First topics of RouterOS ("Log", Topics): what a message begins with when topics are sent. */
const TOPICS: ReadonlySet<string> = new Set([
  ...[
    'account',
    'bgp',
    'bridge',
    'caps',
    'certificate',
    'container',
    'critical',
    'dhcp',
    'dns',
    'dude',
    'error',
  ],
  ...[
    'firewall',
    'hotspot',
    'info',
    'interface',
    'ipsec',
    'l2tp',
    'lte',
    'manager',
    'netwatch',
    'ospf',
    'ovpn',
  ],
  ...[
    'poe-out',
    'ppp',
    'pppoe',
    'pptp',
    'radius',
    'route',
    'script',
    'snmp',
    'ssh',
    'sstp',
    'system',
    'tftp',
  ],
  ...['upnp', 'ups', 'warning', 'watchdog', 'web-proxy', 'wireguard', 'wireless'],
]);

/** What one can come in by; without topics nothing else tells that a router wrote the line. */
const DOORS: ReadonlySet<string> = new Set([
  ...[
    'api',
    'api-ssl',
    'console',
    'ftp',
    'local',
    'mac-telnet',
    'rest-api',
    'romon',
    'ssh',
    'telnet',
    'web',
    'winbox',
  ],
]);

/**
 * MikroTik RouterOS: `TOPIC,TOPIC[,…] TEXT`; as BSD syslog the text alone, of the firewall with its prefix or chain as
 * tag: `firewall,info PREFIX input: in:ether1 out:(unknown 0), … proto TCP (SYN), A:p->B:q, len 60`.
 */
export const mikrotik: Normalizer = {
  name: 'mikrotik',
  summary: 'MikroTik RouterOS: firewall, logins, also over PPP, configuration changes, other topics',
  programs: CHAINS,
  formats: ['plain', 'rfc3164'],
  normalize(event) {
    const message = event.message;
    const at = textStart(message);
    if (mayBePacket(event, message, at) && readMikrotikPacket(event, message, at)) event.logsource = FIREWALL;
    else if ((at > 0 || event.record.app === null) && readLogin(event, message, at)) event.logsource = SYSTEM;
    else if (at === 0) return false;
    else if (isTunnel(message, at) && readMikrotikTunnel(event, message, at)) event.logsource = TUNNEL;
    else if (readChange(event, message, at)) event.logsource = SYSTEM;
    else {
      event.logsource = OTHER;
      normalizeGeneric(event);
    }
    event['observer.vendor'] = 'MikroTik';
    event['observer.product'] = 'RouterOS';
    if (at > 0) setField(event.record, 'topics', message.slice(0, at - 1));
    return true;
  },
};

/** Where the text begins after the topics; 0 = the message has none. */
function textStart(message: string): number {
  if (!isLetter(codeAt(message, 0))) return 0;
  let comma = 1;
  while (comma <= MAX_TOPIC && isTopicCharacter(codeAt(message, comma))) comma++;
  if (codeAt(message, comma) !== 0x2c || !TOPICS.has(message.slice(0, comma))) return 0;
  const end = message.indexOf(' ', comma);
  return end < 0 || end > 64 || end === comma + 1 ? 0 : end + 1;
}

const MAX_TOPIC = 11;

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** A small letter, a digit or `-`. */
function isTopicCharacter(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x2d;
}

/** Of the topic `ppp`, which all that dials in has besides its own. */
function isTunnel(message: string, at: number): boolean {
  const ppp = message.indexOf('ppp,');
  return ppp >= 0 && ppp < at && (ppp === 0 || codeAt(message, ppp - 1) === 0x2c);
}

/** Of the topic firewall; without topics where no other program's tag stands in front of somebody's text. */
function mayBePacket(event: Event, message: string, at: number): boolean {
  if (!endsAsPacket(message)) return false;
  if (at > 0) return message.startsWith('firewall,');
  return (
    event.record.app === null ||
    standsAt(message, 'in:', 0) ||
    CHAINS.some((chain) => hasChain(message, chain))
  );
}

/** `, len 60`. */
function endsAsPacket(message: string): boolean {
  let at = message.length;
  while (at > message.length - 6 && isDigit(codeAt(message, at - 1))) at--;
  return at < message.length && standsAt(message, ', len ', at - 6);
}

function hasChain(message: string, chain: string): boolean {
  const at = message.indexOf(`${chain}: in:`);
  return at === 0 || (at > 0 && codeAt(message, at - 1) === 0x20);
}

const FAILURE = 'login failure for user ';

/**
 * `login failure for user NAME from ADDR via ssh`, `user NAME logged in|out from ADDR via winbox`; at the console
 * without an address. The name is what somebody typed, so the rest is read from the end.
 */
function readLogin(event: Event, message: string, at: number): boolean {
  const failed = standsAt(message, FAILURE, at);
  if (!failed && !standsAt(message, 'user ', at)) return false;
  const via = message.lastIndexOf(' via ');
  if (via < at || (at === 0 && !DOORS.has(message.slice(via + 5)))) return false;
  const from = message.lastIndexOf(' from ', via);
  const stop = from < at ? via : from;
  if (failed) {
    classify(event, AUTHENTICATION, START, 'admin_login', 'failure');
    event['user.name'] = message.slice(at + FAILURE.length, stop) || null;
  } else {
    const verb = message.lastIndexOf(' logged ', stop);
    const out = standsAt(message, ' logged out', verb);
    if (verb < at + 5 || (!out && !standsAt(message, ' logged in', verb))) return false;
    if (out) classify(event, SESSION, END, 'admin_logout', 'success');
    else classify(event, AUTHENTICATION, START, 'admin_login', 'success');
    event['user.name'] = message.slice(at + 5, verb);
  }
  if (stop === from) setSource(event, message.slice(from + 6, via));
  setField(event.record, 'login_service', message.slice(via + 5));
  return true;
}

const CHANGES = [
  ' added by ',
  ' changed by ',
  ' removed by ',
  ' moved by ',
  ' enabled by ',
  ' disabled by ',
] as const;

/** `filter rule changed by admin`, since RouterOS 7 `… by winbox-3.41/tcp-msg(winbox):admin@192.0.2.7 (…)`. */
function readChange(event: Event, message: string, at: number): boolean {
  if (!message.startsWith('system,')) return false;
  for (const words of CHANGES) {
    const verb = message.indexOf(words, at);
    if (verb < 0) continue;
    classify(event, CONFIGURATION, CHANGE, 'configured', 'success');
    const [who = ''] = message.slice(verb + words.length).split(' ', 1);
    const door = who.indexOf('):');
    const name = door < 0 ? who : who.slice(door + 2);
    const address = name.lastIndexOf('@');
    event['user.name'] = address < 0 ? name : name.slice(0, address);
    if (address >= 0) setSource(event, name.slice(address + 1));
    return true;
  }
  return false;
}
