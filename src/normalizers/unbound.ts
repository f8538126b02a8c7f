import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { INFO, NETWORK, PROTOCOL } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', categories: ['dns'], services: ['unbound', 'syslog'] });

const LEVELS = ['info: ', 'query: ', 'reply: '] as const;

/** `[PID:THREAD] info: ADDR NAME. TYPE CLASS`, of an answer `… RCODE SECONDS CACHED SIZE`; tagged `query:` and `reply:`. */
export const unbound: Normalizer = {
  name: 'unbound',
  summary: 'Unbound: DNS queries and answers',
  programs: ['unbound'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    classify(event, NETWORK, INFO, null, null);
    const message = event.message;
    const at = message.indexOf('] ') + 2;
    const level = LEVELS.find((word) => standsAt(message, word, at < 2 ? 0 : at));
    if (level !== undefined) readQuery(event, message, (at < 2 ? 0 : at) + level.length);
    return true;
  },
};

function readQuery(event: Event, message: string, at: number): void {
  const addressEnd = wordEnd(message, at);
  const nameEnd = wordEnd(message, addressEnd + 1);
  const typeEnd = wordEnd(message, nameEnd + 1);
  const classEnd = wordEnd(message, typeEnd + 1);
  const address = readAddress(message, at, addressEnd);
  if (address === null || message.slice(typeEnd + 1, classEnd) !== 'IN') return;
  const answered = classEnd < message.length;
  classify(event, NETWORK, PROTOCOL, answered ? 'dns_answer' : 'dns_query', null);
  event['source.ip'] = address;
  event['network.protocol'] = 'dns';
  const name = message.slice(addressEnd + 1, nameEnd);
  event['dns.question.name'] = name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
  event['dns.question.type'] = message.slice(nameEnd + 1, typeEnd);
  if (answered) event['dns.response_code'] = message.slice(classEnd + 1, wordEnd(message, classEnd + 1));
}
