import type { Event } from '../model/event.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, SESSION, START } from './ecs.js';
import { setField } from './raw-fields.js';
import { standsAt } from './text.js';
import { setMac } from './values.js';

/**
 * Who dials in, behind the topics of PPP: `NAME logged in, ASSIGNED from CALLER`, `NAME logged out, COUNTS from CALLER`,
 * `<CALLER>: user NAME authentication failed`. The name is somebody's, so the first two are read from the end. False with
 * nothing changed where it is none of these.
 */
export function readMikrotikTunnel(event: Event, message: string, at: number): boolean {
  if (message.endsWith(FAILED)) return readRefusal(event, message, at);
  const verb = message.lastIndexOf(' logged ');
  const isLogin = standsAt(message, ' logged in, ', verb);
  if (verb <= at || !(isLogin || standsAt(message, ' logged out, ', verb))) return false;
  if (isLogin) classify(event, AUTHENTICATION, START, 'vpn_login', 'success');
  else classify(event, SESSION, END, 'vpn_logout', 'success');
  event['user.name'] = message.slice(at, verb);
  const from = message.lastIndexOf(' from ');
  const end = from < verb ? message.length : from;
  if (isLogin) setField(event.record, 'assigned_ip', message.slice(verb + 12, end));
  if (from > verb) setCaller(event, message.slice(from + 6));
  return true;
}

const FAILED = ' authentication failed';

function readRefusal(event: Event, message: string, at: number): boolean {
  const close = message.indexOf('>: user ', at);
  if (close < 0 || !standsAt(message, '<', at)) return false;
  classify(event, AUTHENTICATION, START, 'vpn_login', 'failure');
  setCaller(event, message.slice(at + 1, close));
  event['user.name'] = message.slice(close + 8, -FAILED.length) || null;
  return true;
}

/** An address, or the MAC of who calls over Ethernet; in refusals of old it is the connection's number. */
function setCaller(event: Event, caller: string): void {
  event['source.ip'] = toAddress(caller);
  setMac(event, caller);
}
