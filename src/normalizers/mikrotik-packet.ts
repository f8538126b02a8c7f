import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { CONNECTION, NETWORK } from './ecs.js';
import { applyVerdict, packetVerdict } from './firewall-verdict.js';
import { setField } from './raw-fields.js';
import { between, readPort } from './text.js';
import { setMac, setTransport } from './values.js';

/** A prefix and a chain stand before `in:` at most. */
const MAX_LEAD = 128;

/**
 * What a firewall rule of RouterOS logs, from `at` on: `[PREFIX ]CHAIN: in:ether1 out:(unknown 0), connection-state:new
 * src-mac MAC, proto TCP (SYN), A:p->B:q, NAT (A:p->N:n)->B:q, len 60`. The verdict is nowhere but in the prefix.
 */
export function readMikrotikPacket(event: Event, message: string, at: number): boolean {
  const start = message.startsWith('in:', at) ? at : message.indexOf(' in:', at) + 1;
  const proto = message.indexOf('proto ', start);
  if ((start === 0 && at !== 0) || start - at > MAX_LEAD || proto < 0 || !message.startsWith('in:', start))
    return false;
  const arrow = message.indexOf('->', proto);
  const pairStart = message.lastIndexOf(', ', arrow) + 2;
  const pairEnd = message.indexOf(', ', arrow);
  if (arrow < 0 || pairStart < proto || pairEnd < 0) return false;
  classify(event, NETWORK, CONNECTION, null, null);
  readLead(event, message.slice(at, start).trim());
  readEnd(message.slice(pairStart, arrow));
  event['source.ip'] = end.ip;
  event['source.port'] = end.port;
  readEnd(message.slice(arrow + 2, pairEnd));
  event['destination.ip'] = end.ip;
  event['destination.port'] = end.port;
  readInterfaces(event, message.slice(start, proto));
  const protocol = message.slice(proto + 6, pairStart - 2);
  const flags = protocol.indexOf(' (');
  setTransport(event, flags < 0 ? protocol : protocol.slice(0, flags));
  if (flags > 0 && protocol.startsWith('TCP')) {
    setField(event.record, 'tcp_flags', protocol.slice(flags + 2, -1));
  }
  if (message.startsWith(', NAT ', pairEnd)) readNat(event, message.slice(pairEnd + 6, pairEnd + 256));
  return true;
}

/** The end read last. */
const end: { ip: string | null; port: number | null } = { ip: null, port: null };

/** `192.0.2.1:53`, `[2001:db8::1]:53`, and of ICMP the address alone. */
function readEnd(text: string): void {
  const colon = text.lastIndexOf(':');
  const bracketed = codeAt(text, 0) === 0x5b;
  const hasPort = colon > 0 && (bracketed ? codeAt(text, colon - 1) === 0x5d : text.indexOf(':') === colon);
  const stop = hasPort ? colon : text.length;
  end.ip = bracketed ? readAddress(text, 1, stop - 1) : readAddress(text, 0, stop);
  end.port = hasPort && end.ip !== null ? readPort(text, colon + 1, text.length) : null;
}

/** `DROP WAN input:`; where prefix or chain is the tag, the other may be missing. */
function readLead(event: Event, lead: string): void {
  const name = event['process.name'];
  const text = lead.endsWith(':') ? lead.slice(0, -1) : lead;
  const blank = text.lastIndexOf(' ');
  const chain = text === '' ? name : text.slice(blank + 1);
  const prefix = text === '' ? '' : text.slice(0, Math.max(blank, 0));
  if (chain !== null) setField(event.record, 'chain', chain);
  if (prefix === '') return;
  setField(event.record, 'log_prefix', prefix);
  const words = prefix.toLowerCase().split(/[^a-z]+/);
  const verdict = words.map(packetVerdict).find((known) => known !== null);
  if (verdict !== undefined && verdict !== null) applyVerdict(event, verdict);
}

/** `in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:cc:dd:ee:ff, `. */
function readInterfaces(event: Event, text: string): void {
  const out = text.indexOf(' out:');
  const outEnd = text.indexOf(', ', out);
  if (out < 0 || outEnd < 0) return;
  event['observer.ingress.interface.name'] = interfaceName(text.slice(3, out));
  event['observer.egress.interface.name'] = interfaceName(text.slice(out + 5, outEnd));
  const mac = between(text, 'src-mac ', ',', outEnd);
  if (mac !== null) setMac(event, mac);
  const state = between(text, 'connection-state:', ' ', outEnd)?.replace(/,$/, '');
  if (state !== undefined) setField(event.record, 'connection_state', state);
}

function interfaceName(text: string): string | null {
  return text === '' || text.startsWith('(unknown') ? null : text;
}

/** `(A:p->N:n)->B:q` has another source, `A:p->(B:q->N:n)` another destination; one line may have both. */
function readNat(event: Event, text: string): void {
  const source = between(text.startsWith('(') ? text : '', '->', ')');
  if (source !== null) {
    readEnd(source);
    event['source.nat.ip'] = end.ip;
    event['source.nat.port'] = end.port;
  }
  const open = text.indexOf('->(');
  const destination = open < 0 ? null : between(text, '->', ')', open + 3);
  if (destination === null) return;
  readEnd(destination);
  event['destination.nat.ip'] = end.ip;
  event['destination.nat.port'] = end.port;
}
