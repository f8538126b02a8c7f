import { isInside } from '../model/inside-address.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';

const LOGSOURCE = closedLogsource({
  product: 'roundcube',
  categories: ['application', 'authentication'],
  services: ['roundcube'],
});

const FAILED = 'Failed login for ';
const GRANTED = 'Successful login for ';
const REFUSED = 'Login failed for ';
const FROM = ' from ';
const AGAINST = ' against ';

/**
 * Roundcube webmail, `userlogins` and `errors`: `<session> Failed login for NAME from ADDR in session ID (error: N)`, `<session> Successful
 * login for NAME (ID: 7) from ADDR in session ID`, `<session> IMAP Error: Login failed for NAME against SERVER from ADDR. REASON`.
 */
export const roundcube: Normalizer = {
  name: 'roundcube',
  summary: 'Roundcube webmail: logins granted and refused',
  programs: ['roundcube'],
  normalize(event) {
    const { message } = event;
    const words = firstIn(message);
    if (words === null) return false;
    const name = message.indexOf(words) + words.length;
    const isRefused = words === REFUSED;
    // What somebody typed may imitate what follows: of the sentences that end with their own words the last count.
    const against = isRefused ? message.indexOf(AGAINST, name) : name;
    if (against < 0) return false;
    const end = isRefused
      ? message.indexOf('. ', message.indexOf(FROM, against))
      : message.lastIndexOf(' in session ');
    const from = message.lastIndexOf(FROM, end);
    if (from < against || end < from) return false;
    event.logsource = LOGSOURCE;
    classify(event, AUTHENTICATION, START, 'mail_login', words === GRANTED ? 'success' : 'failure');
    if (isRefused) event['event.reason'] = message.slice(end + 2).trimEnd() || null;
    if (isRefused && message.includes(AGAINST, against + 1)) return true;
    event['source.ip'] = addressIn(message.slice(from + FROM.length, end));
    const id = words === GRANTED ? message.lastIndexOf(' (ID: ', from) : -1;
    event['user.name'] = message.slice(name, isRefused ? against : id < name ? from : id) || null;
    return true;
  },
};

/** The name may hold the others. */
function firstIn(message: string): string | null {
  let first: string | null = null;
  let at = message.length;
  for (const words of [FAILED, GRANTED, REFUSED]) {
    const found = message.indexOf(words);
    if (found < 0 || found >= at) continue;
    first = words;
    at = found;
  }
  return first;
}

/**
 * Of `ADDR(X-Real-IP: ADDR,X-Forwarded-For: ADDR)` the last where the first is an address of inside, a proxy's: whoever connects from
 * outside may write there what he likes.
 */
function addressIn(text: string): string | null {
  const open = text.indexOf('(');
  if (open < 0) return toAddress(text);
  const peer = toAddress(text.slice(0, open).trimEnd());
  if (peer === null || !isInside(peer)) return peer;
  const last = Math.max(text.lastIndexOf(' '), text.lastIndexOf(','));
  return toAddress(text.slice(last + 1).replace(/\)$/, '')) ?? peer;
}
