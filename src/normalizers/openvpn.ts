import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION_START, INFO, NETWORK, SESSION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { isDigit, readPort, standsAt, wordEnd } from './text.js';

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
    text: 'TCP connection established with {*}',
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
  formats: ['plain'],
  initials: '0123456789FMSTW',
  normalize(event) {
    const message = event.record.app === null ? withoutStamp(event.message) : event.message;
    if (message === null) return false;
    event.logsource = LOGSOURCE;
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
    if (event['source.ip'] === null) readSocket(event, message);
    if (event['event.category'] === AUTHENTICATION) event.logsource = LOGIN;
    return true;
  },
};

/**
 * What follows the stamp in OpenVPN's own file, `2026-11-19 12:20:00 [us=5 ]` or `Thu Nov 19 12:20:00 2026 [us=5 ]`; null
 * when it is a line of somebody else's: only what is said of TLS and of users is told by its words alone.
 */
function withoutStamp(message: string): string | null {
  const stamp = isDigit(codeAt(message, 0)) ? ISO_LENGTH : ASCTIME_LENGTH;
  if (codeAt(message, stamp - 1) !== 0x20) return null;
  const at = standsAt(message, 'us=', stamp) ? wordEnd(message, stamp) + 1 : stamp;
  const peer = wordEnd(message, at) + 1;
  const colon = message.lastIndexOf(':', peer);
  const start = Math.max(at, message.lastIndexOf('/', colon) + 1);
  if (colon < start || readAddress(message, start, colon) === null) return null;
  return WORDS.some((words) => standsAt(message, words, peer)) ? message.slice(at) : null;
}

const ISO_LENGTH = '2026-11-19 12:20:00 '.length;
const ASCTIME_LENGTH = 'Thu Nov 19 12:20:00 2026 '.length;
const WORDS = ['TLS: ', 'TLS Auth Error: ', 'TLS Error: ', 'VERIFY ', '[', 'MULTI', 'SIGTERM['];

/** `… [AF_INET]ADDR:PORT` at the end, the only place where it is named before a client has an instance. */
function readSocket(event: Event, message: string): void {
  const at = message.lastIndexOf('[AF_INET');
  const start = at < 0 ? -1 : message.indexOf(']', at) + 1;
  const colon = message.lastIndexOf(':');
  if (start < 1 || colon < start) return;
  event['source.ip'] = readAddress(message, start, colon);
  event['source.port'] = readPort(message, colon + 1, message.length);
}

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'vpn_login', outcome };
}
