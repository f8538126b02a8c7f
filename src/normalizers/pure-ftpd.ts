import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, CONNECTION_START, NETWORK, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { setSource } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'linux',
  categories: ['authentication'],
  services: ['pure-ftpd', 'syslog'],
});

const readText = sentenceReader([
  login('[WARNING] Authentication failed for user [{user.name}]', 'failure'),
  login('[INFO] {user.name} is now logged in', 'success'),
  {
    text: '[INFO] New connection from {*}',
    category: NETWORK,
    type: CONNECTION_START,
    action: 'ftp_connect',
    outcome: null,
  },
]);

/** `(USER@CLIENT) [LEVEL] TEXT`; before the login the user is `?`, who may not be one that exists after it. */
export const pureFtpd: Normalizer = {
  name: 'pure-ftpd',
  summary: 'Pure-FTPd: FTP logins and connections',
  programs: ['pure-ftpd'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    if (readPam(event, message)) return true;
    const close = message.indexOf(') [');
    const at = message.lastIndexOf('@', close);
    if (close < 0 || at < 1 || readText(event, message, close + 2) === null) {
      normalizeGeneric(event);
      return true;
    }
    setSource(event, message.slice(at + 1, close));
    const user = message.slice(1, at);
    if (user !== '?' && user !== '') event['user.name'] ??= user;
    event['network.protocol'] = 'ftp';
    return true;
  },
};

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'ftp_login', outcome };
}
