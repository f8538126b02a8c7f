import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { readAuditFields } from './audit-record.js';
import { setSocketAddress } from './audit-sockaddr.js';
import { classify } from './classify.js';
import {
  ACCESS,
  AUTHENTICATION,
  CONFIGURATION,
  CONNECTION,
  END,
  FILE,
  GROUP_CHANGE,
  GROUP_CREATION,
  GROUP_DELETION,
  IAM,
  INFO,
  NETWORK,
  PROCESS,
  SESSION,
  START,
  USER_CHANGE,
  USER_CREATION,
  USER_DELETION,
} from './ecs.js';

import { readEpoch, setEventTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { standsAt } from './text.js';
import { toCount, toPort } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['auditd'] });

interface RecordType {
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly action: string;
  /** `acct=` names the account that was changed, not who did it. */
  readonly changesAccount?: true;
}

const RECORD_TYPES: ReadonlyMap<string, RecordType> = new Map<string, RecordType>([
  ['USER_LOGIN', { category: AUTHENTICATION, type: START, action: 'user_login' }],
  ['USER_AUTH', { category: AUTHENTICATION, type: START, action: 'user_authentication' }],
  ['USER_ACCT', { category: AUTHENTICATION, type: INFO, action: 'user_account_check' }],
  ['USER_ERR', { category: AUTHENTICATION, type: START, action: 'user_authentication' }],
  ['SOCKADDR', { category: NETWORK, type: INFO, action: 'socket_address' }],
  ['CRYPTO_SESSION', { category: NETWORK, type: CONNECTION, action: 'crypto_session' }],
  ['USER_LOGOUT', { category: SESSION, type: END, action: 'user_logout' }],
  ['USER_START', { category: SESSION, type: START, action: 'session_opened' }],
  ['USER_END', { category: SESSION, type: END, action: 'session_closed' }],
  ['CRED_ACQ', { category: AUTHENTICATION, type: INFO, action: 'credentials_acquired' }],
  ['CRED_DISP', { category: AUTHENTICATION, type: INFO, action: 'credentials_disposed' }],
  ['LOGIN', { category: SESSION, type: START, action: 'login_id_changed' }],
  ['USER_CMD', { category: PROCESS, type: START, action: 'user_command' }],
  ['USER_CHAUTHTOK', { category: IAM, type: USER_CHANGE, action: 'password_changed', changesAccount: true }],
  ['ADD_USER', { category: IAM, type: USER_CREATION, action: 'user_added', changesAccount: true }],
  ['DEL_USER', { category: IAM, type: USER_DELETION, action: 'user_deleted', changesAccount: true }],
  ['USER_MGMT', { category: IAM, type: USER_CHANGE, action: 'user_changed', changesAccount: true }],
  ['ACCT_LOCK', { category: IAM, type: USER_CHANGE, action: 'user_locked', changesAccount: true }],
  ['ACCT_UNLOCK', { category: IAM, type: USER_CHANGE, action: 'user_unlocked', changesAccount: true }],
  ['ADD_GROUP', { category: IAM, type: GROUP_CREATION, action: 'group_added' }],
  ['DEL_GROUP', { category: IAM, type: GROUP_DELETION, action: 'group_deleted' }],
  ['GRP_MGMT', { category: IAM, type: GROUP_CHANGE, action: 'group_changed' }],
  ['EXECVE', { category: PROCESS, type: START, action: 'process_started' }],
  ['PROCTITLE', { category: PROCESS, type: INFO, action: 'process_title' }],
  ['SYSCALL', { category: PROCESS, type: INFO, action: 'syscall' }],
  ['PATH', { category: FILE, type: INFO, action: 'path' }],
  ['CWD', { category: PROCESS, type: INFO, action: 'working_directory' }],
  ['SERVICE_START', { category: PROCESS, type: START, action: 'service_started' }],
  ['SERVICE_STOP', { category: PROCESS, type: END, action: 'service_stopped' }],
  ['AVC', { category: PROCESS, type: ACCESS, action: 'mandatory_access_control' }],
  ['1400', { category: PROCESS, type: ACCESS, action: 'mandatory_access_control' }],
  ['CONFIG_CHANGE', { category: CONFIGURATION, type: INFO, action: 'audit_config_changed' }],
]);

/**
 * Linux audit records, from audit.log or through syslog:
 * `[node=HOST ]type=USER_LOGIN msg=audit(1364481363.243:24287): pid=1 … msg='op=login acct="root" … res=failed'`,
 * through journald `USER_LOGIN pid=1 …`.
 */
