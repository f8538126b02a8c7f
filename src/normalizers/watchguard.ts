import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { setVerdict } from './device-action.js';
import type { Normalizer } from './normalizer.js';
import { between, digitsEnd, keyValue } from './text.js';
import { setTransport, toPort } from './values.js';
import { readFireboxLogin } from './watchguard-logins.js';

const LOGSOURCE = closedLogsource({
  product: 'watchguard',
  categories: ['firewall'],
  services: ['firewall'],
});
const LOGIN = withLogins(LOGSOURCE);

/** Serial number, perhaps a time, and the process stand before it. */
const MAX_LEAD = 96;
const MAX_WORDS = 20;

/**
 * WatchGuard Firebox, packet filter: `SERIAL [(time) ]firewall: msg_id="3000-0148" Deny 0-External 1-Trusted 52 tcp 20 127
 * ADDR ADDR PORT PORT … (POLICY-00)`; interfaces may be of several words.
 */
export const watchguard: Normalizer = {
  name: 'watchguard',
  summary: 'WatchGuard Firebox: packets that the firewall allowed or denied, logins',
  programs: ['firewall', 'firebox'],
  formats: ['rfc3164', 'rfc5424'],
  normalize(event) {
    const message = event.message;
    const id = message.lastIndexOf('msg_id="', MAX_LEAD);
    if (id < 0) return false;
    const at = message.indexOf('" ', id + 8) + 2;
    const code = message.slice(id + 8, at - 2);
    if (readFireboxLogin(event, code, message.slice(at))) {
      event.logsource = LOGIN;
      setObserver(event, code);
      return true;
    }
    const words = message.slice(at, at + 512).split(' ', MAX_WORDS);
    const verdict = words[0];
    if (verdict !== 'Allow' && verdict !== 'Deny') return false;
    const source = words.findIndex(
      (_, i) => toAddress(words[i]) !== null && toAddress(words[i + 1]) !== null,
    );
    if (source < 0) return false;
    event.logsource = LOGSOURCE;
    setObserver(event, code);
    setVerdict(event, verdict.toLowerCase());
    readPacket(event, words, source);
    readRest(event, message, at);
    return true;
  },
};

function setObserver(event: Event, code: string): void {
  event['observer.vendor'] = 'WatchGuard';
  event['observer.product'] = 'Firebox';
  event['event.code'] = code;
}

function readPacket(event: Event, words: readonly string[], source: number): void {
  event['source.ip'] = toAddress(words[source]);
  event['destination.ip'] = toAddress(words[source + 1]);
  const isNumber = (word: string) => digitsEnd(word, 0) === word.length;
  const protocol = words.slice(1, source).findLastIndex((word) => !isNumber(word)) + 1;
  setTransport(event, words[protocol] ?? null);
  const { 'network.transport': transport } = event;
  if (transport === 'tcp' || transport === 'udp') {
    event['source.port'] = toPort(words[source + 2]);
    event['destination.port'] = toPort(words[source + 3]);
  }
  const names = words.slice(1, protocol).filter((word) => !isNumber(word));
  if (names.length !== 2) return;
  event['observer.ingress.interface.name'] = names[0]!;
  event['observer.egress.interface.name'] = names[1]!;
}

function readRest(event: Event, message: string, at: number): void {
  event['user.name'] = keyValue(message, 'src_user=', at);
  event['source.nat.ip'] = toAddress(keyValue(message, 'src_ip_nat=', at));
  const open = message.lastIndexOf('(');
  if (message.endsWith(')') && open > at) event['rule.name'] = between(message, '(', ')', open);
}
