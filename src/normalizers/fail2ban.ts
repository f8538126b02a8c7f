import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import { DENIED, INFO, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { between, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['fail2ban', 'syslog'] });

const SSHGUARD = closedLogsource({ product: 'linux', services: ['sshguard', 'syslog'] });

const VERBS = [
  ['Ban ', 'ban'],
  ['Restore Ban ', 'ban'],
  ['Increase Ban ', 'ban'],
  ['Unban ', 'unban'],
  ['Found ', 'found'],
  ['Ignore ', 'ignore'],
] as const;

/** `Attack from "A" on service SSH with danger 10.`, `Blocking "A/32" for 120 secs (…)`, `A: unblocking after 125 secs`. */
function readSshguard(event: Event, message: string): boolean {
  event.logsource = SSHGUARD;
  const blocking = standsAt(message, 'Blocking ', 0);
  const action = blocking ? 'ban' : standsAt(message, 'Attack from ', 0) ? 'found' : null;
  classify(event, INTRUSION_DETECTION, blocking ? DENIED : INFO, action, null);
  const address = between(message, '"', '"');
  const slash = address?.indexOf('/') ?? -1;
  if (action !== null) event['source.ip'] = toAddress(slash < 0 ? address : address?.slice(0, slash));
  return true;
}

/** `2026-11-19 12:22:00,123 ` */
const STAMP_LENGTH = 24;

/** `2026-11-19 12:22:00,123 fail2ban.actions        [612]: NOTICE  [sshd] Ban ADDR`; by syslog without the stamp. */
export const fail2ban: Normalizer = {
  name: 'fail2ban',
  summary: 'fail2ban and sshguard: addresses found, banned and let go',
  programs: ['fail2ban', 'fail2ban.*', 'fail2ban-server', 'sshguard'],
  formats: ['plain', 'rfc3164'],
  initials: '0123456789',
  normalize(event) {
    const message = event.message;
    if (event['process.name'] === 'sshguard') return readSshguard(event, message);
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
