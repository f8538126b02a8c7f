import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import { INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { digitsEnd, isDigit, readPort } from './text.js';
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
    // With log-dhcp the transaction stands in front.
    const lease = isDigit(codeAt(message, 0)) ? digitsEnd(message, 0) + 1 : 0;
    if (message.startsWith('DHCP', lease)) readLease(event, message.slice(lease));
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
    // With log-queries=extra: `SERIAL ADDR/PORT query[A] …`.
    const slash = message.lastIndexOf('/', query);
    if (slash > 0) event['source.port'] = readPort(message, slash + 1, query - 1);
    return;
  }
  const is = message.lastIndexOf(' is ');
  const answer = is < 0 ? undefined : ANSWERS.find(([words]) => message.startsWith(words));
  if (answer !== undefined) {
    classify(event, NETWORK, PROTOCOL, 'dns_answer', answer[1]);
    event['network.protocol'] = 'dns';
    event['dns.question.name'] = message.slice(answer[0].length, is);
    if (message.endsWith('NXDOMAIN')) event['dns.response_code'] = 'NXDOMAIN';
  }
}

/** Where the answer came from; Pi-hole's lists block the name. */
const ANSWERS = [
  ['reply ', null],
  ['cached ', null],
  ['config ', null],
  ['gravity blocked ', 'failure'],
  ['exactly denied ', 'failure'],
  ['exactly blacklisted ', 'failure'],
  ['regex denied ', 'failure'],
  ['regex blacklisted ', 'failure'],
] as const;

function readLease(event: Event, message: string): void {
  const verb = message.slice(0, Math.max(message.indexOf('('), 4));
  const [, first = '', second = ''] = message.split(' ', 3);
  classify(event, NETWORK, PROTOCOL, verb.toLowerCase(), verb === 'DHCPNAK' ? 'failure' : null);
  event['network.protocol'] = 'dhcp';
  event['source.ip'] = toAddress(first);
  setMac(event, event['source.ip'] === null ? first : second);
}
