import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { isIpv4, readAddress } from './address.js';
import { digitsEnd, isDigit, readPort, readPortAt } from './text.js';

/**
 * Addresses and ports in free text. The word before an address says whose it is (`to`, `dst=`); without one the
 * first is the source and the second the destination, as most programs write it and as an arrow says: `A:1->B:2`.
 * Two sources that a word names are none: one of them is what somebody typed.
 */
export function readEndpoints(event: Event, message: string): void {
  readAddresses(event, message);
  // Each key is a search of its own, and "port" alone is in "export" and "report".
  if (message.includes('port=') || message.includes('pt=')) {
    event['source.port'] ??= namedPort(message, SOURCE_PORT_KEYS);
    event['destination.port'] ??= namedPort(message, DESTINATION_PORT_KEYS);
  }
  if (message.includes(' port ')) event['destination.port'] ??= namedPort(message, DESTINATION_PORT_PHRASES);
}

/** Every address has a full stop or a colon, so only the runs of address characters around one are looked at. */
export function readAddresses(event: Event, message: string): void {
  const source = sourceOf(event);
  let dot = message.indexOf('.');
  let colon = message.indexOf(':');
  for (let done = 0; dot >= 0 || colon >= 0; ) {
    const mark = dot < 0 || (colon >= 0 && colon < dot) ? colon : dot;
    let start = mark;
    while (start > done && isAddressCharacter(message.charCodeAt(start - 1))) start--;
    let end = mark + 1;
    while (end < message.length && isAddressCharacter(message.charCodeAt(end))) end++;
    if (
      end - start >= 3 &&
      !isWordCharacter(codeAt(message, start - 1)) &&
      (!isWordCharacter(codeAt(message, end)) || isArrow(message, end))
    ) {
      readEndpoint(event, message, start, end, source);
    }
    done = end;
    if (dot >= 0 && dot < end) dot = message.indexOf('.', end);
    if (colon >= 0 && colon < end) colon = message.indexOf(':', end);
  }
}

const SOURCE_PORT_KEYS = ['sport=', 'spt=', 'src_port=', 'srcport=', 'source_port='] as const;
const DESTINATION_PORT_KEYS = ['dport=', 'dpt=', 'dst_port=', 'dstport=', 'dest_port='] as const;
const DESTINATION_PORT_PHRASES = ['on port ', 'to port '] as const;

/** How the source of the event that is read was found. */
export interface FoundSource {
  /** `known` = before, `disputed` = a word names two. */
  by: 'known' | 'nothing' | 'guess' | 'word' | 'disputed';
}

export function sourceOf(event: Event): FoundSource {
  return { by: event['source.ip'] === null ? 'nothing' : 'known' };
}

/** Takes the run of address characters in [start, stop), if it is an address and its side is still free. */
export function readEndpoint(
  event: Event,
  message: string,
  start: number,
  stop: number,
  source: FoundSource,
): void {
  let end = stop;
  while (end > start && isPunctuation(codeAt(message, end - 1))) end--;
  const colon = lastColon(message, start, end);
  let port: number | null = null;
  let address: string | null = null;
  if (colon > start && isIpv4(message, start, colon)) {
    address = message.slice(start, colon);
    port = readPort(message, colon + 1, end);
  } else if (looksLikeAddress(message, start, end)) {
    address = readAddress(message, start, end);
    if (message.startsWith(' port ', end)) port = readPortAt(message, end + 6);
    else if (message.startsWith(']:', end)) port = readPortAt(message, end + 2);
  }
  if (address === null || address === '0.0.0.0' || address === '::') return;
  const side = precedingWord(message, start);
  if (side === 'version') return;
  const isDestination = side === 'destination' || (side !== 'source' && event['source.ip'] !== null);
  if (isDestination && event['destination.ip'] === null && event['source.ip'] !== address) {
    event['destination.ip'] = address;
    event['destination.port'] ??= port;
  } else if (!isDestination) takeSource(event, address, port, side === 'source', source);
}

function takeSource(
  event: Event,
  address: string,
  port: number | null,
  isNamed: boolean,
  source: FoundSource,
): void {
  if (source.by === 'nothing' || (source.by === 'guess' && isNamed)) {
    event['source.ip'] = address;
    event['source.port'] = source.by === 'nothing' ? (event['source.port'] ?? port) : port;
    source.by = isNamed ? 'word' : 'guess';
  } else if (source.by === 'word' && isNamed && event['source.ip'] !== address) {
    event['source.ip'] = null;
    event['source.port'] = null;
    source.by = 'disputed';
  }
}

const SIDES: ReadonlyMap<string, 'source' | 'destination' | 'version'> = new Map([
  ...(
    ['from', 'src', 'source', 'client', 'peer', 'by', 'saddr', 'src_ip', 'source_ip', 'rhost'] as const
  ).map((word) => [word, 'source'] as const),
  ...(['to', 'dst', 'dest', 'destination', 'server', 'daddr', 'on', 'dst_ip', 'dest_ip'] as const).map(
    (word) => [word, 'destination'] as const,
  ),
  ...(['version', 'v', 'release'] as const).map((word) => [word, 'version'] as const),
]);

/** The word in front of an address, past one of ` `, `=`, `:`, `[`, `(` and quotes. */
function precedingWord(message: string, start: number): 'source' | 'destination' | 'version' | null {
  let end = start;
  while (end > 0 && start - end < 3 && isJoint(codeAt(message, end - 1))) end--;
  if (isArrow(message, end - 2)) return 'destination';
  let at = end;
  while (at > 0 && end - at < 12 && isWordCharacter(codeAt(message, at - 1))) at--;
  return SIDES.get(message.slice(at, end).toLowerCase()) ?? null;
}

function namedPort(message: string, keys: readonly string[]): number | null {
  for (const key of keys) {
    const at = message.indexOf(key);
    if (at < 0 || (at > 0 && codeAt(message, at - 1) !== 0x20)) continue;
    return readPort(message, at + key.length, digitsEnd(message, at + key.length));
  }
  return null;
}

function lastColon(message: string, start: number, end: number): number {
  let at = end - 1;
  while (at >= start && codeAt(message, at) !== 0x3a) at--;
  return at;
}

/** Something with a digit and a separator; `a::b` is more likely a name than an address. */
function looksLikeAddress(message: string, start: number, end: number): boolean {
  let digit = false;
  let separator = false;
  for (let i = start; i < end && !(digit && separator); i++) {
    const code = codeAt(message, i);
    if (isDigit(code)) digit = true;
    else if (isPunctuation(code)) separator = true;
  }
  return digit && separator;
}

/** Hex digits, full stop, colon. */
function isAddressCharacter(code: number): boolean {
  return code < 128 && ADDRESS_CHARACTERS[code] === 1;
}

const ADDRESS_CHARACTERS = new Uint8Array(128);
for (const c of '0123456789abcdefABCDEF.:') ADDRESS_CHARACTERS[c.charCodeAt(0)] = 1;

function isWordCharacter(code: number): boolean {
  const letter = code | 0x20;
  return isDigit(code) || (letter >= 0x61 && letter <= 0x7a) || code === 0x5f || code === 0x2d;
}

/** `->`, which may touch the address on either side. */
function isArrow(message: string, at: number): boolean {
  return codeAt(message, at) === 0x2d && codeAt(message, at + 1) === 0x3e;
}

function isJoint(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x3d ||
    code === 0x3a ||
    code === 0x5b ||
    code === 0x28 ||
    code === 0x22 ||
    code === 0x27
  );
}

function isPunctuation(code: number): boolean {
  return code === 0x2e || code === 0x3a;
}
