import type { Event } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource, withLogins } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import {
  ACCESS,
  AUTHENTICATION,
  CHANGE,
  CONFIGURATION,
  CONNECTION_END,
  CONNECTION_START,
  DELETION,
  END,
  FILE,
  NETWORK,
  SESSION,
  START,
} from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { objectInText } from './json-text.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { readSmbLogin } from './smb-login.js';
import { readPort } from './text.js';
import { objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'truenas', services: ['audit'] });
const LOGIN = withLogins(LOGSOURCE);

/**
 * TrueNAS audit: `@cee:{"TNAUDIT":{"addr":ADDR,"user":NAME,"time":…,"svc":"MIDDLEWARE" or "SMB",…,"event":KIND,
 * "event_data":"{…}","success":true}}`.
 */
export const truenasAudit: Normalizer = {
  name: 'truenas-audit',
  summary: 'TrueNAS audit log: logins at the console, the API and the shares, API calls, files',
  programs: ['tnaudit_*', 'tnaudit_sudo'],
  formats: ['json'],
  normalize(event) {
    const { fields } = event.record;
    const audit = fields === null ? null : objectField(fields, 'TNAUDIT');
    if (audit === null) return false;
    readAudit(event, audit);
    event.logsource = event['event.category'] === AUTHENTICATION ? LOGIN : LOGSOURCE;
    return true;
  },
};

function readAudit(event: Event, audit: JsonObject): void {
  const stated = readIsoUtc(textField(audit, 'time'));
  if (!Number.isNaN(stated)) setEventTime(event, stated);
  event['event.code'] = textField(audit, 'event');
  event['service.name'] = textField(audit, 'svc');
  event['event.outcome'] = audit.success === true ? 'success' : audit.success === false ? 'failure' : null;
  setOrigin(event, textField(audit, 'addr') ?? '');
  event['user.name'] = accountOf(textField(audit, 'user'));
  const data = dataOf(audit);
  if (textField(audit, 'svc') === 'SMB') readSmb(event, data);
  else readMiddleware(event, data);
}

/** `ADDR`, of some services `ADDR:PORT` or `[ADDR]:PORT`. */
function setOrigin(event: Event, text: string): void {
  event['source.ip'] = toAddress(text);
  const colon = text.lastIndexOf(':');
  if (event['source.ip'] !== null || colon < 0) return;
  event['source.ip'] = toAddress(text.startsWith('[') ? text.slice(1, colon - 1) : text.slice(0, colon));
  if (event['source.ip'] !== null) event['source.port'] = readPort(text, colon + 1, text.length);
}

/** What is no account begins with a full stop: `.UNAUTHENTICATED`, `.UNKNOWN`, `.TRUENAS_NODE`, `.API_KEY:NAME`. */
function accountOf(user: string | null): string | null {
  return user?.startsWith('.') === true ? null : user;
}

function dataOf(audit: JsonObject): JsonObject {
  const data = ownField(audit, 'event_data');
  if (typeof data === 'string') return objectInText(data) ?? {};
  return isObject(data) ? data : {};
}

function readMiddleware(event: Event, data: JsonObject): void {
  const { 'event.code': kind, 'event.outcome': outcome } = event;
  if (kind === 'AUTHENTICATION') {
    classify(event, AUTHENTICATION, START, 'admin_login', outcome);
    readCredentials(event, data);
  } else if (kind === 'LOGOUT') {
    classify(event, SESSION, END, 'admin_logout', outcome);
  } else if (kind === 'METHOD_CALL') {
    classify(event, CONFIGURATION, CHANGE, 'configured', outcome);
    for (const name of ['method', 'description']) {
      const text = textField(data, name);
      if (text !== null) setField(event.record, name, text);
    }
  }
}

/** `{"credentials": {"credentials": "LOGIN_PASSWORD", "credentials_data": {"username": NAME}}, "error": …}`. */
function readCredentials(event: Event, data: JsonObject): void {
  if (event['event.outcome'] === 'failure') event['event.reason'] = textField(data, 'error');
  const credentials = objectField(data, 'credentials');
  if (credentials === null) return;
  const method = textField(credentials, 'credentials');
  if (method !== null) setField(event.record, 'auth_method', method);
  const tried = objectField(credentials, 'credentials_data');
  event['user.name'] = (tried === null ? null : textField(tried, 'username')) ?? event['user.name'];
}

const FILE_TYPES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['CREATE', ACCESS],
  ['CLOSE', ACCESS],
  ['READ', ACCESS],
  ['OFFLOAD_READ', ACCESS],
  ['WRITE', CHANGE],
  ['OFFLOAD_WRITE', CHANGE],
  ['RENAME', CHANGE],
  ['SET_ACL', CHANGE],
  ['SET_ATTR', CHANGE],
  ['UNLINK', DELETION],
]);

function readSmb(event: Event, data: JsonObject): void {
  const { 'event.code': kind, 'event.outcome': outcome } = event;
  if (kind === 'AUTHENTICATION') readShareLogin(event, data);
  else if (kind === 'CONNECT') classify(event, NETWORK, CONNECTION_START, 'smb_connect', outcome);
  else if (kind === 'DISCONNECT') classify(event, NETWORK, CONNECTION_END, 'smb_disconnect', outcome);
  const type = FILE_TYPES.get(kind ?? '');
  if (type === undefined) return;
  classify(event, FILE, type, `file_${kind!.toLowerCase()}`, outcome);
  const file = objectField(data, 'file');
  if (file === null) return;
  event['file.path'] = textField(file, 'path');
  event['file.name'] = textField(file, 'name');
}

/** Samba's own members, and instead of its status `"result": {"type": "NTSTATUS", "value_parsed": …}`. */
function readShareLogin(event: Event, data: JsonObject): void {
  const { 'event.outcome': outcome, 'source.ip': address, 'user.name': user } = event;
  const result = objectField(data, 'result');
  readSmbLogin(event, data, result === null ? null : textField(result, 'value_parsed'));
  event['event.outcome'] = outcome;
  if (outcome !== 'failure') event['event.reason'] = null;
  event['source.ip'] ??= address;
  event['user.name'] ??= user;
}
