import type { Event, Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { standsAt } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'adguardhome',
  categories: ['application', 'authentication'],
  services: ['adguardhome'],
});

/** Within its quotes Go escapes those of the name. */
const readText = sentenceReader([
  login('auth: failed to login user "{user.name}" from ip "{source.ip}"', 'failure'),
  login('auth: failed to login user "{user.name}" from ip {source.ip}', 'failure'),
  login('auth: failed to login user "{user.name}" from unknown ip', 'failure'),
  login('auth: user "{user.name}" successfully logged in from ip {source.ip}', 'success'),
]);

/** `2026/11/20 10:00:00.123456 28373#91 ` stands before the level at most. */
const MAX_LEAD = 48;

/** `STAMP [info] auth: failed to login user "NAME" from ip ADDR`; newer `STAMP [error] POST HOST /control/login: from ip ADDR: REASON`. */
export const adguardHome: Normalizer = {
  name: 'adguard-home',
  summary: 'AdGuard Home: logins granted and refused',
  programs: ['adguardhome'],
  formats: ['plain'],
  initials: '2',
  normalize(event) {
    const message = event.message;
    const claimed = event['process.name']?.toLowerCase() === 'adguardhome';
    if (!claimed && !(standsAt(message, '/', 4) && standsAt(message, '/', 7))) return false;
    const level = message.indexOf('] ');
    const at = level < 0 || level > MAX_LEAD ? 0 : level + 2;
    const isRead = readText(event, message, at) !== null || readRefusal(event, message, at);
    if (!isRead && !claimed) return false;
    event.logsource = LOGSOURCE;
    return true;
  },
};

const FROM = ': from ip ';
const REASONS = ['invalid username or password', 'auth: blocked for '] as const;

/** Host and URL are the client's, without blanks. */
function readRefusal(event: Event, message: string, at: number): boolean {
  if (!standsAt(message, 'POST ', at)) return false;
  const from = message.lastIndexOf(FROM);
  const end = message.indexOf(': ', from + FROM.length);
  if (from < at || end < 0 || !REASONS.some((words) => standsAt(message, words, end + 2))) return false;
  classify(event, AUTHENTICATION, START, 'app_login', 'failure');
  event['source.ip'] = readAddress(message, from + FROM.length, end);
  event['event.reason'] = message.slice(end + 2);
  return true;
}

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'app_login', outcome };
}
