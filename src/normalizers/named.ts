import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { DENIED, INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { digitsEnd, readPort, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', categories: ['dns'], services: ['named', 'syslog'] });

/** `19-Nov-2026 10:00:00.123 queries: info: ` of the file channel stands before the client at most. */
const MAX_LEAD = 80;

/** BIND: `client [@0x…] ADDR#PORT [(NAME)]: [view V: ]query: NAME CLASS TYPE FLAGS (SERVER)`, and what is denied. */
export const named: Normalizer = {
  name: 'named',
  summary: 'BIND: queries, refused queries and zone transfers',
  programs: ['named', 'named-sdb', 'named-pkcs11', 'bind9'],
  formats: ['plain', 'rfc3164'],
  normalize(event) {
    const message = event.message;
    const claimed = event['process.name']?.startsWith('named') === true || event['process.name'] === 'bind9';
    const client = message.indexOf('client ');
    const hash = client < 0 || client > MAX_LEAD ? -1 : message.indexOf('#', client);
    if (hash > 0 && readClient(event, message, client + 7, hash)) event.logsource = LOGSOURCE;
    else if (claimed) {
      event.logsource = LOGSOURCE;
      classify(event, NETWORK, INFO, null, null);
    } else return false;
    return true;
  },
};

function readClient(event: Event, message: string, at: number, hash: number): boolean {
  const start = message.startsWith('@0x', at) ? wordEnd(message, at) + 1 : at;
  const address = readAddress(message, start, hash);
  const portEnd = digitsEnd(message, hash + 1);
  if (address === null || portEnd === hash + 1) return false;
  const query = message.indexOf('query: ', portEnd);
  if (query >= 0) readQuery(event, message, query + 7);
  else if (!readRefusal(event, message, portEnd) && !readZone(event, message, portEnd)) {
    classify(event, NETWORK, INFO, null, null);
  }
  event['source.ip'] = address;
  event['source.port'] = readPort(message, hash + 1, portEnd);
  event['network.protocol'] = 'dns';
  return true;
}

/** `example.com IN A +E(0)K (198.51.100.53)`. */
function readQuery(event: Event, message: string, at: number): void {
  classify(event, NETWORK, PROTOCOL, 'dns_query', null);
  const nameEnd = wordEnd(message, at);
  const classEnd = wordEnd(message, nameEnd + 1);
  event['dns.question.name'] = message.slice(at, nameEnd);
  event['dns.question.type'] = message.slice(classEnd + 1, wordEnd(message, classEnd + 1)) || null;
  const open = message.lastIndexOf(' (');
  if (open > classEnd && message.endsWith(')')) {
    event['destination.ip'] = readAddress(message, open + 2, message.length - 1);
  }
}

/** `transfer of 'example.com/IN': AXFR started (serial 5)`, `updating zone 'example.com/IN': adding an RR …`. */
function readZone(event: Event, message: string, from: number): boolean {
  const transfer = message.indexOf(": transfer of '", from);
  const update = message.indexOf(": updating zone '", from);
  const open = transfer > 0 ? transfer + 15 : update + 17;
  if (transfer < 0 && update < 0) return false;
  classify(event, NETWORK, PROTOCOL, transfer > 0 ? 'dns_zone_transfer' : 'dns_update', null);
  const close = message.indexOf("': ", open);
  if (close < 0) return true;
  event['dns.question.name'] = message.slice(open, close).split('/')[0]!;
  const kind = message.slice(close + 3, close + 7);
  if (kind === 'AXFR' || kind === 'IXFR') event['dns.question.type'] = kind;
  return true;
}

const REFUSALS = [
  ['zone transfer ', 'dns_zone_transfer'],
  ['update ', 'dns_update'],
  ['query ', 'dns_query'],
] as const;

/** `query (cache) 'evil.example/ANY/IN' denied`, `zone transfer 'example.com/AXFR/IN' denied`. */
function readRefusal(event: Event, message: string, from: number): boolean {
  const end = message.lastIndexOf("' denied");
  const open = message.indexOf(" '", from);
  if (end < 0 || open < 0) return false;
  const verb = REFUSALS.find(([words]) => message.includes(words, from));
  if (verb === undefined) return false;
  classify(event, NETWORK, DENIED, verb[1], 'failure');
  const [name = '', type, extra] = message.slice(open + 2, end).split('/');
  event['dns.question.name'] = name;
  if (extra !== undefined) event['dns.question.type'] = type ?? null;
  return true;
}
