import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { readEpoch, setEventTime } from './event-time.js';
import { setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { isDigit, readInteger, skipBlanks, wordEnd } from './text.js';

export const SQUID = closedLogsource({ product: 'squid', categories: ['proxy'], services: ['squid'] });

/** Squid's native access log: `TIME MS ADDR CODE/STATUS BYTES METHOD URL USER HIERARCHY/PEER TYPE`. */
export const squid: Normalizer = {
  name: 'squid',
  summary: 'Squid: requests through the proxy',
  programs: ['squid', 'squid-1', '(squid-1)'],
  formats: ['plain', 'rfc3164'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    if (!isDigit(codeAt(message, 0)) || codeAt(message, 10) !== 0x2e) return false;
    const words = splitWords(message, 10);
    const time = readEpoch(words[0] ?? '');
    const result = words[3] ?? '';
    const slash = result.indexOf('/');
    if (words.length < 9 || Number.isNaN(time) || slash < 1) return false;
    event.logsource = SQUID;
    if (Number.isNaN(event.record.timestamp)) setEventTime(event, time);
    readRequest(event, words, result.slice(0, slash), readInteger(result, slash + 1, result.length));
    return true;
  },
};

/** What its formats `common` and `combined` have behind those of web servers: `TCP_MISS:HIER_DIRECT`. Null = it is another's. */
export function squidResult(extra: string): string | null {
  return extra.length < 80 && RESULT.test(extra) ? extra.slice(0, extra.indexOf(':')) : null;
}

const RESULT = /^(?:TCP|UDP|TAG|NONE)(?:_[A-Z_]+)?:[A-Z_]+$/;

function readRequest(event: Event, words: readonly string[], result: string, status: number | null): void {
  const [, elapsed = '', client = '', , bytes = '', method = '', url = '', user = '', peer = ''] = words;
  classify(event, WEB, ACCESS, result, null);
  const ms = readInteger(elapsed, 0, elapsed.length);
  event['event.duration'] = ms === null ? null : ms * 1e6;
  event['source.ip'] = toAddress(client);
  setStatus(event, status);
  if (result.includes('DENIED')) event['event.outcome'] = 'failure';
  event['http.response.body.bytes'] = readInteger(bytes, 0, bytes.length);
  event['http.request.method'] = method;
  setUrl(event, url);
  if (user !== '-') event['user.name'] = user;
  const slash = peer.indexOf('/');
  if (slash > 0) event['destination.ip'] = readAddress(peer, slash + 1, peer.length);
  if (words[9] !== undefined && words[9] !== '-') setField(event.record, 'content_type', words[9]);
}

/** The first `limit` words; runs of blanks count once. */
function splitWords(text: string, limit: number): string[] {
  const words: string[] = [];
  for (let at = skipBlanks(text, 0); at < text.length && words.length < limit; ) {
    const end = wordEnd(text, at);
    words.push(text.slice(at, end));
    at = skipBlanks(text, end);
  }
  return words;
}
