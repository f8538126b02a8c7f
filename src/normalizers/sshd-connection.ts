import type { Event, SessionChange } from '../model/event.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import {
  AUTHENTICATION,
  CONNECTION,
  CONNECTION_DENIED,
  CONNECTION_END,
  END,
  INFO,
  NETWORK,
  SESSION,
  START,
} from './ecs.js';
import { groupByFirst, startingAs } from './first-character.js';
import { readPeerAt, readPeerAtEnd, setUser } from './peer.js';
import { setField } from './raw-fields.js';
import { readPort, readPortAt, standsAt, wordEnd } from './text.js';

export const CLOSE_LOGIN: SessionChange = Object.freeze({ change: 'close', kind: 'login', id: null });

/** What sshd says about a connection and not about a login; the client's own text stands at the end here. */
export function readConnection(event: Event, message: string): void {
  for (const { opening, read } of startingAs(MESSAGES, message, 0)) {
    if (!standsAt(message, opening, 0)) continue;
    read(event, message, opening.length);
    return;
  }
}

type Reader = (event: Event, message: string, at: number) => void;

interface Message {
  readonly opening: string;
  readonly read: Reader;
}

const OPENINGS: readonly Message[] = [
  { opening: 'Connection closed by ', read: readEnd },
  { opening: 'Received disconnect from ', read: readReceivedDisconnect },
  { opening: 'Disconnected from ', read: readEnd },
  { opening: 'Connection reset by ', read: readEnd },
  { opening: 'Disconnecting ', read: readDisconnecting },
  { opening: 'Disconnecting: Too many authentication failures for ', read: readTooManyFailures },
  { opening: 'Connection from ', read: readConnectionStart },
  { opening: 'Did not receive identification string from ', read: noise('ssh_no_identification') },
  { opening: 'Bad protocol version identification ', read: readBadProtocol },
  { opening: 'banner exchange: Connection from ', read: noise('ssh_bad_protocol') },
  { opening: 'Unable to negotiate with ', read: noise('ssh_negotiation_failed') },
  { opening: 'ssh_dispatch_run_fatal: Connection from ', read: readProtocolError },
  { opening: 'Timeout before authentication for connection from ', read: readTimeout },
  { opening: 'Timeout before authentication for ', read: noise('ssh_timeout') },
  { opening: 'reverse mapping checking getaddrinfo for ', read: readReverseMapping },
  { opening: 'Address ', read: readMappingFailure },
  { opening: 'refused connect from ', read: readRefused },
  { opening: 'drop connection ', read: readDropped },
  { opening: 'Starting session: ', read: readSessionStart },
  { opening: 'Close session: user ', read: readSessionEnd },
  { opening: 'subsystem request for ', read: readSubsystem },
  {
    opening: 'kex_exchange_identification: Connection closed by remote host',
    read: noise('ssh_no_identification'),
  },
  { opening: 'kex_exchange_identification: ', read: noise('ssh_bad_protocol') },
  { opening: 'scanned from ', read: noise('ssh_bad_protocol') },
  { opening: 'probed from ', read: noise('ssh_bad_protocol') },
  { opening: 'srclimit_penalise: ', read: readPenalty },
];

const MESSAGES = groupByFirst(OPENINGS, ({ opening }) => opening);

/** `Connection closed by [authenticating |invalid |]user NAME ADDR port N [preauth]` and its sisters. */
function readEnd(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION_END, 'ssh_disconnect', null);
  const preauth = standsAt(message, ' [preauth]', message.length - 10);
  readEndPeer(event, message, at, preauth ? message.length - 10 : message.length);
  if (!preauth && standsAt(message, 'user ', at)) event.session = CLOSE_LOGIN;
}

function readEndPeer(event: Event, message: string, at: number, end: number): void {
  let start = at;
  if (standsAt(message, 'authenticating user ', at)) start += 20;
  else if (standsAt(message, 'invalid user ', at)) start += 13;
  else if (standsAt(message, 'user ', at)) start += 5;
  else {
    readPeerAt(event, message, at);
    return;
  }
  const nameEnd = readPeerAtEnd(event, message, start, end, ' ');
  setUser(event, message, start, nameEnd < 0 ? end : nameEnd);
}

