import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { AUTHENTICATION, CONNECTION, NETWORK, START } from './ecs.js';
import { applyVerdict, packetVerdict } from './firewall-verdict.js';
import { readEndpoints } from './generic-endpoints.js';
import { readCommonKeys } from './generic-keys.js';
import { setField } from './raw-fields.js';
import { between, digitsEnd, keyValue, readInteger, wordEnd } from './text.js';

/** Guesses look at the beginning of a message only. */
const MAX_SEARCHED = 2048;

/** Programs whose words for yes and no speak of logins. Elsewhere "denied" may mean anything. */
const AUTHENTICATION_PROGRAMS: ReadonlySet<string> = new Set([
  ...[
    'login',
    'dropbear',
    'gdm',
    'gdm-password',
    'lightdm',
    'sddm-helper',
    'krb5kdc',
    'kadmind',
    'slapd',
    'sssd',
  ],
  ...[
    'radiusd',
    'freeradius',
    'winbindd',
    'polkitd',
    'pkexec',
    'doas',
    'auth',
    'passwd',
    'pam',
    'tacacs',
    'tac_plus',
  ],
  ...['saslauthd', 'pluto', 'charon', 'xrdp-sesman', 'proftpd', 'pure-ftpd', 'telnetd', 'rlogind'],
]);

const NETWORK_PROGRAMS: ReadonlySet<string> = new Set([
  ...[
    'firewalld',
    'iptables',
    'ip6tables',
    'nftables',
    'nft',
    'ufw',
    'snort',
    'suricata',
    'zeek',
    'bro',
    'tcpdump',
  ],
  ...['shorewall', 'pf', 'ipfw', 'firewall', 'arpwatch'],
]);

const FAILURE_WORDS = [
  'fail',
  'invalid',
  'incorrect',
  'denied',
  'rejected',
  'refused',
  'bad password',
  'unknown user',
];
const SUCCESS_WORDS = ['accepted', 'succeeded', 'success', 'granted', 'logged in', 'authenticated'];

/**
 * What can be read from the record of a program nobody knows: well-known keys, addresses, ports, a user, a pid, file
 * paths. It claims no logsource: the event stays open.
 */
export function normalizeGeneric(event: Event): void {
  const fields = event.record.fields;
  if (fields !== null) readCommonKeys(event, fields);
  const message = event.message.length > MAX_SEARCHED ? event.message.slice(0, MAX_SEARCHED) : event.message;
  if (message === '') return;
  readEndpoints(event, message);
  const topic = topicOf(event['process.name']);
  if (topic === 'logins') readLoginWords(event, message);
  else if (topic === 'packets') readPacketWords(event, message);
  if (message.includes('=')) readAssignments(event, message);
  readPaths(
    event,
    fields !== null && event.record.format === 'json' && isJsonText(event) ? pathTextsOf(fields) : message,
  );
}

/** A message of its own would be text. */
function isJsonText({ message, record }: Event): boolean {
  return message === record.original;
}

/** The texts in an object that may hold a path, one a line: as JSON writes them they have escapes. */
function pathTextsOf(fields: JsonObject): string {
  let text = '';
  const add = (value: Json): void => {
    if (text.length >= MAX_SEARCHED) return;
    if (typeof value === 'string') {
      if (value.includes('/')) text += `${value}\n`;
    } else if (Array.isArray(value)) value.forEach(add);
    else if (isObject(value)) Object.values(value).forEach(add);
  };
  add(fields);
  return text.slice(0, MAX_SEARCHED);
}

type Topic = 'logins' | 'packets' | null;

/** Names are the sender's choice: past this many they are looked up each time. */
const MAX_REMEMBERED = 1024;
const MAX_REMEMBERED_LENGTH = 64;
const topics = new Map<string, Topic>();

/** What a program's words are about. */
function topicOf(name: string | null): Topic {
  if (name === null) return null;
  const known = topics.get(name);
  if (known !== undefined) return known;
  const program = name.toLowerCase();
  const topic = AUTHENTICATION_PROGRAMS.has(program)
    ? 'logins'
    : NETWORK_PROGRAMS.has(program)
      ? 'packets'
      : null;
  // A slice would keep the whole chunk alive.
  if (topics.size < MAX_REMEMBERED && name.length <= MAX_REMEMBERED_LENGTH) {
    topics.set(Buffer.from(name).toString(), topic);
  }
  return topic;
}

function readLoginWords(event: Event, message: string): void {
  event['event.category'] = AUTHENTICATION;
  const words = message.toLowerCase();
  if (FAILURE_WORDS.some((word) => words.includes(word))) event['event.outcome'] = 'failure';
  else if (SUCCESS_WORDS.some((word) => words.includes(word))) event['event.outcome'] = 'success';
  if (event['event.outcome'] !== null) event['event.type'] = START;
}

function readPacketWords(event: Event, message: string): void {
  event['event.category'] = NETWORK;
  event['event.type'] = CONNECTION;
  const end = wordEnd(message, 0);
  const verdict = packetVerdict(message.slice(0, Math.min(end, 32)).toLowerCase());
  if (verdict !== null) applyVerdict(event, verdict);
}

function readAssignments(event: Event, message: string): void {
  event['user.name'] ??=
    between(message, '[user=', ']') ?? keyValue(message, 'user=') ?? keyValue(message, 'username=');
  if (event['process.pid'] !== null) return;
  const at = message.indexOf('pid=');
  if (at > 0 && codeAt(message, at - 1) !== 0x20) return;
  if (at >= 0) event['process.pid'] = readInteger(message, at + 4, digitsEnd(message, at + 4));
}

const MAX_PATHS = 5;

/** Absolute paths of two characters or more that begin a word, as `file_paths`. */
function readPaths(event: Event, message: string): void {
  let paths: string[] | null = null;
  for (let at = message.indexOf('/'); at >= 0; ) {
    let end = at + 1;
    while (end < message.length && !isPathEnd(message.charCodeAt(end))) end++;
    if (
      (at === 0 || isPathEnd(codeAt(message, at - 1))) &&
      end > at + 2 &&
      codeAt(message, at + 1) !== 0x2f
    ) {
      paths ??= [];
      paths.push(message.slice(at, end));
      if (paths.length === MAX_PATHS) break;
    }
    at = message.indexOf('/', end);
  }
  if (paths !== null) setField(event.record, 'file_paths', paths);
}

/** Blank, quotes, comma, semicolon, brackets, `=`, `|`, `<`, `>`. */
function isPathEnd(code: number): boolean {
  return code <= 0x20 || (code < 128 && PATH_ENDS[code] === 1);
}

const PATH_ENDS = new Uint8Array(128);
for (const c of '"\'`,;()[]{}=|<>') PATH_ENDS[c.charCodeAt(0)] = 1;
