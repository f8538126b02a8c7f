import { codeAt } from '../../model/code-at.js';
import type { Event } from '../../model/event.js';
import { classify } from '../classify.js';
import { CONNECTION_END, CONNECTION_START, NETWORK } from '../ecs.js';
import { setField } from '../raw-fields.js';
import { digitsEnd, readInteger, wordEnd } from '../text.js';
import { setTransport } from '../values.js';
import { readEndpoint, readUser } from './endpoint.js';
import { setDestinationEnd, setDestinationNat, setSourceEnd, setSourceNat } from './ends.js';

/**
 * 302013/15/35: `Built {inbound|outbound} TCP connection N for if:real/port (mapped/port)[(user)] to if:real/port
 * (mapped/port)[ (user)]`. The first end is the foreign one: it is the source of inbound connections only.
 * Of a cluster 302022/24/26: `Built {director|backup|forwarder} stub TCP connection for …`.
 */
export function readBuilt(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_START, 'built', null);
  const outbound = text.startsWith('outbound', 6);
  const stub = text.indexOf(' stub ');
  if (stub < 0) event['network.direction'] = outbound ? 'outbound' : 'inbound';
  const transport = stub < 0 ? text.indexOf(' ', 6) + 1 : stub + 6;
  setTransport(event, text.slice(transport, wordEnd(text, transport)));
  const start = text.indexOf(' for ', transport);
  if (start < 0) return;
  const foreign = readEndpoint(text, start + 5);
  const foreignMap = readMapped(text, foreign.end);
  const to = text.indexOf(' to ', foreignMap.end);
  if (to < 0) return;
  const local = readEndpoint(text, to + 4);
  const localMap = readMapped(text, local.end);
  setSourceEnd(event, outbound ? local : foreign);
  setDestinationEnd(event, outbound ? foreign : local);
  setSourceNat(event, outbound ? localMap : foreignMap);
  setDestinationNat(event, outbound ? foreignMap : localMap);
  const user = readUser(text, localMap.end) ?? readUser(text, foreignMap.end);
  if (user !== null) event['user.name'] = user;
}

/** 302014/16: `Teardown TCP connection N for if:host/port[(user)] to if:host/port[(user)] duration H:MM:SS bytes N [reason]`. */
export function readTeardown(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_END, 'teardown', null);
  const transport = text.startsWith('stub ', 9) ? 14 : 9;
  setTransport(event, text.slice(transport, wordEnd(text, transport)));
  const start = text.indexOf(' for ', 9);
  if (start < 0) return;
  const first = readEndpoint(text, start + 5);
  setSourceEnd(event, first);
  const to = text.indexOf(' to ', first.end);
  if (to < 0) return;
  const second = readEndpoint(text, to + 4);
  setDestinationEnd(event, second);
  event['user.name'] = readUser(text, first.end) ?? readUser(text, second.end);
  readDuration(event, text, second.end);
  const bytes = text.indexOf(' bytes ', second.end);
  if (bytes < 0) return;
  const end = digitsEnd(text, bytes + 7);
  event['network.bytes'] = readInteger(text, bytes + 7, end);
  if (codeAt(text, end) === 0x20 && end + 1 < text.length) event['event.reason'] = text.slice(end + 1);
}

/** 302020: `Built {inbound|outbound} ICMP connection for faddr F/x gaddr G/y laddr L/z [type T code C]`. */
export function readBuiltIcmp(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_START, 'built', null);
  const outbound = text.startsWith('outbound', 6);
  event['network.direction'] = outbound ? 'outbound' : 'inbound';
  readIcmp(event, text, outbound);
}

/** 302021: `Teardown ICMP connection for faddr F/x gaddr G/y laddr L/z [type T code C]`. */
export function readTeardownIcmp(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION_END, 'teardown', null);
  readIcmp(event, text, false);
}

/** faddr is the foreign, gaddr the translated, laddr the local address; what stands behind `/` is no port. */
function readIcmp(event: Event, text: string, outbound: boolean): void {
  setTransport(event, 'icmp');
  const foreign = readAfter(text, ' faddr ');
  const global = readAfter(text, ' gaddr ');
  const local = readAfter(text, ' laddr ');
  event['source.ip'] = outbound ? local : foreign;
  event['destination.ip'] = outbound ? foreign : local;
  if (global !== null && global !== local) {
    if (outbound) event['source.nat.ip'] = global;
    else event['destination.nat.ip'] = global;
  }
  readIcmpType(event, text);
}

function readAfter(text: string, label: string): string | null {
  const at = text.indexOf(label);
  return at < 0 ? null : readEndpoint(text, at + label.length).ip;
}

/** `type 8 code 0`, `(type 8, code 0)` or `type=8, code=0`. */
export function readIcmpType(event: Event, text: string): void {
  const equals = text.indexOf('type=');
  const at = equals < 0 ? text.indexOf('type ') : equals;
  if (at < 0) return;
  const type = readInteger(text, at + 5, digitsEnd(text, at + 5));
  if (type !== null) setField(event.record, 'icmp_type', type);
  const code = text.indexOf(equals < 0 ? 'code ' : 'code=', at);
  const value = code < 0 ? null : readInteger(text, code + 5, digitsEnd(text, code + 5));
  if (value !== null) setField(event.record, 'icmp_code', value);
}

/** 305011/12: `Built dynamic TCP translation from if:real/port[(user)] to if[(acl)]:mapped/port [duration H:MM:SS]`. */
export function readTranslation(event: Event, text: string): void {
  const built = text.startsWith('Built');
  classify(event, NETWORK, built ? CONNECTION_START : CONNECTION_END, built ? 'built' : 'teardown', null);
  const translation = text.indexOf(' translation from ');
  if (translation < 0) return;
  setTransport(event, text.slice(text.lastIndexOf(' ', translation - 1) + 1, translation));
  const source = readEndpoint(text, translation + 18);
  setSourceEnd(event, source);
  event['user.name'] = readUser(text, source.end);
  const to = text.indexOf(' to ', source.end);
  if (to < 0) return;
  const list = text.indexOf('):', to);
  const afterList = list >= 0 && list < wordEnd(text, to + 4);
  const mapped = readEndpoint(text, afterList ? list + 2 : to + 4);
  setSourceNat(event, mapped);
  event['observer.egress.interface.name'] = afterList
    ? text.slice(to + 4, text.indexOf('(', to))
    : mapped.interfaceName;
  readDuration(event, text, mapped.end);
}

const UNMAPPED = { ip: null, name: null, port: null, interfaceName: null } as const;

/** ` (mapped/port)` at `at`. */
function readMapped(text: string, at: number) {
  if (codeAt(text, at) !== 0x20 || codeAt(text, at + 1) !== 0x28) return { ...UNMAPPED, end: at };
  const mapped = readEndpoint(text, at + 2);
  mapped.end++;
  return mapped;
}

/** ` duration H:MM:SS`. */
function readDuration(event: Event, text: string, from: number): void {
  const at = text.indexOf(' duration ', from);
  if (at < 0) return;
  let seconds = 0;
  let i = at + 10;
  for (let part = 0; part < 3; part++) {
    const end = digitsEnd(text, i);
    const value = readInteger(text, i, end);
    if (value === null) return;
    seconds = seconds * 60 + value;
    if (codeAt(text, end) !== 0x3a) break;
    i = end + 1;
  }
  event['event.duration'] = seconds * 1_000_000_000;
}
