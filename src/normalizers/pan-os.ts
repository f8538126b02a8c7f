import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { csvColumns } from './csv.js';
import { AUTHENTICATION, CHANGE, CONFIGURATION, HOST, IAM, INFO, SESSION, START } from './ecs.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, isDigit } from './text.js';
import { setSeconds, setTransport, setVerdict, toCount, toPort, toText } from './values.js';

/** Log type (column 3) → its reader and logsource. Columns: PAN-OS "Syslog field descriptions". */
const TYPES: ReadonlyMap<string, { readonly read: Reader; readonly logsource: Logsource }> = new Map([
  ['TRAFFIC', { read: readTraffic, logsource: paloalto(['firewall'], ['traffic']) }],
  ['THREAT', { read: readThreat, logsource: paloalto(['firewall', 'ids'], ['threat']) }],
  ['SYSTEM', { read: readSystem, logsource: paloalto([], ['system']) }],
  ['CONFIG', { read: readConfig, logsource: paloalto([], ['config']) }],
  ['USERID', { read: readUserId, logsource: paloalto([], ['userid']) }],
  ['GLOBALPROTECT', { read: readGlobalProtect, logsource: paloalto(['appliance'], ['globalprotect']) }],
]);

const OTHER = paloalto([], []);
const URL = paloalto(['firewall', 'proxy'], ['threat', 'url']);
const VIRUS = paloalto(['antivirus', 'firewall'], ['threat', 'virus']);

type Reader = (event: Event, columns: readonly string[]) => void;

/** `1,2026/11/18 16:09:07,SERIAL,TYPE,SUBTYPE,…`. */
export const panOs: Normalizer = {
  name: 'pan-os',
  summary: 'Palo Alto Networks PAN-OS: traffic, threat, system, config, User-ID and GlobalProtect logs (CSV)',
  formats: ['rfc3164', 'rfc5424', 'plain'],
  normalize(event) {
    const text = event.message;
    const comma = text.indexOf(',');
    if (comma < 1 || comma > 3 || !isDate(text, comma + 1)) return false;
    const columns = csvColumns(text);
    if (columns.length < 8) return false;
    const type = TYPES.get(columns[3]!);
    event.logsource = type?.logsource ?? OTHER;
    event['observer.vendor'] = 'Palo Alto Networks';
    event['observer.product'] = 'PAN-OS';
    event['event.code'] = columns[3]!;
    type?.read(event, columns);
    return true;
  },
};

/** `2026/11/18 16:09:07,` at `at`. */
function isDate(text: string, at: number): boolean {
  return (
    isDigit(text.charCodeAt(at)) &&
    text.charCodeAt(at + 4) === 0x2f &&
    text.charCodeAt(at + 7) === 0x2f &&
    text.charCodeAt(at + 13) === 0x3a &&
    text.charCodeAt(at + 19) === 0x2c
  );
}

function readTraffic(event: Event, columns: readonly string[]): void {
  readSession(event, columns);
  event['network.bytes'] = toCount(columns[31]);
  event['source.bytes'] = toCount(columns[32]);
  event['destination.bytes'] = toCount(columns[33]);
  setSeconds(event, columns[36]);
  event['event.reason'] = text(columns, 46);
}

/** Column 31 is a URL or a file name, by the subtype (column 4). */
function readThreat(event: Event, columns: readonly string[]): void {
  readSession(event, columns);
  const subtype = columns[4];
  const subject = text(columns, 31);
  const threat = text(columns, 32);
  if (subtype === 'url') {
    event.logsource = URL;
    if (subject !== null) setUrl(event, subject);
    event['user_agent.original'] = text(columns, 44);
    return;
  }
  event['rule.name'] = threat ?? event['rule.name'];
  event['file.name'] = subject;
  if (subtype !== 'virus' && subtype !== 'wildfire-virus') return;
  event.logsource = VIRUS;
  if (threat !== null) setField(event.record, 'Signature', threat);
  if (subject !== null) setField(event.record, 'Filename', subject);
}