/** `Disconnecting USER ADDR port N: REASON`: the reason is one of the server's own, the name is not. */
function readDisconnecting(event: Event, message: string, at: number): void {
  const failures = message.lastIndexOf(': Too many authentication failures');
  if (failures > 0) classify(event, AUTHENTICATION, START, 'ssh_max_attempts', 'failure');
  else classify(event, NETWORK, CONNECTION_END, 'ssh_disconnect', null);
  const end = failures > 0 ? failures : message.lastIndexOf(': Change of username or service not allowed');
  if (end > at) readEndPeer(event, message, at, end);
  else readPeerAt(event, message, at);
}

/** Before OpenSSH 7.5: `Disconnecting: Too many authentication failures for NAME [preauth]`. */
function readTooManyFailures(event: Event, message: string, at: number): void {
  classify(event, AUTHENTICATION, START, 'ssh_max_attempts', 'failure');
  const end = standsAt(message, ' [preauth]', message.length - 10) ? message.length - 10 : message.length;
  const nameEnd = readPeerAtEnd(event, message, at, end, ' from ');
  setUser(event, message, at, nameEnd < 0 ? end : nameEnd);
}

/** `ssh_dispatch_run_fatal: Connection from [USER ]ADDR port N: REASON`: the reason is the server's. */
function readProtocolError(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION, 'ssh_protocol_error', 'failure');
  const end = message.lastIndexOf(': ');
  if (end > at) readEndPeer(event, message, at, end);
  else readPeerAt(event, message, at);
}

/** `Timeout before authentication for connection from ADDR to ADDR, pid = N`, of OpenSSH 9.8 on. */
function readTimeout(event: Event, message: string, at: number): void {
  noise('ssh_timeout')(event, message, at);
  const to = message.indexOf(' to ', at);
  const end = to < 0 ? -1 : message.indexOf(',', to);
  if (end > 0) event['destination.ip'] = readAddress(message, to + 4, end);
}

/** `srclimit_penalise: ipv4: new 192.0.2.25/32 deferred penalty of 5 seconds for …`, of OpenSSH 9.8 on. */
function readPenalty(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'ssh_penalty', null);
  const address = message.indexOf(': ', at) + 2;
  const start = wordEnd(message, address) + 1;
  const slash = message.indexOf('/', start);
  if (address > 1 && slash > 0) event['source.ip'] = readAddress(message, start, slash);
}

/** `Received disconnect from ADDR port N:11: TEXT`, in old versions `ADDR: 11: TEXT`. */
function readReceivedDisconnect(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION_END, 'ssh_disconnect', null);
  readPeerAt(event, message, at);
  if (!standsAt(message, ' [preauth]', message.length - 10)) event.session = CLOSE_LOGIN;
}

/** `Connection from ADDR port N on ADDR port N[ rdomain ""]`: the second end is the server's own. */
function readConnectionStart(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION, 'ssh_connection', null);
  readPeerAt(event, message, at);
  const on = message.indexOf(' on ', at);
  if (on < 0) return;
  const addressEnd = wordEnd(message, on + 4);
  event['destination.ip'] = readAddress(message, on + 4, addressEnd);
  if (standsAt(message, ' port ', addressEnd)) {
    event['destination.port'] = readPortAt(message, addressEnd + 6);
  }
}

/** Connections that never came to a login: scanners, broken clients. */
function noise(action: string): Reader {
  return (event, message, at) => {
    classify(event, NETWORK, CONNECTION, action, 'failure');
    readPeerAt(event, message, at);
  };
}

/** `Bad protocol version identification 'TEXT' from ADDR port N`: here the client's text comes first. */
function readBadProtocol(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION, 'ssh_bad_protocol', 'failure');
  readPeerAtEnd(event, message, at, message.length, ' from ');
}

