import { codeAt } from '../model/code-at.js';
import type { Event, Outcome, SessionChange } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { readPeerAt, readPeerAtEnd, setPeer, setUser } from './peer.js';
import { setField } from './raw-fields.js';
import { CLOSE_LOGIN, readConnection } from './sshd-connection.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['sshd', 'auth', 'syslog'] });
const OPEN_LOGIN: SessionChange = Object.freeze({ change: 'open', kind: 'login', id: null });

/**
 * OpenSSH (auth.c, auth2.c, sshd.c). User names are the client's choice and may hold ` from 192.0.2.1 port 22
 * ssh2`: where a name stands in front, the address is read from the end of the line.
 */
export const sshd: Normalizer = {
  name: 'sshd',
  summary: 'OpenSSH server: logins, refusals, disconnects, protocol noise',
  programs: ['sshd', 'sshd-session', 'sshd-auth'],
  normalize(event) {
    // Junos says the same in structured data and leaves the message empty.
    if (event.message === '' && event.record.structuredData !== null) return false;
    event.logsource = LOGSOURCE;
    readSshd(event, event.message);
    return true;
  },
};

/** What sshd said, whoever logged it: fields, and how the session changes. */
export function readSshd(event: Event, message: string): void {
  const first = codeAt(message, 0);
  if (first === 0x46 && standsAt(message, 'Failed ', 0)) {
    readAttempt(event, message, 7, 'failure');
  } else if (first === 0x41 && standsAt(message, 'Accepted ', 0)) {
    // `sshd(pam_google_authenticator)[9]: Accepted …` is one factor, not the login.
    if (!event.record.app?.endsWith(')') || !readPam(event, message)) {
      readAttempt(event, message, 9, 'success');
    }
  } else if (first === 0x49 && standsAt(message, 'Invalid user ', 0)) {
    readInvalidUser(event, message, 13);
  } else if (standsAt(message, 'error: ', 0) || standsAt(message, 'fatal: ', 0)) {
    readSshd(event, message.slice(7));
  } else if (readPam(event, message)) {
    if (event['event.action'] === 'session_closed') event.session = CLOSE_LOGIN;
  } else if (!readRefusal(event, message)) readConnection(event, message);
}

const REFUSAL_INITIALS = 'UPImiRA';

/** Rarer words about a user who wants in; false when the message is not that. */
function readRefusal(event: Event, message: string): boolean {
  if (!REFUSAL_INITIALS.includes(message.charAt(0))) return false;
  if (standsAt(message, 'User ', 0)) return readNotAllowed(event, message);
  if (standsAt(message, 'Postponed ', 0)) return readUndecided(event, message, 'ssh_login_postponed');
  if (standsAt(message, 'Partial ', 0)) return readUndecided(event, message, 'ssh_login_partial');
  if (standsAt(message, 'PAM: ', 0)) return readPamError(event, message);
  if (standsAt(message, 'Illegal user ', 0)) {
    readInvalidUser(event, message, 13);
  } else if (standsAt(message, 'maximum authentication attempts exceeded for ', 0)) {
    refuse(event, 'ssh_max_attempts');
    readNameAndPeer(event, message, 45);
  } else if (standsAt(message, 'input_userauth_request: invalid user ', 0)) {
    // Says again what `Invalid user` has said, so it is no failure of its own.
    classify(event, AUTHENTICATION, INFO, null, null);
    const end = withoutPreauth(message);
    setUser(event, message, 37, end);
  } else if (standsAt(message, 'ROOT LOGIN REFUSED FROM ', 0)) {
    refuse(event, 'ssh_login');
    event['user.name'] = 'root';
    readPeerAt(event, message, 24);
  } else if (standsAt(message, 'Access denied for user ', 0)) {
    refuse(event, 'ssh_login');
    const end = message.lastIndexOf(' by PAM account configuration');
    event['event.reason'] = end < 23 ? null : 'PAM account configuration';
    setUser(event, message, 23, end < 23 ? wordEnd(message, 23) : end);
  } else return false;
  return true;
}

/** `Failed password for [invalid user ]NAME from ADDR port N ssh2[: KEY]` and the same with `Accepted`. */
function readAttempt(event: Event, message: string, at: number, outcome: Outcome): void {
  const methodEnd = message.indexOf(' ', at);
  if (methodEnd < 0 || !standsAt(message, ' for ', methodEnd)) return;
  classify(event, AUTHENTICATION, START, 'ssh_login', outcome);
  const method = message.slice(at, methodEnd);
  if (event.record.fields === null) event.record.fields = { auth_method: method };
  else setField(event.record, 'auth_method', method);
  if (outcome === 'success') event.session = OPEN_LOGIN;
  readNameAndPeer(event, message, methodEnd + 5);
}

