import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import { INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setMac } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'linux', categories: ['dns'], services: ['dnsmasq', 'syslog'] });
const DHCP = closedLogsource({ product: 'linux', services: ['dnsmasq', 'dhcp', 'syslog'] });

/** dnsmasq: `[SERIAL ADDR/PORT ]query[AAAA] NAME from ADDR`, `reply NAME is ADDR`, `DHCPACK(eth0) ADDR MAC NAME`. */
export const dnsmasq: Normalizer = {
  name: 'dnsmasq',
  summary: 'dnsmasq: DNS queries and answers, DHCP leases',
  programs: ['dnsmasq', 'dnsmasq-dhcp'],
  normalize(event) {
    const message = event.message;
    event.logsource = event['process.name'] === 'dnsmasq' ? LOGSOURCE : DHCP;
    classify(event, NETWORK, INFO, null, null);
    if (message.startsWith('DHCP')) readLease(event, message);
    else readQuery(event, message);
    return true;
  },
};

function readQuery(event: Event, message: string): void {
  const query = message.indexOf('query[');
  const close = message.indexOf('] ', query);
  const from = message.lastIndexOf(' from ');
  if (query >= 0 && close > query && from > close) {
    classify(event, NETWORK, PROTOCOL, 'dns_query', null);
    event['network.protocol'] = 'dns';
    event['dns.question.type'] = message.slice(query + 6, close);
    event['dns.question.name'] = message.slice(close + 2, from);
    event['source.ip'] = readAddress(message, from + 6, message.length);
    return;
  }
  const is = message.lastIndexOf(' is ');
  if (is > 6 && (message.startsWith('reply ') || message.startsWith('cached '))) {
    classify(event, NETWORK, PROTOCOL, 'dns_answer', null);
    event['network.protocol'] = 'dns';
    event['dns.question.name'] = message.slice(message.indexOf(' ') + 1, is);
    if (message.endsWith('NXDOMAIN')) event['dns.response_code'] = 'NXDOMAIN';
  }
}

function readLease(event: Event, message: string): void {
  const verb = message.slice(0, Math.max(message.indexOf('('), 4));
  const [, first = '', second = ''] = message.split(' ', 3);
  classify(event, NETWORK, PROTOCOL, verb.toLowerCase(), verb === 'DHCPNAK' ? 'failure' : null);
  event['network.protocol'] = 'dhcp';
  event['source.ip'] = toAddress(first);
  setMac(event, event['source.ip'] === null ? first : second);
}
