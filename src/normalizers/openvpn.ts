import type { Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION_START, INFO, NETWORK, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { readPort, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['openvpn', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

const readText = sentenceReader([
  login("TLS: Username/Password authentication succeeded for username '{user.name}'{*}", 'success'),
  login("TLS: Username/Password authentication deferred for username '{user.name}'{*}", 'unknown'),
  login('TLS Auth Error: {event.reason}', 'failure'),
  login('AUTH_FAILED{*}', 'failure'),
  login('VERIFY ERROR: {event.reason}', 'failure'),
  {
    text: '[{user.name}] Peer Connection Initiated with {*}',
    category: SESSION,
    type: START,
    action: 'vpn_connect',
    outcome: 'success',
  },
  {
    text: 'TLS: Initial packet from {*}',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: null,
  },
  {
    text: 'TLS Error: {event.reason}',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'vpn_connection',
    outcome: 'failure',
  },
]);

/** OpenVPN server: `[USER/]ADDR:PORT TEXT`; instances log under names such as `ovpn-server`. */
export const openvpn: Normalizer = {
  name: 'openvpn',
  summary: 'OpenVPN: logins, peers, TLS errors',
  programs: ['openvpn', 'openvpn-*', 'ovpn-*', 'openvpn@*'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    classify(event, NETWORK, INFO, null, null);
    const end = wordEnd(message, 0);
    const colon = message.lastIndexOf(':', end);
    const slash = message.lastIndexOf('/', colon);
    const address = colon > 0 ? readAddress(message, slash + 1, colon) : null;
    if (address !== null) {
      event['source.ip'] = address;
      event['source.port'] = readPort(message, colon + 1, end);
      if (slash > 0) event['user.name'] = message.slice(0, slash);
    }
    readText(event, message, address === null ? 0 : end + 1);
    if (event['event.category'] === AUTHENTICATION) event.logsource = LOGIN;
    return true;
  },
};

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'vpn_login', outcome };
}