export const auditd: Normalizer = {
  name: 'auditd',
  summary: 'Linux audit: logins, commands, accounts, system calls',
  programs: ['auditd', 'audispd', 'audisp-syslog', 'audit', 'sedispatch', 'kernel'],
  formats: ['plain', 'rfc3164', 'keyvalue'],
  initials: 'tna[',
  normalize(event) {
    const message = event.message;
    if (isForwarded(event, message)) return readForwarded(event, message);
    const at = typeStart(message);
    const open = at < 0 ? -1 : message.indexOf('audit(', at);
    if (open < 0) return false;
    const close = message.indexOf('):', open);
    const colon = message.indexOf(':', open);
    const typeEnd = message.indexOf(' ', at);
    if (close < 0 || colon > close || typeEnd > open) return false;
    event.logsource = LOGSOURCE;
    const time = readEpoch(message.slice(open + 6, colon));
    if (Number.isNaN(event.record.timestamp)) setEventTime(event, time);
    const written = message.slice(at + 5, typeEnd);
    const type = NUMBERED.get(written) ?? written;
    const fields = readAuditFields(message, close + 2, type);
    fields.type = type;
    if (message.startsWith('node=')) event['host.name'] = message.slice(5, at - 1);
    event.record.fields = fields;
    readFields(event, type, fields);
    setDenial(event, fields, message, close + 2);
    return true;
  },
};

/** SELinux says it in words, AppArmor in a field; what AppArmor would have denied, were it not to complain only, is allowed. */
function setDenial(event: Event, fields: JsonObject, message: string, at: number): void {
  if (message.startsWith(' avc:  denied ', at) || fields.apparmor === 'DENIED')
    event['event.outcome'] = 'failure';
  else if (message.startsWith(' avc:  granted ', at) || fields.apparmor === 'ALLOWED')
    event['event.outcome'] = 'success';
}

/** journald hands audit records on without type= and time: `audit[900]: USER_AUTH pid=900 …`, `audit: BPF prog-id=1 …`. */
function isForwarded(event: Event, message: string): boolean {
  const first = codeAt(message, 0);
  return first >= 0x41 && first <= 0x5a && event['process.name'] === 'audit';
}

function readForwarded(event: Event, message: string): boolean {
  const end = message.indexOf(' ');
  const type = message.slice(0, end);
  if (
    end < 2 ||
    message.indexOf('=', end) < 0 ||
    !(RECORD_TYPES.has(type) || /^[A-Z][A-Z0-9_]{1,31}$/.test(type))
  )
    return false;
  event.logsource = LOGSOURCE;
  const fields = readAuditFields(message, end, type);
  fields.type = type;
  event.record.fields = fields;
  const pid = event['process.pid'];
  readFields(event, type, fields);
  event['process.pid'] ??= pid;
  setDenial(event, fields, message, end);
  return true;
}

/** `type=`, `node=HOST type=`, and of the kernel `audit: type=`; -1 = none. */
function typeStart(message: string): number {
  const first = codeAt(message, 0);
  if (first === 0x74) return standsAt(message, 'type=', 0) ? 0 : -1;
  if (first === 0x6e) return standsAt(message, 'node=', 0) ? message.indexOf(' type=') + 1 || -1 : -1;
  const kernel = first === 0x61 || first === 0x5b ? message.indexOf('audit: type=') : -1;
  return kernel < 0 || kernel > 24 ? -1 : kernel + 7;
}

function readFields(event: Event, type: string, fields: JsonObject): void {
  const known = RECORD_TYPES.get(type);
  if (known !== undefined) classify(event, known.category, known.type, known.action, outcomeOf(fields));
  else event['event.outcome'] = outcomeOf(fields);
  if (type === 'ANOM_ABEND') classify(event, PROCESS, END, 'process_crashed', null);
  event['event.code'] = type;
  const account = meaningful(text(fields, 'acct'));
  if (known?.changesAccount === true) event['user.target.name'] = account;
  else if (known?.category === IAM) event['group.name'] = account ?? text(fields, 'grp');
  else event['user.name'] = account ?? loginName(fields);
  if (type === 'USER_MGMT') readMembership(event, fields);
  event['user.id'] = userId(fields, event['user.name'] === account ? account : null);
  event['process.executable'] = text(fields, 'exe');
  event['process.name'] = text(fields, 'comm') ?? baseName(text(fields, 'exe')) ?? event['process.name'];
  event['process.pid'] = toCount(fields.pid);
  event['process.parent.pid'] = toCount(fields.ppid);
  event['process.tty.name'] = meaningful(text(fields, 'terminal') ?? text(fields, 'tty'));
  event['process.working_directory'] = text(fields, 'cwd');
  event['process.command_line'] =
    type === 'EXECVE' ? commandLine(fields) : (text(fields, 'cmd') ?? text(fields, 'proctitle'));
  if (type === 'SOCKADDR') setSocketAddress(event, text(fields, 'saddr'));
  if (type === 'PATH') event['file.path'] = text(fields, 'name');
  if (type === 'SERVICE_START' || type === 'SERVICE_STOP') event['service.name'] = text(fields, 'unit');
  event['rule.name'] = meaningful(text(fields, 'key'));
  // `hostname` without `addr` is this host's own name.
  event['source.ip'] = toAddress(text(fields, 'addr')) ?? toAddress(text(fields, 'hostname'));
  if (type !== 'CRYPTO_SESSION') return;
  event['source.port'] = toPort(fields.rport);
  event['destination.ip'] = toAddress(text(fields, 'laddr'));
  event['destination.port'] = toPort(fields.lport);
}

