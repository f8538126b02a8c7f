import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, AUTHENTICATION, CONNECTION_START, FILE, INFO, NETWORK, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { between, digitsEnd, readInteger, standsAt } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['vsftpd', 'syslog'] });
const LOGIN = withLogins(LOGSOURCE);

/** `Thu Nov 19 12:21:00 2026 ` */
const STAMP_LENGTH = 25;

/** `[date ][pid 2] [bob] FAIL LOGIN: Client "ADDR"[, "/file", …]`; without a user on CONNECT. */
export const vsftpd: Normalizer = {
  name: 'vsftpd',
  summary: 'vsftpd: FTP logins and transfers',
  programs: ['vsftpd'],
  formats: ['plain', 'rfc3164'],
  initials: '[FMSTW',
  normalize(event) {
    const message = event.message;
    const claimed = event['process.name'] === 'vsftpd';
    if (claimed && readPam(event, message)) {
      event.logsource = LOGSOURCE;
      return true;
    }
    const pid = standsAt(message, '[pid ', 0)
      ? 0
      : standsAt(message, '[pid ', STAMP_LENGTH)
        ? STAMP_LENGTH
        : -1;
    if (pid < 0 && !claimed) return false;
    const client = clientStart(message);
    if (client < 0 && !claimed) return false;
    event.logsource = LOGSOURCE;
    if (pid >= 0) event['process.pid'] = readInteger(message, pid + 5, digitsEnd(message, pid + 5));
    if (client > 0) readVerb(event, message, pid < 0 ? 0 : message.indexOf('] ', pid) + 2, client);
    return true;
  },
};

const CLIENT = ': Client "';

/**
 * Where `: Client "ADDR"` stands. A name comes before it, a path behind it, and either may imitate it: behind a login nothing follows, so
 * a refused one at the line's end is believed, else the first.
 */
function clientStart(message: string): number {
  const last = message.lastIndexOf(CLIENT);
  const isRefusal = standsAt(message, ' FAIL LOGIN', last - 11);
  return isRefusal && message.indexOf('"', last + CLIENT.length) === message.length - 1
    ? last
    : message.indexOf(CLIENT);
}

/** Between the user and the client stands `OK LOGIN`, `FAIL LOGIN`, `OK UPLOAD`, `CONNECT`, `FTP command`, … */
function readVerb(event: Event, message: string, at: number, client: number): void {
  const userEnd = message.lastIndexOf('] ', client);
  const verb = message.slice(Math.max(userEnd + 2, at), client);
  if (codeAt(message, at) === 0x5b && userEnd > at) event['user.name'] = message.slice(at + 1, userEnd);
  event['source.ip'] = toAddress(between(message, '"', '"', client));
  event['network.protocol'] = 'ftp';
  const outcome = verb.startsWith('OK ') ? 'success' : verb.startsWith('FAIL ') ? 'failure' : null;
  if (verb.endsWith(' LOGIN')) {
    event.logsource = LOGIN;
    classify(event, AUTHENTICATION, START, 'ftp_login', outcome);
  } else if (verb === 'CONNECT') classify(event, NETWORK, CONNECTION_START, 'ftp_connect', null);
  else if (outcome === null) classify(event, NETWORK, INFO, null, null);
  else {
    classify(event, FILE, ACCESS, `ftp_${verb.slice(verb.indexOf(' ') + 1).toLowerCase()}`, outcome);
    event['file.path'] = between(message, '", "', '"', client);
  }
}
