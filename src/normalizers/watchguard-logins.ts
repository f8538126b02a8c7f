import type { Event, Outcome } from '../model/event.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, SESSION, START } from './ecs.js';
import { standsAt, wordEnd } from './text.js';

/** The number says which words follow the address: those in a name prove nothing. */
const SESSIONS: ReadonlyMap<string, readonly [words: string, outcome: Outcome | null]> = new Map<
  string,
  readonly [string, Outcome | null]
>([
  ['3E00-0002', [' logged in', 'success']],
  ['3E00-0003', [' log in attempt was rejected', 'failure']],
  ['3E00-0004', [' logged out', null]],
]);

/**
 * `TYPE user NAME@SERVER from ADDR logged in …` (3E00-0002 to -0004), `Authentication of TYPE user [NAME@SERVER] from ADDR was
 * rejected, REASON` (1100-0004 and -0005). The name is what somebody typed: behind it all is the Firebox' own.
 */
export function readFireboxLogin(event: Event, id: string, text: string): boolean {
  if (id === '1100-0004' || id === '1100-0005') return readCheck(event, text, id === '1100-0004');
  const session = SESSIONS.get(id);
  return session !== undefined && readSession(event, text, ...session);
}

function readSession(event: Event, text: string, words: string, outcome: Outcome | null): boolean {
  const verb = text.lastIndexOf(words);
  const from = verb < 0 ? -1 : text.lastIndexOf(' from ', verb);
  const user = text.indexOf(' user ') + 6;
  const address = from < 0 ? null : readAddress(text, from + 6, verb);
  if (address === null || user < 6 || user > from) return false;
  setLogin(event, text.slice(0, user - 6), outcome);
  setUser(event, text.slice(user, from));
  event['source.ip'] = address;
  return true;
}

const CHECK = 'Authentication of ';

function readCheck(event: Event, text: string, accepted: boolean): boolean {
  const user = text.indexOf(' user [');
  const from = text.lastIndexOf('] from ');
  if (!standsAt(text, CHECK, 0) || user < 0 || from < user + 7) return false;
  const end = wordEnd(text, from + 7);
  const words = accepted ? ' was accepted' : ' was rejected';
  const address = readAddress(text, from + 7, end);
  if (address === null || !standsAt(text, words, end)) return false;
  setLogin(event, text.slice(CHECK.length, user), accepted ? 'success' : 'failure');
  setUser(event, text.slice(user + 7, from));
  event['source.ip'] = address;
  if (!accepted) event['event.reason'] = text.slice(end + words.length + 2) || null;
  return true;
}

/** Without an outcome it is the end of a session. */
function setLogin(event: Event, type: string, outcome: Outcome | null): void {
  const door = /^(?:management|admin)/i.test(type) ? 'admin_' : /vpn/i.test(type) ? 'vpn_' : '';
  if (outcome === null) classify(event, SESSION, END, `${door}logout`, null);
  else classify(event, AUTHENTICATION, START, `${door}login`, outcome);
}

function setUser(event: Event, account: string): void {
  const at = account.lastIndexOf('@');
  event['user.name'] = (at < 0 ? account : account.slice(0, at)) || null;
  if (at >= 0) event['user.domain'] = account.slice(at + 1) || null;
}
