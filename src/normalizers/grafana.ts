import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, AUTHENTICATION, INFO, START, WEB } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { setRequest, setStatus } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { digitsEnd, readInteger, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'grafana',
  categories: ['application', 'authentication'],
  services: ['grafana'],
});

const REQUEST = 'logger=context userId=';
const REFUSAL = 'logger=authn.service ';

/**
 * `logger=context userId=0 orgId=0 uname=NAME t=TIME level=info msg="Request Completed" method=POST path=/login status=401
 * remote_addr=ADDR …`, `logger=authn.service t=TIME level=warn msg="Failed to authenticate request" client=… error="…"`.
 */
export const grafana: Normalizer = {
  name: 'grafana',
  summary: 'Grafana: logins granted and refused, requests',
  programs: ['grafana', 'grafana-server'],
  formats: ['keyvalue'],
  initials: 'l',
  normalize(event) {
    const message = event.message;
    if (standsAt(message, REQUEST, 0)) {
      if (!readRequest(event, message)) return false;
    } else if (!standsAt(message, REFUSAL, 0) || !readRefusal(event, message)) return false;
    event.logsource = LOGSOURCE;
    return true;
  },
};

/** Names, paths and referrers are others' text: what of it could be taken for more is quoted, so the line is read from its start. */
function readRequest(event: Event, message: string): boolean {
  const name = message.indexOf(' uname=');
  const nameEnd = valueEnd(message, name + 7);
  const completed = message.indexOf(' msg="Request Completed" method=', nameEnd);
  if (name < 0 || !standsAt(message, ' t=', nameEnd) || completed !== levelEnd(message, nameEnd))
    return false;
  const method = completed + ' msg="Request Completed" method='.length;
  const path = valueEnd(message, method);
  const pathEnd = valueEnd(message, path + 6);
  const status = pathEnd + ' status='.length;
  const statusEnd = digitsEnd(message, status);
  const client = statusEnd + ' remote_addr='.length;
  if (!standsAt(message, ' path=', path) || !standsAt(message, ' status=', pathEnd)) return false;
  if (!standsAt(message, ' remote_addr=', statusEnd)) return false;
  setTime(event, message, nameEnd);
  const verb = unquoted(message, method, path);
  const url = unquoted(message, path + 6, pathEnd);
  const isLogin = verb === 'POST' && url.endsWith('/login');
  if (isLogin) classify(event, AUTHENTICATION, START, 'app_login', null);
  else classify(event, WEB, ACCESS, 'http_request', null);
  setRequest(event, verb, url, null);
  setStatus(event, readInteger(message, status, statusEnd));
  event['source.ip'] = readAddress(message, client, wordEnd(message, client));
  event['user.name'] = unquoted(message, name + 7, nameEnd) || null;
  return true;
}

/** It has no address and no name; of a login the request's own line has the address. */
function readRefusal(event: Event, message: string): boolean {
  const words = message.indexOf(' msg="Failed to authenticate request" client=');
  if (words < 0 || words !== levelEnd(message, REFUSAL.length - 1)) return false;
  setTime(event, message, REFUSAL.length - 1);
  classify(event, AUTHENTICATION, INFO, null, 'failure');
  const error = message.indexOf(' error=', words) + ' error='.length;
  if (error > words + 7) event['event.reason'] = unquoted(message, error, valueEnd(message, error));
  return true;
}

/** Where ` t=TIME level=LEVEL` ends that begins at `at`. */
function levelEnd(message: string, at: number): number {
  const time = wordEnd(message, at + 1);
  return standsAt(message, ' level=', time) ? wordEnd(message, time + 1) : -1;
}

function setTime(event: Event, message: string, at: number): void {
  const stated = readIsoUtc(message.slice(at + 3, wordEnd(message, at + 3)));
  if (!Number.isNaN(stated)) setEventTime(event, stated);
}

/** Where the value ends that begins at `at`: at a blank, or behind the quote that closes it. */
function valueEnd(message: string, at: number): number {
  if (codeAt(message, at) !== 0x22) return wordEnd(message, at);
  for (let i = at + 1; i < message.length; i++) {
    const code = message.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return message.length;
}

function unquoted(message: string, at: number, end: number): string {
  return codeAt(message, at) === 0x22 ? message.slice(at + 1, end - 1) : message.slice(at, end);
}