/** The kernel's own log has the numbers of linux/audit.h where auditd has names. */
const NUMBERED: ReadonlyMap<string, string> = new Map([
  ...numbered(1100, 'USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC'),
  ...numbered(1108, 'USER_CHAUTHTOK USER_ERR CRED_REFR'),
  ...numbered(1112, 'USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP'),
  ...numbered(1123, 'USER_CMD'),
  ...numbered(1130, 'SERVICE_START SERVICE_STOP'),
  ...numbered(1305, 'CONFIG_CHANGE SOCKADDR CWD'),
  ...numbered(1309, 'EXECVE'),
  ...numbered(1325, 'NETFILTER_CFG SECCOMP PROCTITLE'),
  ...numbered(1700, 'ANOM_PROMISCUOUS ANOM_ABEND'),
]);

function numbered(first: number, names: string): [string, string][] {
  return names.split(' ').map((name, i) => [String(first + i), name]);
}

/** usermod and gpasswd: `op=add-user-to-group grp="wheel" acct="eve"`, `op=delete-user-from-group …`. */
function readMembership(event: Event, fields: JsonObject): void {
  const group = text(fields, 'grp');
  if (group === null) return;
  event['group.name'] = group;
  event['event.type'] = GROUP_CHANGE;
  const operation = text(fields, 'op') ?? '';
  if (operation.startsWith('add-')) event['event.action'] = 'user_added_to_group';
  else if (operation.startsWith('delete-')) event['event.action'] = 'user_removed_from_group';
}

/** The fields are `readAuditFields`' own, which inherit nothing. */
function text(fields: JsonObject, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function baseName(path: string | null): string | null {
  return path === null ? null : meaningful(path.slice(path.lastIndexOf('/') + 1));
}

function meaningful(value: string | null): string | null {
  return value === '?' || value === '(none)' || value === '(null)' ? null : value;
}

/** Names that auditd adds when it is told to (`log_format = ENRICHED`): of the login, else of the user. */
function loginName(fields: JsonObject): string | null {
  const login = text(fields, 'AUID');
  return login === null || login === 'unset' ? text(fields, 'UID') : login;
}

/** Programs whose user is not who logged in. */
const ELEVATING: ReadonlySet<string> = new Set(['su', 'sudo', 'runuser', 'doas', 'pkexec', 'sudoedit']);

/** Of who acts. Where `acct=` names him, `uid` is the daemon's that wrote the record, and `auid` may be another's. */
function userId(fields: JsonObject, account: string | null): string | null {
  const login = unset(text(fields, 'auid'));
  if (account === null) return login ?? text(fields, 'uid');
  const loginName = text(fields, 'AUID');
  if (loginName !== null) return loginName === account ? login : null;
  return ELEVATING.has(baseName(text(fields, 'exe')) ?? '') ? null : login;
}

/** 4294967295 is -1: no login id was set. */
function unset(id: string | null): string | null {
  return id === '4294967295' || id === '-1' || id === 'unset' ? null : id;
}

function outcomeOf(fields: JsonObject): Outcome | null {
  switch (text(fields, 'res') ?? text(fields, 'success')) {
    case 'success':
    case 'yes':
    case '1':
      return 'success';
    case 'failed':
    case 'no':
    case '0':
      return 'failure';
    default:
      return null;
  }
}

function commandLine(fields: JsonObject): string | null {
  const words: string[] = [];
  for (let word = argument(fields, 0); word !== null; word = argument(fields, words.length)) words.push(word);
  return words.length === 0 ? null : words.join(' ');
}

/** A long argument comes in pieces: `a1_len=9000 a1[0]=… a1[1]=…`. */
function argument(fields: JsonObject, index: number): string | null {
  const whole = fields[`a${index}`];
  if (typeof whole === 'string') return whole;
  const pieces: string[] = [];
  for (let piece = fields[`a${index}[0]`]; typeof piece === 'string'; ) {
    pieces.push(piece);
    piece = fields[`a${index}[${pieces.length}]`];
  }
  return pieces.length === 0 ? null : pieces.join('');
}