/** `[invalid user ]NAME from ADDR[ port N][ ssh2][: KEY][ [preauth]]` up to the end. */
function readNameAndPeer(event: Event, message: string, at: number): void {
  const unknown =
    codeAt(message, at) === 0x69 &&
    (standsAt(message, 'invalid user ', at) || standsAt(message, 'illegal user ', at));
  if (unknown && event['event.outcome'] !== 'success') event['event.reason'] = 'invalid_user';
  const start = unknown ? at + 13 : at;
  const end = peerEnd(message, start, unknown);
  const nameEnd = end < 0 ? -1 : readPeerAtEnd(event, message, start, end, ' from ');
  setUser(event, message, start, nameEnd < 0 ? wordEnd(message, start) : nameEnd);
}

/**
 * Where `… from ADDR port N` ends. The key after ` ssh2: ` may be a certificate, whose id is text of the client's
 * and may hold another ` ssh2: `. A name that exists holds none, so there the first one counts; an unknown name may
 * hold one too, so there the last one counts, and with a certificate nothing is certain: -1.
 */
function peerEnd(message: string, from: number, unknown: boolean): number {
  const end = withoutPreauth(message);
  if (standsAt(message, ' ssh2', end - 5) || standsAt(message, ' ssh1', end - 5)) return end - 5;
  const first = message.indexOf(' ssh2: ', from);
  if (first < 0) return unknown ? end : oldPeerEnd(message, from, end);
  if (!unknown) return first;
  const last = message.lastIndexOf(' ssh2: ');
  return first !== last && message.includes(' (serial ', last) ? -1 : last;
}

/** Version 1 wrote the client's own user behind it: `… port N ssh1: ruser NAME`. */
function oldPeerEnd(message: string, from: number, end: number): number {
  const old = message.indexOf(' ssh1: ', from);
  return old < 0 ? end : old;
}

function readInvalidUser(event: Event, message: string, at: number): void {
  refuse(event, 'ssh_invalid_user');
  event['event.reason'] = 'invalid_user';
  // No key follows the peer: ` ssh2: ` would be the name's.
  const end = withoutPreauth(message);
  const peerEnd = standsAt(message, ' ssh2', end - 5) ? end - 5 : end;
  const nameEnd = readPeerAtEnd(event, message, at, peerEnd, ' from ');
  setUser(event, message, at, nameEnd < 0 ? message.length : nameEnd);
}

/** Where the text ends in front of ` [preauth]`. */
function withoutPreauth(message: string): number {
  const end = message.length - 10;
  return standsAt(message, ' [preauth]', end) ? end : message.length;
}

/** `Postponed` and `Partial METHOD for NAME from ADDR …`: neither in nor refused, more is asked for. */
function readUndecided(event: Event, message: string, action: string): boolean {
  const at = message.indexOf(' for ', 8);
  if (at < 0) return false;
  classify(event, AUTHENTICATION, INFO, action, null);
  readNameAndPeer(event, message, at + 5);
  return true;
}

/** `User NAME from ADDR not allowed because …`: the reason is the server's, the name the client's. */
function readNotAllowed(event: Event, message: string): boolean {
  const end = message.lastIndexOf(' not allowed because ');
  if (end < 0) return false;
  refuse(event, 'ssh_login');
  event['event.reason'] = message.slice(end + 21);
  const from = message.lastIndexOf(' from ', end - 1);
  setUser(event, message, 5, from < 5 ? end : from);
  if (from >= 5) setPeer(event, message.slice(from + 6, end));
  return true;
}

/** `PAM: TEXT for [illegal user ]NAME from HOST[ via ADDR]`: HOST is a name or an address; macOS says the server's own, too. */
function readPamError(event: Event, message: string): boolean {
  const at = message.indexOf(' for ', 5);
  const from = message.lastIndexOf(' from ');
  if (at < 0 || from < at + 5) return false;
  refuse(event, 'ssh_login');
  const end = withoutPreauth(message);
  event['event.reason'] = message.slice(5, at);
  setUser(event, message, standsAt(message, 'illegal user ', at + 5) ? at + 18 : at + 5, from);
  const hostEnd = Math.min(wordEnd(message, from + 6), end);
  setPeer(event, message.slice(from + 6, hostEnd));
  if (standsAt(message, ' via ', hostEnd)) event['destination.ip'] = readAddress(message, hostEnd + 5, end);
  return true;
}

function refuse(event: Event, action: string): void {
  classify(event, AUTHENTICATION, START, action, 'failure');
}
