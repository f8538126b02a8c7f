import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPort, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'gitea',
  categories: ['application', 'authentication'],
  services: ['gitea'],
});

/** `2026/11/20 10:00:00 ...ers/web/auth/auth.go:199:SignInPost() [W] ` stands in front, parts of it or nothing. */
const MAX_LEAD = 128;
const FAILED = 'Failed authentication attempt';
const INVALID = 'invalid credentials from ';

/** `[STAMP ][FILE:LINE:FUNCTION() ][W] Failed authentication attempt for NAME from ADDR:PORT[: ERROR]`. */
export const gitea: Normalizer = {
  name: 'gitea',
  summary: 'Gitea and Forgejo: refused logins',
  programs: ['gitea', 'forgejo'],
  formats: ['plain'],
  initials: '2',
  normalize(event) {
    const message = event.message;
    const name = event['process.name']?.toLowerCase();
    const claimed = name === 'gitea' || name === 'forgejo';
    if (!claimed && !(standsAt(message, '/', 4) && standsAt(message, '/', 7))) return false;
    const level = message.indexOf('] ');
    const isRead = level >= 2 && level < MAX_LEAD && readRefusal(event, message, level);
    if (!isRead && !claimed) return false;
    event.logsource = LOGSOURCE;
    return true;
  },
};

function readRefusal(event: Event, message: string, level: number): boolean {
  if (!standsAt(message, '[', level - 2)) return false;
  const at = level + 2;
  if (standsAt(message, INVALID, at)) {
    classify(event, AUTHENTICATION, START, 'app_login', 'failure');
    setPeer(event, message, at + INVALID.length);
    return true;
  }
  if (!standsAt(message, FAILED, at)) return false;
  // A key that one of several did not fit: the next may.
  if (message.lastIndexOf('publicKeyHandler()', level) >= 0) return true;
  classify(event, AUTHENTICATION, START, 'app_login', 'failure');
  const rest = at + FAILED.length;
  if (standsAt(message, FROM, rest)) setPeer(event, message, rest + FROM.length);
  else if (standsAt(message, ' for ', rest)) readNamed(event, message, rest + 5);
  return true;
}

const FROM = ' from ';

/** The name is what somebody typed, and the error at the end repeats it: taken is what can be read in one way only. */
function readNamed(event: Event, message: string, start: number): void {
  let found = -1;
  for (let at = message.indexOf(FROM, start); at >= 0; at = message.indexOf(FROM, at + 1)) {
    if (!isPeer(message, at + FROM.length)) continue;
    if (found >= 0) return;
    found = at;
  }
  if (found < 0) return;
  event['user.name'] = message.slice(start, found) || null;
  setPeer(event, message, found + FROM.length);
}

function isPeer(message: string, at: number): boolean {
  const end = peerEnd(message, at);
  return readAddress(message, at, end) !== null || portColon(message, at, end) > 0;
}

/** `ADDR`, `ADDR:PORT`, `[ADDR]:PORT`. */
function setPeer(event: Event, message: string, at: number): void {
  const end = peerEnd(message, at);
  event['source.ip'] = readAddress(message, at, end);
  const colon = portColon(message, at, end);
  if (event['source.ip'] !== null || colon < 0) return;
  event['source.ip'] = addressBefore(message, at, colon);
  event['source.port'] = readPort(message, colon + 1, end);
}

/** A colon follows where an error does. */
function peerEnd(message: string, at: number): number {
  const end = wordEnd(message, at);
  return end > at && message[end - 1] === ':' ? end - 1 : end;
}

/** Where the colon stands after which there is a port, and before which an address; else -1. */
function portColon(message: string, at: number, end: number): number {
  const colon = message.slice(at, Math.min(end, at + 80)).lastIndexOf(':');
  return colon > 0 && addressBefore(message, at, at + colon) !== null ? at + colon : -1;
}

function addressBefore(message: string, at: number, colon: number): string | null {
  return standsAt(message, '[', at)
    ? readAddress(message, at + 1, colon - 1)
    : readAddress(message, at, colon);
}
