import { codeAt } from '../model/code-at.js';
import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, CONNECTION, CONNECTION_END, CONNECTION_START, NETWORK, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';

const LOGSOURCE = closedLogsource({
  product: 'linux',
  categories: ['authentication'],
  services: ['strongswan', 'syslog'],
});

const readText = sentenceReader([
  login("authentication of '{user.name}' with {auth_method} successful", 'success'),
  login("authentication of '{user.name}' with {auth_method} failed", 'failure'),
  login("XAuth authentication of '{user.name}' successful", 'success'),
  login("XAuth authentication of '{user.name}' failed", 'failure'),
  login('EAP method {auth_method} failed for peer {user.name}', 'failure'),
  {
    text: 'IKE_SA {*} established between {destination.ip}[{*}]...{source.ip}[{user.name}]',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: 'success',
  },
  {
    text: 'deleting IKE_SA {*} between {destination.ip}[{*}]...{source.ip}[{user.name}]',
    category: NETWORK,
    type: CONNECTION_END,
    action: 'vpn_connection',
    outcome: null,
  },
  {
    text: 'no IKE config found for {destination.ip}...{source.ip}, {event.reason}',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: 'failure',
  },
  packet('received packet: from {source.ip}[{source.port}] to {destination.ip}[{destination.port}] {*}'),
  packet('sending packet: from {source.ip}[{source.port}] to {destination.ip}[{destination.port}] {*}'),
  {
    text: '{source.ip} is initiating {*}',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: null,
  },
]);

/** strongSwan: `05[IKE] [<CONNECTION|N> ]TEXT`. */
export const strongswan: Normalizer = {
  name: 'strongswan',
  summary: 'strongSwan: logins of VPN peers, connections begun',
  programs: ['charon', 'charon-systemd', 'ipsec'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    if (!readPam(event, message) && readText(event, message, textStart(message)) === null)
      normalizeGeneric(event);
    return true;
  },
};

function textStart(message: string): number {
  const group = message.indexOf('] ');
  const at = group < 0 || group > 8 ? 0 : group + 2;
  if (codeAt(message, at) !== 0x3c) return at;
  const close = message.indexOf('> ', at);
  return close < 0 ? at : close + 2;
}

function packet(text: string): Sentence {
  return { text, category: NETWORK, type: CONNECTION, action: null, outcome: null };
}

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'vpn_login', outcome };
}
