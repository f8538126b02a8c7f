import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, INFO, SESSION, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { digitsEnd, standsAt } from './text.js';
import { setSource } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'esxi',
  categories: ['authentication'],
  services: ['hostd'],
});

/** VMware ESXi: `[LEVEL hostd[PID] ][Originator@6876 sub=… opID=…] [Event N : ]TEXT`. */
export const esxi: Normalizer = {
  name: 'esxi',
  summary: 'VMware ESXi host agent: logins, failures, logouts',
  programs: ['hostd', 'vmware-hostd'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    event['observer.vendor'] = 'VMware';
    event['observer.product'] = 'ESXi';
    const message = event.message;
    if (!readPam(event, message) && !readLoginText(event, message.slice(textStart(message))))
      normalizeGeneric(event);
    return true;
  },
};

/** `info hostd[2099566] [Originator@6876 …] `: up to here all is the agent's own. */
const MAX_LEAD = 160;

function textStart(message: string): number {
  const origin = message.indexOf('[Originator@');
  const close = origin < 0 || origin > MAX_LEAD ? -1 : message.indexOf('] ', origin);
  const at = close < 0 ? 0 : close + 2;
  if (!standsAt(message, 'Event ', at)) return at;
  const end = digitsEnd(message, at + 6);
  return standsAt(message, ' : ', end) ? end + 3 : at;
}

const REJECTED = 'Rejected password for user ';
const ACCEPTED = 'Accepted password for user ';

/** Names are what somebody typed: the address is read from the end, before a client's own words. */
export function readLoginText(event: Event, text: string): boolean {
  if (standsAt(text, REJECTED, 0)) return readPassword(event, text, REJECTED.length, 'failure');
  if (standsAt(text, ACCEPTED, 0)) return readPassword(event, text, ACCEPTED.length, 'success');
  if (standsAt(text, 'Cannot login ', 0)) {
    // Says again what `Rejected password` has said, so it is no failure of its own.
    classify(event, AUTHENTICATION, INFO, null, 'failure');
    return readUser(event, text, 13, text.length);
  }
  if (!standsAt(text, 'User ', 0)) return false;
  const granted = text.indexOf(' logged in as ');
  if (granted > 0) {
    classify(event, AUTHENTICATION, START, 'admin_login', 'success');
    event['user_agent.original'] = text.slice(granted + 14);
    return readUser(event, text, 5, granted);
  }
  const left = text.indexOf(' logged out (');
  if (left < 0) return false;
  classify(event, SESSION, END, 'admin_logout', 'success');
  return readUser(event, text, 5, left);
}

function readPassword(event: Event, text: string, at: number, outcome: Outcome): boolean {
  classify(event, AUTHENTICATION, START, 'admin_login', outcome);
  const from = text.lastIndexOf(' from ');
  event['user.name'] = text.slice(at, from < at ? text.length : from);
  if (from >= at) setSource(event, text.slice(from + 6));
  return true;
}

/** `NAME@ADDR`; a name of a directory has an `@` of its own. */
function readUser(event: Event, text: string, start: number, end: number): boolean {
  const at = text.lastIndexOf('@', end);
  event['user.name'] = text.slice(start, at < start ? end : at);
  if (at < start) return true;
  const stop = codeAt(text, end - 1) === 0x2e ? end - 1 : end;
  event['source.ip'] = toAddress(text.slice(at + 1, stop));
  return true;
}
