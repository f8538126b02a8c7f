import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';
import { setMac } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['dhcpd', 'dhcp', 'syslog'] });

const VERBS: ReadonlySet<string> = new Set([
  ...[
    'DHCPDISCOVER',
    'DHCPOFFER',
    'DHCPREQUEST',
    'DHCPACK',
    'DHCPNAK',
    'DHCPDECLINE',
    'DHCPRELEASE',
    'DHCPINFORM',
  ],
]);

/** ISC dhcpd: `DHCPACK on ADDR to MAC (NAME) via eth0`, `DHCPREQUEST for ADDR (SERVER) from MAC (NAME) via eth0`. */
export const dhcpd: Normalizer = {
  name: 'dhcpd',
  summary: 'ISC dhcpd: DHCP leases',
  programs: ['dhcpd'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    classify(event, NETWORK, INFO, null, null);
    const message = event.message;
    const end = wordEnd(message, 0);
    const verb = message.slice(0, end);
    if (!VERBS.has(verb)) return true;
    classify(event, NETWORK, PROTOCOL, verb.toLowerCase(), verb === 'DHCPNAK' ? 'failure' : null);
    event['network.protocol'] = 'dhcp';
    readLease(event, message, end + 1);
    return true;
  },
};

const MAC_LEADS = ['from ', 'to '] as const;

/** The client's name for itself comes after its address, in brackets, and may hold anything. */
function readLease(event: Event, message: string, at: number): void {
  const address = wordEnd(message, at) + 1;
  const addressEnd = wordEnd(message, address);
  event['source.ip'] = readAddress(message, address, addressEnd);
  let mac = address;
  if (event['source.ip'] !== null) {
    mac = addressEnd + 1;
    // The server that the client asks.
    if (codeAt(message, mac) === 0x28) mac = wordEnd(message, mac) + 1;
    const lead = MAC_LEADS.find((word) => standsAt(message, word, mac));
    if (lead === undefined) return;
    mac += lead.length;
  }
  const macEnd = wordEnd(message, mac);
  setMac(event, message.slice(mac, macEnd));
  const nameEnd = message.lastIndexOf(') via ');
  if (standsAt(message, ' (', macEnd) && nameEnd > macEnd + 2) {
    event['source.domain'] = message.slice(macEnd + 2, nameEnd);
  }
}
