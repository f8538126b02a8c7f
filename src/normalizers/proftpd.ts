import type { Event, Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION_END, CONNECTION_START, NETWORK, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { between, standsAt } from './text.js';
import { setSource } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'linux',
  categories: ['authentication'],
  services: ['proftpd', 'syslog'],
});

/** What follows the name; of a name that does not exist `: no such user found from HOST [ADDR] to ADDR:PORT`. */
const ENDINGS: readonly (readonly [text: string, outcome: Outcome, reason: string | null])[] = [
  [': Login successful', 'success', null],
  [' (Login failed): ', 'failure', null],
  [': no such user found from ', 'failure', 'invalid_user'],
  [': no such user', 'failure', 'invalid_user'],
];

/** `SERVER (CLIENT[ADDR]) - USER NAME: Login successful.`, `… - FTP session opened.` */
export const proftpd: Normalizer = {
  name: 'proftpd',
  summary: 'ProFTPD: FTP logins and sessions',
  programs: ['proftpd'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    if (readPam(event, message)) return true;
    const text = message.indexOf(') - ') + 4;
    if (text < 4 || !readText(event, message, text)) {
      normalizeGeneric(event);
      return true;
    }
    setSource(event, between(message.slice(0, text), '[', ']'));
    event['network.protocol'] = 'ftp';
    return true;
  },
};

function readText(event: Event, message: string, at: number): boolean {
  if (standsAt(message, 'USER ', at)) return readLogin(event, message, at + 5);
  if (standsAt(message, 'FTP session opened', at)) {
    classify(event, NETWORK, CONNECTION_START, 'ftp_connect', null);
  } else if (standsAt(message, 'FTP session closed', at)) {
    classify(event, NETWORK, CONNECTION_END, 'ftp_disconnect', null);
  } else return false;
  return true;
}

/** The name is what somebody typed: it ends where the last of the server's own words begin. */
function readLogin(event: Event, message: string, start: number): boolean {
  let end = -1;
  let ending: (typeof ENDINGS)[number] | undefined;
  for (const one of ENDINGS) {
    const found = message.lastIndexOf(one[0]);
    if (found <= end || found < start) continue;
    end = found;
    ending = one;
  }
  if (ending === undefined) return false;
  classify(event, AUTHENTICATION, START, 'ftp_login', ending[1]);
  event['user.name'] = message.slice(start, end) || null;
  event['event.reason'] = ending[2];
  return true;
}
