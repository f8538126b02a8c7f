import type { Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONNECTION_START, DATABASE, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setPeer } from './peer.js';
import { type Sentence, sentenceReader } from './sentences.js';

const MYSQL = closedLogsource({ product: 'mysql', categories: ['database'], services: ['mysql'] });
const MYSQL_LOGIN = withLogins(MYSQL);
const POSTGRES = closedLogsource({
  product: 'postgresql',
  categories: ['database'],
  services: ['postgresql'],
});
const POSTGRES_LOGIN = withLogins(POSTGRES);

/** MySQL, MariaDB error log: `… Access denied for user 'NAME'@'HOST' (using password: YES)`. */
export const mysql: Normalizer = {
  name: 'mysql',
  summary: 'MySQL and MariaDB: refused logins',
  programs: ['mysqld', 'mariadbd', 'mysql', 'mysqld_safe'],
  formats: ['plain', 'rfc3164'],
  normalize(event) {
    const message = event.message;
    const denied = message.indexOf("Access denied for user '");
    const claimed = event['process.name']?.startsWith('mysql') || event['process.name'] === 'mariadbd';
    if (denied < 0 && claimed !== true) return false;
    event.logsource = MYSQL;
    classify(event, DATABASE, INFO, null, null);
    if (denied < 0) return true;
    event.logsource = MYSQL_LOGIN;
    classify(event, AUTHENTICATION, START, 'database_login', 'failure');
    // The name is the client's, the host the server's: the last quotes are those of the host.
    const at = message.lastIndexOf("'@'");
    const end = message.indexOf("'", at + 3);
    if (at < denied + 24 || end < 0) return true;
    event['user.name'] = message.slice(denied + 24, at) || null;
    setPeer(event, message.slice(at + 3, end));
    return true;
  },
};

const readPostgres = sentenceReader([
  login('password authentication failed for user "{user.name}"', 'failure'),
  login('Peer authentication failed for user "{user.name}"', 'failure'),
  login('Ident authentication failed for user "{user.name}"', 'failure'),
  login('role "{user.name}" does not exist', 'failure'),
  login('no pg_hba.conf entry for host "{source.ip}", user "{user.name}", {*}', 'failure'),
  login('connection authorized: user={user.name} database={database}', 'success'),
  {
    text: 'connection received: host={source.ip} port={source.port}',
    category: DATABASE,
    type: CONNECTION_START,
    action: 'database_connect',
    outcome: null,
  },
]);

const LEVELS = ['FATAL:  ', 'LOG:  ', 'ERROR:  '] as const;

/** PostgreSQL: a prefix of the administrator's (`log_line_prefix`), then `FATAL:  TEXT`, two blanks after the colon. */
export const postgres: Normalizer = {
  name: 'postgres',
  summary: 'PostgreSQL: logins granted and refused',
  programs: ['postgres', 'postgresql'],
  formats: ['plain', 'rfc3164'],
  normalize(event) {
    const message = event.message;
    const claimed = event['process.name']?.startsWith('postgres') === true;
    if (!claimed && !message.includes(':  ')) return false;
    for (const level of LEVELS) {
      const at = message.indexOf(level);
      if (at < 0 || at > 200) continue;
      if (readPostgres(event, message, at + level.length) === null && !claimed) return false;
      event.logsource = event['event.category'] === AUTHENTICATION ? POSTGRES_LOGIN : POSTGRES;
      event['log.level'] = level.slice(0, -3).toLowerCase();
      event['event.category'] ??= DATABASE;
      return true;
    }
    if (claimed) event.logsource = POSTGRES;
    return claimed;
  },
};

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'database_login', outcome };
}
