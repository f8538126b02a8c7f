import type { Event } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import { classify } from './classify.js';
import { SESSION, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import { objectInText } from './json-text.js';
import type { Normalizer } from './normalizer.js';
import { SAMBA } from './samba.js';
import { readSmbLogin, setSmbEnds } from './smb-login.js';
import { skipBlanks, standsAt } from './text.js';
import { countField, objectField, textField } from './values.js';

/**
 * auth_log.c with JSON (`auth_json_audit`): `{"timestamp":…,"type":"Authentication","Authentication":{"status":"NT_STATUS_…",
 * "remoteAddress":"ipv4:ADDR:PORT","serviceDescription":"SMB2","clientDomain":…,"clientAccount":…,…}}`, and `Authorization`.
 */
export const sambaJson: Normalizer = {
  name: 'samba-json',
  summary: 'Samba’s audit log as JSON: logins granted and refused, sessions',
  programs: ['smbd', 'samba', 'nmbd'],
  formats: ['json'],
  normalize(event) {
    const { fields, format } = event.record;
    const read = format === 'json' ? fields : objectAfterWords(event.message);
    if (read === null || !readEntry(event, read)) return false;
    event.logsource = SAMBA;
    setPayloadTime(event);
    return true;
  },
};

/** `  {"timestamp": …}`, in old versions `  JSON Authentication: {"timestamp": …}`. */
function objectAfterWords(message: string): JsonObject | null {
  let at = skipBlanks(message, 0);
  if (standsAt(message, 'JSON Auth', at)) at = message.indexOf(': ', at) + 2;
  return standsAt(message, '{"timestamp', at) ? objectInText(message.slice(at)) : null;
}

function readEntry(event: Event, fields: JsonObject): boolean {
  const { type } = fields;
  if (type !== 'Authentication' && type !== 'Authorization') return false;
  const entry = objectField(fields, type);
  if (entry === null || textField(entry, 'serviceDescription') === null) return false;
  if (type === 'Authentication') readLogin(event, entry);
  else readSession(event, entry);
  return true;
}

function readLogin(event: Event, entry: JsonObject): void {
  readSmbLogin(event, entry, textField(entry, 'status'));
  event['event.code'] = textField(entry, 'eventId');
  const microseconds = countField(entry, 'duration');
  if (microseconds !== null) event['event.duration'] = microseconds * 1000;
}

function readSession(event: Event, entry: JsonObject): void {
  classify(event, SESSION, START, 'smb_session', 'success');
  setSmbEnds(event, entry);
  event['user.domain'] = textField(entry, 'domain');
  event['user.name'] = textField(entry, 'account');
}
