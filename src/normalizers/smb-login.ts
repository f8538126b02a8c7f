import type { Event } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import { setField } from './raw-fields.js';
import { setSmbDestination, setSmbSource } from './smb-endpoint.js';
import { textField } from './values.js';

/** The members of Samba's `Authentication` event, also where TrueNAS writes them; `status` is `NT_STATUS_OK` or what went wrong. */
export function readSmbLogin(event: Event, entry: JsonObject, status: string | null): void {
  const outcome = status === null ? null : status === 'NT_STATUS_OK' ? 'success' : 'failure';
  classify(event, AUTHENTICATION, START, 'smb_login', outcome);
  if (outcome === 'failure') event['event.reason'] = status;
  setSmbEnds(event, entry);
  event['user.domain'] = textField(entry, 'clientDomain');
  event['user.name'] = textField(entry, 'clientAccount');
  const method = textField(entry, 'passwordType');
  if (method !== null) setField(event.record, 'auth_method', method);
}

export function setSmbEnds(event: Event, entry: JsonObject): void {
  setSmbSource(event, textField(entry, 'remoteAddress') ?? '');
  setSmbDestination(event, textField(entry, 'localAddress') ?? '');
}
