import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, type Logsource, withLogins } from '../model/logsource.js';
import { IOS_MESSAGES } from './cisco/ios-messages.js';
import { AUTHENTICATION, IAM, START, USER_CREATION, USER_DELETION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { setField } from './raw-fields.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { readSshd } from './sshd.js';
import { readSudo } from './sudo.js';
import { digitsEnd, isDigit, skipBlanks } from './text.js';

const SYSLOG = closedLogsource({ product: 'cisco', services: ['syslog'] });
const AAA = closedLogsource({ product: 'cisco', services: ['aaa', 'accounting', 'syslog'] });
const LOGIN = withLogins(AAA);
const FIREWALL = closedLogsource({ product: 'cisco', categories: ['firewall'], services: ['syslog'] });
const BGP = closedLogsource({ product: 'cisco', services: ['bgp', 'syslog'] });
const LDP = closedLogsource({ product: 'cisco', services: ['ldp', 'syslog'] });
const TCP = closedLogsource({ product: 'cisco', services: ['bgp', 'ldp', 'syslog'] });

/** Facilities whose messages say who ran what: command logging, logins, AAA accounting. */
const AAA_FACILITIES: ReadonlySet<string> = new Set([
  'AAA',
  'AAAA',
  'AUTHPRIV',
  'HA_EM',
  'PARSER',
  'RADIUS',
  'SEC_LOGIN',
  'SSH',
  'SYS',
  'TAC',
  'VSHD',
  'WEBUI',
]);

/** Longest text before the tag: sequence numbers, origin, stamp. */
const MAX_PRELUDE = 160;
const MAX_TAG = 96;

export const ciscoIos: Normalizer = {
  name: 'cisco-ios',
  summary: 'Cisco IOS, IOS XE, IOS XR and NX-OS: `%FACILITY-SEVERITY-MNEMONIC: text`',
  programs: ['%*'],
  formats: ['plain', 'rfc3164', 'json'],
  normalize(event) {
    const app = event.record.app;
    if (app !== null && !isOrigin(app)) return readTagged(event, app, 0, app.length, event.message);
    const text = messageOf(event);
    const start = tagStart(text);
    if (start < 0) return false;
    const end = tagEnd(text, start);
    const colon = skipBlanks(text, end);
    if (codeAt(text, colon) !== 0x3a) return false;
    return readTagged(event, text, start, end, text.slice(skipBlanks(text, colon + 1)));
  },
};

/**
 * Behind a relay's header `6705: Feb 17 13:40:03.673: %SYS-5-…` begins with what looks like a tag, and so does the node of IOS
 * XR, `RP/0/RP0/CPU0:`.
 */
function isOrigin(app: string): boolean {
  if (isDigit(codeAt(app, 0))) return digitsEnd(app, 0) === app.length;
  return codeAt(app, 2) === 0x2f && app.includes('/CPU');
}

/** The line itself, or what a collector put under `message`. */
function messageOf(event: Event): string {
  if (event.record.format !== 'json') return event.message;
  const message = event.record.fields?.message;
  return typeof message === 'string' ? message : '';
}

/** Index of `%` after nothing but what a Cisco header is made of: `172.16.5.10 6705: *Feb 17 13:40:03.673 UTC: `. */
function tagStart(text: string): number {
  const limit = Math.min(text.length, MAX_PRELUDE);
  for (let i = 0; i < limit; i++) {
    const code = codeAt(text, i);
    if (code === 0x25) return i === 0 || codeAt(text, i - 1) === 0x20 ? i : -1;
    if (code > 127 || HEADER_CHARACTERS[code] !== 1) return -1;
  }
  return -1;
}

const HEADER_CHARACTERS = new Uint8Array(128);
for (const c of ' :.*/-_,+[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  HEADER_CHARACTERS[c.charCodeAt(0)] = 1;
}

function tagEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_TAG);
  let end = start + 1;
  while (end < limit) {
    const code = codeAt(text, end);
    if (code === 0x3a || code === 0x20) break;
    end++;
  }
  return end;
}

