import { closedLogsource, withLogins } from '../model/logsource.js';
import { readAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, DATABASE, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { readPort } from './text.js';
import { objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'mongodb', categories: ['database'], services: ['mongodb'] });
const LOGIN = withLogins(LOGSOURCE);

/** MongoDB 4.4 and later, JSON: `{"t":{"$date":…},"c":"ACCESS","msg":"Authentication failed","attr":{"principalName":…,"remote":…}}`. */
export const mongodb: Normalizer = {
  name: 'mongodb',
  summary: 'MongoDB log as JSON: logins granted and refused',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const stamp = fields === null ? null : objectField(fields, 't');
    const attributes = fields === null ? null : objectField(fields, 'attr');
    if (fields === null || stamp === null || attributes === null || fields.c === undefined) return false;
    event.logsource = LOGSOURCE;
    setEventTime(event, readIsoUtc(textField(stamp, '$date')));
    classify(event, DATABASE, INFO, null, null);
    const failed = fields.msg === 'Authentication failed';
    if (fields.c === 'ACCESS' && (failed || fields.msg === 'Authentication succeeded')) {
      event.logsource = LOGIN;
      classify(event, AUTHENTICATION, START, 'database_login', failed ? 'failure' : 'success');
      event['user.name'] = textField(attributes, 'principalName') ?? textField(attributes, 'user');
      event['event.reason'] = textField(attributes, 'result') ?? textField(attributes, 'error');
    }
    const remote = textField(attributes, 'remote') ?? textField(attributes, 'client');
    const colon = remote?.lastIndexOf(':') ?? -1;
    if (remote === null || colon < 0) return true;
    event['source.ip'] = readAddress(remote, 0, colon);
    event['source.port'] = readPort(remote, colon + 1, remote.length);
    return true;
  },
};
