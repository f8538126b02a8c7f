import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { digitsEnd } from './text.js';
import { setMac } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'cisco', services: ['ise', 'aaa'] });
const LOGIN = withLogins(LOGSOURCE);
/** Category of the log → what came of the login that it is about. */
const LOGINS: ReadonlyMap<string, Outcome> = new Map([
  ['CISE_Passed_Authentications', 'success'],
  ['CISE_Failed_Attempts', 'failure'],
]);

/**
 * Cisco ISE: `CISE_Failed_Attempts 0000012345 1 0 DATE TIME ZONE SERIAL 5400 NOTICE Failed-Attempt: TEXT, NAME=VALUE, …`.
 * Of a log in several segments only the first has a header. The NAS is who asked, not where the user came from.
 */
export const ciscoIse: Normalizer = {
  name: 'cisco-ise',
  summary: 'Cisco Identity Services Engine: authentications over RADIUS and TACACS+',
  programs: ['cise_*'],
  formats: ['rfc3164', 'rfc5424', 'plain'],
  initials: 'C',
  normalize(event) {
    const message = event.message;
    if (codeAt(message, 1) !== 0x49 || !message.startsWith('CISE_')) return false;
    const comma = message.indexOf(', ');
    const head = (comma < 0 ? message : message.slice(0, comma)).split(' ', 10);
    const category = head[0]!;
    const outcome = LOGINS.get(category) ?? null;
    event.logsource = outcome === null ? LOGSOURCE : LOGIN;
    event['observer.vendor'] = 'Cisco';
    event['observer.product'] = 'ISE';
    const code = head[8];
    if (code !== undefined && digitsEnd(code, 0) === code.length) event['event.code'] = code;
    if (outcome === null) classify(event, CONFIGURATION, INFO, null, null);
    else classify(event, AUTHENTICATION, START, 'login', outcome);
    readPairs(event, message, comma);
    return true;
  },
};

/** The first of equal names counts: what a client sends stands behind what ISE says. */
function readPairs(event: Event, message: string, from: number): void {
  let user: string | null = null;
  let caller: string | null = null;
  for (let at = from; at >= 0; ) {
    const next = message.indexOf(', ', at + 2);
    const pair = message.slice(at + 2, next < 0 ? message.length : next).replace(/,$/, '');
    const equals = pair.indexOf('=');
    const value = pair.slice(equals + 1);
    if (equals > 0 && value !== '') {
      const name = pair.slice(0, equals);
      if (name === 'UserName' || name === 'User-Name' || name === 'User') user ??= value;
      else if (name === 'Calling-Station-ID' || name === 'Remote-Address') caller ??= value;
      else if (name === 'FailureReason') event['event.reason'] ??= value;
      else if (name === 'Device IP Address' || name === 'NAS-IP-Address') setField(event.record, name, value);
    }
    at = next;
  }
  event['user.name'] = user;
  if (caller === null) return;
  event['source.ip'] = toAddress(caller);
  if (event['source.ip'] === null) setMac(event, caller.replaceAll('-', ':'));
}