/** `%FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC`: the severity is the one digit before the last dash. */
function readTagged(event: Event, text: string, start: number, end: number, message: string): boolean {
  if (codeAt(text, start) !== 0x25) return false;
  const dash = text.lastIndexOf('-', end - 1);
  if (dash < start + 4 || dash + 1 >= end) return false;
  if (!isDigit(codeAt(text, dash - 1)) || codeAt(text, dash - 2) !== 0x2d) return false;
  const facility = text.slice(start + 1, dash - 2);
  const mnemonic = text.slice(dash + 1, end);
  event['process.name'] = `%${facility}`;
  event['event.code'] = mnemonic;
  event.logsource = logsourceOf(facility, mnemonic);
  // Keyword rules quote the tag with its colon, which is no part of the message.
  setField(event.record, 'tag', `${text.slice(start, end)}:`);
  if (mnemonic === 'SYSTEM_MSG') return readDaemon(event, message);
  if (mnemonic === 'PLATFORM' && readPlatform(event, message)) return true;
  IOS_MESSAGES.get(mnemonic)?.(event, message);
  return true;
}

/** IOS XE: `R0/0: cpp_cp: QFP:0.0 Thread:001 TS:0001 %FW-6-DROP_PKT: Dropping …`: one message inside another. */
function readPlatform(event: Event, message: string): boolean {
  const start = message.slice(0, MAX_PRELUDE).indexOf(' %') + 1;
  const end = start === 0 ? -1 : tagEnd(message, start);
  if (end < 0 || codeAt(message, end) !== 0x3a) return false;
  return readTagged(event, message, start, end, message.slice(skipBlanks(message, end + 1)));
}

/**
 * NX-OS: `%AUTHPRIV-3-SYSTEM_MSG: TEXT - sshd[10021]`: what a Linux daemon of the switch says. The daemon's name stands behind
 * it, where whoever logs in has no say.
 */
function readDaemon(event: Event, message: string): boolean {
  const dash = message.lastIndexOf(' - ');
  const text = dash < 0 ? message : message.slice(0, dash);
  event.logsource = AAA;
  if (readSystemMessage(event, text) !== null || readPam(event, text)) {
    if (event['event.category'] === AUTHENTICATION) event.logsource = LOGIN;
    return true;
  }
  const name = dash < 0 ? '' : message.slice(dash + 3);
  if (name.includes('sshd')) {
    readSshd(event, text);
    // The record names no pid of the session that it opens or closes.
    event.session = null;
    if (event['event.category'] === AUTHENTICATION) event.logsource = LOGIN;
  } else if (name.startsWith('sudo')) readSudo(event, text);
  return true;
}

const readSystemMessage = sentenceReader([
  login('pam_aaa:Authentication failed for user {user.name} from {source.ip}'),
  login('pam_aaa:Authentication failed from {source.ip}'),
  login('Login failed for user {user.name}'),
  login('Login failed for user {user.name} from {source.ip}'),
  {
    text: 'New user added with username {user.target.name}',
    category: IAM,
    type: USER_CREATION,
    action: 'user_added',
    outcome: 'success',
  },
  {
    text: 'deleting user {user.target.name}',
    category: IAM,
    type: USER_DELETION,
    action: 'user_deleted',
    outcome: 'success',
  },
]);

function login(text: string): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'login', outcome: 'failure' };
}

const LOGINS: ReadonlySet<string> = new Set([
  'LOGIN_SUCCESS',
  'LOGIN_FAILED',
  'WEBLOGIN_SUCCESS',
  'SSH_USERAUTH',
  'SSH2_USERAUTH',
  'LOGIN_PASSED',
  'INFO_SUCCESS',
  'AUTHEN_SUCCESS',
  'AUTHEN_FAILED',
  'AUTH_PASSED',
  'AUTH_FAILED',
]);

function logsourceOf(facility: string, mnemonic: string): Logsource {
  if (mnemonic.includes('ACCESSLOG')) return FIREWALL;
  if (LOGINS.has(mnemonic)) return LOGIN;
  if (AAA_FACILITIES.has(facility)) return AAA;
  if (facility.includes('LDP')) return LDP;
  if (facility.includes('BGP')) return BGP;
  return facility.includes('TCP') ? TCP : SYSLOG;
}