/** `reverse mapping checking getaddrinfo for HOST [ADDR] failed - POSSIBLE BREAK-IN ATTEMPT!` */
function readReverseMapping(event: Event, message: string, at: number): void {
  classify(event, NETWORK, INFO, 'ssh_reverse_mapping_failed', null);
  const open = message.indexOf(' [', at);
  const close = message.indexOf(']', open + 2);
  if (open < 0 || close < 0) return;
  event['source.domain'] = message.slice(at, open);
  event['source.ip'] = readAddress(message, open + 2, close);
}

/** `Address ADDR maps to HOST, but this does not map back to the address`. */
function readMappingFailure(event: Event, message: string, at: number): void {
  const maps = message.indexOf(' maps to ', at);
  if (maps < 0) return;
  classify(event, NETWORK, INFO, 'ssh_reverse_mapping_failed', null);
  event['source.ip'] = readAddress(message, at, maps);
  const end = message.indexOf(',', maps);
  if (end > 0) event['source.domain'] = message.slice(maps + 9, end);
}

/** TCP wrappers: `refused connect from HOST (ADDR)` or `from ADDR`. */
function readRefused(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'ssh_connection_refused', 'failure');
  const open = message.lastIndexOf('(');
  if (open < at) {
    readPeerAt(event, message, at);
    return;
  }
  const name = message.slice(at, open).trimEnd();
  if (toAddress(name) === null) event['source.domain'] = name;
  event['source.ip'] = readAddress(message, open + 1, message.length - 1);
}

/** `drop connection #3 from [ADDR]:PORT on [ADDR]:22 past MaxStartups`. */
function readDropped(event: Event, message: string, at: number): void {
  classify(event, NETWORK, CONNECTION_DENIED, 'ssh_connection_dropped', 'failure');
  const open = message.indexOf(' from [', at);
  const close = open < 0 ? -1 : message.indexOf(']:', open);
  if (close < 0) return;
  event['source.ip'] = readAddress(message, open + 7, close);
  event['source.port'] = readPort(message, close + 2, wordEnd(message, close + 2));
  const on = message.indexOf(' on [', close);
  const onEnd = on < 0 ? -1 : message.indexOf(']:', on);
  if (onEnd < 0) return;
  event['destination.ip'] = readAddress(message, on + 5, onEnd);
  event['destination.port'] = readPortAt(message, onEnd + 2);
}

/**
 * `Starting session: shell on pts/1 for NAME from ADDR port N id 0`; instead of the shell `command`, `subsystem 'sftp'`,
 * `forced-command (config) '…'`. The login has been told by `Accepted`.
 */
function readSessionStart(event: Event, message: string, at: number): void {
  classify(event, SESSION, START, 'ssh_session', 'success');
  const id = message.lastIndexOf(' id ');
  const nameEnd = readPeerAtEnd(event, message, at, id < at ? message.length : id, ' from ');
  const name = nameEnd < 0 ? -1 : message.lastIndexOf(' for ', nameEnd);
  if (name < at) return;
  setUser(event, message, name + 5, nameEnd);
  const tty = message.lastIndexOf(' on ', name);
  if (tty >= at) event['process.tty.name'] = message.slice(tty + 4, name);
  setField(event.record, 'session_type', message.slice(at, Math.min(wordEnd(message, at), name)));
}

/** `Close session: user NAME from ADDR port N id 0`. */
function readSessionEnd(event: Event, message: string, at: number): void {
  classify(event, SESSION, END, 'ssh_session', null);
  const id = message.lastIndexOf(' id ');
  const nameEnd = readPeerAtEnd(event, message, at, id < at ? message.length : id, ' from ');
  if (nameEnd >= 0) setUser(event, message, at, nameEnd);
}

/** `subsystem request for sftp by user NAME[ failed, subsystem not found]`. */
function readSubsystem(event: Event, message: string, at: number): void {
  const by = message.indexOf(' by user ', at);
  if (by < 0) return;
  const failed = message.lastIndexOf(' failed, ');
  classify(event, SESSION, INFO, 'ssh_subsystem', failed > by ? 'failure' : null);
  setUser(event, message, by + 9, failed > by ? failed : message.length);
}
