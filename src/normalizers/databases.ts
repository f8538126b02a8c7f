import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress, toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, AUTHENTICATION, CONNECTION_END, CONNECTION_START, DATABASE, INFO, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setPeer } from './peer.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { between, readPort } from './text.js';

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
  summary: 'MySQL and MariaDB: logins refused, connections, audit plugin',
  programs: ['mysqld', 'mariadbd', 'mysql', 'mysqld_safe'],
  formats: ['plain', 'rfc3164'],
  initials: '0123456789[A',
  normalize(event) {
    const message = event.message;
    const denied = message.indexOf("Access denied for user '");
    const claimed = event['process.name']?.startsWith('mysql') || event['process.name'] === 'mariadbd';
    if (denied < 0 && claimed !== true) return readOtherMysql(event, message);
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

/** What else is MySQL's without its name: general log, aborted connections, MariaDB's audit plugin. */
function readOtherMysql(event: Event, message: string): boolean {
  const connect = message.indexOf(' Connect\t');
  if (connect > 0 && connect < MAX_LEAD) return readConnect(event, message, connect + 9);
  const aborted = message.indexOf('] Aborted connection ');
  if (aborted > 0 && aborted < MAX_LEAD) {
    event.logsource = MYSQL;
    classify(event, DATABASE, CONNECTION_END, 'database_disconnect', null);
    const host = message.lastIndexOf("' host: '");
    const user = message.indexOf("' user: '");
    if (user > 0 && host > user) event['user.name'] = message.slice(user + 9, host);
    setPeer(event, between(message, "' host: '", "'", host));
    return true;
  }
  return codeAt(message, 17) === 0x2c && readAudit(event, message);
}

/** `\t   42 Connect\tNAME@HOST on DATABASE using TCP/IP`. */
function readConnect(event: Event, message: string, at: number): boolean {
  const end = message.indexOf(' on ', at);
  const sign = message.lastIndexOf('@', end < 0 ? message.length : end);
  if (sign < at) return false;
  event.logsource = MYSQL;
  classify(event, DATABASE, CONNECTION_START, 'database_connect', null);
  event['user.name'] = message.slice(at, sign) || null;
  setPeer(event, message.slice(sign + 1, end < 0 ? message.length : end));
  return true;
}

/** MariaDB audit plugin: `20261119 12:23:00,SERVER,USER,HOST,CONNECTION,QUERY,OPERATION,DATABASE,OBJECT,RESULT`. */
function readAudit(event: Event, message: string): boolean {
  const [, server, user, host, , , operation = ''] = message.slice(0, 512).split(',', 8);
  const known = AUDITED.get(operation);
  if (known === undefined) return false;
  const isLogin = known.category === AUTHENTICATION;
  event.logsource = isLogin ? MYSQL_LOGIN : MYSQL;
  classify(event, known.category, known.type, known.action, known.outcome);
  event['host.name'] ??= server ?? null;
  event['user.name'] = user || null;
  setPeer(event, host ?? null);
  return true;
}

const AUDITED: ReadonlyMap<string, Omit<Sentence, 'text'>> = new Map<string, Omit<Sentence, 'text'>>([
  ['CONNECT', login('', 'success')],
  ['FAILED_CONNECT', login('', 'failure')],
  ['DISCONNECT', { category: DATABASE, type: CONNECTION_END, action: 'database_disconnect', outcome: null }],
  ['QUERY', { category: DATABASE, type: ACCESS, action: 'database_query', outcome: null }],
]);

/** How far the words may stand from the start of the line. */
const MAX_LEAD = 96;

const readPostgres = sentenceReader([
  login('password authentication failed for user "{user.name}"', 'failure'),
  login('Peer authentication failed for user "{user.name}"', 'failure'),
  login('Ident authentication failed for user "{user.name}"', 'failure'),
  login('role "{user.name}" does not exist', 'failure'),
  login('no pg_hba.conf entry for host "{source.ip}", user "{user.name}", {*}', 'failure'),
  login('connection authorized: user={user.name} database={database} application_name={*}', 'success'),
  login('connection authorized: user={user.name} database={database} SSL enabled {*}', 'success'),
  login('connection authorized: user={user.name} database={database}', 'success'),
  {
    text: 'disconnection: session time: {*} user={user.name} database={database} host={source.ip} port={source.port}',
    category: DATABASE,
    type: CONNECTION_END,
    action: 'database_disconnect',
    outcome: null,
  },
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
      if (event['source.ip'] === null && !isRepeated(message, at)) readPrefix(event, message.slice(0, at));
      event.logsource = event['event.category'] === AUTHENTICATION ? POSTGRES_LOGIN : POSTGRES;
      event['log.level'] = level.slice(0, -3).toLowerCase();
      event['event.category'] ??= DATABASE;
      return true;
    }
    if (claimed) event.logsource = POSTGRES;
    return claimed;
  },
};

/** Whether a level stands in the line again: user, database and application are the client's, and may imitate the prefix' end. */
function isRepeated(message: string, at: number): boolean {
  return LEVELS.some((level) => {
    const first = message.indexOf(level);
    return first >= 0 && (first !== at || message.indexOf(level, at + 1) >= 0);
  });
}

const CLIENT = 'client=';

/**
 * Amazon's prefix, and `%r` of others': `2026-11-19 12:24:00 UTC:ADDR(PORT):user@database:[321]:`; `… user=%u,db=%d,app=%a,client=%h `
 * with the address last.
 */
function readPrefix(event: Event, prefix: string): void {
  const client = prefix.lastIndexOf(CLIENT);
  if (client >= 0) {
    event['source.ip'] = toAddress(prefix.slice(client + CLIENT.length).trimEnd());
    return;
  }
  const open = prefix.indexOf('(');
  const close = prefix.indexOf(')', open);
  if (open < 0 || close < 0) return;
  const start = Math.max(prefix.lastIndexOf(' ', open), prefix.lastIndexOf('UTC:', open) + 3) + 1;
  event['source.ip'] = readAddress(prefix, start, open);
  if (event['source.ip'] !== null) event['source.port'] = readPort(prefix, open + 1, close);
}

function login(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'database_login', outcome };
}
