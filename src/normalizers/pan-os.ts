import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, type Logsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { CsvColumns } from './csv.js';
import { setVerdict } from './device-action.js';
import {
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  END,
  HOST,
  IAM,
  INFO,
  INTRUSION_DETECTION,
  MALWARE,
  SESSION,
  START,
} from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { sentenceReader } from './sentences.js';
import { between, isDigit } from './text.js';
import { setSeconds, setTransport, toCount, toPort } from './values.js';

const SYSTEM = paloalto([], ['system']);
const SYSTEM_LOGIN = withLogins(SYSTEM);
const GLOBAL_PROTECT = paloalto(['appliance'], ['globalprotect']);
const GLOBAL_PROTECT_LOGIN = withLogins(GLOBAL_PROTECT);

/** Log type (column 3) → its reader and logsource. Columns: PAN-OS "Syslog field descriptions". */
const TYPES: ReadonlyMap<string, { readonly read: Reader; readonly logsource: Logsource }> = new Map([
  ['TRAFFIC', { read: readTraffic, logsource: paloalto(['firewall'], ['traffic']) }],
  ['THREAT', { read: readThreat, logsource: paloalto(['firewall', 'ids'], ['threat']) }],
  ['SYSTEM', { read: readSystem, logsource: SYSTEM }],
  ['CONFIG', { read: readConfig, logsource: paloalto([], ['config']) }],
  ['USERID', { read: readUserId, logsource: paloalto([], ['userid']) }],
  ['GLOBALPROTECT', { read: readGlobalProtect, logsource: GLOBAL_PROTECT }],
  ['AUTHENTICATION', { read: readAuthentication, logsource: withLogins(paloalto([], ['authentication'])) }],
  ['DECRYPTION', { read: readSession, logsource: paloalto(['firewall'], ['decryption']) }],
  ['TUNNEL', { read: readSession, logsource: paloalto(['firewall'], ['tunnel']) }],
  ['SCTP', { read: readSession, logsource: paloalto(['firewall'], ['sctp']) }],
  ['HIPMATCH', { read: readHipMatch, logsource: paloalto([], ['hipmatch']) }],
]);

const OTHER = paloalto([], []);
const URL = paloalto(['firewall', 'proxy'], ['threat', 'url']);
const VIRUS = paloalto(['antivirus', 'firewall'], ['threat', 'virus']);

type Reader = (event: Event, columns: CsvColumns) => void;

const columns = new CsvColumns();

/** `1,2026/11/18 16:09:07,SERIAL,TYPE,SUBTYPE,…`. */
export const panOs: Normalizer = {
  name: 'pan-os',
  summary: 'Palo Alto Networks PAN-OS: traffic, threat, system, config, User-ID and GlobalProtect logs (CSV)',
  formats: ['rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const text = event.message;
    const comma = firstComma(text);
    if (comma < 0 || !isDate(text, comma + 1)) return false;
    columns.read(text);
    if (columns.length < 8) return false;
    const type = TYPES.get(columns.at(3));
    event.logsource = type?.logsource ?? OTHER;
    event['observer.vendor'] = 'Palo Alto Networks';
    event['observer.product'] = 'PAN-OS';
    event['event.code'] = columns.at(3);
    // Without a stamp in front of it the log's own is the time.
    if (Number.isNaN(event.record.timestamp)) setPayloadTime(event);
    type?.read(event, columns);
    return true;
  },
};

/** Index of the comma that ends a first column of one to three characters, else -1. */
function firstComma(text: string): number {
  if (codeAt(text, 0) === 0x2c) return -1;
  for (let i = 1; i <= 3; i++) if (codeAt(text, i) === 0x2c) return i;
  return -1;
}

/** `2026/11/18 16:09:07,` at `at`. */
function isDate(text: string, at: number): boolean {
  return (
    isDigit(codeAt(text, at)) &&
    codeAt(text, at + 4) === 0x2f &&
    codeAt(text, at + 7) === 0x2f &&
    codeAt(text, at + 13) === 0x3a &&
    codeAt(text, at + 19) === 0x2c
  );
}

function readTraffic(event: Event, columns: CsvColumns): void {
  readSession(event, columns);
  event['network.bytes'] = toCount(columns.at(31));
  event['source.bytes'] = toCount(columns.at(32));
  event['destination.bytes'] = toCount(columns.at(33));
  setSeconds(event, columns.at(36));
  const reason = columns.text(46);
  event['event.reason'] = reason === 'n/a' ? null : reason;
}

/** Column 31 is a URL or a file name, by the subtype (column 4). */
function readThreat(event: Event, columns: CsvColumns): void {
  readSession(event, columns);
  const subtype = columns.at(4);
  const subject = columns.text(31);
  const threat = columns.text(32);
  if (subtype === 'url') {
    event.logsource = URL;
    if (subject !== null) setUrl(event, subject);
    event['user_agent.original'] = columns.text(44);
    return;
  }
  event['event.category'] = subtype.includes('virus') ? MALWARE : INTRUSION_DETECTION;
  event['rule.name'] = threat ?? event['rule.name'];
  event['file.name'] = subject;
  if (subtype !== 'virus' && subtype !== 'wildfire-virus') return;
  event.logsource = VIRUS;
  if (threat !== null) setField(event.record, 'Signature', threat);
  if (subject !== null) setField(event.record, 'Filename', subject);
}

