import { closedLogsource } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { DENIED, INFO, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['fail2ban', 'syslog'] });

const VERBS = [
  ['Ban ', 'ban'],
  ['Restore Ban ', 'ban'],
  ['Increase Ban ', 'ban'],
  ['Unban ', 'unban'],
  ['Found ', 'found'],
  ['Ignore ', 'ignore'],
] as const;

/** `2026-11-19 12:22:00,123 ` */
const STAMP_LENGTH = 24;

/** `2026-11-19 12:22:00,123 fail2ban.actions        [612]: NOTICE  [sshd] Ban ADDR`; by syslog without the stamp. */
export const fail2ban: Normalizer = {
  name: 'fail2ban',
  summary: 'fail2ban: addresses found, banned and let go',
  programs: ['fail2ban', 'fail2ban.*', 'fail2ban-server'],
  formats: ['plain', 'rfc3164'],
  normalize(event) {
    const message = event.message;
    const name = standsAt(message, 'fail2ban.', STAMP_LENGTH) ? STAMP_LENGTH : 0;
    if (name === 0 && event['process.name']?.startsWith('fail2ban') !== true) return false;
    event.logsource = LOGSOURCE;
    event['process.name'] = 'fail2ban';
    classify(event, INTRUSION_DETECTION, INFO, null, null);
    const level = message.indexOf(']: ', name);
    const jail = message.indexOf('[', level < 0 ? 0 : level + 1);
    const close = message.indexOf('] ', jail);
    if (jail < 0 || close < 0) return true;
    const verb = VERBS.find(([word]) => message.startsWith(word, close + 2));
    if (verb === undefined) return true;
    classify(event, INTRUSION_DETECTION, verb[1] === 'ban' ? DENIED : INFO, verb[1], null);
    event['rule.name'] = message.slice(jail + 1, close);
    const start = close + 2 + verb[0].length;
    event['source.ip'] = readAddress(message, start, wordEnd(message, start));
    return true;
  },
};
