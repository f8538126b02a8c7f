import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { CONNECTION, NETWORK } from './ecs.js';
import { applyVerdict, type PacketVerdict, packetVerdict } from './firewall-verdict.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { digitsEnd, isDigit, readInteger, readPort, skipBlanks, standsAt, wordEnd } from './text.js';
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
    const isPacket = readFilteredPacket(event, message, skipUptime(message));
    event.logsource = isPacket ? FIREWALL : KERNEL;
    if (!isPacket) readWireguard(event, message);
    return true;
  },
};

/** The prefix at `from` and the packet behind it; false with nothing changed where none is. */
export function readFilteredPacket(event: Event, message: string, from: number): boolean {
  const start = packetStart(message);
  if (start < from) return false;
  readPrefix(event, message, from, start);
  readPacket(event, message, start);
  return true;
}

/**
 * `wireguard: wg0: Handshake for peer 5 (ADDR:PORT) did not complete …`, `Invalid handshake initiation from ADDR:PORT`, and
 * others of dynamic debugging. Who asks is the source, so of what this host sends the peer is the destination.
 */
function readWireguard(event: Event, message: string): void {
  const start = skipUptime(message);
  if (!standsAt(message, 'wireguard: ', start)) return;
  const text = message.indexOf(': ', start + 11) + 2;
  const failed = standsAt(message, 'Invalid ', text) || message.includes('did not complete');
  classify(event, NETWORK, CONNECTION, 'vpn_handshake', failed ? 'failure' : null);
  const open = message.indexOf('(', text);
  const from = message.indexOf(' from ', text);
  const at = open < 0 ? from + 6 : open + 1;
  const end = open < 0 ? message.length : message.indexOf(')', open);
  const colon = message.lastIndexOf(':', end - 1);
  if (at < text || colon < at) return;
  const address = readAddress(message, at, colon);
  const port = address === null ? null : readPort(message, colon + 1, end);
  const isSent = standsAt(message, 'Handshake for peer ', text) || standsAt(message, 'Sending ', text);
  event[isSent ? 'destination.ip' : 'source.ip'] = address;
  event[isSent ? 'destination.port' : 'source.port'] = port;
}

/** Where `IN=` begins when it is the packet log; a name in front of it may touch it (`…:DROP:IN=eth0`). A bridge's has `PHYSIN=`, too. */
function packetStart(message: string): number {
  const source = message.indexOf(' SRC=');
  if (source < 0) return -1;
  const at = message.lastIndexOf('IN=', source);
  return at > 4 && standsAt(message, 'PHYS', at - 4) ? message.lastIndexOf('IN=', at - 1) : at;
}

/** What a log prefix says: `[UFW BLOCK]`, `iptables DROP_INPUT:`, `[WAN_IN-3001-D]` (UniFi: rule set, rule, verdict). */
interface Prefix {
  readonly text: string;
  readonly rule: string | null;
  readonly verdict: PacketVerdict | null;
}

/** Prefixes are a handful of the administrator's; past this many someone writes to the log by hand. */
const MAX_PREFIXES = 256;
const prefixes = new Map<string, Prefix>();

function readPrefix(event: Event, message: string, start: number, end: number): void {
  classify(event, NETWORK, CONNECTION, null, null);
  if (start === end) return;
  const raw = message.slice(start, end);
  let prefix = prefixes.get(raw);
  if (prefix === undefined) {
    prefix = understand(raw);
    // A slice would keep the whole chunk alive.
    if (prefixes.size < MAX_PREFIXES && raw.length <= 64) prefixes.set(Buffer.from(raw).toString(), prefix);
  }
  if (prefix.text === '') return;
  setField(event.record, 'log_prefix', prefix.text);
  event['rule.name'] = prefix.rule;
  if (prefix.verdict !== null) applyVerdict(event, prefix.verdict);
}

const UNIFI_VERDICTS: ReadonlyMap<string, string> = new Map([
  ['A', 'allow'],
  ['D', 'drop'],
  ['R', 'reject'],
]);

function understand(raw: string): Prefix {
  const text = Buffer.from(raw.trim()).toString();
  const isBracketed = text.startsWith('[') && text.endsWith(']');
  const bare = isBracketed ? text.slice(1, -1) : text;
  const unifi = isBracketed ? UNIFI_VERDICTS.get(unifiLetter(bare)) : undefined;
  if (unifi !== undefined) return { text, rule: bare, verdict: packetVerdict(unifi) };
  const words = bare
    .slice(0, 64)
    .toLowerCase()
    .split(/[^a-z]+/);
  const verdict = words.map(packetVerdict).findLast((known) => known !== null);
  return { text, rule: null, verdict: verdict ?? null };
}

/** The letter of `WAN_IN-3001-D`, and of `WAN_LOCAL-D-30001` as UniFi OS writes it; else empty. */
function unifiLetter(bare: string): string {
  if (bare.at(-2) === '-') return bare.slice(-1);
  const last = bare.lastIndexOf('-');
  const isNumbered = last > 2 && digitsEnd(bare, last + 1) === bare.length && last + 1 < bare.length;
  return isNumbered && bare[last - 2] === '-' ? bare[last - 1]! : '';
}

/** `[16571.459614] `: seconds since boot. */
function skipUptime(message: string): number {
  if (codeAt(message, 0) !== 0x5b) return 0;
  const start = skipBlanks(message, 1);
  const close = message.indexOf('] ', start);
  if (close < 0 || close > 24 || !isDigit(codeAt(message, start))) return 0;
  return isDigit(codeAt(message, close - 1)) ? close + 2 : 0;
}

function readPacket(event: Event, message: string, start: number): void {
  const nested = message.indexOf(' [', start);
  const stop = nested < 0 ? message.length : nested;
  for (let at = start; at < stop; ) {
    const end = Math.min(wordEnd(message, at), stop);
    readPart(event, message, at, end);
    at = skipBlanks(message, end);
  }
}

/** One `KEY=value` word; the two letters it begins with tell nearly all keys apart. */
function readPart(event: Event, message: string, at: number, end: number): void {
  switch (codeAt(message, at) * 256 + codeAt(message, at + 1)) {
    case 0x5352:
      if (standsAt(message, 'SRC=', at)) event['source.ip'] = readAddress(message, at + 4, end);
      break;
    case 0x5350:
      if (standsAt(message, 'SPT=', at)) event['source.port'] = readPort(message, at + 4, end);
      break;
    case 0x4453:
      if (standsAt(message, 'DST=', at)) event['destination.ip'] = readAddress(message, at + 4, end);
      break;
    case 0x4450:
      if (standsAt(message, 'DPT=', at)) event['destination.port'] = readPort(message, at + 4, end);
      break;
    case 0x494e:
      if (end > at + 3 && standsAt(message, 'IN=', at)) {
        event['observer.ingress.interface.name'] = message.slice(at + 3, end);
      }
      break;
    case 0x4f55:
      if (end > at + 4 && standsAt(message, 'OUT=', at)) {
        event['observer.egress.interface.name'] = message.slice(at + 4, end);
      }
      break;
    case 0x5052:
      if (standsAt(message, 'PROTO=', at)) setTransport(event, message.slice(at + 6, end));
      break;
    case 0x4d41:
      if (standsAt(message, 'MAC=', at)) readMac(event, message, at + 4, end);
      break;
    case 0x5459:
      if (standsAt(message, 'TYPE=', at)) setNumber(event, 'icmp_type', message, at + 5, end);
      break;
    case 0x434f:
      if (standsAt(message, 'CODE=', at)) setNumber(event, 'icmp_code', message, at + 5, end);
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