/** Columns 7..30, the same in TRAFFIC, THREAT and the logs of decryption, tunnels and SCTP. */
function readSession(event: Event, columns: CsvColumns): void {
  event['source.ip'] = toAddress(columns.at(7));
  event['destination.ip'] = toAddress(columns.at(8));
  event['source.nat.ip'] = natAddress(columns.at(9));
  event['destination.nat.ip'] = natAddress(columns.at(10));
  event['rule.name'] = columns.text(11);
  event['user.name'] = columns.text(12);
  event['user.target.name'] = columns.text(13);
  const app = columns.text(14);
  if (app !== null) setField(event.record, 'app', app);
  event['observer.ingress.interface.name'] = columns.text(18);
  event['observer.egress.interface.name'] = columns.text(19);
  event['source.port'] = toPort(columns.at(24));
  event['destination.port'] = toPort(columns.at(25));
  if (event['source.nat.ip'] !== null) event['source.nat.port'] = toPort(columns.at(26));
  if (event['destination.nat.ip'] !== null) event['destination.nat.port'] = toPort(columns.at(27));
  setTransport(event, columns.text(29));
  setVerdict(event, columns.text(30));
}

/** 0.0.0.0 means that nothing was translated. */
function natAddress(column: string | undefined): string | null {
  return column === '0.0.0.0' || column === '::' ? null : toAddress(column);
}

/** `…,auth-fail,admin,0,0,general,medium,"failed authentication for user 'admin'. … From: 192.0.2.9.",…`. */
function readSystem(event: Event, columns: CsvColumns): void {
  const action = columns.text(8);
  const isAuth = columns.at(4) === 'auth' || (action?.includes('auth') ?? false);
  classify(event, isAuth ? AUTHENTICATION : HOST, isAuth ? START : INFO, action, outcomeOf(action));
  const description = columns.at(14);
  if (isAuth) event.logsource = SYSTEM_LOGIN;
  const isGlobalProtect = columns.at(4) === 'globalprotect';
  if (isGlobalProtect) {
    // The object is the gateway or the portal here.
    event['user.name'] = between(description, 'User name: ', ',');
    event['event.reason'] = between(description, 'Reason: ', ',');
  } else if (isAuth) {
    // The object is the user who failed, and the profile that let one in.
    event['user.name'] = between(description, "user '", "'") ?? columns.text(9);
    event['event.reason'] = between(description, 'Reason: ', '.');
  }
  if (action === 'general' && readConsole(event, description)) return;
  const lead = isGlobalProtect ? 'Login from: ' : 'From: ';
  const from = description.indexOf(lead);
  if (from < 0) return;
  const rest = description.slice(from + lead.length, from + lead.length + 46);
  const end = rest.search(/[ ,;]/);
  const word = end < 0 ? rest : rest.slice(0, end);
  event['source.ip'] = toAddress(word.endsWith('.') ? word.slice(0, -1) : word);
}

/** `User U logged {in|out} via {Web|CLI|Panorama} from A[ using https]`. */
function readConsole(event: Event, description: string): boolean {
  const sentence = readConsoleText(event, description);
  if (sentence === null) return false;
  if (sentence.action === 'login') event.logsource = SYSTEM_LOGIN;
  return true;
}

const readConsoleText = sentenceReader([
  {
    text: 'User {user.name} logged in via {*} from {source.ip} using {*}',
    category: AUTHENTICATION,
    type: START,
    action: 'login',
    outcome: 'success',
  },
  {
    text: 'User {user.name} logged in via {*} from {source.ip}',
    category: AUTHENTICATION,
    type: START,
    action: 'login',
    outcome: 'success',
  },
  {
    text: 'User {user.name} logged out via {*} from {source.ip}',
    category: AUTHENTICATION,
    type: END,
    action: 'logout',
    outcome: null,
  },
]);

/** Virtual system, address, user, normalized user, object, policy, repeats, id, vendor, log action, server, description, client, event. */
function readAuthentication(event: Event, columns: CsvColumns): void {
  const result = columns.text(20);
  classify(event, AUTHENTICATION, START, result, outcomeOf(result));
  event['source.ip'] = toAddress(columns.at(8));
  event['user.name'] = columns.text(9);
}

/** User, virtual system, machine, system, address, match. */
function readHipMatch(event: Event, columns: CsvColumns): void {
  classify(event, HOST, INFO, 'hip_match', null);
  event['user.name'] = columns.text(7);
  event['source.domain'] = columns.text(9);
  event['source.ip'] = toAddress(columns.at(11));
  event['rule.name'] = columns.text(12);
}

/** Host, virtual system, command, administrator, client, result, path. */
function readConfig(event: Event, columns: CsvColumns): void {
  classify(event, CONFIGURATION, CHANGE, columns.text(9), outcomeOf(columns.text(12)));
  event['source.ip'] = toAddress(columns.at(7));
  event['user.name'] = columns.text(10);
  event['process.command_line'] = columns.text(13);
}

function readUserId(event: Event, columns: CsvColumns): void {
  classify(event, IAM, INFO, columns.text(4), null);
  event['source.ip'] = toAddress(columns.at(8));
  event['user.name'] = columns.text(9);
}

function readGlobalProtect(event: Event, columns: CsvColumns): void {
  const stage = columns.at(9);
  const isLogin = stage === 'login' || stage === 'before-login';
  if (isLogin) event.logsource = GLOBAL_PROTECT_LOGIN;
  classify(event, isLogin ? AUTHENTICATION : SESSION, START, columns.text(8), outcomeOf(columns.text(28)));
  event['user.name'] = columns.text(12);
  event['source.domain'] = columns.text(14);
  event['source.ip'] = natAddress(columns.at(15)) ?? natAddress(columns.at(16));
  event['event.reason'] = columns.text(25);
}

function outcomeOf(word: string | null): Outcome | null {
  if (word === null) return null;
  const lower = word.slice(0, 64).toLowerCase();
  if (lower.includes('fail')) return 'failure';
  return lower.includes('succ') ? 'success' : null;
}

function paloalto(categories: readonly string[], services: readonly string[]): Logsource {
  return closedLogsource({ product: 'paloalto', categories, services });
}
