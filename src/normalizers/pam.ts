import { codeAt } from '../model/code-at.js';
import type { Event, Outcome, SessionChange } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, AUTHENTICATION_SESSION, END, IAM, START, USER_CHANGE } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setPeer } from './peer.js';
import { setField } from './raw-fields.js';
import { type Sentence, sentenceReader } from './sentences.js';
import { readInteger, standsAt, wordEnd } from './text.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['auth', 'syslog'] });
const OPEN_ELEVATED: SessionChange = Object.freeze({ change: 'open', kind: 'elevated', id: null });
const CLOSE_ELEVATED: SessionChange = Object.freeze({ change: 'close', kind: 'elevated', id: null });
const OPEN_LOGIN: SessionChange = Object.freeze({ change: 'open', kind: 'login', id: null });
const CLOSE_LOGIN: SessionChange = Object.freeze({ change: 'close', kind: 'login', id: null });

/** Programs that turn one user into another, and those that let one in at the console. */
const ELEVATING: ReadonlySet<string> = new Set(['sudo', 'su', 'su-l', 'doas', 'runuser', 'pkexec']);
const CONSOLE: ReadonlySet<string> = new Set(['login', 'gdm-password', 'lightdm', 'sddm-helper']);

/** PAM modules write into the log of whatever program they are loaded by. */
export const pam: Normalizer = {
  name: 'pam',
  summary: 'PAM modules in any program: authentication failures, sessions, locked accounts',
  formats: ['rfc3164', 'rfc5424', 'journald', 'plain', 'json'],
  normalize(event) {
    if (!readPam(event, event.message)) return false;
    event.logsource = LOGSOURCE;
    return true;
  },
};

/**
 * `pam_unix(sshd:session): session opened for user alice by (uid=0)`, older `(pam_unix) session opened …` or with the
 * module in the tag (`sshd(pam_unix)[7]: session opened …`), and `PAM 2 more authentication failures; …`. False when
 * the message is none of PAM's.
 */
export function readPam(event: Event, message: string): boolean {
  if (codeAt(message, 0) === 0x50) return readMoreFailures(event, message);
  const at = textStart(event, message);
  if (at < 0) return false;
  if (standsAt(message, 'session ', at)) readSession(event, message, at + 8);
  else if (standsAt(message, 'authentication failure; ', at)) readFailure(event, message, at + 24);
  else if (standsAt(message, 'authentication success; ', at)) {
    readFailure(event, message, at + 24);
    event['event.outcome'] = 'success';
  } else if (readModuleMessage(event, message, at) === null) event['event.category'] = AUTHENTICATION;
  return true;
}

/** Where the module's own words begin; -1 = no module spoke. */
function textStart(event: Event, message: string): number {
  if (standsAt(message, 'pam_', 0)) {
    // No module's name has a blank: `pam_aaa:Authentication failed for user NAME` is none of these.
    const end = wordEnd(message, 0) - 1;
    if (codeAt(message, end) !== 0x3a) return -1;
    readModule(event, message, end);
    return end + 2;
  }
  if (standsAt(message, '(pam_', 0)) {
    const end = message.indexOf(') ');
    if (end > 0) setModule(event, message.slice(1, end), null);
    return end < 0 ? -1 : end + 2;
  }
  const tag = event.record.app;
  if (tag === null || codeAt(tag, tag.length - 1) !== 0x29) return -1;
  const open = tag.indexOf('(pam_');
  if (open < 0) return -1;
  setModule(event, tag.slice(open + 1, -1), null);
  return 0;
}

/** `pam_unix(sshd:auth)`: module, service, type. */
function readModule(event: Event, message: string, end: number): void {
  const open = message.indexOf('(');
  if (open < 0 || open > end) {
    setModule(event, message.slice(0, end), null);
    return;
  }
  const colon = message.indexOf(':', open);
  const close = message.indexOf(')', open);
  const serviceEnd = colon > 0 && colon < close ? colon : close;
  setModule(event, message.slice(0, open), close > 0 ? message.slice(open + 1, serviceEnd) : null);
}

function setModule(event: Event, module: string, service: string | null): void {
  const record = event.record;
  if (record.fields === null && service !== null) {
    // In one go, because most records have no fields yet and there are many of these.
    record.fields = { pam_module: module, pam_service: service };
    return;
  }
  setField(record, 'pam_module', module);
  if (service !== null) setField(record, 'pam_service', service);
}

/** `opened for user NAME[(uid=N)] by [NAME](uid=N)`, `closed for user NAME`. */
function readSession(event: Event, message: string, at: number): void {
  const opened = standsAt(message, 'opened for user ', at);
  if (!opened && !standsAt(message, 'closed for user ', at)) return;
  classify(
    event,
    AUTHENTICATION_SESSION,
    opened ? START : END,
    opened ? 'session_opened' : 'session_closed',
    'success',
  );
  const start = at + 16;
  const by = opened ? message.lastIndexOf(' by ') : -1;
  const user = withoutUid(message, start, by < start ? message.length : by);
  const actor = by < start ? '' : withoutUid(message, by + 4, message.length);
  const elevating = isElevating(event);
  // Elsewhere `by` names a daemon (`LOGIN(uid=0)`), not a person.
  event['user.name'] = elevating && actor !== '' ? actor : user;
  if (elevating) event['user.target.name'] = user;
  if (elevating) event.session = opened ? OPEN_ELEVATED : CLOSE_ELEVATED;
  else if (isConsole(event)) event.session = opened ? OPEN_LOGIN : CLOSE_LOGIN;
}

