import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, WEB } from './ecs.js';
import { readWebStamp, setEventTime } from './event-time.js';
import { isMethod, setDomain, setRequest, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { readInteger, standsAt } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'nginx', categories: ['webserver'], services: ['nginx'] });

/** `[20/Nov/2026:10:00:00 +0000] ` */
const STAMP_LENGTH = 29;
/** Words before the URL; servers that nginx tried one after the other have a status each. */
const MAX_WORDS = 32;

/**
 * Nginx Proxy Manager, `proxy` and `standard`: `[STAMP] [CACHE UPSTREAM_STATUS ]STATUS - METHOD SCHEME HOST "URL" [Client ADDR]
 * [Length N] [Gzip R][ [Sent-to SERVER]] "AGENT" "REFERRER"`. nginx escapes quotes in what clients wrote.
 */
export const nginxProxyManager: Normalizer = {
  name: 'nginx-proxy-manager',
  summary: 'Nginx Proxy Manager: access logs of its proxies',
  programs: ['nginx'],
  formats: ['plain'],
  initials: '[',
  normalize(event) {
    const message = event.message;
    if (!standsAt(message, '[', 0) || !standsAt(message, '] ', STAMP_LENGTH - 2)) return false;
    const open = message.indexOf(' "', STAMP_LENGTH);
    const close = message.indexOf('" [Client ', open + 2);
    if (open < 0 || close < 0 || message.indexOf('"', open + 2) !== close) return false;
    const words = message.slice(STAMP_LENGTH, open).split(' ', MAX_WORDS);
    const dash = words.findIndex((word, i) => word === '-' && isRequest(words, i));
    if (dash < 0) return false;
    event.logsource = LOGSOURCE;
    classify(event, WEB, ACCESS, 'http_request', null);
    if (Number.isNaN(event.record.timestamp))
      setEventTime(event, readWebStamp(message.slice(1, STAMP_LENGTH - 2)));
    readRequest(event, words, dash, message.slice(open + 2, close));
    readRest(event, message, close + 2);
    return true;
  },
};

/** Whether a status stands before the dash, and a method, a scheme and a host behind it. */
function isRequest(words: readonly string[], dash: number): boolean {
  const method = words[dash + 1] ?? '';
  const scheme = words[dash + 2];
  if (words.length !== dash + 4 || (scheme !== 'http' && scheme !== 'https')) return false;
  return words[dash - 1]?.length === 3 && isMethod(method, method.length);
}

function readRequest(event: Event, words: readonly string[], dash: number, url: string): void {
  const [method, , host] = words.slice(dash + 1) as [string, string, string];
  if (method !== '-') setRequest(event, method, url, null);
  setDomain(event, host);
  const status = words[dash - 1]!;
  setStatus(event, readInteger(status, 0, status.length));
}

/** `[Client ADDR] [Length N] [Gzip R] … "AGENT" "REFERRER"`. */
function readRest(event: Event, message: string, at: number): void {
  const client = bracketed(message, '[Client ', at);
  event['source.ip'] = toAddress(client);
  const length = bracketed(message, '[Length ', at + (client?.length ?? 0) + '[Client ] '.length);
  if (length !== null) event['http.response.body.bytes'] = readInteger(length, 0, length.length);
  const [, agent = '-', , referrer = '-'] = message.slice(message.indexOf('"', at)).split('"', 4);
  if (agent !== '-') event['user_agent.original'] = agent || null;
  if (referrer !== '-') event['http.request.referrer'] = referrer || null;
}

function bracketed(message: string, open: string, at: number): string | null {
  const end = standsAt(message, open, at) ? message.indexOf(']', at) : -1;
  return end < 0 ? null : message.slice(at + open.length, end);
}
