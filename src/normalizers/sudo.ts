import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, PROCESS, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { setField } from './raw-fields.js';
import { readSudoJson } from './sudo-json.js';
import { digitsEnd, readInteger, skipBlanks, standsAt } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['sudo', 'auth', 'syslog'] });

/**
 * sudo (logging.c): `  alice : [REASON ; ]TTY=pts/0 ; PWD=/home ; USER=root ; COMMAND=/bin/ls`. COMMAND comes last
 * and runs to the end of the line, whatever it holds. Category is both: who became whom, and what was run.
 */
export const sudo: Normalizer = {
  name: 'sudo',
  summary: 'sudo: commands run, refused, and wrong passwords',
  programs: ['sudo', 'sudoedit', 'tnaudit_sudo'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    const { fields, format } = event.record;
    if (format === 'json' && fields !== null && readSudoJson(event, fields)) return true;
    if (!readPam(event, message)) readSudo(event, message);
    return true;
  },
};

/** What sudo itself said, whoever logged it. */
export function readSudo(event: Event, message: string): void {
  event['event.category'] = AUTHENTICATION;
  const at = skipBlanks(message, 0);
  const colon = message.indexOf(' : ', at);
  if (colon > at) readCommandLine(event, message, at, colon);
}

const AUTHENTICATION_PROCESS = Object.freeze([...AUTHENTICATION, ...PROCESS]);

const COMMAND = 'COMMAND=';
const USER = 'USER=';
const ROOT = 'root';

function readCommandLine(event: Event, message: string, at: number, colon: number): void {
  const command = fieldStart(message, COMMAND, colon, message.length);
  const head = command < 0 ? message.length : command;
  // Without a command it is a complaint about the host or the configuration.
  classify(event, AUTHENTICATION_PROCESS, START, 'sudo', command < 0 ? null : 'success');
  event['user.name'] = message.slice(at, colon);
  event['process.tty.name'] = field(message, 'TTY=', colon, head);
  event['process.working_directory'] = field(message, 'PWD=', colon, head);
  event['user.target.name'] = targetUser(message, colon, head);
  if (event['user.target.name'] !== null) event['group.name'] = groupBeside(message, colon, head);
  if (command >= 0) event['process.command_line'] = message.slice(command + COMMAND.length);
  const environment = field(message, 'ENV=', colon, head);
  if (environment !== null) setField(event.record, 'env', environment);
  readReason(event, message, colon + 3, head);
}

/**
 * USER= stands once before COMMAND=. Directory, environment and command are the user's text, so all that may be it are
 * looked at, up to the last COMMAND=; where they differ, nobody can say. But root is not hidden by naming another beside it.
 */
function targetUser(message: string, from: number, head: number): string | null {
  const first = field(message, USER, from, head);
  const end = Math.max(head, message.lastIndexOf(` ; ${COMMAND}`));
  let target = first;
  for (let at = fieldStart(message, USER, from, end); at >= 0; at = fieldStart(message, USER, at + 1, end)) {
    const named = fieldValue(message, at + USER.length, end);
    if (named === ROOT) return ROOT;
    if (named !== first) target = null;
  }
  return target;
}

/** GROUP= follows USER= at once; later ones are of the environment. */
function groupBeside(message: string, from: number, head: number): string | null {
  const end = message.indexOf(' ; ', fieldStart(message, USER, from, head));
  return standsAt(message, 'GROUP=', end + 3) ? field(message, 'GROUP=', end, head) : null;
}

/** ` ; `-separated field between from and end. */
function field(message: string, key: string, from: number, end: number): string | null {
  const at = fieldStart(message, key, from, end);
  return at < 0 ? null : fieldValue(message, at + key.length, end);
}

/** Index of a key that begins the list, behind ` : `, or follows a separator; -1 = none. */
function fieldStart(message: string, key: string, from: number, end: number): number {
  let at = message.indexOf(key, Math.max(from, 0));
  while (at >= 0 && at < end && !isSeparator(message, at - 3)) at = message.indexOf(key, at + 1);
  return at >= end ? -1 : at;
}

function isSeparator(message: string, at: number): boolean {
  const mark = codeAt(message, at + 1);
  return (mark === 0x3a || mark === 0x3b) && codeAt(message, at) === 0x20 && codeAt(message, at + 2) === 0x20;
}

function fieldValue(message: string, start: number, end: number): string | null {
  const stop = message.indexOf(' ;', start);
  const value = message.slice(start, stop < 0 || stop > end ? end : stop);
  return value === '' ? null : value;
}

/** What stands before the first KEY= is why sudo said no; nothing there means that it ran. */
function readReason(event: Event, message: string, start: number, head: number): void {
  const end = message.indexOf(' ; ', start);
  const reason = message.slice(start, end < 0 || end > head ? head : end).trimEnd();
  if (reason === '' || isAssignment(reason) || reason.startsWith('(command continued)')) return;
  if (event['event.outcome'] !== null) event['event.outcome'] = 'failure';
  event['event.reason'] = reason;
  const digits = digitsEnd(reason, 0);
  const count = readInteger(reason, 0, digits);
  if (count !== null && reason.startsWith(' incorrect password attempt', digits)) {
    event.repeat = Math.max(event.repeat, Math.min(count, 100));
  }
}

function isAssignment(text: string): boolean {
  const equals = text.indexOf('=');
  if (equals <= 0) return false;
  for (let i = 0; i < equals; i++) {
    const code = codeAt(text, i);
    if (code < 0x41 || code > 0x5a) return false;
  }
  return true;
}
