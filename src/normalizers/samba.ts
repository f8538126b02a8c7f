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
    if (audit >= 0 && audit <= MAX_LEAD) readAudit(event, message, audit);
    else if (!readPasswordCheck(event, message)) normalizeGeneric(event);
    return true;
  },
};

/** auth_log.c; user and workstation are what the client calls itself, so what stands there twice is left out. */
function readAudit(event: Event, message: string, at: number): void {
  const status = onlyBetween(message, ' status [', ']', at);
  const outcome = status === null ? null : status === 'NT_STATUS_OK' ? 'success' : 'failure';
  classify(event, AUTHENTICATION, START, 'smb_login', outcome);
  if (outcome === 'failure') event['event.reason'] = status;
  const account = onlyBetween(message, ' user [', '] at [', at);
  const name = account?.indexOf(']\\[') ?? -1;
  if (account !== null && name >= 0) {
    event['user.domain'] = account.slice(0, name) || null;
    event['user.name'] = account.slice(name + 3) || null;
  }
  const method = onlyBetween(message, ' with [', ']', at);
  if (method !== null) setField(event.record, 'auth_method', method);
  const remote = onlyBetween(message, ' remote host [', ']', at);
  if (remote !== null) setSmbSource(event, remote);
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
