import { codeAt } from '../../model/code-at.js';
import type { Event, Outcome } from '../../model/event.js';
import { toAddress } from '../address.js';
import { classify } from '../classify.js';
import {
  ACCESS,
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  END,
  IAM,
  INFO,
  SESSION,
  START,
  USER_CHANGE,
  USER_CREATION,
  USER_DELETION,
  WEB,
} from '../ecs.js';
import { between } from '../text.js';
import { setSeconds, setSource } from '../values.js';
import { readFromTo } from './asa-denials.js';
import { readEndpoint } from './endpoint.js';
import { setSourceEnd } from './ends.js';

/**
 * 113004..113017: `AAA user authentication Rejected : reason = R : server = S : user = U : user IP = A`; the parts
 * are separated by ` : `.
 */
export function readAaa(event: Event, text: string): void {
  // The name is what somebody typed, and it stands before the address alone.
  const nameAt = text.indexOf(': user = ');
  const words = nameAt < 0 ? text : text.slice(0, nameAt);
  const failed = words.includes(' Rejected') || words.includes(' REJECT') || words.includes('locked out');
  const known = failed || words.includes('Successful') || words.includes(' ACCEPT');
  classify(event, AUTHENTICATION, START, 'authentication', known ? result(!failed) : null);
  const retrieved = text.lastIndexOf(' for user = ');
  event['user.name'] =
    nameOf(text, nameAt) ??
    (retrieved < 0 ? between(text, 'User ', ' locked out') : text.slice(retrieved + 12));
  // Names that may be passwords typed in the wrong place are hidden.
  if (event['user.name'] === '*****' || event['user.name'] === '<unknown>') event['user.name'] = null;
  const address = text.lastIndexOf(USER_IP);
  event['source.ip'] = address < 0 ? null : toAddress(text.slice(address + USER_IP.length).trim());
  event['event.reason'] = keyed(words, 'reason = ');
}

const USER_IP = ' : user IP = ';

/** What stands behind `: user = `, up to the address or the end. */
function nameOf(text: string, at: number): string | null {
  if (at < 0) return null;
  const end = text.lastIndexOf(USER_IP);
  const name = text.slice(at + 9, end < at ? undefined : end).trim();
  return name === '' ? null : name;
}

/** Text after ` : key = ` up to the next ` : `; blanks around it are not part of it. */
function keyed(text: string, key: string): string | null {
  const at = text.indexOf(`: ${key}`);
  if (at < 0) return null;
  const start = at + 2 + key.length;
  const end = text.indexOf(' : ', start);
  const value = text.slice(start, end < 0 ? undefined : end).trim();
  return value === '' ? null : value;
}

/** 113039, 716001, 716038, 722051 …: `Group <G> User <U> IP <A> …`. */
export function readVpn(event: Event, text: string): void {
  const words = text.slice(Math.max(0, text.lastIndexOf('> IP <')));
  const failed = words.includes('rejected') || words.includes('denied') || words.includes('failed');
  const ended = words.includes('terminated') || words.includes('disconnect') || words.includes('closed');
  const action = failed ? 'vpn_login_failed' : ended ? 'vpn_session_ended' : 'vpn_session_started';
  classify(event, ended ? SESSION : AUTHENTICATION, ended ? END : START, action, result(!failed));
  readVpnNames(event, text);
}

function readVpnNames(event: Event, text: string): void {
  if (!text.includes('User <')) {
    // Older versions write no brackets.
    event['group.name'] = between(text, 'Group ', ' User ');
    event['user.name'] = between(text, ' User ', ' IP ');
    event['source.ip'] = toAddress(between(text, ' IP ', ' '));
    return;
  }
  event['group.name'] = between(text, 'Group <', '>');
  // The name is what somebody typed: the last address is the real one.
  const end = text.lastIndexOf('> IP <');
  const start = text.indexOf('User <') + 6;
  event['user.name'] = end < start ? between(text, 'User <', '>') : text.slice(start, end);
  event['source.ip'] = toAddress(between(text, 'IP <', '>', end));
}

/** 113019: `Group = G, Username = U, IP = A, Session disconnected. Session Type: T, Duration: …, Reason: R`. */
export function readVpnEnd(event: Event, text: string): void {
  classify(event, SESSION, END, 'vpn_session_ended', null);
  readTunnelNames(event, text);
  const reason = text.indexOf('Reason: ');
  if (reason >= 0) event['event.reason'] = text.slice(reason + 8);
  setSpan(event, between(text, 'Duration: ', ','));
}

