import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { type Sentence, sentenceReader } from './sentences.js';

const LOGSOURCE = closedLogsource({
  product: 'jellyfin',
  categories: ['application', 'authentication'],
  services: ['jellyfin'],
});

const readText = sentenceReader([
  login('Authentication request for "{user.name}" has been denied (IP: "{source.ip}").', 'failure'),
  login('Authentication request for "{user.name}" has succeeded.', 'success'),
]);

const LOGGER = '.UserManager: ';

/** `[STAMP] [INF] [3] …UserManager: Authentication request for "NAME" has been denied (IP: "ADDR").` */
export const jellyfin: Normalizer = {
  name: 'jellyfin',
  summary: 'Jellyfin: logins granted and refused',
  programs: ['jellyfin'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    const at = message.indexOf(LOGGER);
    if (at >= 0) readText(event, message, at + LOGGER.length);
    return true;
  },
};

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'app_login', outcome };
}