function withoutUid(message: string, start: number, end: number): string {
  const uid = message.indexOf('(uid=', start);
  return message.slice(start, uid >= start && uid < end ? uid : end);
}

function isElevating(event: Event): boolean {
  return ELEVATING.has(event['process.name'] ?? '');
}

function isConsole(event: Event): boolean {
  return CONSOLE.has(event['process.name'] ?? '');
}

/** What daemons without a terminal call it. */
const NO_TERMINALS: ReadonlySet<string> = new Set(['ssh', 'NODEVssh', 'ftp', 'dovecot', 'pure-ftpd']);

/** `logname= uid=0 euid=0 tty=ssh ruser= rhost=HOST  user=NAME`: the name comes last and may hold anything. */
function readFailure(event: Event, message: string, at: number): void {
  classify(event, AUTHENTICATION, START, 'pam_authentication', 'failure');
  const host = hostStart(message, at);
  const hostEnd = host < 0 ? at : wordEnd(message, host + 7);
  if (host >= 0) setPeer(event, message.slice(host + 7, hostEnd));
  const user = message.indexOf(' user=', hostEnd);
  const tty = valueAt(message, ' tty=', at);
  if (tty !== null && !NO_TERMINALS.has(tty)) event['process.tty.name'] = tty;
  const actor = valueAt(message, ' ruser=', at) ?? valueAt(message, 'logname=', at);
  if (user >= 0) {
    const name = message.slice(user + 6);
    if (actor !== null && (isElevating(event) || event['process.name'] === 'polkit-agent-helper-1')) {
      event['user.name'] = actor;
      event['user.target.name'] = name;
    } else event['user.name'] = name;
  } else {
    // PAM names no user that it does not know; `ruser` is then who the program says wants in.
    const actorStart = message.indexOf(' ruser=', at) + 7;
    event['user.name'] = actorStart < 7 || host <= actorStart ? actor : message.slice(actorStart, host);
  }
}

/**
 * Where ` rhost=HOST` stands; -1 = nowhere that is certain. FTP servers put the client's name into `ruser=`, which comes before it, PAM the
 * name that it knows behind it: where both are there, and the words twice, either may be the real ones.
 */
function hostStart(message: string, at: number): number {
  const first = message.indexOf(' rhost=', at);
  const last = message.lastIndexOf(' rhost=');
  if (first === last || standsAt(message, ' ruser= rhost=', first - 7)) return first;
  return message.includes(' user=', at) ? -1 : last;
}

function valueAt(message: string, key: string, from: number): string | null {
  const at = message.indexOf(key, from);
  if (at < 0) return null;
  const end = wordEnd(message, at + key.length);
  return end > at + key.length ? message.slice(at + key.length, end) : null;
}

/** sshd and others: `PAM 2 more authentication failures; logname= … rhost=192.0.2.1  user=root`. */
function readMoreFailures(event: Event, message: string): boolean {
  if (!standsAt(message, 'PAM ', 0)) return false;
  const end = wordEnd(message, 4);
  const count = readInteger(message, 4, end);
  if (count === null || !standsAt(message, ' more authentication failure', end)) return false;
  const at = message.indexOf('; ', end);
  if (at < 0) return false;
  readFailure(event, message, at + 2);
  event.repeat = Math.max(event.repeat, Math.min(count, 1000));
  return true;
}

/**
 * Messages of single modules: pam_faillock, pam_unix, pam_winbind, pam_access, pam_listfile, pam_sss, pam_tally2, pam_succeed_if,
 * pam_krb5, pam_google_authenticator.
 */
const readModuleMessage = sentenceReader([
  iam(
    'Consecutive login failures for user {user.name} account temporarily locked',
    'account_locked',
    'failure',
  ),
  iam('password changed for {user.name}', 'password_changed', 'success'),
  iam('account {user.name} has expired{*}', 'account_expired', 'failure'),
  iam('expired password for user {user.name} ({event.reason})', 'password_expired', 'failure'),
  authentication('bad username [{user.name}]', 'failure'),
  authentication('auth could not identify password for [{user.name}]', 'failure'),
  authentication('check pass; {event.reason}', 'failure'),
  authentication("access denied for user `{user.name}' from `{source.ip}'", 'failure'),
  authentication("user '{user.name}' denied access ({event.reason})", 'failure'),
  authentication("user '{user.name}' granted access", 'success'),
  authentication('received for user {user.name}: {event.reason}', 'failure'),
  authentication('user {user.name} ({*}) tally {*}', 'failure'),
  authentication('Access denied for user {user.name}: {event.reason}', 'failure'),
  authentication('Refused user {user.name} for service {*}', 'failure'),
  authentication('requirement "{event.reason}" not met by user "{user.name}"', 'failure'),
  authentication('requirement "{event.reason}" was met by user "{user.name}"', 'success'),
  authentication(
    'request wbcLogonUser failed: {*}, NTSTATUS: {event.reason}, Error message was: {*}',
    'failure',
  ),
  authentication("internal module error (retval = {event.reason}, user = '{user.name}')", 'failure'),
  authentication("user '{user.name}' OK", 'success'),
  authentication('user {user.name} authenticated as {*}', 'success'),
  authentication('Invalid verification code for {user.name}', 'failure'),
  authentication('Accepted google_authenticator for {user.name}', 'success'),
  iam('new password not acceptable', 'password_changed', 'failure'),
]);

function iam(text: string, action: string, outcome: Outcome): Sentence {
  return { text, category: IAM, type: USER_CHANGE, action, outcome };
}

function authentication(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'pam_authentication', outcome };
}
