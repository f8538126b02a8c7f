import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, DENIED, INTRUSION_DETECTION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'homeassistant',
  categories: ['application', 'authentication'],
  services: ['http'],
});

/** `2026-11-19 21:54:44.123 ` */
const STAMP_LENGTH = 24;
/** In a container: ESC `[33m`. */
const COLOUR_LENGTH = 5;
const LOGGER = '[homeassistant.components.http.ban] ';
const REFUSED = 'Login attempt or request with invalid authentication from ';
const BANNED = 'Banned IP ';

/** `STAMP WARNING (MainThread) [homeassistant.components.http.ban] Login attempt … from HOST (ADDR). Requested URL: …`. */
export const homeAssistant: Normalizer = {
  name: 'home-assistant',
  summary: 'Home Assistant: refused logins and requests, banned addresses',
  programs: ['hass', 'homeassistant', 'home-assistant'],
  formats: ['plain', 'rfc3164'],
  initials: '2\x1b',
  normalize(event) {
    const message = event.message;
    const level = (codeAt(message, 0) === 0x1b ? COLOUR_LENGTH : 0) + STAMP_LENGTH;
    if (!standsAt(message, 'WARNING (', level)) return false;
    const logger = message.indexOf(LOGGER, level);
    if (logger < 0 || logger > level + 40) return false;
    const at = logger + LOGGER.length;
    if (standsAt(message, REFUSED, at)) readRefusal(event, message, at + REFUSED.length);
    else if (standsAt(message, BANNED, at)) readBan(event, message, at + BANNED.length);
    else return false;
    event.logsource = LOGSOURCE;
    event['log.level'] = 'warning';
    return true;
  },
};

/** `HOST (ADDR). …`, in old versions the address alone; what follows is the client's own. */
function readRefusal(event: Event, message: string, at: number): void {
  classify(event, AUTHENTICATION, START, 'app_login', 'failure');
  const end = wordEnd(message, at);
  if (!standsAt(message, ' (', end)) {
    event['source.ip'] = readAddress(message, at, end);
    return;
  }
  const close = message.indexOf(')', end);
  if (close > 0) event['source.ip'] = readAddress(message, end + 2, close);
}

function readBan(event: Event, message: string, at: number): void {
  classify(event, INTRUSION_DETECTION, DENIED, 'ban', null);
  event['source.ip'] = readAddress(message, at, wordEnd(message, at));
}