/** Columns 7..30, the same in TRAFFIC and THREAT. */
function readSession(event: Event, columns: readonly string[]): void {
  event['source.ip'] = toAddress(columns[7]);
  event['destination.ip'] = toAddress(columns[8]);
  event['source.nat.ip'] = natAddress(columns[9]);
  event['destination.nat.ip'] = natAddress(columns[10]);
  event['rule.name'] = text(columns, 11);
  event['user.name'] = text(columns, 12);
  event['user.target.name'] = text(columns, 13);
  const app = text(columns, 14);
  if (app !== null) setField(event.record, 'app', app);
  event['observer.ingress.interface.name'] = text(columns, 18);
  event['observer.egress.interface.name'] = text(columns, 19);
  event['source.port'] = toPort(columns[24]);
  event['destination.port'] = toPort(columns[25]);
  if (event['source.nat.ip'] !== null) event['source.nat.port'] = toPort(columns[26]);
  if (event['destination.nat.ip'] !== null) event['destination.nat.port'] = toPort(columns[27]);
  setTransport(event, text(columns, 29));
  setVerdict(event, text(columns, 30));
}

/** 0.0.0.0 means that nothing was translated. */
function natAddress(column: string | undefined): string | null {
  return column === '0.0.0.0' || column === '::' ? null : toAddress(column);
}

/** `…,auth-fail,admin,0,0,general,medium,"failed authentication for user 'admin'. … From: 192.0.2.9.",…`. */
function readSystem(event: Event, columns: readonly string[]): void {
  const action = text(columns, 8);
  const isAuth = columns[4] === 'auth' || (action?.includes('auth') ?? false);
  classify(event, isAuth ? AUTHENTICATION : HOST, isAuth ? START : INFO, action, outcomeOf(action));
  const description = columns[14] ?? '';
  if (isAuth) event['user.name'] = text(columns, 9) ?? between(description, "user '", "'");
  event['event.reason'] = isAuth ? between(description, 'Reason: ', '.') : null;
  const from = description.indexOf('From: ');
  if (from < 0) return;
  const rest = description.slice(from + 6, from + 52);
  const end = rest.search(/[ ,;]/);
  const word = end < 0 ? rest : rest.slice(0, end);
  event['source.ip'] = toAddress(word.endsWith('.') ? word.slice(0, -1) : word);
}

/** Host, virtual system, command, administrator, client, result, path. */
function readConfig(event: Event, columns: readonly string[]): void {
  classify(event, CONFIGURATION, CHANGE, text(columns, 9), outcomeOf(text(columns, 12)));
  event['source.ip'] = toAddress(columns[7]);
  event['user.name'] = text(columns, 10);
  event['process.command_line'] = text(columns, 13);
}

function readUserId(event: Event, columns: readonly string[]): void {
  classify(event, IAM, INFO, text(columns, 4), null);
  event['source.ip'] = toAddress(columns[8]);
  event['user.name'] = text(columns, 9);
}

function readGlobalProtect(event: Event, columns: readonly string[]): void {
  const stage = columns[9];
  const isLogin = stage === 'login' || stage === 'before-login';
  classify(event, isLogin ? AUTHENTICATION : SESSION, START, text(columns, 8), outcomeOf(text(columns, 28)));
  event['user.name'] = text(columns, 12);
  event['source.domain'] = text(columns, 14);
  event['source.ip'] = natAddress(columns[15]) ?? natAddress(columns[16]);
  event['event.reason'] = text(columns, 25);
}

function outcomeOf(word: string | null): Outcome | null {
  if (word === null) return null;
  const lower = word.slice(0, 64).toLowerCase();
  if (lower.includes('fail')) return 'failure';
  return lower.includes('succ') ? 'success' : null;
}

function text(columns: readonly string[], index: number): string | null {
  return toText(columns[index]);
}

function paloalto(categories: readonly string[], services: readonly string[]): Logsource {
  return closedLogsource({ product: 'paloalto', categories, services });
}