/** `[2d ]1h:02m:03s`. */
function setSpan(event: Event, span: string | null): void {
  const [, days = '0', hours, minutes, seconds] =
    span?.slice(0, 32).match(/^(?:(\d+)d[ :])?(\d+)h:(\d+)m:(\d+)s$/) ?? [];
  if (hours === undefined) return;
  setSeconds(event, ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds));
}

function readTunnelNames(event: Event, text: string): void {
  event['group.name'] = between(text, 'Group = ', ',');
  const start = text.indexOf('Username = ') + 11;
  const end = start < 11 ? -1 : text.lastIndexOf(', IP = ');
  event['user.name'] = end < start ? between(text, 'Username = ', ',') : text.slice(start, end);
  event['source.ip'] = toAddress(between(text, 'IP = ', ',', end));
}

/** 605004/5: `Login {denied|permitted} from host/port to if:host/service for user "U"`, also `from serial to console`. */
export function readLogin(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'login', result(!text.startsWith('Login denied')));
  if (!text.includes(' from serial ')) readFromTo(event, text);
  event['user.name'] = quotedUser(text, text.length);
}

/** `for user "U"`: U is what somebody typed and may hold quotes; the last one before `end` is the frame's. */
function quotedUser(text: string, end: number): string | null {
  const open = text.indexOf('for user "');
  const close = text.lastIndexOf('"', end);
  return open < 0 || close <= open + 10 ? null : text.slice(open + 10, close);
}

/** 315011: `SSH session from A on interface I for user "U" disconnected by SSH server, reason: "R" (0x00)`. */
export function readSshEnd(event: Event, text: string): void {
  classify(event, SESSION, END, 'ssh_disconnect', null);
  event['source.ip'] = toAddress(between(text, 'SSH session from ', ' '));
  const end = Math.max(text.lastIndexOf(' disconnected '), text.lastIndexOf(' terminated '));
  if (end < 0) return;
  event['user.name'] = quotedUser(text, end);
  event['event.reason'] = between(text, 'reason: "', '"', end);
}

/** 308001: `console enable password incorrect for N tries (from A)`. */
export function readEnable(event: Event, text: string): void {
  classify(event, AUTHENTICATION, START, 'enable', 'failure');
  event['source.ip'] = toAddress(between(text, '(from ', ')'));
}

/** 502101/2: `New user added to local dbase: Uname: U Priv: 15 Encpass: …`, `User deleted from local dbase: Uname: U …`. */
export function readLocalUser(event: Event, text: string): void {
  const added = text.startsWith('New user');
  classify(
    event,
    IAM,
    added ? USER_CREATION : USER_DELETION,
    added ? 'user_added' : 'user_deleted',
    'success',
  );
  event['user.target.name'] = unameOf(text);
}

/** 722011..722053: `Group <G> User <U> IP <A> …` about a session that is there. */
export function readVpnNotice(event: Event, text: string): void {
  const ended = text.includes(' closing connection') || text.includes(' terminated');
  classify(event, SESSION, ended ? END : INFO, ended ? 'vpn_session_ended' : 'vpn_session', null);
  readVpnNames(event, text);
}

/** 713049..713906: `Group = G, [Username = U, ]IP = A, …` about an IPsec tunnel. */
export function readIpsec(event: Event, text: string): void {
  if (text.includes('uthentication failed') || text.includes('failed user authentication')) {
    classify(event, AUTHENTICATION, START, 'vpn_login_failed', 'failure');
  } else classify(event, SESSION, INFO, 'vpn_session', null);
  readTunnelNames(event, text);
}

/** 109005/6/7/8: `Authentication {succeeded|failed} for user 'U' from host/port to host/port on interface I`. */
export function readProxyLogin(event: Event, text: string): void {
  const good = text.startsWith('Authentication succeeded') || text.startsWith('Authorization permitted');
  classify(event, AUTHENTICATION, START, 'authentication', result(good));
  readFromTo(event, text, text.lastIndexOf(' from '));
  event['user.name'] = between(text, "for user '", "'");
}

