import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'cisco', services: ['duo'] });

/** Duo Admin API authentication log, version 2. */
export const ciscoDuo: Normalizer = {
  name: 'cisco-duo',
  summary: 'Cisco Duo authentication log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'event_type')) return false;
    const access = objectField(fields, 'access_device');
    if (access === null || !Object.hasOwn(fields, 'auth_device')) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    classify(
      event,
      AUTHENTICATION,
      START,
      textField(fields, 'event_type'),
      outcomeOf(textField(fields, 'result')),
    );
    event['event.reason'] = textField(fields, 'reason');
    event['source.ip'] = addressField(access, 'ip');
    const user = objectField(fields, 'user');
    if (user !== null) event['user.name'] = textField(user, 'name');
    return true;
  },
};

function outcomeOf(result: string | null): Outcome | null {
  if (result === null) return null;
  return result.startsWith('success') ? 'success' : 'failure';
}
