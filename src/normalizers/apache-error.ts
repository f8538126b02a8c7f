import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, DENIED, ERROR, START, WEB } from './ecs.js';
import { readModSecurity } from './mod-security.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { digitsEnd, readInteger, readPort } from './text.js';
import { webLogsource } from './web-logsource.js';

const LEVELS: ReadonlySet<string> = new Set([
  ...['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'],
  ...['trace1', 'trace2', 'trace3', 'trace4', 'trace5', 'trace6', 'trace7', 'trace8'],
]);

const readLogin = sentenceReader([
  refused('user {user.name}: authentication failure for {*}'),
  refused("user `{user.name}' in realm `{*}' {*}"),
  refused('user {user.name} not found: {*}'),
]);

/** 2.2: `[date] [error] [client ADDR] TEXT`; 2.4: `[date] [module:error] [pid N:tid N] [client ADDR:PORT] AH00035: TEXT`. */
export const apacheError: Normalizer = {
  name: 'apache-error',
  summary: 'Apache error log: missing files, failed logins, ModSecurity, module errors',
  programs: ['apache', 'apache2', 'httpd', 'apache-error'],
  formats: ['plain', 'rfc3164'],
  initials: '[',
  normalize(event) {
    const message = event.message;
    if (codeAt(message, 0) !== 0x5b) return false;
    let level: string | null = null;
    let at = 0;
    for (let group = 0; group < 5 && codeAt(message, at) === 0x5b; group++) {
      const close = message.indexOf('] ', at);
      if (close < 0) break;
      const word = message.slice(at + 1, close);
      if (level === null && close - at < 40) level = levelOf(word);
      else if (word.startsWith('pid ')) event['process.pid'] = readInteger(word, 4, digitsEnd(word, 4));
      else if (word.startsWith('client ')) readClient(event, word.slice(7));
      at = close + 2;
    }
    if (level === null) return false;
    // `(36)File name too long: [client ADDR:PORT] …`: why comes first.
    const late = codeAt(message, at) === 0x28 ? message.indexOf(': [client ', at) : -1;
    const lateEnd = late < 0 ? -1 : message.indexOf('] ', late);
    if (lateEnd > 0) {
      readClient(event, message.slice(late + 10, lateEnd));
      at = lateEnd + 2;
    }
    event.logsource = webLogsource('apache');
    event['log.level'] = level;
    setField(event.record, 'level', level);
    classify(event, WEB, ERROR, 'web_error', null);
    const code = message.startsWith('AH', at) ? message.indexOf(': ', at) : -1;
    if (code > 0 && code - at < 10) {
      event['event.code'] = message.slice(at, code);
      at = code + 2;
    }
    if (message.startsWith('client denied by server configuration', at)) {
      classify(event, WEB, DENIED, 'access_denied', 'failure');
    } else if (!readModSecurity(event, message, at)) readLogin(event, message, at);
    return true;
  },
};

/** `error` or `core:error`. */
function levelOf(word: string): string | null {
  const level = word.slice(word.indexOf(':') + 1);
  return LEVELS.has(level) ? level : null;
}

/** The port follows the address without brackets, also that of an IPv6 address. */
function readClient(event: Event, client: string): void {
  const colon = client.lastIndexOf(':');
  const address = colon > 0 ? readAddress(client, 0, colon) : null;
  const port = address === null ? null : readPort(client, colon + 1, client.length);
  if (port === null) event['source.ip'] = readAddress(client, 0, client.length);
  else {
    event['source.ip'] = address;
    event['source.port'] = port;
  }
}

function refused(text: string): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'web_login', outcome: 'failure' };
}
