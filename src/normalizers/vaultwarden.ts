import { codeAt } from '../model/code-at.js';
import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { standsAt } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'vaultwarden',
  categories: ['application', 'authentication'],
  services: ['vaultwarden'],
});

const readText = sentenceReader([
  login('Username or password is incorrect. Try again. IP: {source.ip}. Username: {user.name}.', 'failure'),
  login('Invalid TOTP code! Server time: {*} IP: {source.ip}', 'failure'),
  login('User {user.name} logged in successfully. IP: {source.ip}', 'success'),
  { ...login('Invalid admin token. IP: {source.ip}', 'failure'), action: 'admin_login' },
]);

/** `[2026-11-19 21:54:44.123]` */
const STAMP_LENGTH = 25;

/** `[STAMP][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: ADDR. Username: NAME.` */
export const vaultwarden: Normalizer = {
  name: 'vaultwarden',
  summary: 'Vaultwarden: logins and wrong passwords, wrong admin tokens',
  programs: ['vaultwarden', 'bitwarden_rs'],
  formats: ['plain', 'rfc3164'],
  initials: '[',
  normalize(event) {
    const message = event.message;
    if (codeAt(message, 0) !== 0x5b || codeAt(message, STAMP_LENGTH) !== 0x5b) return false;
    const named = standsAt(message, '[vaultwarden::', STAMP_LENGTH);
    if (!named && event['process.name'] !== 'vaultwarden') return false;
    event.logsource = LOGSOURCE;
    readText(event, message, message.indexOf('] ', STAMP_LENGTH) + 2);
    return true;
  },
};

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'app_login', outcome };
}
