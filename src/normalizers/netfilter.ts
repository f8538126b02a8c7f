import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { CONNECTION, NETWORK } from './ecs.js';
import { decideByWord } from './firewall-verdict.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { isDigit, readInteger, readPort, skipBlanks, wordEnd } from './text.js';
import { setTransport } from './values.js';

const KERNEL = closedLogsource({ product: 'linux', services: ['kernel', 'syslog'] });
const FIREWALL = closedLogsource({
  product: 'linux',
  categories: ['firewall'],
  services: ['iptables', 'kernel', 'syslog'],
});

/**
 * The kernel's packet log (nf_log): iptables, ip6tables, nftables, UFW, firewalld, Shorewall, UniFi. A prefix of the
 * administrator's, then `IN=eth0 OUT= MAC=… SRC=… DST=… PROTO=TCP SPT=… DPT=…`; an ICMP error quotes the packet it
 * answers in brackets, whose addresses are not those of this one.
 */
export const netfilter: Normalizer = {
  name: 'netfilter',
  summary: 'Linux kernel: packets logged by iptables, nftables, UFW; other kernel lines',
  programs: ['kernel', 'ulogd', 'ufw'],
  normalize(event) {
    const message = event.message;
    const start = packetStart(message);
    if (start < 0) {
      event.logsource = KERNEL;
      return true;
    }
    event.logsource = FIREWALL;
    readPrefix(event, message, start);
    readPacket(event, message, start);
    return true;
  },
};

/** Where `IN=` begins when it is the packet log; a name in front of it may touch it (`…:DROP:IN=eth0`). */
function packetStart(message: string): number {
  const source = message.indexOf(' SRC=');
  return source < 0 ? -1 : message.lastIndexOf('IN=', source);
}

/** `[UFW BLOCK] `, `iptables DROP_INPUT: `, `[WAN_IN-3001-D]`: the rule's own words say what became of the packet. */
function readPrefix(event: Event, message: string, end: number): void {
  const start = skipUptime(message);
  const prefix = message.slice(start, end).trim();
  classify(event, NETWORK, CONNECTION, null, null);
  if (prefix === '') return;
  setField(event.record, 'log_prefix', prefix);
  const bare = prefix.startsWith('[') && prefix.endsWith(']') ? prefix.slice(1, -1) : prefix;
  const dash = bare.lastIndexOf('-');
  if (dash > 0 && dash === bare.length - 2 && bare !== prefix) {
    event['rule.name'] = bare;
    const verdict = bare.charAt(dash + 1);
    decideByWord(
      event,
      verdict === 'A' ? 'allow' : verdict === 'D' ? 'drop' : verdict === 'R' ? 'reject' : '',
    );
    return;
  }
  for (const word of bare.slice(0, 64).split(/[^A-Za-z]+/)) decideByWord(event, word.toLowerCase());
}

/** `[16571.459614] `: seconds since boot. */
function skipUptime(message: string): number {
  if (message.charCodeAt(0) !== 0x5b) return 0;
  const start = skipBlanks(message, 1);
  const close = message.indexOf('] ', start);
  if (close < 0 || close > 24 || !isDigit(message.charCodeAt(start))) return 0;
  return isDigit(message.charCodeAt(close - 1)) ? close + 2 : 0;
}

function readPacket(event: Event, message: string, start: number): void {
  const nested = message.indexOf(' [', start);
  const stop = nested < 0 ? message.length : nested;
  for (let at = start; at < stop; ) {
    const end = Math.min(wordEnd(message, at), stop);
    const equals = message.indexOf('=', at);
    if (equals > at && equals < end) readPart(event, message, at, equals, end);
    at = skipBlanks(message, end);
  }
}

function readPart(event: Event, message: string, at: number, equals: number, end: number): void {
  const start = equals + 1;
  switch (message.slice(at, equals)) {
    case 'IN':
      if (end > start) event['observer.ingress.interface.name'] = message.slice(start, end);
      break;
    case 'OUT':
      if (end > start) event['observer.egress.interface.name'] = message.slice(start, end);
      break;
    case 'SRC':
      event['source.ip'] = readAddress(message, start, end);
      break;
    case 'DST':
      event['destination.ip'] = readAddress(message, start, end);
      break;
    case 'SPT':
      event['source.port'] = readPort(message, start, end);
      break;
    case 'DPT':
      event['destination.port'] = readPort(message, start, end);
      break;
    case 'PROTO':
      setTransport(event, message.slice(start, end));
      break;
    case 'MAC':
      readMac(event, message, start, end);
      break;
    case 'TYPE':
      setNumber(event, 'icmp_type', message, start, end);
      break;
    case 'CODE':
      setNumber(event, 'icmp_code', message, start, end);
      break;
  }
}

/** Destination, source and ethertype of the frame, 14 octets; as ECS writes them: `00-00-5E-00-53-23`. */
function readMac(event: Event, message: string, start: number, end: number): void {
  if (end - start < 35) return;
  event['destination.mac'] = message
    .slice(start, start + 17)
    .replaceAll(':', '-')
    .toUpperCase();
  event['source.mac'] = message
    .slice(start + 18, start + 35)
    .replaceAll(':', '-')
    .toUpperCase();
}

function setNumber(event: Event, name: string, message: string, start: number, end: number): void {
  const value = readInteger(message, start, end);
  if (value !== null) setField(event.record, name, value);
}