/** 611101/2: `User authentication {succeeded|failed}: IP address: A, Uname: U`. */
export function readUname(event: Event, text: string): void {
  const good = text.startsWith('User authentication succeeded');
  classify(event, AUTHENTICATION, START, 'authentication', result(good));
  setSource(event, toAddress(between(text, 'IP address: ', ',')));
  event['user.name'] = lastUname(text);
}

/** 611103: `User logged out: Uname: U`. */
export function readUserLogout(event: Event, text: string): void {
  classify(event, AUTHENTICATION, END, 'logout', null);
  event['user.name'] = lastUname(text);
}

/** 502103: `User priv level changed: Uname: U From: 1 To: 15`. */
export function readPrivilegeChange(event: Event, text: string): void {
  classify(event, IAM, USER_CHANGE, 'privilege_changed', null);
  event['user.name'] = unameOf(text);
}

/** Nothing follows the name, which may have blanks. */
function lastUname(text: string): string | null {
  const at = text.indexOf('Uname: ');
  return at < 0 ? null : text.slice(at + 7);
}

function unameOf(text: string): string | null {
  const at = text.indexOf('Uname: ');
  if (at < 0) return null;
  const end = text.indexOf(' ', at + 7);
  return text.slice(at + 7, end < 0 ? undefined : end);
}

/**
 * 111008: `User 'U' executed the 'C' command.`; 111009: `User 'U' executed cmd: C`; 111010: `User 'U', running 'CLI' from IP A, executed 'C'`. The
 * command may hold quotes: it ends at the last one.
 */
export function readCommand(event: Event, text: string): void {
  const isShow = text.includes("executed the 'show") || text.includes('executed cmd: show');
  classify(event, CONFIGURATION, isShow ? ACCESS : CHANGE, 'command', null);
  event['user.name'] = between(text, "User '", "'");
  const executed = text.indexOf(' executed ');
  const open = executed < 0 ? -1 : text.indexOf("'", executed);
  const close = text.lastIndexOf("'");
  if (text.startsWith(' executed cmd: ', executed)) {
    event['process.command_line'] = text.slice(executed + 15);
  } else if (open >= 0 && close > open) event['process.command_line'] = text.slice(open + 1, close);
  event['source.ip'] = toAddress(between(text, 'from IP ', ','));
}

/** 304001/2: `[user@]host Accessed [JAVA ]URL [name@]host:url` and `Access denied URL url SRC host DEST host[: …]`. */
export function readUrl(event: Event, text: string): void {
  const accessed = text.indexOf(' Accessed ');
  const url = accessed < 0 ? -1 : text.indexOf('URL ', accessed);
  if (url >= 0) {
    classify(event, WEB, ACCESS, 'accessed', 'success');
    const at = text.lastIndexOf('@', accessed);
    if (at >= 0) event['user.name'] = text.slice(0, at);
    setSourceEnd(event, readEndpoint(text, at + 1));
    // A name that the client gave may stand before the host.
    const name = text.indexOf('@', url);
    const end = text.indexOf(':', url);
    readUrlTarget(event, text, name > 0 && name < end ? name + 1 : url + 4);
    return;
  }
  classify(event, WEB, ACCESS, 'denied', 'failure');
  event['url.original'] = between(text, 'Access denied URL ', ' ');
  const source = text.indexOf(' SRC ');
  if (source >= 0) event['source.ip'] = readEndpoint(text, source + 5).ip;
  const destination = text.indexOf(' DEST ');
  if (destination >= 0) event['destination.ip'] = readEndpoint(text, destination + 6).ip;
}

/** `host:url`, where the host may be an IPv6 address: the longest part before a colon that is an address. */
function readUrlTarget(event: Event, text: string, start: number): void {
  const limit = Math.min(text.length, start + 46);
  for (
    let colon = text.indexOf(':', start);
    colon >= 0 && colon < limit;
    colon = text.indexOf(':', colon + 1)
  ) {
    const ip = toAddress(text.slice(start, colon));
    if (ip === null) continue;
    event['destination.ip'] = ip;
    event['url.original'] = text.slice(colon + 1);
    if (codeAt(text, colon + 1) === 0x2f || text.startsWith('http', colon + 1)) return;
  }
}

function result(good: boolean): Outcome {
  return good ? 'success' : 'failure';
}
