import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { setField } from './raw-fields.js';
import { setSmbSource } from './smb-endpoint.js';
import { between, onlyBetween } from './text.js';

/** Also of its JSON. */
export const SAMBA = closedLogsource({
  product: 'linux',
  categories: ['authentication'],
  services: ['samba', 'syslog'],
});

/** `[2026/11/19 21:54:44.123, 2] ../../auth/auth_log.c:653(log_authentication_event_human_readable)` stands in front at most. */
const MAX_LEAD = 160;

/** Samba: `Auth: [SMB2,(null)] user [DOM]\[NAME] … status [NT_STATUS_…] … remote host [ipv4:ADDR:PORT] …`, and auth.c. */
export const samba: Normalizer = {
  name: 'samba',
  summary: 'Samba: logins granted and refused',
  programs: ['smbd', 'samba', 'nmbd'],
  normalize(event) {
    event.logsource = SAMBA;
    const message = event.message;
    if (readPam(event, message)) return true;
    const audit = message.indexOf('Auth: [');
    if (audit >= 0 && isLead(message.slice(0, audit))) readAudit(event, message, audit);
    else if (!readPasswordCheck(event, message)) normalizeGeneric(event);
    return true;
  },
};

/** Nothing but where it was logged: what a client asks for comes elsewhere, as `couldn't find service NAME`. */
function isLead(text: string): boolean {
  return text.length <= MAX_LEAD && /^(?:|.*\))\s*$/.test(text);
}

/**
 * auth_log.c: `user [DOM]\[NAME] at [TIME] with [TYPE] status [S] workstation [W] remote host [ADDR] mapped to [DOM]\[NAME]. local host [ADDR]`.
 * User and workstation are what the client calls itself. Of a refusal the name stands again at the end, which shows where it ends at the
 * beginning; else what stands there twice is left out.
 */
function readAudit(event: Event, message: string, at: number): void {
  const end = message.lastIndexOf(']. local host [');
  const nameEnd = end < 0 ? -1 : repeatedNameEnd(message, at, end);
  if (nameEnd < 0) {
    readFields(event, message, at);
    return;
  }
  const account = message.slice(message.indexOf(' user [', at) + 7, nameEnd);
  readAccount(event, account);
  readStatus(event, between(message, ' status [', ']', nameEnd));
  setMethod(event, between(message, ' with [', ']', nameEnd));
  const mapped = `] mapped to [${account}`;
  const close = message.endsWith(mapped, end)
    ? end - mapped.length
    : message.lastIndexOf('] mapped to [', end - (account.length - account.indexOf(']\\[')));
  const remote = message.lastIndexOf('] remote host [', close) + 15;
  if (remote >= 15 && message.indexOf(']', remote) === close)
    setSmbSource(event, message.slice(remote, close));
}

/** Ends of names that are tried: each is a comparison. */
const MOST_ENDS = 16;

/** Where the name that stands before `] at [` ends, if it is the one before `end` too: the longest such. -1 = none. */
function repeatedNameEnd(message: string, at: number, end: number): number {
  const user = message.indexOf(' user [', at);
  const start = user < 0 ? -1 : message.indexOf(']\\[', user) + 3;
  if (start < 3) return -1;
  let found = -1;
  let tried = 0;
  for (let nameEnd = message.indexOf('] at [', start); nameEnd >= 0 && nameEnd < end; ) {
    if (++tried > MOST_ENDS) return -1;
    const name = message.slice(start, nameEnd);
    if (message.endsWith(`\\[${name}`, end)) found = nameEnd;
    nameEnd = message.indexOf('] at [', nameEnd + 1);
  }
  return found;
}

function readFields(event: Event, message: string, at: number): void {
  readStatus(event, onlyBetween(message, ' status [', ']', at));
  const account = onlyBetween(message, ' user [', '] at [', at);
  if (account !== null) readAccount(event, account);
  setMethod(event, onlyBetween(message, ' with [', ']', at));
  const remote = onlyBetween(message, ' remote host [', ']', at);
  if (remote !== null) setSmbSource(event, remote);
}

function readStatus(event: Event, status: string | null): void {
  const outcome = status === null ? null : status === 'NT_STATUS_OK' ? 'success' : 'failure';
  classify(event, AUTHENTICATION, START, 'smb_login', outcome);
  if (outcome === 'failure') event['event.reason'] = status;
}

/** `DOM]\[NAME`. */
function readAccount(event: Event, account: string): void {
  const name = account.indexOf(']\\[');
  if (name < 0) return;
  event['user.domain'] = account.slice(0, name) || null;
  event['user.name'] = account.slice(name + 3) || null;
}

function setMethod(event: Event, method: string | null): void {
  if (method !== null) setField(event.record, 'auth_method', method);
}

const FAILED = '] FAILED with error ';
const CHECKS = ['Authentication for user [', 'authentication for user ['] as const;

/** `check_ntlm_password:  Authentication for user [NAME] -> [NAME] FAILED with error NT_STATUS_…`, `… succeeded`. */
function readPasswordCheck(event: Event, message: string): boolean {
  for (const words of CHECKS) {
    const start = message.indexOf(words);
    if (start < 0 || start > MAX_LEAD) continue;
    const failed = message.lastIndexOf(FAILED);
    if (failed < 0 && !message.endsWith('] succeeded')) return false;
    classify(event, AUTHENTICATION, START, 'smb_login', failed < 0 ? 'success' : 'failure');
    if (failed >= 0) event['event.reason'] = message.slice(failed + FAILED.length).split(',', 1)[0] ?? null;
    event['user.name'] = between(message, '[', '] -> [', start + words.length - 1) || null;
    return true;
  }
  return false;
}
