import type { Event, Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import {
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  CONNECTION_END,
  END,
  NETWORK,
  SESSION,
  START,
} from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { between, digitsEnd, standsAt, wordEnd } from './text.js';
import { toPort } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'citrix', services: ['netscaler'] });
const LOGINS = closedLogsource({
  product: 'citrix',
  categories: ['authentication'],
  services: ['netscaler'],
});

const ENGINE = '-PPE-';
/** A stamp and a host may stand before the engine where a relay put a header of its own. */
const MAX_LEAD = 80;

/**
 * NetScaler (Citrix ADC, Gateway): `0-PPE-0 : [default ]MODULE EVENT id flag : Key value - Key value …`, from its packet engines. Values
 * are raw: names, browsers and commands are what somebody typed.
 */
export const netscaler: Normalizer = {
  name: 'netscaler',
  summary: 'NetScaler (Citrix ADC and Gateway): logins of users and administrators, commands, connections',
  formats: ['rfc3164', 'rfc5424'],
  normalize(event) {
    const { message } = event;
    const engine = message.lastIndexOf(ENGINE, MAX_LEAD);
    if (engine < 0) return false;
    const colon = digitsEnd(message, engine + ENGINE.length);
    if (colon === engine + ENGINE.length || !standsAt(message, ' : ', colon)) return false;
    const words = message.slice(colon + 3, colon + 131).split(' ');
    if (words[0] === 'default') words.shift();
    const [module = '', code = ''] = words;
    const rest = message.indexOf(' : ', colon + 3);
    if (rest < 0 || !isWord(module) || !isWord(code)) return false;
    event.logsource = LOGSOURCE;
    event['observer.vendor'] = 'Citrix';
    event['observer.product'] = 'NetScaler';
    event['event.provider'] = module;
    event['event.code'] = code;
    const text = message.slice(rest + 3).trimStart();
    if (code === 'LOGIN' || code === 'LOGOUT' || code === 'LOGIN_FAILED') readLogin(event, text, code);
    else if (code === 'CMD_EXECUTED') readCommand(event, text, module);
    else if (module === 'TCP' || module === 'UDP') readConnection(event, text, module);
    else if (module === 'SSLLOG') readHandshake(event, text);
    return true;
  },
};

/** `SSLVPN`, `SSL_HANDSHAKE_SUCCESS` */
function isWord(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(text);
}

/**
 * `Context NAME@ADDR - SessionId: 5 - User NAME - Client_ip ADDR - Nat_ip … - Vserver ADDR:PORT - …`;
 * `User NAME - Client_ip ADDR - Failure_reason "…" - Browser …`.
 */
function readLogin(event: Event, text: string, kind: 'LOGIN' | 'LOGOUT' | 'LOGIN_FAILED'): void {
  event.logsource = LOGINS;
  if (kind === 'LOGOUT') classify(event, SESSION, END, 'vpn_logout', 'success');
  else classify(event, AUTHENTICATION, START, 'vpn_login', kind === 'LOGIN' ? 'success' : 'failure');
  const address = text.indexOf(CLIENT);
  // Where there are two, one is in a name or in what a browser says of itself.
  if (address < 0 || text.includes(CLIENT, address + 1)) return;
  const user = standsAt(text, 'User ', 0) ? 0 : text.indexOf('- User ') + 2;
  if (standsAt(text, 'User ', user)) event['user.name'] = text.slice(user + 5, address) || null;
  event['source.ip'] = toAddress(wordAt(text, address + CLIENT.length));
  setServer(event, text, ' - Vserver ', address);
  event['event.reason'] = between(text, ' - Failure_reason "', '"', address);
}

const CLIENT = ' - Client_ip ';

/** `User NAME - [ADM_User NONE - ]Remote_ip ADDR - Command "…" - Status "…"` */
function readCommand(event: Event, text: string, module: string): void {
  const remote = text.indexOf(' - Remote_ip ');
  const command = text.indexOf(' - Command "', remote);
  const status = text.lastIndexOf('" - Status "');
  if (!standsAt(text, 'User ', 0) || remote < 0 || command < 0 || status < command) return;
  // Where there are two, one is in a name or in a command.
  if (!text.includes(' - Remote_ip ', remote + 1)) {
    const admin = text.lastIndexOf(' - ADM_User ', remote);
    event['user.name'] = text.slice(5, admin < 0 ? remote : admin) || null;
    event['source.ip'] = toAddress(wordAt(text, remote + 13));
  }
  const line = text.slice(command + 12, status);
  const answer = text.slice(status + 12).replace(/"$/, '');
  const outcome: Outcome = answer === 'Success' ? 'success' : 'failure';
  if (outcome === 'failure') event['event.reason'] = answer || null;
  setField(event.record, 'interface', module);
  if (standsAt(line, 'login ', 0)) {
    event.logsource = LOGINS;
    classify(event, AUTHENTICATION, START, 'admin_login', outcome);
  } else if (standsAt(line, 'logout', 0)) {
    event.logsource = LOGINS;
    classify(event, SESSION, END, 'admin_logout', outcome);
  } else {
    classify(event, CONFIGURATION, CHANGE, 'command', outcome);
    event['process.command_line'] = line;
  }
}

/** `Source ADDR:PORT - [Vserver ADDR:PORT - NatIP … - ]Destination ADDR:PORT - …` */
function readConnection(event: Event, text: string, module: string): void {
  if (!standsAt(text, 'Source ', 0)) return;
  classify(event, NETWORK, CONNECTION_END, 'connection', null);
  event['network.transport'] = module.toLowerCase();
  const [ip, port] = endpoint(wordAt(text, 7));
  event['source.ip'] = ip;
  event['source.port'] = port;
  setServer(event, text, ' - Destination ', 0);
}

/** `SPCBId 7 - ClientIP ADDR - ClientPort PORT - VserverServiceIP ADDR - VserverServicePort PORT - …` */
function readHandshake(event: Event, text: string): void {
  event['source.ip'] = toAddress(valueBehind(text, ' - ClientIP '));
  event['source.port'] = toPort(valueBehind(text, ' - ClientPort '));
  event['destination.ip'] = toAddress(valueBehind(text, ' - VserverServiceIP '));
  event['destination.port'] = toPort(valueBehind(text, ' - VserverServicePort '));
}

function setServer(event: Event, text: string, key: string, from: number): void {
  const at = text.indexOf(key, from);
  if (at < 0) return;
  const [ip, port] = endpoint(wordAt(text, at + key.length));
  event['destination.ip'] = ip;
  event['destination.port'] = port;
}

function endpoint(word: string): [ip: string | null, port: number | null] {
  const colon = word.lastIndexOf(':');
  return [toAddress(word.slice(0, colon)), toPort(word.slice(colon + 1))];
}

function valueBehind(text: string, key: string): string | null {
  const at = text.indexOf(key);
  return at < 0 ? null : wordAt(text, at + key.length);
}

function wordAt(text: string, at: number): string {
  return text.slice(at, wordEnd(text, at));
}
